// Proves that the engine's edits are what src/margin projects: for random positions, books and
// inputs the engine accepts exactly what `project` accepts, and the position after it is the
// projected one to the unit.

import { expect, test } from 'vitest';
import { project } from '../margin/project.ts';
import type { Edit, EditKind, EditTerms, IsolatedPosition } from '../margin/edit.ts';
import { DEFAULT_BANDS } from '../margin/health.ts';
import { Sfc32 } from '../testing/flow/sfc32.ts';
import { worldCommands } from '../testing/sim/random-commands.ts';
import { amount, price, size } from '../units/brand.ts';
import {
  EDIT_ADD_COLLATERAL,
  EDIT_CLOSE,
  EDIT_INCREASE,
  EDIT_OPEN,
  EDIT_REDUCE,
  EDIT_REMOVE_COLLATERAL,
} from './command.ts';
import type { EditPosition, PlaceOrder } from './command.ts';
import { Engine } from './engine.ts';
import { reasonRow } from './reason.ts';

const CASES = 6_000;
const KINDS: readonly EditKind[] = ['open', 'increase', 'reduce', 'close', 'add', 'remove'];
const EDITS = {
  open: EDIT_OPEN,
  increase: EDIT_INCREASE,
  reduce: EDIT_REDUCE,
  close: EDIT_CLOSE,
  add: EDIT_ADD_COLLATERAL,
  remove: EDIT_REMOVE_COLLATERAL,
} as const;
const TRADER = 3;
const MAKER = 4;
const MARKET = 0;

test('an edit does what the margin room projects', () => {
  const random = new Sfc32(77);
  const accepted = new Map<EditKind, number>();
  let refusals = 0;
  for (let round = 0; round < CASES / 6; round++) {
    const engine = freshWorld(random);
    for (let step = 0; step < 6; step++) {
      const kind = KINDS[step === 0 ? 0 : random.below(KINDS.length)];
      fillBook(engine, random);
      if (step > 0) moveMark(engine, random);
      if (compare(engine, kind, random, `round ${round}, step ${step}, ${kind}`)) {
        accepted.set(kind, (accepted.get(kind) ?? 0) + 1);
      } else refusals += 1;
    }
  }
  for (const kind of KINDS) expect(accepted.get(kind) ?? 0, kind).toBeGreaterThan(20);
  expect(refusals).toBeGreaterThan(100);
});

function freshWorld(random: Sfc32): Engine {
  const engine = new Engine();
  for (const command of worldCommands(4)) engine.execute(command);
  const more = amount(900_000_000_000);
  engine.execute({ kind: 'deposit', id: '', time: 2, account: MAKER, asset: 0, amount: more });
  if (random.below(4) === 0) {
    engine.execute({
      kind: 'withdraw',
      id: '',
      time: 2,
      account: TRADER,
      asset: 0,
      amount: amount(2_900_000_000),
    });
  }
  return engine;
}

/** Fresh liquidity of another owner on both sides of the mark, one order a level, thin at times. */
function fillBook(engine: Engine, random: Sfc32): void {
  engine.execute({ kind: 'cancel_all', id: '', time: 3, account: MAKER, market: -1, side: 0 });
  const { mark } = engine.markets()[MARKET];
  const lots = random.below(3) === 0 ? 40 : 2_000;
  for (let level = 1; level <= 4; level++) {
    for (const side of [1, -1] as const) {
      const at = mark - side * level * (1 + random.below(3));
      if (at < 1) continue;
      const order = limitOrder(MAKER, side, at, 1 + random.below(lots));
      engine.execute(order);
    }
  }
}

function moveMark(engine: Engine, random: Sfc32): void {
  const { mark } = engine.markets()[MARKET];
  const to = price(Math.max(20, mark + random.below(61) - 30));
  engine.execute({ kind: 'update_index', id: '', time: 4, market: MARKET, price: to, mark: to });
}

/** Projects and executes one edit and compares; true when it was accepted. */
function compare(engine: Engine, kind: EditKind, random: Sfc32, what: string): boolean {
  const before = positionOf(engine);
  const command = commandOf(kind, before, random);
  const projection = project({
    before,
    terms: termsOf(engine),
    fills: fillsFor(engine, command, before),
    edit: editOf(kind, command),
  });
  const outcome = engine.execute(command);
  const said = projection.ok ? 'accepted' : projection.code;
  const did = outcome.accepted ? 'accepted' : reasonRow(outcome.reason).code;
  expect(
    did === 'accepted',
    `${what}: engine ${did}, projection ${said}, ${JSON.stringify(command)}`,
  ).toBe(projection.ok);
  if (!projection.ok) return false;
  const after = positionOf(engine) ?? {
    size: 0,
    cost: 0,
    collateral: 0,
    leverage: projection.after.leverage,
  };
  expect(after, `${what} ${JSON.stringify(command)}`).toEqual(projection.after);
  return true;
}

function positionOf(engine: Engine): IsolatedPosition | undefined {
  const found = engine.positions(TRADER).find(({ market }) => market === MARKET);
  if (found === undefined || found.size === 0) return undefined;
  const { size: held, cost, collateral, leverage } = found;
  return { size: held, cost, collateral, leverage };
}

function termsOf(engine: Engine): EditTerms {
  const market = engine.markets()[MARKET];
  const { multiplier: k, brackets, mark, tickSize: tick, lotSize: lot, terms } = market;
  const { minimumSize, minimumNotional, takerFeePpm, profitWeightPpm, profitCap } = terms;
  const available = Number(engine.account(TRADER).balances[0].free);
  return {
    k,
    brackets,
    mark,
    tick,
    lot,
    minimumSize,
    minimumNotional,
    takerFeePpm,
    profitWeightPpm,
    profitCap,
    interestE12: 0,
    liftPpm: 0,
    state: 'active',
    available,
    leverageWarnings: [],
    bands: DEFAULT_BANDS,
  };
}

/** What the book offers, order by order, best first. */
function fillsFor(
  engine: Engine,
  command: EditPosition,
  before: IsolatedPosition | undefined,
): { price: number; size: number }[] {
  const held = before === undefined ? command.side : before.size > 0 ? 1 : -1;
  const opens = command.edit < 2;
  const { bids, asks } = engine.book(MARKET, 100, true);
  const levels = held > 0 === opens ? asks : bids;
  return levels.flatMap((level) =>
    (level.queue ?? []).map(({ open }) => ({ price: level.price, size: open })),
  );
}

function commandOf(
  kind: EditKind,
  before: IsolatedPosition | undefined,
  random: Sfc32,
): EditPosition {
  const edit = EDITS[kind];
  const held = Math.abs(before?.size ?? 0);
  const opens = kind === 'open' || kind === 'increase';
  const bySize = opens && random.below(2) === 0;
  const movesMoney = kind === 'add' || kind === 'remove';
  const sizes = [1, 2, held, held - 1, held + 1, 1 + random.below(3_000)];
  return {
    kind: 'edit_position',
    id: '',
    time: 5,
    account: TRADER,
    market: MARKET,
    edit,
    worstPrice: price(0),
    side: kind === 'open' ? (random.below(2) === 0 ? 1 : -1) : 0,
    collateral: amount((opens && !bySize) || movesMoney ? 1 + random.below(80_000_000) : 0),
    leverage: opens && (!bySize || kind === 'open') ? 1 + random.below(22) : 0,
    size: size(bySize || kind === 'reduce' ? Math.max(1, sizes[random.below(sizes.length)]) : 0),
  };
}

function editOf(kind: EditKind, command: EditPosition): Edit {
  return {
    kind,
    ...(command.side === 0 ? {} : { side: command.side }),
    ...(command.collateral === 0 ? {} : { collateral: command.collateral }),
    ...(command.leverage === 0 ? {} : { leverage: command.leverage }),
    ...(command.size === 0 ? {} : { size: command.size }),
  };
}

function limitOrder(account: number, side: 1 | -1, at: number, lots: number): PlaceOrder {
  return {
    kind: 'place_order',
    id: '',
    time: 3,
    account,
    market: MARKET,
    side,
    type: 0,
    price: price(at),
    size: size(lots),
    timeInForce: 0,
    expiresAt: 0,
    postOnly: false,
    reduceOnly: false,
    selfTrade: 0,
    triggerPrice: price(0),
    triggerBy: 0,
    takeProfit: price(0),
    stopLoss: price(0),
    clientOrderId: '',
  };
}
