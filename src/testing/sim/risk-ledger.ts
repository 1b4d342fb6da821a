// A second set of books, kept from events alone and in bigint: what everybody has, what it is worth
// and what it requires, computed the long way round from the specification. It imports no formula
// of the engine, so that a wrong one cannot agree with itself.

import type { Engine } from '../../engine/engine.ts';
import type { MarketTerms } from '../../engine/command.ts';

const MILLION = 1_000_000n;
/** The insurance fund's account. */
const INSURANCE = 2;
/** The market is being settled: its positions are closed whatever else holds them back. */
const SETTLING = 8;
const E12 = 1_000_000_000_000n;

export interface LedgerPosition {
  size: bigint;
  cost: bigint;
  pool: bigint;
  /** The market's cumulative funding, 10^−12, up to which this position has paid. */
  paidTo: bigint;
}

export interface LedgerMarket {
  mark: bigint;
  funding: bigint;
  interval: number;
  imposed: number;
  status: number;
}

export interface Figures {
  readonly equity: bigint;
  readonly maintenance: bigint;
}

/** An event with its fields by name. */
export type Fields = Readonly<Record<string, number>>;

export class RiskLedger {
  readonly free: bigint[][] = [];
  readonly positions: Map<number, LedgerPosition>[] = [];
  readonly isolated: Set<number>[] = [];
  readonly markets: LedgerMarket[] = [];
  readonly assetPrices: bigint[] = [];
  /** The interest index, and by account the one its debt begins with. */
  interest = E12;
  private readonly debtSince: bigint[] = [];
  private readonly engine: Engine;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  /**
   * Takes an event that is no liquidation's own. Returns what is wrong with it, if something is.
   */
  take(name: string, event: Fields): string | undefined {
    switch (name) {
      case 'balance_changed':
        return this.setFree(event['account'], event['asset'], event['free']);
      case 'position_changed':
        return this.setPosition(event);
      case 'funding_paid':
        return this.payFunding(event);
      case 'interest_charged':
        return this.chargeInterest(event);
      case 'funding_settled':
        return this.advanceFunding(event);
      case 'interest_accrued':
        return this.advanceInterest(event);
      case 'mark_changed':
        this.market(event['market']).mark = BigInt(event['mark']);
        return undefined;
      case 'asset_priced':
        this.assetPrices[event['asset']] = BigInt(event['price']);
        return undefined;
      case 'market_imposed':
        this.market(event['market']).imposed = event['imposed'];
        return undefined;
      case 'market_changed':
        this.market(event['market']).status = event['status'];
        return undefined;
      case 'leverage_changed':
        return this.setMode(event);
      default:
        return undefined;
    }
  }

  market(market: number): LedgerMarket {
    return (this.markets[market] ??= { mark: 0n, funding: 0n, interval: 0, imposed: 0, status: 0 });
  }

  position(account: number, market: number): LedgerPosition {
    const rows = (this.positions[account] ??= new Map<number, LedgerPosition>());
    let position = rows.get(market);
    if (position === undefined) {
      position = { size: 0n, cost: 0n, pool: 0n, paidTo: this.market(market).funding };
      rows.set(market, position);
    }
    return position;
  }

  isIsolated(account: number, market: number): boolean {
    return this.isolated[account]?.has(market) ?? false;
  }

  freeOf(account: number, asset: number): bigint {
    return this.free[account]?.[asset] ?? 0n;
  }

  /** The scope that a position belongs to; market −1 = the account's cross scope. */
  figures(account: number, market: number): Figures {
    if (market >= 0 && this.isIsolated(account, market)) {
      const { maintenance } = this.positionFigures(market, this.position(account, market));
      return { equity: this.poolEquity(account, market), maintenance };
    }
    let equity = this.balanceValue(account);
    let maintenance = 0n;
    for (const [other, position] of this.positions[account] ?? []) {
      if (position.size === 0n || this.isIsolated(account, other)) continue;
      const figures = this.positionFigures(other, position);
      equity += figures.equity;
      maintenance += figures.maintenance;
    }
    return { equity, maintenance };
  }

  /** What a position and its own pool are worth. */
  poolEquity(account: number, market: number): bigint {
    const position = this.position(account, market);
    return position.pool + this.positionFigures(market, position).equity;
  }

  /** Every scope that can be liquidated: account and market, −1 for cross. */
  *scopes(): Generator<readonly [number, number]> {
    for (let account = 2; account < this.free.length; account++) {
      if (account > 2) yield [account, -1];
      for (const [market, position] of this.positions[account] ?? [])
        if (position.size !== 0n && this.isIsolated(account, market)) yield [account, market];
    }
  }

  /**
   * Whether anything of the scope may be dealt with: a position in an open market, or, where there
   * is no position, money and collateral of which nothing waits for its price.
   */
  mayLiquidate(account: number, market: number): boolean {
    if (market >= 0) return this.isOpen(market);
    const held = this.crossMarkets(account);
    if (held.length > 0) return held.some((other) => this.isOpen(other));
    return this.engine
      .assets()
      .every((_, asset) => !this.assetWaits(asset) || this.worth(account, asset) === 0n);
  }

  /** Whether a market's price is known and it is not halted, or it is being settled. */
  isOpen(market: number): boolean {
    const { imposed, status } = this.market(market);
    return (imposed & SETTLING) !== 0 || ((imposed & 1) === 0 && status < 4);
  }

  /** What of a cross scope's equity is of closed markets and of collateral without a price. */
  waiting(account: number): bigint {
    let sum = 0n;
    for (const market of this.crossMarkets(account))
      if (!this.isOpen(market))
        sum += this.positionFigures(market, this.position(account, market)).equity;
    this.engine.assets().forEach((_, asset) => {
      if (this.assetWaits(asset)) sum += this.worth(account, asset);
    });
    return sum;
  }

  private crossMarkets(account: number): number[] {
    const rows = [...(this.positions[account] ?? [])];
    return rows
      .filter(([market, { size }]) => size !== 0n && !this.isIsolated(account, market))
      .map(([market]) => market);
  }

  /**
   * Whether every market that prices an asset has too few sources; one that was settled has none.
   */
  assetWaits(asset: number): boolean {
    const pricing = this.engine
      .markets()
      .filter(({ number, base, index }) => base === asset && index > 0 && this.status(number) < 5);
    return pricing.length > 0 && pricing.every(({ number }) => (this.imposed(number) & 1) !== 0);
  }

  private status(market: number): number {
    return this.market(market).status;
  }

  private imposed(market: number): number {
    return this.market(market).imposed;
  }

  private worth(account: number, asset: number): bigint {
    const { decimals, weightPpm } = this.engine.assets()[asset];
    const free = this.freeOf(account, asset);
    if (free <= 0n) return 0n;
    const worth = free * (this.assetPrices[asset] ?? 0n) * BigInt(weightPpm);
    return worth / (10n ** BigInt(decimals) * MILLION);
  }

  terms(market: number): MarketTerms {
    return this.engine.markets()[market].terms;
  }

  k(market: number): bigint {
    return BigInt(this.engine.markets()[market].multiplier);
  }

  /** Rate by rate over the parts of the notional that lie in each bracket; rounded up once. */
  requirement(market: number, notional: bigint, rate: 'initialPpm' | 'maintenancePpm'): bigint {
    const { brackets } = this.terms(market);
    let sum = 0n;
    brackets.forEach((bracket, i) => {
      const floor = BigInt(bracket.floorNotional);
      const end = i + 1 < brackets.length ? BigInt(brackets[i + 1].floorNotional) : notional;
      const part = (notional < end ? notional : end) - floor;
      if (part > 0n) sum += part * BigInt(bracket[rate]);
    });
    return ceilDiv(sum, MILLION);
  }

  private positionFigures(market: number, position: LedgerPosition): Figures {
    const { mark, funding } = this.market(market);
    const value = position.size * mark * this.k(market);
    const owed = ceilDiv(position.size * (funding - position.paidTo), E12);
    return {
      equity: value - position.cost - owed,
      maintenance: this.requirement(market, abs(value), 'maintenancePpm'),
    };
  }

  private balanceValue(account: number): bigint {
    let sum = 0n;
    this.engine.assets().forEach((asset, number) => {
      if (asset.settlement) sum += this.freeOf(account, number) - this.interestOf(account);
      else sum += this.worth(account, number);
    });
    return sum;
  }

  private interestOf(account: number): bigint {
    const free = this.freeOf(account, 0);
    const since = this.debtSince[account] ?? this.interest;
    return free >= 0n || account === INSURANCE
      ? 0n
      : ceilDiv(-free * (this.interest - since), since);
  }

  private setFree(account: number, asset: number, free: number): string | undefined {
    const owed = asset === 0 ? this.interestOf(account) : 0n;
    (this.free[account] ??= [])[asset] = BigInt(free);
    if (asset === 0) this.debtSince[account] = this.interest;
    return owed === 0n
      ? undefined
      : `account ${account} changes its debt and loses ${owed} interest`;
  }

  private setPosition(event: Fields): string | undefined {
    const position = this.position(event['account'], event['market']);
    const { funding } = this.market(event['market']);
    const owed = ceilDiv(position.size * (funding - position.paidTo), E12);
    const before = [position.size, position.cost, position.pool].join();
    const said = [event['size_before'], event['cost_before'], event['collateral_before']].join();
    position.size = BigInt(event['size']);
    position.cost = BigInt(event['cost']);
    position.pool = BigInt(event['collateral']);
    position.paidTo = funding;
    if (owed !== 0n) return `account ${event['account']} changes a position that owes ${owed}`;
    return before === said ? undefined : `a position was ${before}, the event says ${said}`;
  }

  private payFunding(event: Fields): string | undefined {
    const { account, market, amount, free, collateral } = event as Record<string, number>;
    const position = this.position(account, market);
    const { funding } = this.market(market);
    const owed = ceilDiv(position.size * (funding - position.paidTo), E12);
    const poolBefore = position.pool;
    const freeBefore = this.freeOf(account, 0);
    const interest = this.interestOf(account);
    position.pool = BigInt(collateral);
    position.paidTo = funding;
    (this.free[account] ??= [])[0] = BigInt(free);
    this.debtSince[account] = this.interest;
    if (BigInt(amount) !== owed) return `funding ${amount} was paid, ${owed} is owed`;
    if (poolBefore + freeBefore - BigInt(collateral) - BigInt(free) !== owed)
      return `funding of ${owed} moved another amount`;
    const touchesCash = BigInt(free) !== freeBefore;
    return touchesCash && interest !== 0n ? `${interest} interest was lost to funding` : undefined;
  }

  private chargeInterest(event: Fields): string | undefined {
    const account = event['account'];
    const owed = this.interestOf(account);
    const before = this.freeOf(account, 0);
    (this.free[account] ??= [])[0] = BigInt(event['free']);
    this.debtSince[account] = this.interest;
    if (BigInt(event['amount']) !== owed) return `interest ${event['amount']}, ${owed} is owed`;
    return before - owed === BigInt(event['free']) ? undefined : `interest was taken wrongly`;
  }

  private advanceFunding(event: Fields): string | undefined {
    const market = this.market(event['market']);
    const repeated = event['interval'] <= market.interval;
    market.interval = event['interval'];
    market.funding += market.mark * this.k(event['market']) * BigInt(event['rate']);
    const index = BigInt(event['index_whole']) * E12 + BigInt(event['index_rest']);
    if (repeated) return `interval ${event['interval']} was settled twice`;
    return index === market.funding ? undefined : `funding index ${index}, not ${market.funding}`;
  }

  private advanceInterest(event: Fields): string | undefined {
    const rate = BigInt(this.engine.assets()[0].interestE12);
    const next = ceilDiv(this.interest * (E12 + rate), E12);
    const isFirst = BigInt(event['index']) === this.interest;
    this.interest = BigInt(event['index']);
    return isFirst || next === this.interest
      ? undefined
      : `interest index ${event['index']}, not ${next}`;
  }

  private setMode(event: Fields): undefined {
    const modes = (this.isolated[event['account']] ??= new Set<number>());
    if (event['mode'] === 1) modes.add(event['market']);
    else modes.delete(event['market']);
  }
}

export const abs = (value: bigint): bigint => (value < 0n ? -value : value);

export function ceilDiv(a: bigint, d: bigint): bigint {
  const quotient = a / d;
  return a % d !== 0n && a > 0n ? quotient + 1n : quotient;
}
