// `plimsoll verify-receipt`: makes the decisions of liquidation receipts again, from what they say
// they were made from, and tells every figure that comes out otherwise. It needs nothing but the
// file.

import { readFileSync } from 'node:fs';
import { receiptSchema, type ReceiptJson } from '../../contract/receipt.ts';
import { NotJson, parseStrictJson, type JsonData } from '../../contract/strict-json.ts';
import type { BracketTerms } from '../../margin/brackets.ts';
import { verifyReceipt, type Finding, type Receipt } from '../../margin/receipt.ts';
import { amount, ppm } from '../../units/brand.ts';
import { print, say } from '../journal/output.ts';

export interface VerifyReceiptOptions {
  readonly json?: boolean;
}

interface Verdict {
  readonly receipt: number;
  readonly account: string;
  readonly market: string;
  readonly by: string;
  readonly right: boolean;
  readonly findings: readonly Finding[];
}

/** FILE holds one receipt, a list of them, or one a line; `-` is standard input. @throws Error */
export async function verifyReceipts(file: string, options: VerifyReceiptOptions): Promise<void> {
  const text = readFileSync(file === '-' ? 0 : file, 'utf8');
  const found = read(text, file).map(judge);
  const wrong = found.filter(({ right }) => !right).length;
  const lines = found.map(
    ({ receipt, account, market, by, findings }) =>
      `receipt ${receipt}  ${account}  ${market}  ${by}  ${findings.length === 0 ? 'right' : 'WRONG'}` +
      findings.map(({ figure, says, is }) => `\n    ${figure}: says ${says}, is ${is}`).join(''),
  );
  print(
    options.json,
    { receipts: found, wrong },
    [...lines, `${found.length} receipts, ${wrong} wrong`].join('\n'),
  );
  if (wrong > 0) say(`${wrong} of ${found.length} receipts do not follow from their inputs`);
}

function judge(json: ReceiptJson): Verdict {
  const { receipt, account, market, by } = json;
  const findings = verifyReceipt(branded(json));
  return { receipt, account, market, by, right: findings.length === 0, findings };
}

/** The same receipt with the brands of the margin room. */
function branded(json: ReceiptJson): Receipt {
  const positions = json.positions.map((position) => ({
    ...position,
    brackets: position.brackets.map((row): BracketTerms => ({
      floorNotional: amount(row.floorNotional),
      initialPpm: ppm(row.initialPpm),
      maintenancePpm: ppm(row.maintenancePpm),
    })),
  }));
  return { ...json, positions };
}

function read(text: string, file: string): ReceiptJson[] {
  const trimmed = text.trim();
  if (trimmed === '') throw new Error(`${file} is empty: it should hold a receipt`);
  const isLines = trimmed.startsWith('{') && trimmed.includes('\n{');
  const parts = isLines ? trimmed.split('\n') : [trimmed];
  return parts.flatMap((part, line) => {
    const where = isLines ? `${file}, line ${line + 1}` : file;
    const data = parsed(part, where);
    return (Array.isArray(data) ? data : [data]).map((one) => checked(one, where));
  });
}

function parsed(text: string, where: string): JsonData {
  try {
    return parseStrictJson(text);
  } catch (error) {
    if (error instanceof NotJson) throw new Error(`${where}: ${error.message}`, { cause: error });
    throw error;
  }
}

function checked(data: JsonData, where: string): ReceiptJson {
  const result = receiptSchema.safeParse(data);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Error(`${where}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is no receipt'}`);
}
