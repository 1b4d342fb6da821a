// One engine being replayed into: executes commands, counts what they did from their events, and
// knows the units of the assets and markets it has created, so that the report can print them. It
// decides nothing about what to trade.

import type { Command, CreateAsset, CreateMarket, MarketTerms } from '../../engine/command.ts';
import { MARK_GIVEN, MARKET_SPOT, NO_ASSET, type MarketKind } from '../../engine/command.ts';
import { DEFAULT_RISK } from '../../engine/risk-terms.ts';
import { Engine } from '../../engine/engine.ts';
import { EVENT_WIDTHS, ORDER_FILLED } from '../../engine/event.ts';
import type { EngineLimits } from '../../engine/limits.ts';
import { violations } from '../../engine/invariants.ts';
import type { Outcome } from '../../engine/outcome.ts';
import { reasonRow } from '../../engine/reason.ts';
import { amount, ppm, price, size } from '../../units/brand.ts';
import { parseUnit, type DecimalUnit } from '../../units/decimal.ts';
import { baseMultiplier, quoteMultiplier, type MultiplierResult } from '../../units/multiplier.ts';
import { ReplayError } from './replay-error.ts';
import { original } from './line-reader.ts';
import { RiskCounts } from './risk-counts.ts';
import { BigSum } from './big-sum.ts';
import type { Rows } from './rows.ts';

/** An asset as the report needs it. */
export interface AssetInfo {
  readonly number: number;
  readonly symbol: string;
  readonly decimals: number;
}

/** A market as the report needs it, with what it traded so far. */
export interface MarketInfo {
  readonly number: number;
  readonly symbol: string;
  readonly kind: MarketKind;
  readonly priceUnit: DecimalUnit;
  readonly sizeUnit: DecimalUnit;
  readonly quote: AssetInfo;
  /** Quote units per price unit × size unit. */
  readonly multiplier: number;
  fills: number;
  /** Size units. */
  readonly volume: BigSum;
  /** Quote units. */
  readonly notional: BigSum;
}

/** What a market is created from. */
export interface MarketSpec {
  readonly symbol: string;
  readonly kind: MarketKind;
  readonly base: AssetInfo | undefined;
  readonly quote: AssetInfo;
  readonly priceUnit: DecimalUnit;
  readonly sizeUnit: DecimalUnit;
  readonly tickSize: number;
  readonly lotSize: number;
  readonly terms: MarketTerms;
}

/** What a run may be asked for beside its rows; 0 or absent = not. */
export interface SessionOptions {
  readonly checkEvery?: number | undefined;
  readonly resumeAt?: number | undefined;
}

/** Broken invariants that a message names. */
const SHOWN_MAX = 3;

/** Fields of `order_filled`, from its kind on. */
const [FILL_MARKET, FILL_PRICE, FILL_SIZE] = [5, 7, 8];

/** Terms to begin with: initial 10 %, maintenance 5 %, no fees, no bands, no caps. */
export const PLAIN_TERMS: MarketTerms = {
  brackets: [{ floorNotional: amount(0), initialPpm: ppm(100_000), maintenancePpm: ppm(50_000) }],
  makerFeePpm: ppm(0),
  takerFeePpm: ppm(0),
  liquidationFeePpm: ppm(0),
  priceBandPpm: ppm(0),
  openInterestCap: size(0),
  openInterestScaleFrom: size(0),
  openInterestScaleTo: size(0),
  minimumSize: size(0),
  minimumNotional: amount(0),
  profitWeightPpm: ppm(0),
  profitCap: amount(0),
  markSource: MARK_GIVEN,
  selfTradeAllowed: false,
  risk: DEFAULT_RISK,
};

/** An engine, its counts and its names. */
export class Session {
  readonly assets: AssetInfo[] = [];
  readonly markets: MarketInfo[] = [];
  /** Commands executed, those of the preparation included. */
  commands = 0;
  /** Commands of the preparation: creating, funding, settings. */
  prepared = 0;
  fills = 0;
  /** Refusals by reason number. */
  readonly refused = new Map<number, number>();
  /** The file whose row is being executed, to name the place when a preparation is refused. */
  rows: Rows | undefined;
  /** What liquidations, the insurance fund and funding came to. */
  readonly risk = new RiskCounts();
  /** How often all invariants were recomputed, and held. */
  checks = 0;
  /** What that took, which is no part of a throughput. */
  checkSeconds = 0;
  private running: Engine;
  private readonly limits: Partial<EngineLimits>;
  private readonly checkEvery: number;
  private readonly resumeAt: number;
  private readonly marketsByNumber: (MarketInfo | undefined)[] = [];

  constructor(limits: Partial<EngineLimits>, options: SessionOptions = {}) {
    this.limits = limits;
    this.running = new Engine(limits);
    this.checkEvery = options.checkEvery ?? 0;
    this.resumeAt = options.resumeAt ?? 0;
  }

  /** The engine at this moment: never keep it, a resumed run goes on in another one. */
  get engine(): Engine {
    return this.running;
  }

  /** Executes a command of the file. A refusal is counted. */
  run(command: Command): Outcome {
    const outcome = this.engine.execute(command);
    this.commands += 1;
    if (outcome.reason !== 0) this.countRefusal(outcome.reason);
    else if (this.engine.events.count > 0) this.countFills();
    if (this.checkEvery > 0 && this.commands % this.checkEvery === 0) this.check();
    if (this.commands === this.resumeAt) {
      this.running = Engine.restore(this.engine.snapshot(), this.limits);
    }
    return outcome;
  }

  /** @throws ReplayError naming the command and what does not hold. */
  check(): void {
    const began = performance.now();
    const found = violations(this.engine.state);
    this.checkSeconds += (performance.now() - began) / 1_000;
    this.checks += 1;
    if (found.length === 0) return;
    throw new ReplayError(
      `after command ${this.commands}: ${found.slice(0, SHOWN_MAX).join('; ')}`,
    );
  }

  /**
   * Executes a command of the preparation and returns what it made. @throws ReplayError when
   * refused.
   */
  prepare(command: Command, what: string): number {
    const outcome = this.run(command);
    this.prepared += 1;
    if (outcome.reason === 0) return outcome.created;
    const message = `the engine refused ${what}: ${reasonRow(outcome.reason).code}`;
    throw this.rows?.wrong(message) ?? new ReplayError(message);
  }

  createAsset(time: number, spec: Omit<CreateAsset, 'kind' | 'id' | 'time'>): AssetInfo {
    const { symbol, decimals } = spec;
    const number = this.prepare({ ...spec, kind: 'create_asset', id: '', time }, `asset ${symbol}`);
    const info = { number, symbol, decimals };
    if (spec.settlement) this.risk.settlement = number;
    this.assets.push(info);
    return info;
  }

  createMarket(time: number, spec: MarketSpec): MarketInfo {
    const command = marketCommand(time, spec);
    const number = this.prepare(command, `market ${spec.symbol}`);
    const { symbol, kind, priceUnit, sizeUnit, quote } = spec;
    const info: MarketInfo = {
      number,
      symbol,
      kind,
      priceUnit,
      sizeUnit,
      quote,
      multiplier: command.multiplier,
      fills: 0,
      volume: new BigSum(),
      notional: new BigSum(),
    };
    this.markets.push(info);
    this.marketsByNumber[number] = info;
    return info;
  }

  /** @param owner '' = nobody else's. */
  createAccount(time: number, name: string, owner = ''): number {
    const command: Command = { kind: 'create_account', id: '', time, name, owner };
    return this.prepare(command, `account ${original(name)}`);
  }

  deposit(time: number, account: number, asset: AssetInfo, units: number): void {
    const what = `a deposit of ${asset.symbol}`;
    const common = { kind: 'deposit', id: '', time } as const;
    this.prepare({ ...common, account, asset: asset.number, amount: amount(units) }, what);
  }

  private countRefusal(reason: number): void {
    this.refused.set(reason, (this.refused.get(reason) ?? 0) + 1);
  }

  private countFills(): void {
    const { data, length } = this.engine.events;
    for (let at = 0; at < length; at += EVENT_WIDTHS[data[at]]) {
      if (data[at] !== ORDER_FILLED) {
        this.risk.take(data, at);
        continue;
      }
      const market = this.marketsByNumber[data[at + FILL_MARKET]];
      const filled = data[at + FILL_SIZE];
      this.fills += 1;
      if (market === undefined) continue;
      market.fills += 1;
      market.volume.add(filled);
      market.notional.add(filled * data[at + FILL_PRICE] * market.multiplier);
    }
  }
}

/** A unit that this program itself names. */
export function unit(text: string): DecimalUnit {
  const result = parseUnit(text);
  if (!result.ok) throw new ReplayError(`${text} is no unit`);
  return result.unit;
}

function marketCommand(time: number, spec: MarketSpec): CreateMarket {
  const { symbol, kind, base, quote, priceUnit, sizeUnit, terms } = spec;
  const isSpot = kind === MARKET_SPOT;
  return {
    kind: 'create_market',
    id: '',
    time,
    symbol,
    marketKind: kind,
    base: base?.number ?? NO_ASSET,
    quote: quote.number,
    priceUnit: priceUnit.text,
    sizeUnit: sizeUnit.text,
    multiplier: whole(quoteMultiplier(priceUnit, sizeUnit, quote.decimals), spec),
    baseMultiplier: isSpot ? whole(baseMultiplier(sizeUnit, base?.decimals ?? 0), spec) : 0,
    tickSize: price(spec.tickSize),
    lotSize: size(spec.lotSize),
    terms,
  };
}

function whole(
  result: MultiplierResult,
  { symbol, priceUnit, sizeUnit, quote }: MarketSpec,
): number {
  if (result.ok) return result.value;
  throw new ReplayError(
    `market ${symbol}: prices in steps of ${priceUnit.text} and sizes in steps of ${sizeUnit.text} ` +
      `are too fine for its assets (${quote.symbol} has ${quote.decimals} decimals)`,
  );
}
