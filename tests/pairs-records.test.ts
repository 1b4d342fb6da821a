// Proves that a pair which was acknowledged is kept: through a restart, through a rebuild and the
// loss of the history, and through a write that failed or whose answer was lost. In SQLite, and in
// PostgreSQL where it is there or can be installed.

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { parseConfig } from '../src/app/config.ts';
import { rebuildHistory } from '../src/app/history-tools.ts';
import { RECORDS_FILE } from '../src/app/pair-store.ts';
import { findOrInstallPostgres, TestPostgres } from '../src/testing/postgres/postgres.ts';
import { EXAMPLE, openPairLab, type PairLab } from './pairs/lab.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-pair-records-'));
const running = new Set<PairLab>();
let made = 0;

afterEach(async () => {
  for (const pairs of running) await pairs.lab.app.stop();
  running.clear();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function serve(data: string, url?: string): Promise<PairLab> {
  const pairs = await openPairLab({ data, config: url === undefined ? {} : { history: { url } } });
  running.add(pairs);
  return pairs;
}

async function stop(pairs: PairLab): Promise<void> {
  running.delete(pairs);
  expect(await pairs.lab.app.stop()).toBe(true);
}

/** Everything that a reader can see of the pairs of alice and bob. */
async function seen({ lab }: PairLab): Promise<string[]> {
  const paths = ['/api/positions?status=all', '/api/positions', '/api/positions/live-pnl'];
  const texts = [];
  for (const path of paths) {
    for (const account of ['alice', 'bob']) {
      const query = `${path.includes('?') ? '&' : '?'}account=${account}`;
      texts.push((await lab.ask(path + query)).text);
    }
  }
  return texts;
}

function proveKept(newUrl: () => string | undefined): void {
  test('through a restart, a rebuild and another number to come', async () => {
    const data = join(folder, String((made += 1)));
    const url = newUrl();
    const first = await serve(data, url);
    const kept = await first.opened();
    const closed = await first.opened({ ...EXAMPLE, leverage: 7 });
    await first.open({ ...EXAMPLE, account: 'bob' }, 'bobs');
    await first.price('BTC-PERP', '57000');
    await first.close(closed, 'end');
    await first.price('BTC-PERP', '55000');
    const before = await seen(first);
    expect(before[0]).toContain('"realizedPnL":');
    await stop(first);
    const second = await serve(data, url);
    expect(await seen(second)).toEqual(before);
    await stop(second);
    const history = url === undefined ? {} : { history: { url } };
    const config = parseConfig(JSON.stringify({ data, ...history }), 'test');
    await rebuildHistory({ config, force: true });
    const third = await serve(data, url);
    expect(await seen(third)).toEqual(before);
    const repeat = await third.open({ ...EXAMPLE, account: 'bob' }, 'bobs');
    expect(repeat).toMatchObject({ status: 200, json: { repeated: true } });
    expect((await third.close(closed, 'end')).json).toMatchObject({ repeated: true });
    expect(Number(await third.opened())).toBe(Number(kept) + 3);
    await stop(third);
  });
}

describe('in SQLite', () => {
  proveKept(() => undefined);

  test('through the loss of the history', async () => {
    const data = join(folder, String((made += 1)));
    const first = await serve(data);
    await first.opened();
    const before = await seen(first);
    await stop(first);
    expect(existsSync(join(data, 'history.sqlite'))).toBe(true);
    for (const end of ['', '-wal', '-shm'])
      rmSync(join(data, `history.sqlite${end}`), { force: true });
    const second = await serve(data);
    expect(await seen(second)).toEqual(before);
    await stop(second);
  });

  test('a write that fails is told as unknown, and the next one goes on', async () => {
    const data = join(folder, String((made += 1)));
    const pairs = await serve(data);
    const kept = await pairs.opened();
    const before = await seen(pairs);
    const database = new DatabaseSync(join(data, RECORDS_FILE));
    for (const change of ['insert', 'update']) {
      database.exec(`create trigger no_${change} before ${change} on pairs
        begin select raise(abort, 'no'); end`);
    }
    const unknown = { status: 503, json: { code: 'OUTCOME_UNKNOWN' } };
    expect(await pairs.open(EXAMPLE, 'k')).toMatchObject(unknown);
    expect(await pairs.close(kept)).toMatchObject(unknown);
    expect(await seen(pairs)).toEqual(before);
    for (const change of ['insert', 'update']) database.exec(`drop trigger no_${change}`);
    database.close();
    const again = await pairs.open(EXAMPLE, 'k');
    expect(again).toMatchObject({ status: 200, json: { repeated: false } });
    expect(await pairs.close(kept)).toMatchObject({ status: 200 });
    expect(await pairs.list()).toHaveLength(1);
  });

  test('a write whose answer was lost is found under its key, and by itself', async () => {
    const data = join(folder, String((made += 1)));
    const pairs = await serve(data);
    await pairs.open(EXAMPLE, 'first');
    const database = new DatabaseSync(join(data, RECORDS_FILE));
    // As if the second insert had been done and its answer had not come: its row is there when the
    // server tries.
    database.exec(`insert into pairs select journal, 2, account, long_market, short_market, capital,
      leverage, long_weight, long_size, short_size, long_entry, short_entry, opened_at, closed_at,
      long_exit, short_exit, realised, 'second', open_digest, close_key from pairs where pair = 1`);
    database.close();
    expect((await pairs.live()).map((row) => row['id'])).toEqual(['1']);
    expect(await pairs.open({ ...EXAMPLE, leverage: 4 }, 'third')).toMatchObject({ status: 503 });
    await expect
      .poll(async () => (await pairs.live()).map((row) => row['id']), { timeout: 5_000 })
      .toEqual(['1', '2']);
    const again = await pairs.open(EXAMPLE, 'second');
    expect(again).toMatchObject({ status: 200, json: { repeated: true, position: { id: '2' } } });
    expect(await pairs.opened()).toBe('3');
  });

  test('a pair of a market that is not there is kept and not shown', async () => {
    const data = join(folder, String((made += 1)));
    const first = await serve(data);
    await first.opened();
    await first.opened();
    await stop(first);
    const database = new DatabaseSync(join(data, RECORDS_FILE));
    database.exec(`update pairs set long_market = 'GONE-PERP' where pair = 1`);
    database.close();
    const second = await serve(data);
    expect((await second.list('?status=all')).map((row) => row['id'])).toEqual(['2']);
    expect((await second.live()).map((row) => row['id'])).toEqual(['2']);
    expect(await second.opened()).toBe('3');
  });

  test('records that are no database are refused with their name', async () => {
    const data = join(folder, String((made += 1)));
    const first = await serve(data);
    await stop(first);
    for (const end of ['-wal', '-shm']) rmSync(join(data, RECORDS_FILE + end), { force: true });
    writeFileSync(join(data, RECORDS_FILE), 'no database '.repeat(1_000));
    await expect(openPairLab({ data })).rejects.toThrow(/records\.sqlite cannot be used/);
    rmSync(join(data, RECORDS_FILE));
    await stop(await serve(data)); // the failed start has let the directory go
  });
});

const found = findOrInstallPostgres();
const why = found.kind === 'absent' ? ` [${found.reason}]` : '';
describe.skipIf(found.kind === 'absent')(`in PostgreSQL${why}`, () => {
  let server: TestPostgres | undefined;
  beforeAll(async () => {
    if (found.kind === 'found') server = await TestPostgres.start(found);
  });
  afterAll(async () => {
    await server?.stop();
  });
  proveKept(() => server?.create(`pairs_${(made += 1)}`) ?? '');
});
