// Who is liquidatable, by the trigger index and by the full scan that it replaces, in one run: many
// accounts with positions in several markets, marks that walk and jump, every tick timed. A sampled
// scan proves that the index missed nobody. `node bench/triggers.ts [--quick] [--json FILE]`.

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { blankIndex, blankOrder } from '../src/cli/replay/commands.ts';
import { PLAIN_TERMS } from '../src/cli/replay/session.ts';
import { MARK_GIVEN, MARKET_PERP, NO_ASSET, ORDER_LIMIT, TIF_GTC } from '../src/engine/command.ts';
import type { Command } from '../src/engine/command.ts';
import { Engine } from '../src/engine/engine.ts';
import { EVENT_WIDTHS, EventLog, LIQUIDATION_STARTED } from '../src/engine/event.ts';
import { riskViolations } from '../src/engine/invariants-risk.ts';
import { ASK_MAINTENANCE, Assessor } from '../src/engine/plan/assess.ts';
import { Overlay } from '../src/engine/plan/overlay.ts';
import type { State } from '../src/engine/state/state.ts';
import { isLiquidatable } from '../src/margin/scope.ts';
import { Sfc32 } from '../src/testing/flow/sfc32.ts';
import { amount, ppm, price, size } from '../src/units/brand.ts';
import { NONE } from '../src/units/table.ts';

const FULL = { accounts: 1_000_000, trades: 1_250_000, ticks: 100_000, scans: 5 };
const QUICK = { accounts: 20_000, trades: 25_000, ticks: 20_000, scans: 5 };
const MARKETS = 8;
const START = 100_000;
/** A step of the walk, and a jump every so many ticks that is taken back afterwards. */
const STEP = 0.0003;
const JUMP = 0.02;
const JUMP_EVERY = 500;
/** Ticks that are not counted: until whoever a jump can reach has been reached. */
const WARM_SHARE = 0.3;
const SEED = 20_260_101;

interface Shape {
  readonly accounts: number;
  readonly trades: number;
  readonly ticks: number;
  readonly scans: number;
}

/** Funds, markets, and trades between random accounts: every account at another leverage. */
function build(shape: Shape, dice: Sfc32): Engine {
  const engine = new Engine();
  const send = (command: Command): void => {
    const { reason } = engine.execute(command);
    if (reason !== 0) throw new Error(`${command.kind} was refused: ${reason}`);
  };
  const common = { id: '', time: 1 };
  send({
    ...common,
    kind: 'create_asset',
    symbol: 'USDT',
    decimals: 6,
    settlement: true,
    weightPpm: ppm(1_000_000),
    liabilityWeightPpm: ppm(1_000_000),
    interestE12: 0,
    autoConvertLimit: amount(0),
    price: amount(0),
  });
  for (let i = 0; i < MARKETS; i++) {
    send({
      ...common,
      kind: 'create_market',
      symbol: `M${i}-PERP`,
      marketKind: MARKET_PERP,
      base: NO_ASSET,
      quote: 0,
      priceUnit: '0.01',
      sizeUnit: '0.01',
      multiplier: 100,
      baseMultiplier: 0,
      tickSize: price(1),
      lotSize: size(1),
      terms: {
        ...PLAIN_TERMS,
        markSource: MARK_GIVEN,
        brackets: [
          { floorNotional: amount(0), initialPpm: ppm(20_000), maintenancePpm: ppm(10_000) },
          { floorNotional: amount(1e11), initialPpm: ppm(50_000), maintenancePpm: ppm(25_000) },
        ],
      },
    });
    send({ ...blankIndex(), time: 1, market: i, price: price(START) });
  }
  for (let i = 0; i < shape.accounts; i++) {
    send({ ...common, kind: 'create_account', name: `a${i}`, owner: '' });
    send({ ...common, kind: 'deposit', account: 3 + i, asset: 0, amount: amount(FUNDS) });
  }
  trade(engine, shape, dice);
  rest(send, 3 + shape.accounts);
  return engine;
}

const FUNDS = 1_000_000_000;
/** What rests in every book, so that a liquidation finds somebody. */
const WHALE = 1_000_000_000_000_000;
const LEVELS = 40;

/** Two accounts with deep books on both sides of every market. */
function rest(send: (command: Command) => void, first: number): void {
  const order = blankOrder();
  order.time = 1;
  for (const side of [1, -1] as const) {
    const account = side > 0 ? first : first + 1;
    send({ kind: 'create_account', id: '', time: 1, name: `whale${side}`, owner: '' });
    send({ kind: 'deposit', id: '', time: 1, account, asset: 0, amount: amount(WHALE) });
    for (let level = 1; level <= LEVELS; level++) {
      for (let market = 0; market < MARKETS; market++) {
        order.account = account;
        order.market = market;
        order.side = side;
        order.price = price(START - side * level * 250);
        order.size = size(600_000);
        send(order);
      }
    }
  }
}

function trade(engine: Engine, shape: Shape, dice: Sfc32): void {
  const order = blankOrder();
  order.time = 1;
  order.type = ORDER_LIMIT;
  order.timeInForce = TIF_GTC;
  order.price = price(START);
  let refused = 0;
  for (let i = 0; i < shape.trades; i++) {
    const buyer = 3 + dice.below(shape.accounts);
    const seller = 3 + dice.below(shape.accounts);
    if (buyer === seller) continue;
    order.market = dice.below(MARKETS);
    // One lot is 10 USDT of notional: with 1,000 USDT that is leverage 0.5 to 9 a trade.
    order.size = size(50 + dice.below(900));
    order.account = buyer;
    order.side = 1;
    if (engine.execute(order).reason !== 0) {
      refused += 1;
      continue;
    }
    const { created } = engine.lastOutcome;
    order.account = seller;
    order.side = -1;
    if (engine.execute(order).reason === 0) continue;
    refused += 1;
    const id = created;
    engine.execute({
      kind: 'cancel_order',
      id: '',
      time: 1,
      account: buyer,
      order: id,
      clientOrderId: '',
    });
  }
  if (refused > shape.trades / 5)
    throw new Error(`${refused} of ${shape.trades} trades were refused`);
}

interface Walked {
  readonly micros: Float64Array;
  /** Ticks that liquidated nobody: finding and banding alone. */
  readonly calm: Float64Array;
  readonly liquidations: number;
  readonly positions: number;
  readonly scanMicros: number;
  readonly missed: readonly string[];
}

/** Walks the marks; the time of a tick is that of the whole command. */
function walk(engine: Engine, shape: Shape, dice: Sfc32): Walked {
  const index = blankIndex();
  index.time = 2;
  const marks = Array.from({ length: MARKETS }, () => START);
  const micros = new Float64Array(shape.ticks);
  const missed: string[] = [];
  const calm: number[] = [];
  let liquidations = 0;
  let scanned = 0;
  let scans = 0;
  let positions = 0;
  for (const market of engine.markets()) positions += market.positions;
  const warm = Math.floor(shape.ticks * WARM_SHARE);
  for (let tick = -warm; tick < shape.ticks; tick++) {
    const market = dice.below(MARKETS);
    marks[market] = moved(marks[market], tick, dice);
    index.market = market;
    index.price = price(START);
    index.mark = price(Math.round(marks[market]));
    const before = process.hrtime.bigint();
    engine.execute(index);
    const after = process.hrtime.bigint();
    if (tick >= 0) micros[tick] = Number(after - before) / 1_000;
    const started = countStarted(engine);
    if (tick >= 0) {
      liquidations += started;
      if (started === 0) calm.push(micros[tick]);
    }
    if (tick >= 0 && tick % Math.floor(shape.ticks / shape.scans) === 0) {
      const from = process.hrtime.bigint();
      const below = scan(engine.state);
      scanned += Number(process.hrtime.bigint() - from) / 1_000;
      scans += 1;
      if (below > 0) missed.push(`${below} scopes are below maintenance after tick ${tick}`);
      missed.push(...riskViolations(engine.state));
    }
  }
  return {
    micros,
    calm: Float64Array.from(calm),
    liquidations,
    positions,
    scanMicros: scanned / scans,
    missed,
  };
}

/** What the index replaces: everybody's cross scope looked at; returns how many are below. */
function scan(state: State): number {
  const assessor = new Assessor(state, new Overlay(state, new EventLog()));
  let below = 0;
  for (let account = 3; account < state.accounts.rows; account++) {
    const { equity, maintenance } = assessor.cross(account, NONE, undefined, ASK_MAINTENANCE);
    if (isLiquidatable(equity, maintenance)) below += 1;
  }
  return below;
}

/** A small step, pulled back to the start; now and then a jump of 2 %. */
function moved(mark: number, tick: number, dice: Sfc32): number {
  const unit = dice.below(2_000_001) / 1_000_000 - 1;
  const jump = tick % JUMP_EVERY === 0 ? (dice.below(2) === 0 ? JUMP : -JUMP) : 0;
  return mark * (1 + unit * STEP + jump) - (mark - START) * 0.002;
}

function countStarted(engine: Engine): number {
  const { data, length } = engine.events;
  let count = 0;
  for (let at = 0; at < length; at += EVENT_WIDTHS[data[at]])
    if (data[at] === LIQUIDATION_STARTED) count += 1;
  return count;
}

interface Summary {
  readonly mean: number;
  readonly p50: number;
  readonly p99: number;
  readonly p9999: number;
}

function summary(micros: Float64Array): Summary {
  const sorted = micros.toSorted();
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  const mean = micros.reduce((sum, value) => sum + value, 0) / micros.length;
  return { mean, p50: at(0.5), p99: at(0.99), p9999: at(0.9999) };
}

const said = ({ mean, p50, p99, p9999 }: Summary): string =>
  `mean ${mean.toFixed(1)} µs, p50 ${p50.toFixed(1)}, p99 ${p99.toFixed(1)}, p99.99 ${p9999.toFixed(1)}`;

function main(): void {
  const { values } = parseArgs({
    options: { quick: { type: 'boolean' }, json: { type: 'string' } },
  });
  const shape = values.quick === true ? QUICK : FULL;
  const dice = new Sfc32(SEED);
  const began = performance.now();
  const engine = build(shape, dice);
  const builtMs = Math.round(performance.now() - began);
  const walked = walk(engine, shape, dice);
  const all = summary(walked.micros);
  const calm = summary(walked.calm);
  const result = {
    accounts: shape.accounts,
    positions: walked.positions,
    markets: MARKETS,
    ticks: shape.ticks,
    builtMs,
    ticksMicros: all,
    calmTicksMicros: calm,
    scanMicros: walked.scanMicros,
    cheaperThanScan: walked.scanMicros / all.mean,
    calmCheaperThanScan: walked.scanMicros / calm.mean,
    liquidations: walked.liquidations,
    missed: walked.missed.length,
  };
  console.log(`${result.accounts} accounts, ${result.positions} positions, ${MARKETS} markets`);
  console.log(`tick: ${said(all)}`);
  console.log(`tick that liquidates nobody (${walked.calm.length}): ${said(calm)}`);
  const times = `${Math.round(result.cheaperThanScan)} and ${Math.round(result.calmCheaperThanScan)}`;
  console.log(`full scan ${(result.scanMicros / 1_000).toFixed(1)} ms: ${times} × (reach 1,000 ×)`);
  console.log(`${result.liquidations} liquidations, ${result.missed} missed`);
  if (values.json !== undefined)
    writeFileSync(values.json, `${JSON.stringify(result, undefined, 2)}\n`);
  if (result.missed > 0) {
    console.error(walked.missed.slice(0, 5).join('\n'));
    process.exitCode = 1;
  }
}

main();
