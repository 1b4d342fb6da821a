// Proves that the past survives: after a restart, with its database deleted, and made anew from the
// journal, a real server gives the same answers word for word. In SQLite, and in PostgreSQL where
// it is there or can be installed.

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseConfig } from '../src/app/config.ts';
import { openLab, type Lab } from '../src/app/lab.suite.ts';
import { historyStatus, rebuildHistory } from '../src/app/history-tools.ts';
import { dump } from '../src/projections/fixture.suite.ts';
import { findOrInstallPostgres, TestPostgres } from '../src/testing/postgres/postgres.ts';
import { makePast, pastOf, type Ask } from './history/past.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-past-'));
const labs = new Set<Lab>();

afterAll(async () => {
  for (const lab of labs) await lab.app.stop();
  rmSync(folder, { recursive: true, force: true });
});

const asker =
  (lab: Lab): Ask =>
  (path, body, method = body === undefined ? 'GET' : 'POST') =>
    lab.ask(path, body === undefined ? { method } : { method, body });

/** A server on a directory, with the history where `url` says. */
async function serve(data: string, url: string | undefined): Promise<Lab> {
  const config = url === undefined ? {} : { history: { url } };
  const lab = await openLab({ data, config });
  labs.add(lab);
  return lab;
}

async function stop(lab: Lab): Promise<void> {
  labs.delete(lab);
  expect(await lab.app.stop()).toBe(true);
}

const configOf = (data: string, url: string | undefined): ReturnType<typeof parseConfig> =>
  parseConfig(JSON.stringify({ data, ...(url === undefined ? {} : { history: { url } }) }), 'test');

function proveThePast(newUrl: (data: string) => string | undefined): void {
  let made = 0;
  const newPlace = (): { data: string; url: string | undefined } => {
    const data = join(folder, `${expect.getState().currentTestName?.length}-${(made += 1)}`);
    return { data, url: newUrl(data) };
  };

  test('survives a restart and a rebuild, row by row', async () => {
    const { data, url } = newPlace();
    const first = await serve(data, url);
    await makePast(asker(first));
    const to = Date.now();
    const before = await pastOf(asker(first), to);
    expect(before['/api/v1/orders/closed?account=alice']).toContain('"filled"');
    expect(before['/api/v1/orders/closed?account=alice']).toContain('"requested"');
    expect(before['/api/v1/fills.csv?account=bob']?.split('\n')).toHaveLength(6);
    expect(before['/api/v1/transfers?account=bob']).toContain('12.5');
    expect(before['/api/v1/orders?account=alice&client_order_id=gone']).toContain('58500');
    await stop(first);
    const second = await serve(data, url);
    expect(await pastOf(asker(second), to)).toEqual(before);
    await makePast(asker(second), '-2');
    const later = Date.now();
    const more = await pastOf(asker(second), later);
    await stop(second);

    const file = url ?? join(data, 'history.sqlite');
    const live = await dump(file);
    const config = configOf(data, url);
    const report = await rebuildHistory({ config, force: false });
    expect(report.before).toBe(report.sequence);
    expect(report).toMatchObject({ trades: 8, fills: 16, gaps: [], prunedSequence: 0 });
    expect(await historyStatus(config)).toMatchObject({ sequence: report.sequence, trades: 8 });
    expect(await dump(file)).toEqual(live);
    const third = await serve(data, url);
    expect(await pastOf(asker(third), later)).toEqual(more);
    await stop(third);
  });

  test('says how far it is', async () => {
    const { data, url } = newPlace();
    const lab = await serve(data, url);
    await makePast(asker(lab));
    const to = Date.now();
    await pastOf(asker(lab), to); // a question waits for the history
    const ready = (await lab.ask('/ready')).json;
    expect(ready['history']).toMatchObject({ mode: 'live', behind_records: 0, behind_ms: 0 });
    const { text } = await lab.ask('/metrics');
    expect(text).toContain('plimsoll_history_behind_records 0');
    expect(text).toMatch(/plimsoll_history_sequence \d\d/);
    await stop(lab);
  });

  test('of another journal is refused with a way out, unless there is nothing in it', async () => {
    const { data, url } = newPlace();
    const lab = await serve(data, url);
    await makePast(asker(lab));
    await stop(lab);
    const other = join(folder, `${data}-other`);
    const its = url ?? join(data, 'history.sqlite');
    await expect(serve(other, its)).rejects.toThrow('plimsoll history rebuild');
    const config = configOf(other, its);
    await expect(rebuildHistory({ config, force: false })).rejects.toThrow('--force');
    expect(await rebuildHistory({ config, force: true })).toMatchObject({ sequence: 0, fills: 0 });
    await stop(await serve(data, its)); // it is nobody's now
  });
}

describe('the past in SQLite', () => {
  proveThePast(() => undefined);

  test('comes back by itself when its file was deleted', async () => {
    const data = join(folder, 'deleted');
    const first = await serve(data, undefined);
    await makePast(asker(first));
    const to = Date.now();
    const before = await pastOf(asker(first), to);
    await stop(first);
    const files = readdirSync(data).filter((name) => name.startsWith('history.sqlite'));
    expect(files).toContain('history.sqlite');
    for (const name of files) rmSync(join(data, name));
    const second = await serve(data, undefined);
    expect(await pastOf(asker(second), to)).toEqual(before);
    await stop(second);
  });

  test('a cursor that nobody gave is no fault of the server', async () => {
    const lab = await serve(join(folder, 'cursors'), undefined);
    for (const cursor of ['9999999999999999-999999999', '0-0', '1-999999999']) {
      for (const path of ['orders/closed', 'fills', 'transfers', 'markets/BTC-PERP/trades']) {
        const { status } = await lab.ask(`/api/v1/${path}?cursor=${cursor}`);
        expect(status, `${path} ${cursor}`).toBe(200);
      }
    }
    await stop(lab);
  });
});

const found = findOrInstallPostgres();
const why = found.kind === 'absent' ? ` [${found.reason}]` : '';
describe.skipIf(found.kind === 'absent')(`the past in PostgreSQL${why}`, () => {
  let server: TestPostgres | undefined;
  let made = 0;
  beforeAll(async () => {
    if (found.kind === 'found') server = await TestPostgres.start(found);
  });
  afterAll(() => server?.stop());
  proveThePast(() => server?.create(`past_${(made += 1)}`));

  test('a server that goes away stops neither trading nor a clean end', async () => {
    if (found.kind !== 'found') return;
    const own = await TestPostgres.start(found);
    const data = join(folder, 'away');
    const lab = await serve(data, own.create('away'));
    await makePast(asker(lab));
    const fills = '/api/v1/fills?account=alice';
    expect((await lab.ask(fills)).status).toBe(200);
    await own.stop();
    await makePast(asker(lab), '-2');
    expect((await lab.ask('/api/v1/orders?account=alice')).status).toBe(200);
    expect(await lab.ask(fills)).toMatchObject({ status: 503, json: { code: 'BEHIND' } });
    const { history } = (await lab.ask('/ready')).json;
    expect(history).toMatchObject({ mode: 'retrying' });
    await stop(lab);
    // Its journal has all of it, whatever database comes next.
    const second = await serve(data, undefined);
    expect((await second.ask(fills)).json['fills']).toHaveLength(8);
    await stop(second);
  });
});
