// What the configuration says there should be and is not there yet: assets, markets, accounts,
// first deposits. Each is an ordinary command; what exists is left as it is.

import { adjustCommand, depositCommand } from '../contract/commands.ts';
import { ACCOUNT_INSURANCE } from '../contract/live-risk.ts';
import type { createAssetBody } from '../contract/operations/create-asset.ts';
import type { createMarketBody } from '../contract/operations/create-market.ts';
import { Reading } from '../contract/reading.ts';
import { readingProblem } from '../contract/problem.ts';
import * as S from '../contract/set-up-commands.ts';
import type { Command, Exchange } from '../api/exchange.ts';
import { problemOf } from '../api/submit.ts';
import type { z } from 'zod';

/** What a new exchange begins with. */
export interface Beginning {
  readonly assets: readonly z.output<typeof createAssetBody>[];
  readonly markets: readonly z.output<typeof createMarketBody>[];
  readonly accounts: readonly {
    readonly account: string;
    readonly deposits: readonly { readonly asset: string; readonly amount: string }[];
  }[];
  /** What an insurance fund that has nothing begins with. */
  readonly insurance?: readonly { readonly asset: string; readonly amount: string }[];
}

/** Makes what is missing. @throws Error when the engine refuses it */
export async function setUp(exchange: Exchange, beginning: Beginning): Promise<void> {
  const { engine } = exchange;
  for (const body of beginning.assets) {
    if (engine.assetNumber(body.asset) >= 0) continue;
    await carryOut(exchange, (reading) => S.createAssetCommand(body, '', reading));
  }
  for (const body of beginning.markets) {
    if (engine.marketNumber(body.market) >= 0) continue;
    await carryOut(exchange, (reading) => S.createMarketCommand(body, '', reading));
  }
  for (const { account, deposits } of beginning.accounts) {
    if (engine.accountNumber(account) >= 0) continue;
    await carryOut(exchange, () => S.createAccountCommand({ account }, ''));
    for (const money of deposits) {
      await carryOut(exchange, (reading) => {
        const issued = { id: '', account: reading.account(account) };
        return depositCommand(money, issued, reading);
      });
    }
  }
  await fillInsurance(exchange, beginning.insurance);
}

/** An empty fund is filled by the operator, who says so. */
async function fillInsurance(exchange: Exchange, money: Beginning['insurance']): Promise<void> {
  for (const { asset, amount } of money ?? []) {
    const { number = -1 } = exchange.catalog.assetOf(asset) ?? {};
    const { balances } = exchange.engine.account(ACCOUNT_INSURANCE);
    if (balances.find((row) => row.asset === number)?.free !== 0n) continue;
    const by = { id: '', account: ACCOUNT_INSURANCE, operator: 'set-up' };
    const body = { asset, amount, reason: 'the insurance fund begins' };
    await carryOut(exchange, (reading) => adjustCommand(body, by, reading));
  }
}

async function carryOut(exchange: Exchange, build: (reading: Reading) => Command): Promise<void> {
  const reading = new Reading(exchange.catalog);
  const command = build(reading);
  if (reading.refusal !== undefined) throw new Error(readingProblem(reading.refusal).detail);
  const answer = await exchange.execute(command);
  if (answer.kind !== 'done') throw new Error(`${command.kind} was not taken`);
  const { outcome } = answer;
  if (outcome.reason === 0) return;
  throw new Error(`${command.kind}: ${problemOf(outcome, command, reading).detail}`);
}
