// Proves `plimsoll drift` as its documentation shows it: the committed recording prints the figures
// of Drift's own SDK, a node is asked and recorded, and what cannot be read is refused in a
// sentence. To write the recording again: WRITE_FIXTURE=1 npm run vitest -- tests/drift-cli.test.ts

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encoded, PROGRAM, SLOT } from '../src/brokers/drift/encoded.suite.ts';
import { recordingText } from '../src/brokers/drift/recording.ts';
import type { AccountReport } from '../src/cli/drift/account-report.ts';
import { loadAccount, openWatched, type WhereOptions } from '../src/cli/drift/load.ts';
import { goldenCases } from '../src/testing/drift/golden.ts';
import { DriftRpcServer } from '../src/testing/drift/rpc-server.ts';

const root = join(import.meta.dirname, '..');
const FIXTURE = 'fixtures/drift/account.json';
/** Three positions of which one has orders, ratios of the user's own, and a deposit of SOL. */
const GOLDEN_ID = 330;
const golden = goldenCases().find(({ id }) => id === GOLDEN_ID)!;
const { recording, user } = encoded(golden.account);
const expected = golden.expected as Readonly<Record<string, string>>;

let node: DriftRpcServer;
let directory: string;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'drift-cli-'));
  node = await DriftRpcServer.start();
  node.slot = SLOT;
  node.put(...recording.accounts);
});
afterAll(async () => {
  await node.stop();
  rmSync(directory, { recursive: true });
});

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

function plimsoll(...args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, 'src/cli/main.ts'), ...args], { cwd: root });
    let out = '';
    let error = '';
    child.stdout.on('data', (part: Buffer) => (out += part.toString()));
    child.stderr.on('data', (part: Buffer) => (error += part.toString()));
    child.on('close', (code) => resolve({ code, out, error }));
  });
}

/** 1234567 as 1.234567. */
function money(text: string | undefined): string {
  const digits = (text ?? '').padStart(7, '0');
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

async function reportOf(...args: readonly string[]): Promise<AccountReport> {
  const { code, out, error } = await plimsoll('drift', 'account', ...args, '--json');
  expect({ code, error }).toEqual({ code: 0, error: '' });
  return JSON.parse(out) as AccountReport;
}

const valueOf = (report: AccountReport, name: string): string | undefined =>
  report.figures.find((one) => one.name === name)?.value;

test('the committed recording is a golden account as the independent encoder writes it', () => {
  const note = `Golden account ${GOLDEN_ID} of fixtures/drift/golden.json as accounts of the chain; its parameters are not live ones.`;
  const text = recordingText(recording, note);
  if (process.env['WRITE_FIXTURE'] === '1') writeFileSync(join(root, FIXTURE), text);
  expect(readFileSync(join(root, FIXTURE), 'utf8')).toBe(text);
});

describe('the figures of the recording', () => {
  test('are those of the SDK in its mode', async () => {
    const report = await reportOf(FIXTURE, '--mode', 'sdk');
    const figures: readonly (readonly [string, string])[] = [
      ['collateral, initial', 'totalCollateralInitialStrict'],
      ['requirement, initial', 'initialMarginRequirement'],
      ['free, initial', 'freeCollateralInitial'],
      ['collateral, maintenance', 'totalCollateralMaintenance'],
      ['requirement, maintenance', 'maintenanceMarginRequirement'],
      ['free, maintenance', 'freeCollateralMaintenance'],
    ];
    for (const [name, key] of figures) expect(valueOf(report, name)).toBe(money(expected[key]));
    expect(valueOf(report, 'health')).toBe(String(expected['health']));
    expect(valueOf(report, 'leverage')).toBe('7.2088');
    expect(report.positions.map((one) => one.sdk_liquidation_price)).toEqual(
      (expected['markets'] as unknown as { liquidationPrice: string }[]).map((one) =>
        one.liquidationPrice === '-1' ? null : money(one.liquidationPrice).replace(/0{1,4}$/, ''),
      ),
    );
  });

  test('differ by mode only where profit is capped', async () => {
    const [chain, sdk] = await Promise.all([reportOf(FIXTURE), reportOf(FIXTURE, '--mode', 'sdk')]);
    expect(chain.mode).toBe('chain');
    const maintenance = 'requirement, maintenance';
    expect(valueOf(chain, maintenance)).toBe(valueOf(sdk, maintenance));
    expect(Number(valueOf(chain, 'collateral, initial'))).toBeLessThanOrEqual(
      Number(valueOf(sdk, 'collateral, initial')),
    );
  });

  test('are a table that says where each number comes from', async () => {
    const { code, out, error } = await plimsoll('drift', 'account', FIXTURE);
    expect({ code, error }).toEqual({ code: 0, error: '' });
    expect(out).toContain(`account  ${user} (0 of `);
    expect(out).toMatch(/^figure +value +unit +from$/m);
    expect(out).toMatch(/^health +48 +% +1 − requirement ÷ collateral/m);
    expect(out).toContain('kept by the market account, because accounts of Pyth are not read');
    expect(out).toMatch(/^price of +price +from +source +age +oracle account$/m);
    for (const { symbol } of golden.account.perpMarkets) expect(out).toContain(symbol);
  });

  test('a list of its markets', async () => {
    const { code, out } = await plimsoll('drift', 'markets', FIXTURE);
    expect(code).toBe(0);
    expect(out.split('\n')[0]).toMatch(/^market +status +price +initial % +maint. %/);
    for (const { symbol } of golden.account.perpMarkets) expect(out).toContain(symbol);
  });
});

describe('the page about it', () => {
  const page = readFileSync(join(root, 'docs/operating/drift.md'), 'utf8');
  const lines = page.split('\n').filter((line) => line.startsWith('plimsoll drift '));
  const offline = lines.filter((line) => line.includes(FIXTURE));

  test('has commands that need no network', () => {
    expect(offline.length).toBeGreaterThanOrEqual(3);
  });

  test.each(offline)('%s', async (line) => {
    const ran = await plimsoll(...line.split(' ').slice(1));
    expect(ran).toMatchObject({ code: 0, error: '' });
    expect(ran.out).toContain('BTC-PERP');
  });
});

describe('a node', () => {
  test('answers the same as a recording of it', async () => {
    const file = join(directory, 'account.json');
    const recorded = await plimsoll('drift', 'record', user, file, '--rpc', node.url);
    expect(recorded).toMatchObject({ code: 0, error: '' });
    expect(recorded.out).toBe(`${file}: ${recording.accounts.length} accounts at slot ${SLOT}\n`);
    const { stale, ...offline } = await reportOf(file);
    const { stale: live, ...online } = await reportOf(user, '--rpc', node.url);
    const same = { source: '', time: '' };
    expect({ ...online, ...same }).toEqual({ ...offline, ...same });
    expect(online.source).toBe(new URL(node.url).origin);
    // The chain's clock of the accounts stands at the golden file's moment.
    expect(live.filter((text) => !stale.includes(text))).toEqual([
      expect.stringMatching(/^the snapshot is \d+ ms old, more than 30000$/),
    ]);
    const again = await plimsoll('drift', 'record', user, file, '--rpc', node.url);
    expect(again).toMatchObject({ code: 1, out: '' });
    expect(again.error).toContain('is there already');
  });

  test('is asked for a wallet’s account by its number', async () => {
    const { authority } = await reportOf(FIXTURE);
    const report = await reportOf(authority, '--sub-account', '0', '--rpc', node.url);
    expect(report.account).toBe(user);
  });

  test('is asked again and again, also after it failed', async () => {
    const config = join(directory, 'watch.json');
    writeFileSync(config, JSON.stringify({ drift: { rpc: node.url, refresh_ms: 100 } }));
    const down = { kind: 'status', status: 403 } as const;
    node.misbehave(down);
    const options = ['--config', config, '--watch', '--for', '2', '--json'];
    const ran = await plimsoll('drift', 'account', user, ...options);
    expect(ran.code).toBe(0);
    expect(ran.error).toMatch(/^plimsoll: http:\/\/127\.0\.0\.1:\d+ answered 403[^\n]*\n$/);
    const lines = ran.out.trim().split('\n');
    expect(lines.length).toBeGreaterThanOrEqual(2);
    const figures = lines.map((line) => (JSON.parse(line) as AccountReport).figures);
    for (const one of figures) expect(one).toEqual(figures[0]);
  });

  test('and the markets are those of the configuration', async () => {
    const config = join(directory, 'plimsoll.json');
    writeFileSync(config, JSON.stringify({ drift: { rpc: node.url, perp_markets: [1] } }));
    const { out } = await plimsoll('drift', 'markets', '--config', config, '--json');
    const { markets } = JSON.parse(out) as { markets: { market_index: number }[] };
    expect(markets.map((one) => one.market_index)).toEqual([1]);
  });
});

describe('refused in one sentence', () => {
  const other = '11111111111111111111111111111111';
  const nowhere = 'http://127.0.0.1:1';

  test('on standard error, with exit code 1', async () => {
    const ran = await plimsoll('drift', 'account', 'README.md');
    expect(ran).toMatchObject({ code: 1, out: '' });
    expect(ran.error).toMatch(/^plimsoll: README\.md is no JSON: [^\n]*\n$/);
  });

  test('that a terminal does not obey', async () => {
    const file = join(directory, 'escape.json');
    writeFileSync(file, '\u001B[2J');
    const ran = await plimsoll('drift', 'account', file);
    expect(ran.code).toBe(1);
    expect(ran.error).toContain('is no JSON');
    expect(ran.error).not.toContain('\u001B');
  });

  const cases: readonly (readonly [string, WhereOptions, string])[] = [
    ['no-such-file.json', {}, 'no-such-file.json is not there'],
    ['drift', {}, 'what is neither a file nor an address is "drift"'],
    [user, {}, 'no node is named: give --rpc'],
    [user, { rpc: nowhere }, 'http://127.0.0.1:1 cannot be reached'],
    [user, { rpc: 'mainnet' }, 'the address of the RPC node is no http'],
    [user, { config: 'no-such.json' }, 'no-such.json cannot be read'],
    ['package.json', {}, 'package.json is no recording of Drift accounts'],
    ['fixtures', {}, 'fixtures cannot be read'],
    [FIXTURE, { user: other }, `the user (${other}) is not there at slot ${SLOT}`],
    [other, { subAccount: '70000', rpc: nowhere }, 'from 0 to 65535: 70000 is not'],
    [other, { subAccount: '-1', rpc: nowhere }, 'from 0 to 65535: -1 is not'],
  ];
  test.each(cases)('%s %j', async (what, options, words) => {
    const fault = await loadAccount(what, options).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(Error);
    expect((fault as Error).message).toContain(words);
    expect((fault as Error).message).not.toContain('\n');
  });

  test('an account that is not there, and a recording of another program', async () => {
    await expect(loadAccount(PROGRAM, { rpc: node.url })).rejects.toThrow(
      `has no account ${PROGRAM} at slot ${SLOT}`,
    );
    const config = join(directory, 'other.json');
    writeFileSync(config, JSON.stringify({ drift: { program_id: other } }));
    await expect(loadAccount(FIXTURE, { config })).rejects.toThrow(
      `the recording is of the program ${PROGRAM}, and ${other} is configured`,
    );
  });

  test('a file with several accounts, and one with none', async () => {
    const file = join(directory, 'several.json');
    const { accounts } = recording;
    const second = encoded(goldenCases()[0]!.account).recording.accounts;
    const isUser = (one: { readonly address: string }): boolean => one.address === user;
    const twin = { ...second.find(isUser)!, address: other };
    writeFileSync(file, recordingText({ ...recording, accounts: [...accounts, twin] }));
    await expect(loadAccount(file, {})).rejects.toThrow(`name one with --user: ${user}, ${other}`);
    expect((await loadAccount(file, { user })).user.address).toBe(user);
    const rest = accounts.filter((one) => !isUser(one));
    writeFileSync(file, recordingText({ ...recording, accounts: rest }));
    await expect(loadAccount(file, {})).rejects.toThrow('holds no account of a user');
  });

  test('a file that shall be watched', async () => {
    await expect(openWatched(FIXTURE, {})).rejects.toThrow(`${FIXTURE} is a file`);
  });
});
