// Spike: the whole heart in one deterministic run, its claims asserted, its costs printed. `node
// bench/spike/heart.ts [--fast]`; exit code 1 when a claim fails. Nothing here is used by the
// product.

import { mulDivFloor } from '../../src/units/rounding.ts';
import { NONE } from '../../src/units/table.ts';
import { Engine } from './engine.ts';
import { BY, C, E, R, RECORD, WHY, WIDTH } from './events.ts';
import { Journal, claim, dice, held } from './claims.ts';
import { measure } from './measure.ts';
import {
  DEPOSITS,
  FEES,
  FIRST_TRADER,
  FUND,
  INDEX_FRAC,
  INDEX_WHOLE,
  MARK,
  PRICE_MAX,
  ROUNDING,
  STATUS,
  State,
  digest4,
  maintenance,
} from './state.ts';

const SEED = 20_261_122;
const TRADERS = 4_000;
const VICTIMS = 400;
/** Exact sum of safe integers: two limbs, joined as bigint. */
function exactSum(column: Float64Array, rows: number): bigint {
  let [high, low] = [0, 0];
  for (let i = 0; i < rows; i += 1) {
    const h = Math.floor(column[i]! / 67_108_864);
    high += h;
    low += column[i]! - h * 67_108_864;
  }
  return BigInt(high) * 67_108_864n + BigInt(low);
}

/** Σ cash (the fund, fees and rounding included) − Σ cost = deposits, to the unit. */
function conserved(s: State, at: string): void {
  const { accounts, positions } = s;
  claim(
    exactSum(accounts.cash, accounts.rows) - exactSum(positions.cost, positions.rows) ===
      BigInt(s.scalars[DEPOSITS]!),
    `conservation ${at}`,
  );
}

/** Zero sum, index ≡ scan, nobody below maintenance, dust ≥ 0, running sums, book not crossed. */
function audit(s: State, at: string): void {
  const { accounts, positions, orders } = s;
  let [size, unsettled, insolvent, below, wrongBand] = [0n, 0n, 0, 0, 0];
  const mark = s.scalars[MARK]!;
  for (let row = 0; row < positions.rows; row += 1) {
    const q = positions.size[row]!;
    if (q === 0) continue;
    size += BigInt(q);
    unsettled +=
      BigInt(q) *
      (BigInt(s.scalars[INDEX_WHOLE]! - positions.indexWhole[row]!) * 10n ** 12n +
        BigInt(s.scalars[INDEX_FRAC]! - positions.indexFrac[row]!));
    if (positions.account[row]! < FIRST_TRADER) continue;
    const equity = s.equity(row, mark);
    if (equity < 0) insolvent += 1;
    if (equity < maintenance(q, mark)) below += 1;
    const trigger = s.triggers.at[row]!;
    const low = (p: number): boolean => s.equity(row, p) < maintenance(q, p);
    const exact =
      trigger === 0
        ? !low(q > 0 ? 1 : PRICE_MAX)
        : low(trigger) &&
          (q > 0 ? trigger === PRICE_MAX || !low(trigger + 1) : trigger === 1 || !low(trigger - 1));
    if (!exact) wrongBand += 1;
  }
  claim(size === 0n, `Σ size = 0 ${at}`);
  claim(wrongBand === 0, `trigger price ≡ predicate for every position ${at} (${wrongBand} wrong)`);
  claim(
    BigInt(accounts.cash[ROUNDING]!) * 10n ** 12n + unsettled >= 0n,
    `rounding + unsettled funding ≥ 0 ${at}`,
  );
  if (s.scalars[STATUS] === 0)
    claim(
      insolvent === 0 && below === 0,
      `queue empty, yet ${below} below maintenance, ${insolvent} below zero ${at}`,
    );
  let negative = 0;
  for (let a = FUND; a < accounts.rows; a += 1)
    if (accounts.cash[a]! < 0 && accounts.positionHead[a] === NONE && a !== ROUNDING) negative += 1;
  claim(negative === 0, `no flat account below zero ${at}`);
  const [buys, sells] = [new Float64Array(accounts.rows), new Float64Array(accounts.rows)];
  for (let o = 0; o < orders.rows; o += 1)
    if (orders.at[o] !== 0)
      (orders.side[o]! > 0 ? buys : sells)[orders.account[o]!]! += orders.size[o]!;
  for (let a = 0; a < accounts.rows; a += 1)
    if (buys[a] !== accounts.buys[a] || sells[a] !== accounts.sells[a])
      claim(false, `running sums of account ${a} ${at}`);
  const [bid, ask] = [s.bids.down(PRICE_MAX), s.asks.up(1)];
  claim(bid === NONE || ask === NONE || bid < ask, `book not crossed ${at}`);
}

function eventsAreClean(engine: Engine): void {
  for (let i = 0; i < engine.log.n; i += 1)
    if (!Number.isSafeInteger(engine.log.at[i]) || Object.is(engine.log.at[i], -0))
      claim(
        false,
        `event word ${i} is ${Object.is(engine.log.at[i], -0) ? '-0' : engine.log.at[i]}`,
      );
}

/** Sums over the events of the last command, or of its first step. */
function tally(engine: Engine): {
  fills: number;
  selfTrades: number;
  makerMargin: number;
  rows: number;
  lots: number[];
  accounts: Set<number>;
  rest: Map<number, number>;
} {
  const t = {
    fills: 0,
    selfTrades: 0,
    makerMargin: 0,
    rows: 0,
    lots: [0, 0, 0],
    accounts: new Set<number>(),
    rest: new Map<number, number>(),
  };
  const L = engine.log.at;
  for (let i = 0; i < engine.log.n && L[i] !== 0; i += WIDTH[L[i]!]!) {
    if (L[i] === E.fill) t.fills += 1;
    if (L[i] === E.row || L[i] === E.cash) t.rows += 1;
    if (L[i] === E.cancelled && L[i + 2] === WHY.selfTrade) t.selfTrades += 1;
    if (L[i] === E.cancelled && L[i + 2] === WHY.makerMargin) t.makerMargin += 1;
    if (L[i] !== E.liquidated) continue;
    t.lots[L[i + 2]!]! += L[i + 4]!;
    t.accounts.add(L[i + 1]!);
    // A receipt holds what went before: nothing beyond the deficit, nothing turned over, nobody
    // solvent.
    const open = L[i + 7]!;
    claim(
      L[i + 4]! <= open && (t.rest.get(L[i + 1]!) ?? open) === open && L[i + 5]! < L[i + 6]!,
      `receipt of account ${L[i + 1]}: ${L[i + 4]} of ${open} lots, equity ${L[i + 5]} ` +
        `below ${L[i + 6]}`,
    );
    t.rest.set(L[i + 1]!, open - L[i + 4]!);
  }
  return t;
}

function scenario(): void {
  const roll = dice(SEED);
  const journal = new Journal();
  const engine = new Engine(new State());
  const s = engine.state;
  const refusals = new Map<number, number>();
  let previews = 0;
  const expectedDigest = new Uint32Array(engine.digest);
  let auditing = false;

  const run = (kind: number, account: number, a = 0, b = 0, c = 0, check = auditing): number => {
    const at = journal.append(kind, account, a, b, c);
    let preview: Float64Array | undefined;
    const before = check ? s.hash() : '';
    if (check) {
      engine.plan(journal.records, at);
      preview = engine.log.at.slice(0, engine.firstEnd);
      claim(s.hash() === before, `preview of command ${journal.count} changed the state`);
      previews += 1;
    }
    const reason = engine.execute(journal.records, at);
    if (preview)
      claim(
        engine.firstEnd === preview.length &&
          Buffer.compare(
            Buffer.from(preview.buffer),
            Buffer.from(engine.log.at.slice(0, engine.firstEnd).buffer),
          ) === 0,
        `preview = execution, command ${journal.count}`,
      );
    journal.seal(at, engine.digest);
    refusals.set(reason, (refusals.get(reason) ?? 0) + 1);
    digest4(expectedDigest, new Uint32Array(engine.log.at.slice(0, engine.log.n).buffer));
    claim(
      expectedDigest.every((w, i) => w === engine.digest[i]),
      `digest covers every event of command ${journal.count}`,
    );
    eventsAreClean(engine);
    tally(engine);
    if (check && reason !== R.ok)
      claim(
        s.hash() === before,
        `refused command ${journal.count} (code ${reason}) changed the state`,
      );
    conserved(s, `after command ${journal.count}`);
    if (check || journal.count % 64 === 0) audit(s, `after command ${journal.count}`);
    return reason;
  };

  // Accounts 0–2 are the system's; victims come first among the traders, then the rich.
  for (let a = 0; a < FIRST_TRADER + TRADERS; a += 1) {
    const trader = a - FIRST_TRADER;
    run(C.create, a, trader < 0 ? -1 - a : trader < VICTIMS ? a : a >> 1);
    if (trader >= 0)
      run(C.deposit, a, trader < VICTIMS ? 101_000 + roll(39_000) : 3_000_000 + roll(9_000_000));
  }
  run(C.deposit, FUND, 12_000_000);
  run(C.mark, 0, 10_000);
  const rich = (): number => FIRST_TRADER + VICTIMS + roll(TRADERS - VICTIMS);

  // Victims buy 100 lots each at 10 × leverage from the rich, and rest a reducing sell.
  for (let v = FIRST_TRADER; v < FIRST_TRADER + VICTIMS; v += 1) {
    run(C.place, rich(), -1, 10_000, 60);
    run(C.place, rich(), -1, 10_000, 60);
    claim(
      run(C.place, v, 1, 10_000, 100) === R.ok && s.positionOf(v) !== NONE,
      `victim ${v} is long`,
    );
    run(C.place, v, -1, 11_000 + roll(50), 10);
  }
  // A few hundred random commands with everything checked after each.
  auditing = true;
  for (let i = 0; i < 500; i += 1) {
    const kind = roll(10);
    if (kind < 6) run(C.place, rich(), roll(2) * 2 - 1, 9_900 + roll(200), 1 + roll(400));
    else if (kind < 8) run(C.place, rich(), roll(2) * 2 - 1, 0, 1 + roll(600));
    else if (kind < 9) {
      const o = roll(s.orders.rows);
      run(C.cancel, s.orders.account[o]!, o, s.orders.id[o]! + (roll(4) === 0 ? 1 : 0));
    } else run(C.place, FIRST_TRADER + roll(VICTIMS), 1, 10_050, 1 + roll(5_000));
  }

  // (1) One market order: a hundred fills and a self-trade in the middle (expire maker).
  const whale = FIRST_TRADER + TRADERS - 3; // owner group shared with the account after it
  run(C.deposit, whale, 50_000_000);
  while (s.asks.up(1) !== NONE && s.asks.up(1) <= 10_400)
    run(
      C.cancel,
      s.orders.account[s.asks.head[s.asks.up(1)]!]!,
      s.asks.head[s.asks.up(1)]!,
      s.orders.id[s.asks.head[s.asks.up(1)]!]!,
    );
  for (let i = 0; i < 100; i += 1) {
    if (i === 50) run(C.place, whale + 1, -1, 10_100 + i, 7);
    while (run(C.place, FIRST_TRADER + VICTIMS + roll(3_000), -1, 10_100 + i, 5) !== R.ok);
  }
  claim(run(C.place, whale, 1, 0, 500) === R.ok, 'the market order is accepted');
  const sweep = tally(engine);
  claim(
    sweep.fills === 100 && sweep.selfTrades === 1,
    `100 fills and 1 self-trade, not ${sweep.fills} and ${sweep.selfTrades}`,
  );

  // (3) Funding before the gap: an interval, the same again (no-op), another, with touches in
  // between.
  run(C.funding, 0, 1, 123_456_789);
  const once = s.hash();
  run(C.funding, 0, 1, 123_456_789);
  claim(s.hash() === once, 'a repeated interval changes nothing');
  for (let i = 0; i < 60; i += 1) run(C.place, rich(), roll(2) * 2 - 1, 0, 1 + roll(40));
  run(C.funding, 0, 2, -98_765_433);

  // (2) The gap. Some bids wait below; the fund is limited; the rest is deleveraged.
  const middle = s.snapshot();
  const middleDigest = new Uint32Array(engine.digest);
  const middleAt = journal.count;
  for (let i = 0; i < 120; i += 1) run(C.place, rich(), 1, 8_700 + roll(300), 100, false);
  const gapAt = journal.count;
  const beforeGap = s.snapshot();
  run(C.mark, 0, 8_900);
  const gap = tally(engine);
  const afterGap = s.hash();
  const steps = engine.steps;
  let victimsFlat = 0;
  for (let v = FIRST_TRADER; v < FIRST_TRADER + VICTIMS; v += 1)
    if (s.positionOf(v) === NONE && s.accounts.orderHead[v] === NONE && s.accounts.stage[v] === 0)
      victimsFlat += 1;
  claim(
    gap.accounts.size >= VICTIMS,
    `${VICTIMS} accounts are liquidated, not ${gap.accounts.size}`,
  );
  claim(
    victimsFlat === VICTIMS,
    `every victim is flat, without orders and active again (${victimsFlat})`,
  );
  claim(
    [...gap.rest.values()].every((rest) => rest === 0),
    'deleveraging closes exactly the deficit',
  );
  claim(
    gap.lots.every((lots) => lots > 0),
    `book, fund and counterparties each take part: ${gap.lots.join(' / ')}`,
  );
  const fundRow = s.positionOf(FUND);
  claim(
    Math.abs(s.positions.size[fundRow]!) <= 15_000 &&
      s.equity(fundRow, 8_900) >= mulDivFloor(s.positions.size[fundRow]! * 8_900, 1, 10),
    'the fund stays within its cap and at initial margin',
  );

  // Afterwards: shorts are squeezed, more trading, more funding.
  for (let i = 0; i < 200; i += 1)
    run(C.place, rich(), roll(2) * 2 - 1, i % 3 === 0 ? 0 : 8_800 + roll(200), 1 + roll(800));
  for (const mark of [9_400, 10_100, 11_500, 9_700]) run(C.mark, 0, mark);
  run(C.funding, 0, 3, 40_000_000_001);
  for (let i = 0; i < 100; i += 1) run(C.place, rich(), roll(2) * 2 - 1, 0, 1 + roll(100));

  // (4, 6) Replay of the bytes, whole and from the snapshot.
  const bytes = journal.bytes.slice(0, journal.count * 64);
  const replay = (from: State, digest: Uint32Array, start: number, end: number): Engine => {
    const again = new Engine(from);
    again.digest.set(digest);
    const records = new Float64Array(bytes);
    for (let i = start; i < end; i += 1) {
      again.execute(records, i * RECORD);
      claim(journal.agrees(i * RECORD, again.digest), `digest of command ${i + 1} on replay`);
    }
    return again;
  };
  const whole = replay(new State(), new Uint32Array([9, 8, 7, 6]), 0, journal.count);
  claim(whole.state.hash() === s.hash(), 'state hash after replay');
  const tail = replay(State.restore(middle), middleDigest, middleAt, journal.count);
  claim(tail.state.hash() === s.hash(), 'state hash after snapshot + tail');

  // The step bound: the same gap with at most 150 steps per command goes on with the ticks,
  // close-only meanwhile.
  const slow = new Engine(State.restore(beforeGap), 150);
  slow.execute(journal.records, gapAt * RECORD);
  const refusedMeanwhile = slow.execute(new Float64Array([C.place, whale, 1, 9_000, 1, 0, 0, 0]));
  const stillDue = slow.due().length;
  slow.execute(new Float64Array([C.deposit, whale, 1, 0, 0, 0, 0, 0]));
  claim(stillDue > 0 && slow.due().length === stillDue, 'a deposit does not drain the queue');
  let ticks = 0;
  for (; slow.state.scalars[STATUS] === 2 && ticks < 100; ticks += 1) {
    slow.execute(new Float64Array([C.tick, 0, 0, 0, 0, 0, 0, 0]));
    conserved(slow.state, `after tick ${ticks + 1}`);
    audit(slow.state, `after tick ${ticks + 1} at the step bound`);
  }
  const sameEnd = slow.state.hash() === afterGap;
  claim(
    refusedMeanwhile === R.marketClosed && ticks > 1 && slow.due().length === 0,
    `the bound drains over ticks (${ticks})`,
  );
  // What the gap costs.
  const gapMs: number[] = [];
  for (let i = 0; i < 7; i += 1) {
    const again = new Engine(State.restore(beforeGap));
    const start = process.hrtime.bigint();
    again.execute(journal.records, gapAt * RECORD);
    gapMs.push(Number(process.hrtime.bigint() - start) / 1e6);
  }
  gapMs.sort((x, y) => x - y);
  // The digest sees two flipped signs, which a plain multiply-xor does not.
  const [plus, minus] = [new Uint32Array([1, 2, 3, 4]), new Uint32Array([1, 2, 3, 4])];
  digest4(plus, new Uint32Array(new Float64Array([5, 6, 7, 8]).buffer));
  digest4(minus, new Uint32Array(new Float64Array([5, -6, 7, -8]).buffer));
  claim(!plus.every((w, i) => w === minus[i]), 'the digest sees two flipped signs');

  console.log(
    `seed ${SEED} · ${journal.count} commands · ${TRADERS} accounts · ${held()} claims ` +
      `hold · state ${s.hash()}`,
  );
  console.log(
    `market order: ${sweep.fills} fills, ${sweep.selfTrades} self-trade expired, ` +
      `${sweep.rows} account rows written once each`,
  );
  console.log(
    `gap: ${gap.accounts.size} accounts, ${steps} steps; lots by book ` +
      `${gap.lots[BY.book]} · fund ${gap.lots[BY.fund]} · counterparties ` +
      `${gap.lots[BY.counterparty]}; ${gapMs[3]!.toFixed(1)} ms = ` +
      `${((gapMs[3]! * 1e3) / steps).toFixed(1)} µs a step; makers cancelled for margin ` +
      `${gap.makerMargin}`,
  );
  console.log(
    `bounded to 150 steps: drained in ${ticks} ticks, ` +
      `${sameEnd ? 'to the very same state' : 'to another state than unbounded'} · ` +
      `previews compared ${previews} · outcomes by code ${JSON.stringify([...refusals])} · ` +
      `fees ${s.accounts.cash[FEES]} · rounding ${s.accounts.cash[ROUNDING]}`,
  );
}

scenario();
if (!process.argv.includes('--fast')) measure();
