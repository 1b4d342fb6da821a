// Where attacks are played: the small exchange of the engine's tests, which checks every invariant
// after every command, with a purse that knows who is an attacker and what everybody has put in and
// taken out. Wealth is counted at a fair price that the script names, not by the engine's margin
// rules, so that an engine which deceives itself is found out.

import {
  ACCOUNT_FEES,
  ACCOUNT_INSURANCE,
  ACCOUNT_ROUNDING,
  SYSTEM_ACCOUNTS,
} from '../../engine/command.ts';
import { DEFAULT_RISK } from '../../engine/risk-terms.ts';
import { GOLD, PLAIN_TERMS, USD, World, ok } from '../engine-kit.ts';
import type { MarketFields, Terms } from '../engine-kit.ts';
import type { Answer } from '../answer.ts';

/** Who has gained what, at fair prices, in dollars; the five add up to nothing. */
export interface Standing {
  readonly attacker: number;
  readonly fund: number;
  readonly others: number;
  readonly fees: number;
  readonly rounding: number;
}

/** 10 % initial, 5 % maintenance, fees for takers only, computed mark, price band of 5 %. */
export const TERMS: Terms = {
  ...PLAIN_TERMS,
  takerFeePpm: 500,
  liquidationFeePpm: 5_000,
  priceBandPpm: 50_000,
  profitWeightPpm: 0,
  markSource: 2,
};

/** Where a script moves the mark itself. */
export const GIVEN: Partial<Terms> = { markSource: 0 };

export const RISK: Terms['risk'] = DEFAULT_RISK;

type Risk = Partial<Terms['risk']>;

/** A price is in whole dollars, and so is a notional: price · size. */
export class Arena extends World {
  private readonly attackers = new Set<number>();
  /** Deposits less withdrawals, by account and asset. */
  private readonly paid = new Map<string, number>();
  private listings = 0;
  private before: Standing = { attacker: 0, fund: 0, others: 0, fees: 0, rounding: 0 };

  override send(fields: { readonly kind: string; readonly [field: string]: unknown }): Answer {
    const answer = super.send(fields);
    if (answer.said === 'OK' && !answer.repeated) this.book(fields);
    return answer;
  }

  /** An account of the attacker's; `owner` '' = nobody knows whose it is. */
  attacker(name: string, usd: number, gold = 0, owner = ''): number {
    const account = this.account(name, usd, gold, owner);
    this.attackers.add(account);
    return account;
  }

  /** Somebody with more than any script needs, who quotes. */
  maker(name = 'maker'): number {
    return this.account(name, 10_000_000_000, 1_000_000);
  }

  /** The insurance fund gets this much. */
  endow(amount: number): void {
    ok(
      this.send({
        kind: 'adjust',
        account: ACCOUNT_INSURANCE,
        asset: USD,
        amount,
        operator: 'op',
        reason: 'capital',
      }),
    );
  }

  /** A perpetual under the usual terms and these; with an index unless it is 0. */
  listed(
    terms: Partial<Terms>,
    risk: Risk = {},
    index = 10_000,
    fields: MarketFields = {},
  ): number {
    const all = { ...TERMS, ...terms, risk: { ...RISK, ...risk } };
    const market = this.perp(all, 0, { symbol: `P${this.listings}-PERP`, ...fields });
    this.listings += 1;
    if (index !== 0) ok(this.index(market, index));
    return market;
  }

  /** New terms at once. */
  terms(market: number, terms: Partial<Terms>, risk: Risk = {}): void {
    ok(
      this.send({
        kind: 'update_market',
        market,
        terms: { ...TERMS, ...terms, risk: { ...RISK, ...risk } },
        rampMs: 0,
        operator: 'op',
        reason: 'terms',
      }),
    );
  }

  /** Where the market's mark stands. */
  markOf(market: number): number {
    return this.engine.markets()[market].mark;
  }

  /** What an account owns with these fair prices of markets, and of one unit of GOLD. */
  wealth(account: number, fair: readonly number[], gold = 0): number {
    const { engine } = this;
    const positions = engine
      .positions(account)
      .map(({ market, size, cost, collateral }) => {
        const { multiplier } = engine.markets()[market];
        return collateral + size * fair[market] * multiplier - cost;
      })
      .reduce((sum, value) => sum + value, 0);
    const money = this.free(account) + this.held(account);
    return money + (this.free(account, GOLD) + this.held(account, GOLD)) * gold + positions;
  }

  /** The attack begins here: whatever was paid and won until now is not counted. */
  begins(fair: readonly number[], gold = 0): void {
    this.before = this.sums(fair, gold);
  }

  /**
   * Who has gained what since the attack began, at these fair prices. @throws Error when it does
   * not add up to nothing.
   */
  standing(fair: readonly number[], gold = 0): Standing {
    const now = this.sums(fair, gold);
    const { before } = this;
    return {
      attacker: now.attacker - before.attacker,
      fund: now.fund - before.fund,
      others: now.others - before.others,
      fees: now.fees - before.fees,
      rounding: now.rounding - before.rounding,
    };
  }

  private sums(fair: readonly number[], gold: number): Standing {
    let attacker = 0;
    let others = 0;
    const { rows } = this.engine.state.accounts;
    for (let account = SYSTEM_ACCOUNTS.length; account < rows; account++) {
      const gain = this.gain(account, fair, gold);
      if (this.attackers.has(account)) attacker += gain;
      else others += gain;
    }
    const fund = this.gain(ACCOUNT_INSURANCE, fair, gold);
    const fees = this.gain(ACCOUNT_FEES, fair, gold);
    const rounding = this.gain(ACCOUNT_ROUNDING, fair, gold);
    const sum = attacker + others + fund + fees + rounding;
    if (sum !== 0) throw new Error(`${sum} dollars came from nowhere`);
    return { attacker, fund, others, fees, rounding };
  }

  private gain(account: number, fair: readonly number[], gold: number): number {
    const put = (asset: number): number => this.paid.get(`${account} ${asset}`) ?? 0;
    return this.wealth(account, fair, gold) - put(USD) - put(GOLD) * gold;
  }

  private book(fields: { readonly kind: string; readonly [field: string]: unknown }): void {
    const { kind } = fields;
    if (kind !== 'deposit' && kind !== 'adjust' && kind !== 'withdraw') return;
    const sign = kind === 'withdraw' ? -1 : 1;
    const key = `${Number(fields['account'])} ${Number(fields['asset'])}`;
    this.paid.set(key, (this.paid.get(key) ?? 0) + sign * Number(fields['amount']));
  }
}
