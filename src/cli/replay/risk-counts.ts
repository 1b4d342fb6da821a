// What a replay came to in risk: liquidations by who took them, accounts, the insurance fund,
// deficits, deleveraging, funding. Counted from the events alone, so that it says what the engine
// did and not what somebody thinks it should have done.

import { ACCOUNT_INSURANCE, ANY_MARKET } from '../../engine/command.ts';
import {
  BALANCE_CHANGED,
  DELEVERAGED,
  EVENTS,
  FUNDING_PAID,
  FUNDING_SETTLED,
  FUND_DEFICIT,
  FUND_FEE,
  INSURANCE_CHANGED,
  LIQUIDATED,
  LIQUIDATION_BYS,
  LIQUIDATION_STARTED,
  ORDER_TRIGGERED,
} from '../../engine/event.ts';
import { BigSum } from './big-sum.ts';

const STARTED = {
  account: field(LIQUIDATION_STARTED, 'account'),
  market: field(LIQUIDATION_STARTED, 'market'),
};
const TAKEN = {
  account: field(LIQUIDATED, 'account'),
  by: field(LIQUIDATED, 'by'),
  closed: field(LIQUIDATED, 'closed'),
  value: field(LIQUIDATED, 'value'),
};
const FUND = {
  asset: field(INSURANCE_CHANGED, 'asset'),
  why: field(INSURANCE_CHANGED, 'why'),
  change: field(INSURANCE_CHANGED, 'change'),
  balance: field(INSURANCE_CHANGED, 'balance'),
};
const BALANCE = {
  account: field(BALANCE_CHANGED, 'account'),
  asset: field(BALANCE_CHANGED, 'asset'),
  free: field(BALANCE_CHANGED, 'free'),
};
const WINNER = field(DELEVERAGED, 'account');
const PAID = field(FUNDING_PAID, 'amount');

/** How much of what was liquidated went one way. */
export class Taken {
  closings = 0;
  readonly accounts = new Set<number>();
  /** Quote units. */
  readonly value = new BigSum();
}

export class RiskCounts {
  /** Number of the asset that the fund is counted in. */
  settlement = 0;
  /** By LIQUIDATION_BYS. */
  readonly by = LIQUIDATION_BYS.map(() => new Taken());
  readonly crossLiquidated = new Set<number>();
  readonly isolatedLiquidated = new Set<number>();
  started = 0;
  readonly deleveraged = new Set<number>();
  deleverages = 0;
  /** Quote units that no account had and the fund paid. */
  readonly deficits = new BigSum();
  readonly fees = new BigSum();
  /** The fund's free money of the settlement asset: at the start, and its low. */
  fundStart: number | undefined;
  fundLow: number | undefined;
  fundings = 0;
  readonly fundingPaid = new BigSum();
  readonly fundingReceived = new BigSum();
  stops = 0;

  /** Looks at the event at this place of the log. */
  take(data: Float64Array, at: number): void {
    const kind = data[at];
    if (kind === BALANCE_CHANGED) {
      if (
        data[at + BALANCE.account] === ACCOUNT_INSURANCE &&
        data[at + BALANCE.asset] === this.settlement
      )
        this.fundIs(data[at + BALANCE.free]);
    } else if (kind === ORDER_TRIGGERED) this.stops += 1;
    else if (kind === FUNDING_PAID) this.funding(data[at + PAID]);
    else if (kind === FUNDING_SETTLED) this.fundings += 1;
    else if (kind === LIQUIDATION_STARTED)
      this.start(data[at + STARTED.account], data[at + STARTED.market]);
    else if (kind === LIQUIDATED) this.liquidated(data, at);
    else if (kind === DELEVERAGED) {
      this.deleverages += 1;
      this.deleveraged.add(data[at + WINNER]);
    } else if (kind === INSURANCE_CHANGED) this.insurance(data, at);
  }

  /** Accounts with at least one scope that went into liquidation. */
  liquidatedAccounts(): number {
    return new Set([...this.crossLiquidated, ...this.isolatedLiquidated]).size;
  }

  private start(account: number, market: number): void {
    this.started += 1;
    const scopes = market === ANY_MARKET ? this.crossLiquidated : this.isolatedLiquidated;
    if (account !== ACCOUNT_INSURANCE) scopes.add(account);
  }

  private liquidated(data: Float64Array, at: number): void {
    if (data[at + TAKEN.closed] === 0) return;
    const taken = this.by[data[at + TAKEN.by]];
    taken.closings += 1;
    taken.accounts.add(data[at + TAKEN.account]);
    taken.value.add(data[at + TAKEN.value]);
  }

  private insurance(data: Float64Array, at: number): void {
    if (data[at + FUND.asset] !== this.settlement) return;
    const change = data[at + FUND.change];
    this.fundIs(data[at + FUND.balance]);
    if (data[at + FUND.why] === FUND_FEE) this.fees.add(change);
    if (data[at + FUND.why] === FUND_DEFICIT) this.deficits.add(0 - change);
  }

  private fundIs(free: number): void {
    this.fundStart ??= free;
    this.fundLow = Math.min(this.fundLow ?? free, free);
  }

  private funding(amount: number): void {
    if (amount > 0) this.fundingPaid.add(amount);
    else this.fundingReceived.add(0 - amount);
  }
}

/** The place of a field behind its event's kind, as the table in engine/event.ts has it. */
function field(kind: number, name: string): number {
  const found = EVENTS[kind]?.fields.findIndex(([field]) => field === name) ?? -1;
  if (found >= 0) return found + 1;
  throw new Error(`event ${kind} has no field ${name}`);
}
