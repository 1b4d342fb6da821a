// Reads the events of a run beside the second ledger and says what a liquidation did wrong: started
// with somebody solvent, closed more than was asked, charged more than was left, left a
// counterparty below maintenance, or passed over an insurance fund that could have carried more. It
// counts which rules the flow has reached.

import type { Command } from '../../engine/command.ts';
import type { Engine } from '../../engine/engine.ts';
import { BALANCE_LIQUIDATION, EVENTS, EVENT_WIDTHS, LIQUIDATION_BYS } from '../../engine/event.ts';
import { receiptsOf } from '../../engine/receipts.ts';
import { verifyReceipt } from '../../margin/receipt.ts';
import { RiskLedger, abs } from './risk-ledger.ts';
import type { Fields } from './risk-ledger.ts';

const FUND = 2;
const BOUND = 4;
const TAKEOVER = 2;
const COUNTERPARTY = 3;

/** What a step writes beside its receipt and the money. */
const WITHIN_STEP = new Set([
  'fees_changed',
  'attached_changed',
  'order_cancelled',
  'order_accepted',
]);

export class RiskAudit {
  readonly counts = new Map<string, number>();
  readonly ledger: RiskLedger;
  private found: string[] = [];
  private receipt: Fields | undefined;
  /** What its scope had without what waits. */
  private without = 0n;
  /** Whose money the fund moved last. */
  private paid = 0;
  private readonly changed = new Set<string>();
  private readonly engine: Engine;

  private readonly waits: boolean;

  /** @param waits Whether the step bound is so low that liquidations are left behind. */
  constructor(engine: Engine, waits = false) {
    this.engine = engine;
    this.waits = waits;
    this.ledger = new RiskLedger(engine);
  }

  /** Reads the events of the command just executed; everything that does not hold. */
  inspect(): readonly string[] {
    this.found = [];
    const fundBefore = this.ledger.freeOf(FUND, 0);
    let deficit = 0n;
    for (const [name, fields] of eventsOf(this.engine)) {
      if (name === 'insurance_changed') {
        this.count(`fund_${fields['why']}`);
        if (fields['why'] === 2 || this.isResidual(fields)) deficit -= BigInt(fields['change']);
      }
      if (name === 'balance_changed') this.readBalance(fields);
      this.readEvent(name, fields);
    }
    this.closeReceipt();
    const fund = this.ledger.freeOf(FUND, 0);
    if (fundBefore >= 0n && fund + deficit < 0n)
      this.found.push(`the fund has ${fund} and paid deficits of only ${deficit}`);
    if (fund < 0n) this.count('fund_below_zero');
    this.checkScopes();
    for (const receipt of receiptsOf(this.engine))
      for (const wrong of verifyReceipt(receipt))
        this.found.push(`receipt: ${wrong.figure} says ${wrong.says} is ${wrong.is}`);
    return this.found;
  }

  /** Collateral without a price is neither sold nor bought for anybody's liquidation. */
  private readBalance({ account, asset, why }: Fields): void {
    if (account !== FUND) this.paid = account;
    if (why === BALANCE_LIQUIDATION && this.ledger.assetWaits(asset))
      this.found.push(`account ${account} sells asset ${asset}, whose price is not known`);
  }

  /** Whether the fund buys collateral of somebody who has no cross position left. */
  private isResidual(fields: Fields): boolean {
    if (fields['why'] !== 3) return false;
    this.count('converted');
    for (const [market, { size }] of this.ledger.positions[this.paid] ?? [])
      if (size !== 0n && !this.ledger.isIsolated(this.paid, market)) return false;
    this.count('residual');
    return true;
  }

  private readEvent(name: string, fields: Fields): void {
    if (this.receipt !== undefined && this.isAfterStep(name, fields)) this.closeReceipt();
    this.checkLiquidation(name, fields);
    const wrong = this.ledger.take(name, fields);
    if (wrong !== undefined) this.found.push(wrong);
  }

  private checkLiquidation(name: string, fields: Fields): void {
    if (name === 'liquidation_started') {
      this.count('started');
      this.checkFigures(name, fields, fields['equity'], fields['maintenance']);
      if (fields['equity'] >= fields['maintenance'])
        this.found.push('somebody solvent is liquidated');
    }
    if (name === 'liquidation_ended') {
      this.count('ended');
      this.checkFigures(name, fields, fields['equity'], fields['maintenance']);
      if (fields['equity'] < fields['maintenance']) this.checkWaits(fields);
    }
    if (name === 'market_changed')
      this.count(fields['terms'] === 1 ? 'terms' : `status_${fields['status']}`);
    if (name === 'market_imposed') this.count(`imposed_${fields['imposed']}`);
    if (name === 'liquidated') this.checkReceipt(fields);
  }

  private checkReceipt(fields: Fields): void {
    const { account, market, closed, asked, size, by } = fields as Record<string, number>;
    this.count(LIQUIDATION_BYS[by]);
    if (closed > 0) this.count(`${LIQUIDATION_BYS[by]}_closed`);
    if (closed > 0 && closed < asked) this.count(`${LIQUIDATION_BYS[by]}_in_part`);
    if (fields['shortfall'] > 0) this.count('deficit');
    if (fields['fee'] > 0) this.count('fee');
    const where = `receipt ${fields['receipt']} of account ${account} in ${market}`;
    this.checkFigures(where, fields, fields['equity_before'], fields['maintenance_before']);
    if (BigInt(size) !== this.ledger.position(account, market).size)
      this.found.push(`${where}: size ${size}, held ${this.ledger.position(account, market).size}`);
    if (fields['equity_before'] >= fields['maintenance_before'])
      this.found.push(`${where}: it was solvent`);
    if (closed > asked || asked > Math.abs(size) || closed < 0)
      this.found.push(`${where}: closed ${closed} of ${asked} asked of ${size}`);
    if (fields['fee'] > 0 && fields['equity'] < 0) this.found.push(`${where}: the fee is a debt`);
    if (!this.ledger.isOpen(market)) this.found.push(`${where}: its price is not known`);
    if (by === COUNTERPARTY && account !== FUND && !this.isOwnSide(fields))
      this.checkFundIsFull(where, fields);
    this.receipt = fields;
    this.without = this.withoutWaiting(fields);
    this.changed.clear();
  }

  /** What a scope has without what waits for its price. */
  private withoutWaiting({ account, market }: Fields): bigint {
    const { equity } = this.ledger.figures(account, market);
    return this.ledger.isIsolated(account, market) ? equity : equity - this.ledger.waiting(account);
  }

  /** Whoever leaves below maintenance has nothing left but what waits. */
  private checkWaits({ account, market }: Fields): void {
    this.count('waits');
    if (this.ledger.mayLiquidate(account, market))
      this.found.push(`account ${account} in ${market} is let go and nothing waits`);
  }

  /**
   * What waits pays for nothing and nobody pays for it: without it a step takes no more than there
   * is, and gives nothing to who lacks nothing, but for what a price is rounded by.
   */
  private checkWithoutWaiting(where: string, receipt: Fields): void {
    const { account, market, closed, by, equity_before: before } = receipt;
    const { without } = this;
    const after = this.withoutWaiting(receipt);
    const isCross = !this.ledger.isIsolated(account, market);
    if (!isCross) return;
    if (this.ledger.waiting(account) !== 0n) this.count(`partly_${LIQUIDATION_BYS[by]}`);
    if (after < 0n && after < without)
      this.found.push(`${where}: ${without} without what waits has become ${after}`);
    const isOwed = without < 0n && before < 0;
    const { tickSize } = this.engine.markets()[market];
    const rounding = BigInt(closed) * BigInt(tickSize) * this.ledger.k(market);
    if (by >= TAKEOVER && !isOwed && after - without > rounding)
      this.found.push(`${where}: ${without} without what waits was paid up to ${after}`);
  }

  /** What the receipt says of a scope is what the second ledger says. */
  private checkFigures(where: string, fields: Fields, equity: number, maintenance: number): void {
    const figures = this.ledger.figures(fields['account'], fields['market']);
    if (figures.equity !== BigInt(equity) || figures.maintenance !== BigInt(maintenance))
      this.found.push(
        `${where}: equity ${equity} and maintenance ${maintenance}, recomputed ${figures.equity} and ${figures.maintenance}`,
      );
  }

  /** Whether an event can no longer belong to the step that wrote the last receipt. */
  private isAfterStep(name: string, fields: Fields): boolean {
    if (WITHIN_STEP.has(name)) return false;
    if (name !== 'position_changed' && name !== 'balance_changed') return true;
    const key = `${name} ${fields['account']} ${fields['asset'] ?? fields['market']}`;
    // A step tells of one account after the other: it does not come back to one.
    const last = [...this.changed].at(-1)?.split(' ')[1];
    const isBack = last !== `${fields['account']}` && this.tells(fields['account']);
    if (isBack || this.changed.has(key)) return true;
    this.changed.add(key);
    return false;
  }

  private tells(account: number): boolean {
    return [...this.changed].some((key) => key.split(' ')[1] === `${account}`);
  }

  /** After the step: the figures that the receipt promised, and a counterparty that survives. */
  private closeReceipt(): void {
    const { receipt } = this;
    this.receipt = undefined;
    if (receipt === undefined) return;
    const where = `after receipt ${receipt['receipt']}`;
    this.checkFigures(where, receipt, receipt['equity'], receipt['maintenance']);
    this.checkWithoutWaiting(where, receipt);
    if (receipt['by'] === TAKEOVER && receipt['closed'] > 0)
      this.checkFundPool(where, receipt['market']);
    if (receipt['by'] !== COUNTERPARTY) return;
    const { equity, maintenance } = this.ledger.figures(receipt['counterparty'], receipt['market']);
    if (equity < maintenance)
      this.found.push(`${where}: counterparty at ${equity} below ${maintenance}`);
  }

  /** A takeover leaves the fund's position at or above initial margin, and no pool without one. */
  private checkFundPool(where: string, market: number): void {
    const { size, pool } = this.ledger.position(FUND, market);
    const notional = abs(size) * this.ledger.market(market).mark * this.ledger.k(market);
    const initial = this.ledger.requirement(market, notional, 'initialPpm');
    if (this.ledger.poolEquity(FUND, market) < initial || (size === 0n && pool !== 0n))
      this.found.push(`${where}: the fund's ${size} stand on ${pool}, initial ${initial}`);
  }

  /** A bankrupt scope against another account of its owner: that comes before the fund. */
  private isOwnSide(fields: Fields): boolean {
    const { accounts } = this.engine.state;
    const { account, counterparty, equity_before: equity } = fields as Record<string, number>;
    return equity < 0 && accounts.groupOf(account) === accounts.groupOf(counterparty);
  }

  /** No stranger is closed at the bankruptcy price while the fund could take a lot. */
  private checkFundIsFull(where: string, fields: Fields): void {
    const { market, size, limit_price: price } = fields as Record<string, number>;
    const { lotSize, terms } = this.engine.markets()[market];
    const most = Math.min(Math.abs(size), lotSize);
    const fund = this.ledger.position(FUND, market);
    const taken = BigInt(size > 0 ? most : -most);
    const after = fund.size + taken;
    const { insuranceCap } = terms.risk;
    const cash = this.ledger.freeOf(FUND, 0);
    const k = this.ledger.k(market);
    const { mark } = this.ledger.market(market);
    const missing = (lots: bigint): bigint =>
      this.ledger.requirement(market, abs(fund.size + lots) * mark * k, 'initialPpm') -
      this.ledger.poolEquity(FUND, market) -
      lots * (mark - BigInt(price)) * k;
    if (insuranceCap !== 0 && abs(after) > BigInt(insuranceCap) && after * taken > 0n) return;
    if (missing(taken) <= (cash > 0n ? cash : 0n))
      this.found.push(`${where}: the fund has ${cash} and ${fund.size} and could take ${taken}`);
  }

  /** Nobody that may be liquidated is left below maintenance, unless the step bound was met. */
  private checkScopes(): void {
    const bounded = this.ledger.markets.some(({ imposed }) => (imposed & BOUND) !== 0);
    if (bounded) {
      this.count('bounded');
      return;
    }
    for (const [account, market] of this.ledger.scopes()) {
      if (!this.ledger.mayLiquidate(account, market)) {
        this.count('held_back');
        continue;
      }
      const { equity, maintenance } = this.ledger.figures(account, market);
      // At the step bound a scope without positions waits without any market that says so.
      if (this.waits && maintenance === 0n) continue;
      if (equity < maintenance)
        this.found.push(`account ${account} in ${market} stays at ${equity} below ${maintenance}`);
    }
  }

  private count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }
}

/** The events of the last command by name, with their fields by name. */
export function* eventsOf(engine: Engine): Generator<readonly [string, Fields]> {
  const { data, length } = engine.events;
  for (let at = 0; at < length; at += EVENT_WIDTHS[data[at]]) {
    const row = EVENTS[data[at]];
    if (row === undefined) throw new Error(`no event ${data[at]}`);
    yield [row.name, Object.fromEntries(row.fields.map(([name], i) => [name, data[at + 1 + i]]))];
  }
}

/** For `runSim`: an audit that starts with the engine. */
export function auditOf(waits = false): {
  readonly audit: () => RiskAudit;
  readonly inspect: (engine: Engine, command: Command) => readonly string[];
} {
  let audit: RiskAudit | undefined;
  return {
    audit: () => audit as RiskAudit,
    inspect: (engine) => (audit ??= new RiskAudit(engine, waits)).inspect(),
  };
}
