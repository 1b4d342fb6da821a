// Proves on random flow that the limits which are offered are the largest: submitting one is never
// refused, and one unit more always is, for orders, withdrawals and collateral.

import { expect, test } from 'vitest';
import { placing } from '../../testing/engine-kit.ts';
import { Sfc32 } from '../../testing/flow/sfc32.ts';
import { RandomCommands, worldCommands } from '../../testing/sim/random-commands.ts';
import { EDIT_ADD_COLLATERAL, EDIT_REMOVE_COLLATERAL, MODE_ISOLATED } from '../command.ts';
import type { Command } from '../command.ts';
import { Engine } from '../engine.ts';

const ACCOUNTS = [3, 4, 5, 6];
const MARKETS = [0, 1, 2];

/** Whether a command would be accepted now. */
function takes(engine: Engine, command: { kind: string; [field: string]: unknown }): boolean {
  return engine.preview({ id: '', time: 0, ...command } as unknown as Command).accepted;
}

/**
 * Every limit of an account in a market: its value, the least that may be asked, and the question.
 */
function limitsOf(engine: Engine, account: number, market: number) {
  const { buyMax, sellMax, withdrawMax, collateralAddMax, collateralRemoveMax } = engine.limitsOf(
    account,
    market,
  );
  const { terms } = engine.markets()[market];
  const price = engine.markets()[market].reference();
  const least = terms.minimumSize > 1 ? terms.minimumSize : 1;
  const order = (side: 1 | -1) => (size: number) =>
    takes(engine, placing(account, market, side, size, price));
  const rest = { side: 0, leverage: 0, size: 0, worstPrice: 0 };
  const edit = (kind: number) => (collateral: number) =>
    takes(engine, { kind: 'edit_position', account, market, edit: kind, collateral, ...rest });
  const withdraw = (amount: number) =>
    takes(engine, { kind: 'withdraw', account, asset: 0, amount });
  const limits = [
    { name: 'buy', most: buyMax, least, ask: order(1) },
    { name: 'sell', most: sellMax, least, ask: order(-1) },
    { name: 'withdraw', most: withdrawMax, least: 1, ask: withdraw },
  ];
  const isolated = engine
    .positions(account)
    .some(
      (position) =>
        position.market === market && position.mode === MODE_ISOLATED && position.size !== 0,
    );
  if (!isolated) return limits;
  return [
    ...limits,
    { name: 'add', most: collateralAddMax, least: 1, ask: edit(EDIT_ADD_COLLATERAL) },
    { name: 'remove', most: collateralRemoveMax, least: 1, ask: edit(EDIT_REMOVE_COLLATERAL) },
  ];
}

test.each([1, 2, 3, 4, 5, 6])('a limit is accepted and one more is not (seed %i)', (seed) => {
  const engine = new Engine({ fillsPerOrder: 100 });
  const random = new RandomCommands(engine, new Sfc32(seed), ACCOUNTS.length);
  for (const command of worldCommands(ACCOUNTS.length)) engine.execute(command);
  for (let i = 0; i < 1_000; i++) {
    engine.execute(random.next());
    if (i % 25 !== 0) continue;
    for (const account of ACCOUNTS) {
      for (const market of MARKETS) {
        for (const { name, most, least, ask } of limitsOf(engine, account, market)) {
          const what = `seed ${seed}, after ${i} commands: ${name} ${most} of ${account} in ${market}`;
          if (most > 0) expect(ask(most), what).toBe(true);
          expect(ask(most + 1 < least ? least : most + 1), `more than ${what}`).toBe(false);
        }
      }
    }
  }
});
