// Proves the channel `pairs` of a real server: snapshot and deltas come to what a query answers,
// when marks move and when pairs are opened and closed, also for a reader that comes back; nobody
// else reads it; and the figures move with the demo's marks.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keyOf, openLab } from '../src/app/lab.suite.ts';
import { EXAMPLE, openPairLab, type PairLab } from './pairs/lab.ts';
import { Wire, type Of } from './stream/wire.ts';

type Figures = Record<string, unknown>;
interface Delta {
  readonly positions: readonly Figures[];
  readonly closed: readonly string[];
}

let pairs: PairLab;
beforeAll(async () => {
  pairs = await openPairLab();
});
afterAll(() => pairs.lab.stop());

/** The pairs as a reader keeps them: the snapshot with the deltas after it. */
function keptBy(snapshot: Of<'snapshot'>, deltas: readonly Of<'delta'>[]): Figures[] {
  const first = (snapshot.data as { positions: Figures[] }).positions;
  const known = new Map(first.map((row) => [row['id'], row]));
  for (const { sequence, data } of deltas) {
    if (sequence <= snapshot.sequence) continue;
    const { positions, closed } = data as Delta;
    for (const row of positions) known.set(row['id'], row);
    for (const id of closed) known.delete(id);
  }
  return [...known.values()];
}

/** Waits for the delta that brings a reader to what a query answers. */
async function settled(wire: Wire, snapshot: Of<'snapshot'>): Promise<void> {
  const wanted = await pairs.live();
  await expect
    .poll(() => keptBy(snapshot, wire.deltas('pairs')), { timeout: 5_000 })
    .toEqual(wanted);
}

describe('the channel of pairs', () => {
  test('tells what is opened, what moves and what is closed', async () => {
    const wire = await Wire.open(pairs.lab.app.origin, pairs.lab.token);
    const first = await pairs.opened();
    const snapshot = await wire.subscribe({ channel: 'pairs' });
    expect(snapshot.data).toEqual({ positions: await pairs.live() });
    await pairs.price('BTC-PERP', '56000');
    await settled(wire, snapshot);
    const second = await pairs.opened({ ...EXAMPLE, leverage: 5 });
    await settled(wire, snapshot);
    await pairs.price('SOL-PERP', '104');
    await settled(wire, snapshot);
    await pairs.close(first);
    await settled(wire, snapshot);
    const late = await Wire.open(pairs.lab.app.origin, pairs.lab.token);
    const later = await late.subscribe({ channel: 'pairs' });
    await pairs.close(second);
    await settled(wire, snapshot);
    await settled(late, later);
    expect(keptBy(snapshot, wire.deltas('pairs'))).toEqual([]);
    let last = snapshot.sequence;
    for (const { sequence, previous } of wire.deltas('pairs')) {
      expect(previous).toBeLessThanOrEqual(last);
      expect(sequence).toBeGreaterThan(last);
      last = sequence;
    }
    for (const one of [wire, late]) {
      expect(one.fault).toBeUndefined();
      await one.close();
    }
  });

  test('tells only the pairs that moved', async () => {
    await pairs.price('ETH-PERP', '2500');
    const still = await pairs.opened({ ...EXAMPLE, longMarket: 'ETH-PERP' });
    const moving = await pairs.opened();
    const wire = await Wire.open(pairs.lab.app.origin, pairs.lab.token);
    const snapshot = await wire.subscribe({ channel: 'pairs' });
    await pairs.price('BTC-PERP', '57000');
    await settled(wire, snapshot);
    const told = wire.deltas('pairs').flatMap(({ data }) => (data as Delta).positions);
    expect(told.map((row) => row['id'])).toEqual([moving]);
    for (const id of [still, moving]) await pairs.close(id);
    await wire.close();
  });

  test('goes on where a reader left off', async () => {
    const first = await Wire.open(pairs.lab.app.origin, pairs.lab.token);
    const snapshot = await first.subscribe({ channel: 'pairs' });
    const id = await pairs.opened();
    await settled(first, snapshot);
    const seen = first.deltas('pairs');
    const from = seen.at(-1)?.sequence ?? 0;
    await first.close();
    const other = await pairs.opened({ ...EXAMPLE, leverage: 2 });
    await pairs.close(id);
    const again = await Wire.open(pairs.lab.app.origin, pairs.lab.token);
    again.send({ op: 'subscribe', id: 'again', channel: 'pairs', from });
    const wanted = await pairs.live();
    expect(wanted.map((row) => row['id'])).toEqual([other]);
    await expect
      .poll(() => keptBy(snapshot, [...seen, ...again.deltas('pairs')]), { timeout: 5_000 })
      .toEqual(wanted);
    expect(again.messages.some(({ type }) => type === 'resync')).toBe(false);
    await pairs.close(other);
    await again.close();
  });

  test('is the owner’s', async () => {
    const bob = await keyOf(pairs.lab, 'bob', ['read']);
    const wire = await Wire.open(pairs.lab.app.origin, bob);
    const own = await wire.subscribe({ channel: 'pairs' });
    expect(own.data).toEqual({ positions: [] });
    await expect(wire.subscribe({ channel: 'pairs', account: 'alice' })).rejects.toThrow(
      /another account/,
    );
    const id = await pairs.opened();
    await pairs.price('BTC-PERP', '55000');
    await pairs.close(id);
    expect(wire.deltas('pairs')).toEqual([]);
    await wire.close();
    const nobody = await Wire.open(pairs.lab.app.origin);
    await expect(nobody.subscribe({ channel: 'pairs' })).rejects.toThrow(/Sign in/);
    await nobody.close();
  });
});

test('figures move with the demo’s marks', async () => {
  const lab = await openLab({ demo: true });
  try {
    const markOf = async (market: string): Promise<number> =>
      Number((await lab.ask(`/api/v1/markets/${market}`)).json['mark']);
    const body = {
      longMarket: 'BTC-PERP',
      shortMarket: 'ETH-PERP',
      capitalUSDC: 5_000,
      leverage: 3,
    };
    const opened = await lab.post('/api/positions', body);
    expect(opened.status, opened.text).toBe(200);
    const wire = await Wire.open(lab.app.origin, lab.token);
    await wire.subscribe({ channel: 'pairs' });
    const told = (): Delta[] => wire.deltas('pairs').map(({ data }) => data as Delta);
    await expect.poll(() => told().length, { timeout: 20_000 }).toBeGreaterThan(3);
    const gains = new Set(told().map(({ positions }) => positions[0]?.['unrealizedPnL']));
    expect(gains.size).toBeGreaterThan(2);
    lab.app.demo?.stop();
    const row = opened.json['position'] as Record<string, number>;
    const [long, short] = [await markOf('BTC-PERP'), await markOf('ETH-PERP')];
    const { json } = await lab.ask('/api/positions/live-pnl');
    const [figures] = json['positions'] as Record<string, number>[];
    expect(figures?.['currentRatio']).toBeCloseTo(long / short, 2);
    const gain = (long - row['longEntryPrice']!) * row['longSize']!;
    const loss = (short - row['shortEntryPrice']!) * row['shortSize']!;
    expect(figures?.['unrealizedPnL']).toBeCloseTo(gain - loss, 1);
    expect(wire.fault).toBeUndefined();
    await wire.close();
  } finally {
    await lab.stop();
  }
}, 60_000);
