// Proves that the source is right when the node is and says so when it is not: it asks for all that
// an account touches, at one slot; it keeps what it knew when a renewal fails, and tells its age; a
// question about a figure never reaches the network.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { driftFigures } from '../../margin/drift/figures.ts';
import type { DriftAccount } from '../../margin/drift/types.ts';
import { goldenCases } from '../../testing/drift/golden.ts';
import { DriftRpcServer } from '../../testing/drift/rpc-server.ts';
import { perpMarketAddress, spotMarketAddress, stateAddress } from './address.ts';
import { DriftCapture, type DriftWish } from './capture.ts';
import { encoded, oracleAddress, PROGRAM, SLOT, type Encoded } from './encoded.suite.ts';
import { DriftFault } from './fault.ts';
import { RpcReader } from './rpc.ts';
import { DRIFT_V2, type DriftSettings } from './settings.ts';
import { DriftMarketSource } from './source.ts';

/** An account with four perp positions, open orders and two deposits; margins grow with size. */
const GOLDEN = goldenCases().find(({ id }) => id === 228)!.account;

let node: DriftRpcServer;
let encodedUser: Encoded;
let nowMs: number;

beforeEach(async () => {
  node = await DriftRpcServer.start();
  node.slot = SLOT;
  nowMs = 1_000_000;
  serve(GOLDEN);
});

afterEach(() => node.stop());

function serve(account: DriftAccount): void {
  encodedUser = encoded(account, () => 'lazer');
  node.put(...encodedUser.recording.accounts);
}

function sourceOf(
  settings: DriftSettings = DRIFT_V2,
  wish?: Partial<DriftWish>,
): DriftMarketSource {
  const reader = new RpcReader({ url: node.url, timeoutMs: 500, attempts: 2, delayMs: 1 });
  const capture = new DriftCapture({
    reader,
    programId: settings.programId,
    wish: { users: [encodedUser.user], perpMarkets: [], spotMarkets: [], ...wish },
    nowMs: () => nowMs,
  });
  return new DriftMarketSource({ load: () => capture.take(), settings, nowMs: () => nowMs });
}

/** Changes bytes of a served account. */
function patch(address: string, change: (data: Uint8Array) => Uint8Array, owner = PROGRAM): void {
  const { data } = encodedUser.recording.accounts.find((one) => one.address === address)!;
  node.put({ address, owner, data: change(Uint8Array.from(data)) });
}

function setByte(offset: number, value: number): (data: Uint8Array) => Uint8Array {
  return (data) => {
    data[offset] = value;
    return data;
  };
}

const FIRST = GOLDEN.perpMarkets[0]!;
const MARKET = perpMarketAddress(PROGRAM, FIRST.marketIndex);

describe('a renewal', () => {
  test('brings the account with all it touches, and its figures are the venue’s', async () => {
    const source = sourceOf();
    await source.renew();
    const { account, stale } = source.account(encodedUser.user);
    expect(driftFigures(account, 'sdk')).toEqual(driftFigures(GOLDEN, 'sdk'));
    expect(stale).toEqual([]);
    expect(source.status).toEqual({
      slot: SLOT,
      ageMs: 0,
      renewals: 1,
      failures: 0,
      lastFault: undefined,
      stale: [],
    });
  });

  test('asks in rounds first, and then for everything at once', async () => {
    const source = sourceOf();
    await source.renew();
    expect(node.asked.length).toBe(3); // the user, its markets, their oracles
    node.slot += 1;
    await source.renew();
    expect(node.asked.length).toBe(4);
    expect(source.status.slot).toBe(SLOT + 1);
  });

  test('finds a market that was opened since', async () => {
    const few = { ...GOLDEN, perpPositions: GOLDEN.perpPositions.slice(0, 1) };
    serve(few);
    const source = sourceOf();
    await source.renew();
    expect(source.account(encodedUser.user).perpMarkets.length).toBe(1);
    serve(GOLDEN);
    await source.renew();
    const { account } = source.account(encodedUser.user);
    expect(driftFigures(account, 'sdk')).toEqual(driftFigures(GOLDEN, 'sdk'));
  });

  test('brings all markets when all are wanted', async () => {
    const source = sourceOf(DRIFT_V2, { users: [], perpMarkets: 'all', spotMarkets: 'all' });
    await source.renew();
    for (const { symbol, oraclePrice, marketIndex } of GOLDEN.perpMarkets) {
      expect(source.market(symbol)).toMatchObject({ marketIndex, mark: Number(oraclePrice) });
    }
    expect(source.market('NOBODY-PERP')).toBeUndefined();
    expect(node.asked.some((addresses) => addresses.length === 100)).toBe(true);
  });

  test('is shared by those who ask at the same time', async () => {
    const source = sourceOf();
    await Promise.all([source.renew(), source.renew(), source.renew()]);
    expect(source.status.renewals).toBe(1);
  });
});

test('a figure is answered without the network', async () => {
  const source = sourceOf();
  await source.renew();
  const asked = node.asked.length;
  await node.stop();
  const { account } = source.account(encodedUser.user);
  expect(driftFigures(account, 'sdk')).toEqual(driftFigures(GOLDEN, 'sdk'));
  expect(source.market(FIRST.symbol)).toBeDefined();
  expect(node.asked.length).toBe(asked);
  node = await DriftRpcServer.start();
});

test('a market says what it requires of a size, more for a large one', async () => {
  const source = sourceOf();
  await source.renew();
  const terms = source.market(FIRST.symbol)!;
  expect(terms.mark).toBe(Number(FIRST.oraclePrice));
  expect(terms.initialRatio(0)).toBe(FIRST.marginRatioInitial);
  expect(terms.maintenanceRatio(0)).toBe(FIRST.marginRatioMaintenance);
  for (const { symbol, imfFactor } of GOLDEN.perpMarkets) {
    const { initialRatio } = source.market(symbol)!;
    if (imfFactor > 0) expect(initialRatio(10 ** 15)).toBeGreaterThan(initialRatio(10 ** 9));
  }
});

describe('what is old says so', () => {
  test('a snapshot', async () => {
    const source = sourceOf();
    expect(source.status.stale).toEqual(['nothing has been read yet']);
    await source.renew();
    nowMs += DRIFT_V2.snapshotAgeMsMax;
    expect(source.account(encodedUser.user).stale).toEqual([]);
    nowMs += 1;
    const words = ['the snapshot is 30001 ms old, more than 30000'];
    expect(source.account(encodedUser.user).stale).toEqual(words);
    expect(source.market(FIRST.symbol)?.stale).toEqual(words);
    expect(source.status).toMatchObject({ ageMs: 30_001, stale: words });
  });

  test('a node that stands still', async () => {
    nowMs = GOLDEN.now * 1_000 + 40_000;
    const source = sourceOf();
    await source.renew();
    expect(source.status.stale).toEqual(['the snapshot is 40000 ms old, more than 30000']);
  });

  test('a price', async () => {
    const source = sourceOf({ ...DRIFT_V2, priceAgeSlotsMax: 2 });
    await source.renew();
    const words = `the price of ${FIRST.symbol} is 3 slots old, more than 2`;
    expect(source.account(encodedUser.user).stale).toContain(words);
    expect(source.market(FIRST.symbol)?.stale).toEqual([words]);
  });

  test('a price that only the market kept', async () => {
    node.remove(oracleAddress(FIRST.oracleKey));
    const source = sourceOf({ ...DRIFT_V2, priceAgeMsMax: 999 });
    await source.renew();
    const { perpMarkets, stale } = source.account(encodedUser.user);
    expect(perpMarkets[0]?.origin).toMatchObject({
      price: FIRST.oraclePrice,
      from: 'market',
      ageMs: 1_000,
      because: 'the oracle account is not there',
    });
    expect(stale).toContain(`the price of ${FIRST.symbol} is 1000 ms old, more than 999`);
  });
});

describe('a node that fails', () => {
  test('leaves what was known, and counts', async () => {
    const source = sourceOf();
    await source.renew();
    const down = { kind: 'status', status: 500 } as const;
    node.misbehave(down, down, down, down);
    await expect(source.renew()).rejects.toThrow('answered 500');
    await expect(source.renew()).rejects.toThrow('answered 500');
    expect(source.status).toMatchObject({ failures: 2, renewals: 3, slot: SLOT });
    expect(source.status.lastFault?.message).toContain('tried 2 times');
    expect(source.account(encodedUser.user).stale).toEqual([]);
    await source.renew();
    expect(source.status).toMatchObject({ failures: 0, lastFault: undefined });
  });

  test('before the first answer is the answer to every question', async () => {
    const source = sourceOf();
    expect(() => source.account(encodedUser.user)).toThrow('nothing has been read yet');
    node.misbehave({ kind: 'status', status: 403 });
    await expect(source.renew()).rejects.toThrow('answered 403');
    expect(() => source.account(encodedUser.user)).toThrow('answered 403');
    expect(() => source.market('SOL-PERP')).toThrow('answered 403');
  });

  test('and goes back in time is not believed', async () => {
    const source = sourceOf();
    await source.renew();
    node.slot -= 1;
    await expect(source.renew()).rejects.toThrow('Minimum context slot');
    expect(source.status.slot).toBe(SLOT);
  });

  test('in the background is reported, and tried again', async () => {
    const faults: DriftFault[] = [];
    const options = { settings: DRIFT_V2, nowMs: () => nowMs };
    let calls = 0;
    const source = new DriftMarketSource({
      ...options,
      load: () => {
        calls += 1;
        const fault = new DriftFault('unreachable', `call ${calls}`);
        return calls === 1 ? Promise.reject(fault) : Promise.resolve(encodedUser.recording);
      },
    });
    let snapshots = 0;
    source.start(1, {
      onSnapshot: () => (snapshots += 1),
      onFault: (fault) => faults.push(fault),
    });
    source.start(1); // a second start is none
    await expect.poll(() => source.status.slot).toBe(SLOT);
    source.stop();
    expect(faults.map(({ message }) => message)).toEqual(['call 1']);
    const { renewals } = source.status;
    await new Promise((resolve) => {
      setTimeout(resolve, 250);
    });
    expect(source.status.renewals).toBe(renewals);
    expect(snapshots).toBe(renewals - 1);
  });
});

const longer = (data: Uint8Array): Uint8Array => Uint8Array.of(...data, 0);
const cut = (data: Uint8Array): Uint8Array => data.subarray(0, data.length - 1);
const OTHER = '11111111111111111111111111111111';

/** What is done to the served accounts, and how the account is then refused. */
const SPOILT: readonly (readonly [string, () => void, string, string])[] = [
  ['a market that is not there', () => node.remove(MARKET), 'missing', `(${MARKET}) is not there`],
  ['a market of another program', () => patch(MARKET, (data) => data, OTHER), 'owner', 'owned by'],
  ['a market that is longer', () => patch(MARKET, longer), 'layout', 'has 1217 bytes'],
  ['a market that is cut off', () => patch(MARKET, cut), 'layout', 'has 1215 bytes'],
  ['another kind', () => patch(MARKET, setByte(0, 0)), 'layout', 'a PerpMarket begins with'],
  ['an unknown status', () => patch(MARKET, setByte(1_162, 9)), 'value', 'status is 9'],
  [
    'too many decimals',
    () => patch(spotMarketAddress(PROGRAM, 1), setByte(680, 19)),
    'value',
    '19',
  ],
  ['an unknown tier', () => patch(MARKET, setByte(1_164, 6)), 'value', 'contract tier is 6'],
  ['an unknown type', () => patch(MARKET, setByte(1_163, 3)), 'value', 'contract type is 3'],
  ['a future', () => patch(MARKET, setByte(1_163, 1)), 'value', 'is a future'],
  ['an unknown oracle', () => patch(MARKET, setByte(926, 16)), 'value', 'oracle source is 16'],
  [
    'another number',
    () => patch(MARKET, setByte(1_160, 99)),
    'value',
    'says that it is PerpMarket 99',
  ],
  ['no quote market', () => node.remove(spotMarketAddress(PROGRAM, 0)), 'missing', 'spot market 0'],
  ['no state', () => node.remove(stateAddress(PROGRAM)), 'missing', 'the state of the program'],
  [
    'an unknown margin mode',
    () => patch(encodedUser.user, setByte(4_355, 3)),
    'value',
    'margin mode is 3',
  ],
  [
    'liquidity shares',
    () => patch(encodedUser.user, setByte(424 + 64, 1)),
    'value',
    'holds 1 liquidity shares',
  ],
];

describe('an account that is not what it should be is refused', () => {
  test.each([
    ['is not there', () => node.remove(encodedUser.user), 'missing', 'has no account'],
    [
      'is a wallet',
      () => patch(encodedUser.user, () => new Uint8Array(), OTHER),
      'owner',
      `is owned by ${OTHER}, not by ${PROGRAM}`,
    ],
    ['is cut off', () => patch(encodedUser.user, cut), 'layout', 'has 4375 bytes; the User'],
    [
      'is of another kind',
      () => patch(encodedUser.user, setByte(0, 1)),
      'layout',
      'begins with 01755fe3ef973aec; a User begins with 9f755fe3ef973aec',
    ],
  ] as const)('a user that %s', async (_, spoil, kind, words) => {
    spoil();
    const fault = await sourceOf()
      .renew()
      .catch((error: unknown) => error);
    expect(fault).toMatchObject({ kind });
    expect(String(fault)).toContain(words);
  });

  test.each(SPOILT)('%s', async (_, spoil, kind, words) => {
    spoil();
    const source = sourceOf();
    await source.renew();
    let fault: unknown;
    try {
      source.account(encodedUser.user);
    } catch (error) {
      fault = error;
    }
    expect(fault).toMatchObject({ kind });
    expect(String(fault)).toContain(words);
  });

  test('and the others stay readable', async () => {
    const other = GOLDEN.perpMarkets[1]!;
    patch(MARKET, setByte(1_162, 9));
    const source = sourceOf();
    await source.renew();
    expect(source.market(other.symbol)?.mark).toBe(Number(other.oraclePrice));
    expect(() => source.market(FIRST.marketIndex)).toThrow('status is 9');
  });
});

describe('what the flags of a user say', () => {
  const STATUS = 4_348;
  const POSITION_FLAG = 424 + 95;
  test.each([
    ['nothing', STATUS, 0, false, false, false],
    ['being liquidated', STATUS, 1, true, false, false],
    ['bankrupt', STATUS, 2, true, false, false],
    ['reducing only, and two that do not matter', STATUS, 4 + 8 + 16, false, false, false],
    ['an isolated position', POSITION_FLAG, 1, false, true, false],
    ['one that is being liquidated', POSITION_FLAG, 1 + 2, false, true, true],
    ['one that is bankrupt', POSITION_FLAG, 1 + 4, false, true, true],
  ] as const)('%s', async (_, offset, value, isBeingLiquidated, isolated, inLiquidation) => {
    patch(encodedUser.user, setByte(offset, value));
    const source = sourceOf();
    await source.renew();
    const { account } = source.account(encodedUser.user);
    expect(account.isBeingLiquidated).toBe(isBeingLiquidated);
    const [first] = account.perpPositions;
    expect(first).toMatchObject({ isolated, isBeingLiquidated: inLiquidation });
  });
});

describe('settings', () => {
  test('of another settlement asset refuse the account', async () => {
    const source = sourceOf({ ...DRIFT_V2, settlementAsset: 'USDT' });
    await source.renew();
    expect(() => source.account(encodedUser.user)).toThrow(
      'the program settles in USDC, and USDT is configured',
    );
  });

  test('of another program refuse the recording', async () => {
    const programId = DRIFT_V2.pythPrograms[0]!;
    const source = new DriftMarketSource({
      load: () => Promise.resolve(encodedUser.recording),
      settings: { ...DRIFT_V2, programId },
      nowMs: () => nowMs,
    });
    await expect(source.renew()).rejects.toThrow(`${programId} is configured`);
  });

  test('without high leverage mode do not look at it', async () => {
    serve(goldenCases().find(({ account }) => account.marginMode === 'highLeverage')!.account);
    const plain = sourceOf({ ...DRIFT_V2, hasHighLeverageMode: false });
    await plain.renew();
    const { account } = plain.account(encodedUser.user);
    expect(account.marginMode).toBe('default');
    expect(account.perpMarkets[0]?.highLeverageMarginRatioInitial).toBe(0);
    const high = sourceOf();
    await high.renew();
    expect(high.account(encodedUser.user).account.marginMode).toBe('highLeverage');
  });

  test.each([
    [{ programId: 'drift' }, 'the program id is "drift": an address is 32 bytes'],
    [{ pythPrograms: ['0OIl'] }, 'a Pyth program is "0OIl"'],
    [{ priceAgeMsMax: 0 }, 'a limit of age is 0'],
  ])('%o are refused', (change, words) => {
    expect(() => sourceOf({ ...DRIFT_V2, ...change })).toThrow(words);
  });
});
