// Commands that drive accounts into liquidation: orders as large as the leverage allows against
// thin books, prices that jump, hours that pass at once, sources that fall silent, money that runs
// out. One seed gives one run. It reads the engine as a client could, and the fund's cash.

import { ACCOUNT_INSURANCE, ANY_MARKET } from '../../engine/command.ts';
import type { Command, PlaceOrder, SourcePrice } from '../../engine/command.ts';
import type { Engine } from '../../engine/engine.ts';
import { amount, ppm, price, size } from '../../units/brand.ts';
import type { Side } from '../../units/brand.ts';
import type { Sfc32 } from '../flow/sfc32.ts';
import {
  BAR,
  BAR_SPOT,
  BASE_PRICES,
  CASH,
  COIN,
  FIRST_TRADER,
  GIVEN_PERP,
  RISK_START,
} from './risk-world.ts';

/** Commands after which a market may be settled. */
const SETTLES_AFTER = 1_200;
const HOUR = 3_600_000;

export class RiskCommands {
  private readonly engine: Engine;
  private readonly random: Sfc32;
  private readonly traders: number;
  private count = 0;
  private time = RISK_START + 1_000;
  private interval = 1;

  constructor(engine: Engine, random: Sfc32, traders: number) {
    this.engine = engine;
    this.random = random;
    this.traders = traders;
  }

  next(): Command {
    this.count += 1;
    this.time += this.random.below(300);
    const roll = this.random.below(1_000);
    if (roll < 110) return this.quote();
    if (roll < 450) return this.order();
    if (roll < 475) return this.cancel();
    if (roll < 530) return this.edit();
    if (roll < 710) return this.move();
    if (roll < 780) return this.tick();
    if (roll < 850) return this.money();
    if (roll < 920) return this.refill();
    return this.rare(roll);
  }

  private order(): PlaceOrder {
    const market = this.pick([0, 0, 0, 1, 1, 2, 2, 3, 4]);
    const side = this.side();
    const type = this.pick([0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 4, 5] as const);
    const isLimit = type === 0 || type === 3 || type === 5;
    const isStop = type >= 2;
    const account = this.trader();
    const reference = this.engine.markets()[market].reference() || BASE_PRICES[market];
    const attaches = !isStop && market < 3 && this.chance(8);
    const away = (ppmMax: number): number =>
      Math.max(
        2,
        even(reference + Math.trunc((reference * this.random.below(ppmMax)) / 1_000_000)),
      );
    const below = (ppmMax: number): number =>
      Math.max(
        2,
        even(reference - Math.trunc((reference * this.random.below(ppmMax)) / 1_000_000)),
      );
    const passive = side > 0 ? below(30_000) : away(30_000);
    const crossing = side > 0 ? away(6_000) : below(6_000);
    const rises = side > 0 === (type === 2 || type === 3);
    return {
      kind: 'place_order',
      ...this.common(),
      account,
      market,
      side,
      type,
      price: price(isLimit ? (this.chance(55) ? passive : crossing) : 0),
      size: size(this.size(account, market)),
      timeInForce: this.pick([0, 0, 0, 0, 0, 0, 1, 2, 3] as const),
      expiresAt: 0,
      postOnly: false,
      reduceOnly: !attaches && market < 3 && this.chance(10),
      selfTrade: this.pick([0, 0, 1, 2, 3] as const),
      triggerPrice: price(isStop ? (rises ? away(40_000) + 2 : Math.max(1, below(40_000) - 2)) : 0),
      triggerBy: this.chance(60) ? 0 : 1,
      takeProfit: price(
        attaches ? (side > 0 ? away(60_000) + 2 : Math.max(1, below(60_000) - 2)) : 0,
      ),
      stopLoss: price(
        attaches ? (side > 0 ? Math.max(1, below(30_000) - 2) : away(30_000) + 2) : 0,
      ),
      clientOrderId: '',
      ...(this.chance(5)
        ? { timeInForce: 3 as const, expiresAt: this.time + this.random.below(5_000) }
        : {}),
    };
  }

  /** A rich trader's order close to the mark, so that there is a book to sell into. */
  private quote(): PlaceOrder {
    const order = this.order();
    const rich = FIRST_TRADER + 5 * this.random.below(Math.ceil(this.traders / 5));
    const market = this.pick([0, 1, 2]);
    const reference = this.engine.markets()[market].mark || BASE_PRICES[market];
    const off = Math.trunc((reference * (500 + this.random.below(14_000))) / 1_000_000);
    return {
      ...order,
      account: rich,
      market,
      type: 0,
      price: price(even(order.side > 0 ? reference - off : reference + off)),
      size: size(even(2 + this.random.below(Math.trunc(1_500_000 / reference)))),
      timeInForce: 0,
      expiresAt: 0,
      reduceOnly: false,
      triggerPrice: price(0),
      takeProfit: price(0),
      stopLoss: price(0),
    };
  }

  private cancel(): Command {
    const account = this.trader();
    const orders = this.engine.orders(account);
    const order = orders.length === 0 ? 1 : this.pick(orders).order;
    return { kind: 'cancel_order', ...this.common(), account, order, clientOrderId: '' };
  }

  private edit(): Command {
    const account = this.trader();
    const market = this.pick([0, 1, 2]);
    const edit = this.pick([0, 0, 1, 2, 3, 4, 5] as const);
    const opens = edit < 2;
    return {
      kind: 'edit_position',
      ...this.common(),
      account,
      market,
      edit,
      side: edit === 0 ? this.side() : 0,
      collateral: amount(opens || edit > 3 ? 1 + this.random.below(60_000) : 0),
      leverage: opens ? this.pick([2, 10, 25, 50]) : 0,
      size: size(edit === 2 ? this.size(account, market) : 0),
      worstPrice: price(0),
    };
  }

  /** A price moves: mostly a little, sometimes by up to 40 %, and never too far from its base. */
  private move(): Command {
    const market = this.pick([0, 0, 1, 1, 2, 2, 2, 3, 4, 4]);
    const base = BASE_PRICES[market];
    const before = this.engine.markets()[market].index || base;
    const reach =
      market > 2
        ? this.pick([10_000, 100_000, 500_000])
        : this.pick([1_000, 3_000, 3_000, 10_000, 10_000, 30_000, 100_000, 400_000]);
    const isFar = before > base * 3 || before * 3 < base;
    const up = isFar ? before < base : this.chance(50);
    const change = Math.trunc((before * this.random.below(reach)) / 1_000_000) + 1;
    const value = price(Math.max(1, up ? before + change : before - change));
    const update = { kind: 'update_index' as const, ...this.common(), market };
    const { risk } = this.engine.markets()[market].terms;
    if (risk.sourcesRequired > 1 && !this.chance(5))
      return { ...update, price: price(0), mark: price(0), sources: this.sources(value) };
    return { ...update, price: value, mark: price(market === GIVEN_PERP ? value : 0) };
  }

  private sources(value: number): SourcePrice[] {
    const said: SourcePrice[] = [];
    for (let source = 0; source < 3; source++) {
      if (this.chance(25)) continue;
      const off = this.chance(5) ? 100_000 : 2_000;
      const near = value + Math.trunc((value * (this.random.below(2 * off) - off)) / 1_000_000);
      const age = this.chance(10) ? this.random.below(120_000) : this.random.below(1_000);
      said.push({ source, price: price(Math.max(1, near)), at: this.time - age });
    }
    if (said.length === 0) said.push({ source: 0, price: price(value), at: this.time });
    return said;
  }

  private tick(): Command {
    this.time += this.pick([0, 250, 250, 1_000, 1_000, 5_000, 12_000]);
    if (this.chance(8)) this.time += HOUR;
    if (this.chance(3)) this.time += 5 * HOUR;
    return { kind: 'tick', ...this.common() };
  }

  private money(): Command {
    const common = { ...this.common(), account: this.trader() };
    const asset = this.pick([CASH, CASH, COIN, BAR]);
    const sum = amount(1 + this.random.below(this.pick([10, 1_000, 500_000])));
    const roll = this.random.below(10);
    if (roll < 3) return { kind: 'withdraw', ...common, asset, amount: sum };
    if (roll < 5) return { kind: 'transfer', ...common, asset, amount: sum, to: this.trader() };
    const whole = asset === CASH ? sum : amount(1 + this.random.below(asset === COIN ? 300 : 12));
    if (roll < 8) return { kind: 'deposit', ...common, asset, amount: whole };
    const fund = this.engine.account(ACCOUNT_INSURANCE).balances[CASH].free;
    const all = Number(fund);
    // Mostly what it has is taken or what it lacks is paid.
    const left = all > 0 ? -1 - this.random.below(all) : 1_000 - all;
    return {
      kind: 'adjust',
      ...common,
      account: ACCOUNT_INSURANCE,
      asset: CASH,
      amount: amount(this.chance(60) ? left : this.pick([100, 20_000, 2_000_000])),
      operator: 'op',
      reason: 'the fund is adjusted',
    };
  }

  /** Whoever has lost everything gets something again. */
  private refill(): Command {
    const account = this.trader();
    const { balances } = this.engine.account(account);
    const isRich = (account - FIRST_TRADER) % 5 === 0;
    const poor = Number(balances[CASH].free) < (isRich ? 500_000 : 20_000);
    const inBars = (account - FIRST_TRADER) % 4 === 2 && this.chance(80);
    if (poor && inBars)
      return {
        kind: 'deposit',
        ...this.common(),
        account,
        asset: BAR,
        amount: amount(5 + this.random.below(40)),
      };
    return {
      kind: 'deposit',
      ...this.common(),
      account,
      asset: CASH,
      amount: amount(poor ? (isRich ? 10 : 1) * (50_000 + this.random.below(600_000)) : 1),
    };
  }

  private rare(roll: number): Command {
    const common = this.common();
    const account = this.trader();
    const market = this.pick([0, 1, 2]);
    if (roll < 945) return this.funding();
    if (roll < 960)
      return { kind: 'set_margin_mode', ...common, account, market, mode: this.chance(60) ? 1 : 0 };
    if (roll < 975)
      return { kind: 'set_leverage', ...common, account, market, leverage: this.pick([2, 10, 50]) };
    if (roll < 980) return { kind: 'cancel_all', ...common, account, market: ANY_MARKET, side: 0 };
    if (roll < 983) return this.terms(market);
    if (roll < 985) return { kind: 'set_dead_man', ...common, account, timeoutMs: 1_000 };
    // Toward the end a market is settled, at some price near its last.
    if (roll === 985 && this.count > SETTLES_AFTER) return this.settle(market);
    const status = roll < 986 ? this.pick([1, 2, 3, 4, 4] as const) : 0;
    return {
      kind: 'set_market_status',
      ...common,
      market: status === 0 ? this.closed() : this.random.below(BASE_PRICES.length),
      status,
      price: price(0),
      operator: 'op',
      reason: 'as it comes',
    };
  }

  /** Maintenance goes to three quarters of initial, or back to half of it. */
  private terms(market: number): Command {
    const { terms } = this.engine.markets()[market];
    const quarters = this.chance(50) ? 3 : 2;
    const brackets = terms.brackets.map((bracket) => ({
      ...bracket,
      maintenancePpm: ppm((bracket.initialPpm / 4) * quarters),
    }));
    return {
      kind: 'update_market',
      ...this.common(),
      market,
      terms: { ...terms, brackets },
      rampMs: 0,
      operator: 'op',
      reason: 'as it comes',
    };
  }

  private settle(market: number): Command {
    const { mark } = this.engine.markets()[market];
    const value = Math.max(1, mark + Math.trunc((mark * (this.random.below(200) - 100)) / 1_000));
    return {
      kind: 'set_market_status',
      ...this.common(),
      market,
      status: 5,
      price: price(value),
      operator: 'op',
      reason: 'it ends',
    };
  }

  /** Some market that is not open, if there is one. */
  private closed(): number {
    const found = this.engine.markets().findIndex(({ status }) => status !== 0);
    return found < 0 ? 0 : found;
  }

  /** An interval later, the same again, or some missed. */
  private funding(): Command {
    this.interval += this.pick([0, 1, 1, 1, 1, 5]);
    const most = this.pick([100_000_000, 5_000_000_000, 60_000_000_000]);
    return {
      kind: 'settle_funding',
      ...this.common(),
      market: GIVEN_PERP,
      interval: this.interval,
      rateE12: this.random.below(2 * most) - most,
    };
  }

  /** From one lot to what 50 times the free cash buys, or exactly what is held. */
  private size(account: number, market: number): number {
    const { multiplier, lotSize } = this.engine.markets()[market];
    const reference = this.engine.markets()[market].reference() || BASE_PRICES[market];
    const held = this.engine.positions(account).find((row) => row.market === market)?.size ?? 0;
    const free = Number(this.engine.account(account).balances[CASH].free);
    const bars = Number(this.engine.account(account).balances[BAR].free) * BASE_PRICES[BAR_SPOT];
    const worth = Math.max(0, free + Math.trunc(bars / 2)) * this.pick([1, 3, 10, 25, 45]);
    const most = Math.max(1, Math.trunc(worth / (reference * multiplier)));
    const wanted =
      this.chance(20) && held !== 0
        ? Math.abs(held)
        : this.chance(30)
          ? most
          : 1 + this.random.below(most);
    return Math.max(lotSize, wanted - (wanted % lotSize));
  }

  private common(): { id: string; time: number } {
    return { id: this.chance(5) ? `i${this.count}` : '', time: this.time };
  }

  private trader(): number {
    return FIRST_TRADER + this.random.below(this.traders);
  }

  private side(): Side {
    return this.chance(50) ? 1 : -1;
  }

  private chance(percent: number): boolean {
    return this.random.below(100) < percent;
  }

  private pick<Item>(items: readonly Item[]): Item {
    return items[this.random.below(items.length)];
  }
}

const even = (value: number): number => value - (value % 2);
