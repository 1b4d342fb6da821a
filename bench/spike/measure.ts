// Spike: the measurements. Every figure is a median of interleaved rounds and is printed beside the
// alternative of the same run, because absolute times on a shared machine mean little.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { NONE } from '../../src/units/table.ts';
import { DirectEngine, IdMaps, IdTable, TriggerHeap } from './alternatives.ts';
import { Engine } from './engine.ts';
import { C, R, RECORD } from './events.ts';
import { Journal, claim, dice } from './claims.ts';
import { FIRST_TRADER, MARK, PRICE_MAX, State, digest2, digest4, maintenance } from './state.ts';

const ACCOUNTS = 100_000;
const COMMANDS = 300_000;
const ROUNDS = 5;

const ms = (work: () => void): number => {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / 1e6;
};
const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;
const line = (what: string, value: string): void => console.log(`${what.padEnd(58)} ${value}`);
const perSecond = (count: number, time: number): string =>
  `${((count / time) * 1e-3).toFixed(2)} M/s`;

export function measure(): void {
  console.log(
    `\n--- measured, ${ACCOUNTS} accounts, ${COMMANDS} commands, median of ${ROUNDS} ---`,
  );
  flow();
  triggers();
  snapshots();
  layout();
  ids();
}

/**
 * 60 % passive orders, 25 % cancels, 15 % takers, about 10 000 resting; recorded once, then
 * replayed.
 */
function flow(): void {
  const roll = dice(7);
  const journal = new Journal();
  const engine = new Engine(new State());
  const s = engine.state;
  let refused = 0;
  const send = (kind: number, account: number, a = 0, b = 0, c = 0): number => {
    const reason = engine.execute(journal.records, journal.append(kind, account, a, b, c));
    journal.seal((journal.count - 1) * RECORD, engine.digest);
    if (reason !== R.ok) refused += 1;
    return reason;
  };
  for (let a = 0; a < ACCOUNTS; a += 1) send(C.create, a, a);
  for (let a = FIRST_TRADER; a < ACCOUNTS; a += 1)
    send(C.deposit, a, a % 8 === 0 ? 60_000 : 20_000_000);
  send(C.mark, 0, 10_000);
  const trader = (): number => FIRST_TRADER + roll(ACCOUNTS - FIRST_TRADER);
  const passive = (): void => {
    const side = roll(2) * 2 - 1;
    const away = 1 + Math.floor(roll(1000) ** 2 / 5_000);
    const touch = side > 0 ? s.asks.up(1) : s.bids.down(PRICE_MAX);
    send(
      C.place,
      trader(),
      side,
      (touch === NONE ? 10_000 : Math.min(10_100, Math.max(9_900, touch))) - side * away,
      1 + roll(100),
    );
  };
  for (let i = 0; i < 10_000; i += 1) passive();
  const start = s.snapshot();
  const from = journal.count;
  for (let i = 0; i < COMMANDS; i += 1) {
    const kind = roll(100);
    if (kind < 60 && s.orders.live < 12_000) passive();
    else if (kind < 85 || s.orders.live > 12_000) {
      let o = roll(s.orders.rows);
      while (s.orders.at[o] === 0) o = roll(s.orders.rows);
      send(C.cancel, s.orders.account[o]!, o, s.orders.id[o]!);
    } else send(C.place, trader(), roll(2) * 2 - 1, 0, 1 + roll(200));
  }
  const end = journal.count;
  const hash = s.hash();
  const order = ['digest', 'none', 'direct'];
  const times: Record<string, number[]> = { digest: [], none: [], direct: [] };
  for (let round = 0; round < ROUNDS + 1; round += 1) {
    order.push(order.shift()!);
    for (const mode of order) {
      const again = new Engine(State.restore(start));
      const direct = new DirectEngine(again.state);
      again.digesting = mode === 'digest';
      const time = ms(() => {
        for (let i = from; i < end; i += 1) {
          if (mode === 'direct') direct.execute(journal.records, i * RECORD);
          else {
            again.execute(journal.records, i * RECORD);
          }
        }
      });
      if (mode !== 'direct') claim(again.state.hash() === hash, `flow ${mode}: same state`);
      else
        claim(
          again.state.accounts.cash.every((cash, a) => cash === s.accounts.cash[a]),
          'the direct executor ends with the same cash in every account',
        );
      if (round > 0) times[mode]!.push(time); // the first round warms up
    }
  }
  const ratios = times['none']!.map((time, i) => time / times['direct']![i]!);
  const [withDigest, none, undo] = ['digest', 'none', 'direct'].map((mode) =>
    median(times[mode]!),
  ) as [number, number, number];
  const previewer = new Engine(State.restore(start));
  const previews = 60_000; // against the state before the flow: nothing is committed
  const plan =
    (median(
      Array.from({ length: ROUNDS }, () =>
        ms(() => {
          for (let i = from; i < from + previews; i += 1)
            previewer.plan(journal.records, i * RECORD);
        }),
      ),
    ) /
      previews) *
    1e6;
  line(
    'commands/s with event digest · without',
    `${perSecond(COMMANDS, withDigest)} · ${perSecond(COMMANDS, none)} (${refused} refused)`,
  );
  line(
    'ns per command: plan · commit + drain · digest',
    `${plan.toFixed(0)} · ${((none / COMMANDS) * 1e6 - plan).toFixed(0)} · ` +
      `${(((withDigest - none) / COMMANDS) * 1e6).toFixed(0)}`,
  );
  ratios.sort((a, b) => a - b);
  line(
    'write at once with an undo log, no digest',
    `${perSecond(COMMANDS, undo)}; speed ÷ plan/commit, by round: ` +
      `${ratios.map((r) => r.toFixed(2)).join(' ')}`,
  );

  // Replay from nothing, the digest of every command compared.
  const replay: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const again = new Engine(new State());
    replay.push(
      ms(() => {
        for (let i = 0; i < end; i += 1) {
          again.execute(journal.records, i * RECORD);
          if (!journal.agrees(i * RECORD, again.digest))
            claim(false, `digest on replay of command ${i}`);
        }
      }),
    );
    claim(again.state.hash() === hash, 'flow: replay hash');
  }
  line(`replay of all ${end} commands, digests compared`, perSecond(end, median(replay)));

  const words = new Uint32Array(Float64Array.from({ length: 12 }, (_, i) => i * 977).buffer);
  const d = new Uint32Array(4);
  const loops = 1_000_000;
  const two = median(
    [0, 1, 2].map(() =>
      ms(() => {
        for (let i = 0; i < loops; i += 1) digest2(d, words, 0, 24);
      }),
    ),
  );
  const four = median(
    [0, 1, 2].map(() =>
      ms(() => {
        for (let i = 0; i < loops; i += 1) digest4(d, words, 0, 24);
      }),
    ),
  );
  line(
    'digest of 12 fields: 4 lanes · 2 lanes',
    `${((four / loops) * 1e6).toFixed(0)} ns · ${((two / loops) * 1e6).toFixed(0)} ns`,
  );

  const shadow = s.snapshot();
  const bytes = shadow.blocks.reduce((sum, b) => sum + b.length, 0);
  const copy = median([0, 1, 2, 3, 4].map(() => ms(() => s.snapshot(shadow))));
  const fresh = median([0, 1, 2].map(() => ms(() => s.snapshot())));
  const hashing = median([0, 1, 2].map(() => ms(() => s.hash())));
  const restoring = median([0, 1, 2].map(() => ms(() => State.restore(shadow))));
  line(
    `snapshot ${(bytes / 1e6).toFixed(1)} MB: into shadow · fresh · hash · restore`,
    `${copy.toFixed(1)} · ${fresh.toFixed(1)} · ${hashing.toFixed(1)} · ${restoring.toFixed(1)} ms`,
  );
  line('full hash ÷ one command', `${((hashing * 1e6) / ((none / COMMANDS) * 1e6)).toFixed(0)} ×`);
}

/**
 * 100 000 one-market accounts at 2 to 20 × leverage; a random walk of the mark; the woken are
 * replaced.
 */
function triggers(): void {
  const s = new State();
  const roll = dice(11);
  s.scalars[MARK] = 30_000;
  const { accounts, positions } = s;
  const reset = (account: number): void => {
    const mark = s.scalars[MARK]!;
    const size = (roll(2) * 2 - 1) * (1 + roll(100));
    const row = positions.allocate();
    s.growTriggers();
    positions.account[row] = account;
    positions.market[row] = positions.indexWhole[row] = positions.indexFrac[row] = 0;
    positions.nextOfAccount[row] = NONE;
    positions.size[row] = size;
    positions.cost[row] = size * mark;
    accounts.positionHead[account] = row;
    accounts.cash[account] =
      maintenance(size, mark) + Math.floor((Math.abs(size) * mark * (5 + roll(450))) / 1000);
    s.band(row);
  };
  for (let a = 0; a < ACCOUNTS; a += 1) {
    accounts.allocate();
    accounts.positionHead[a] = NONE;
    if (a >= FIRST_TRADER) reset(a);
  }
  const scan = (): number => {
    const mark = s.scalars[MARK]!;
    let found = 0;
    for (let row = 0; row < positions.rows; row += 1)
      if (
        positions.size[row] !== 0 &&
        s.equity(row, mark) < maintenance(positions.size[row]!, mark)
      )
        found += 1;
    return found;
  };
  const engine = new Engine(s);
  let woken = 0;
  const tick = (): void => {
    const mark = s.scalars[MARK]!;
    s.scalars[MARK] = Math.min(50_000, Math.max(15_000, mark + roll(61) - 30));
    for (const account of engine.due()) {
      const row = s.positionOf(account);
      s.unband(row);
      positions.size[row] = positions.cost[row] = 0;
      positions.release(row);
      reset(account);
      woken += 1;
    }
  };
  for (let i = 0; i < 300; i += 1) {
    const before = s.scalars[MARK]!;
    s.scalars[MARK] = Math.min(50_000, Math.max(15_000, before + roll(61) - 30));
    claim(engine.due().length === scan(), `tick ${i}: index ≡ scan`);
    for (const account of engine.due()) {
      const row = s.positionOf(account);
      s.unband(row);
      positions.size[row] = positions.cost[row] = 0;
      positions.release(row);
      reset(account);
    }
  }
  const ticks = 20_000;
  const times: number[] = [];
  const total = ms(() => {
    for (let i = 0; i < ticks; i += 1) times.push(ms(tick));
  });
  const full = median(Array.from({ length: 9 }, () => ms(scan)));
  times.sort((a, b) => a - b);
  line(
    'mark change: full scan · ladder mean · p99',
    `${(full * 1e3).toFixed(0)} µs · ${((total / ticks) * 1e3).toFixed(2)} µs · ` +
      `${(times[Math.floor(ticks * 0.99)]! * 1e3).toFixed(1)} µs`,
  );
  line(
    '  scan ÷ ladder, woken per tick (each replaced, included)',
    `${(full / (total / ticks)).toFixed(0)} ×, ${(woken / ticks).toFixed(2)}`,
  );
  const heap = new TriggerHeap();
  const again = 1_000_000;
  const order = Int32Array.from({ length: again }, () => roll(positions.rows));
  const bandMs = ms(() => {
    for (const row of order) {
      if (positions.size[row] === 0) continue;
      s.unband(row);
      s.band(row);
    }
  });
  const solveMs = ms(() => {
    let x = 0;
    for (const row of order) if (positions.size[row] !== 0) x += s.triggerOf(row);
    if (x < 0) console.log(x);
  });
  const heapMs = ms(() => {
    for (const row of order) heap.push(s.triggers.at[row]!, row);
  });
  line(
    're-register: solve · ladder links · heap push (goes stale)',
    `${((solveMs / again) * 1e6).toFixed(0)} · ` +
      `${(((bandMs - solveMs) / again) * 1e6).toFixed(0)} · ` +
      `${((heapMs / again) * 1e6).toFixed(0)} ns; heap holds ` +
      `${(heap.n / positions.live).toFixed(0)} × the live entries`,
  );
  const rank = median(
    [0, 1, 2].map(() =>
      ms(() => {
        (new Engine(s) as unknown as { nextRanked(side: number): number }).nextRanked(1);
      }),
    ),
  );
  line('rank all counterparties of one side for deleveraging', `${rank.toFixed(1)} ms`);
  line(
    're-band the whole market (after a funding interval)',
    `${median([0, 1, 2].map(() => ms(() => s.rebandAll()))).toFixed(1)} ms`,
  );
}

/** A state of a million accounts, positions and orders: only the copy. */
function snapshots(): void {
  const s = new State();
  for (const table of [s.accounts, s.positions, s.orders]) {
    table.reserve(1_000_000);
    table.rows = table.live = 1_000_000;
  }
  for (const block of s.blocks()) block.fill(1);
  const shadow = s.snapshot();
  for (const block of shadow.blocks) block.fill(2); // pages present
  const bytes = shadow.blocks.reduce((sum, b) => sum + b.length, 0);
  line(
    `snapshot of 1 M accounts + positions + orders, ${(bytes / 1e6).toFixed(0)} MB`,
    `${median([0, 1, 2, 3, 4].map(() => ms(() => s.snapshot(shadow)))).toFixed(0)} ms ` +
      `into a shadow, ${median([0, 1, 2].map(() => ms(() => s.snapshot()))).toFixed(0)} ms ` +
      'into fresh buffers',
  );
}

/**
 * Four values of a random account, read and written: a column each, or side by side in one column
 * of stride 4.
 */
function layout(): void {
  for (const rows of [100_000, 1_000_000]) {
    const columns = [0, 1, 2, 3].map(() => new Float64Array(rows).fill(1)) as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    const strided = new Float64Array(rows * 4).fill(1);
    const roll = dice(17);
    const order = Int32Array.from({ length: 1_000_000 }, () => roll(rows));
    const apart = (): void => {
      const [a, b, c, d] = columns;
      for (const row of order) {
        const x = a[row]! + b[row]! + c[row]! + d[row]!;
        a[row] = b[row]!;
        d[row] = x > 1e9 ? 0 : 1;
      }
    };
    const together = (): void => {
      for (const row of order) {
        const o = row * 4;
        const x = strided[o]! + strided[o + 1]! + strided[o + 2]! + strided[o + 3]!;
        strided[o] = strided[o + 1]!;
        strided[o + 3] = x > 1e9 ? 0 : 1;
      }
    };
    apart();
    together();
    const [one, four] = [
      median([0, 1, 2, 3, 4].map(() => ms(together))),
      median([0, 1, 2, 3, 4].map(() => ms(apart))),
    ];
    line(
      `touch 4 fields of a random row of ${rows / 1e6} M: columns · stride 4`,
      `${four.toFixed(0)} · ${one.toFixed(0)} ns (${(four / one).toFixed(1)} ×)`,
    );
  }
}

/** 500 000 ids, 80 % of them from 100 accounts (their rings wrap), 5 % repeated. */
function ids(): void {
  const count = 500_000;
  const roll = dice(13);
  const account = new Int32Array(count);
  const id: string[] = [];
  for (let i = 0; i < count; i += 1) {
    const repeat = i > 0 && roll(20) === 0 ? i - 1 : NONE;
    account[i] = repeat === NONE ? (roll(10) < 8 ? roll(100) : roll(ACCOUNTS)) : account[repeat]!;
    id.push(
      repeat === NONE
        ? `bot-${roll(1 << 30).toString(36)}:${i.toString(36)}.${'x'.repeat(roll(14))}`
        : id[repeat]!.slice(),
    );
  }
  setFlagsFromString('--expose-gc'); // only to weigh the maps
  const gc = runInNewContext('gc') as () => void;
  const memory = (): number => {
    gc();
    const m = process.memoryUsage();
    return m.heapUsed + m.arrayBuffers;
  };
  const results: Record<string, number[]> = { table: [], maps: [] };
  const answers: Record<string, number> = {};
  let mapBytes = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const kind of ['table', 'maps']) {
      const before = memory();
      const store = kind === 'table' ? new IdTable(1 << 19, ACCOUNTS, 1024) : new IdMaps();
      // As they come from a wire.
      const fresh = id.map((text) => Buffer.from(text, 'latin1').toString('latin1'));
      let repeats = 0;
      results[kind]!.push(
        ms(() => {
          for (let i = 0; i < count; i += 1)
            if (store.put(account[i]!, fresh[i]!, 0, 7, 1) === 1) repeats += 1;
        }),
      );
      claim(
        answers['repeats'] === undefined || answers['repeats'] === repeats,
        'table and maps see the same repeats',
      );
      answers['repeats'] = repeats;
      if (kind === 'maps') mapBytes = Math.max(mapBytes, memory() - before);
      claim(
        store.put(account[count - 1]!, fresh[count - 1]!, 0, 7, 1) === 1 && fresh.length === count,
        'the last id is known',
      );
    }
  }
  const probe = new IdTable(1 << 10, 4, 1024);
  const hashed = median(
    [0, 1, 2].map(() =>
      ms(() => {
        for (let i = 0; i < count; i += 1) probe.hash(id[i]!, account[i]!);
      }),
    ),
  );
  const table = new IdTable(1 << 10, 4, 1024);
  for (let i = 0; i < 1025; i += 1) claim(table.put(1, `a${i}`, 1, 1, i) === NONE, 'new id');
  claim(
    table.put(1, 'a1024', 1, 1, 0) === 1024 &&
      table.put(1, 'a1', 1, 1, 0) === 1 &&
      table.put(1, 'a1', 2, 1, 0) === -2,
    'the ring remembers 1 024 ids and tells another body',
  );
  claim(table.put(2, 'b', 1, 1, 0) === -3, 'a full pool refuses an account that holds nothing');
  claim(
    table.put(1, 'a0', 1, 1, 5) === NONE && table.put(1, 'a0', 1, 1, 0) === 5,
    'the oldest id is forgotten, at the limit exactly',
  );
  const [typed, maps] = [median(results['table']!), median(results['maps']!)];
  line(
    'id table: typed, 128-bit hash · Map per account',
    `${((typed / count) * 1e6).toFixed(0)} · ${((maps / count) * 1e6).toFixed(0)} ns ` +
      `(${(maps / typed).toFixed(1)} ×), ${answers['repeats']} repeats found by both; the ` +
      `hash alone ${((hashed / count) * 1e6).toFixed(0)} ns`,
  );
  line(
    '  bytes per entry · per account at 1 024 entries',
    `${6 * 4 + 4 + 4 + 4 + 8} · ${((44 * 1024) / 1e3).toFixed(0)} kB · maps about ` +
      `${(mapBytes / (100 * 1024 + count * 0.19)).toFixed(0)} B an entry, strings included`,
  );
}
