// `plimsoll receipts` and `verify-receipt`: why somebody was liquidated, for whoever wants to know.

import type { Command } from 'commander';
import { attempt } from '../journal/output.ts';
import { receipts, type ReceiptsOptions } from './receipts.ts';
import { verifyReceipts, type VerifyReceiptOptions } from './verify-receipt.ts';

/** Adds the two commands to the program. */
export function receiptCommands(program: Command): void {
  program
    .command('receipts <dir>')
    .description('every liquidation step of a data directory with all its inputs, one a line')
    .option('--account <name>', 'only of this account')
    .option('--from <sequence>', 'first sequence')
    .option('--to <sequence>', 'last sequence')
    .option('--config <file>', 'configuration with the limits it was written under')
    .action((directory: string, options: ReceiptsOptions) =>
      attempt(() => receipts(directory, options)),
    );
  program
    .command('verify-receipt <file>')
    .description('make the decisions of liquidation receipts again; - is standard input')
    .option('--json', 'print JSON')
    .action((file: string, options: VerifyReceiptOptions) =>
      attempt(() => verifyReceipts(file, options)),
    );
}
