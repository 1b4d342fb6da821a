// Commands at random, aimed at the edges: prices at the touch, sizes of one lot or all and one
// more, stale and repeated ids, wrong values, marks that jump. One seed gives one run. It reads the
// engine as a client could.

import { DEFAULT_RISK } from '../../engine/risk-terms.ts';
import type { Command, MarketTerms, PlaceOrder } from '../../engine/command.ts';
import { ANY_MARKET, NO_ASSET } from '../../engine/command.ts';
import type { Engine } from '../../engine/engine.ts';
import { amount, ppm, price, size } from '../../units/brand.ts';
import type { Side } from '../../units/brand.ts';
import type { Sfc32 } from '../flow/sfc32.ts';

const COMMON = { id: '', time: 1 };

/** The world that a run starts in: assets, markets and accounts, funded, and the first prices. */
export function worldCommands(accounts: number): Command[] {
  const people = Array.from({ length: accounts }, (_, i) => accountCommands(i)).flat();
  return [...assetCommands(), ...marketCommands(), ...people, ...priceCommands()];
}

function assetCommands(): Command[] {
  const asset = {
    ...COMMON,
    kind: 'create_asset' as const,
    liabilityWeightPpm: ppm(1_100_000),
    interestE12: 0,
    autoConvertLimit: amount(0),
    price: amount(0),
  };
  return [
    { ...asset, symbol: 'USDT', decimals: 6, settlement: true, weightPpm: ppm(1_000_000) },
    { ...asset, symbol: 'BTC', decimals: 8, settlement: false, weightPpm: ppm(900_000) },
  ];
}

function marketCommands(): Command[] {
  const units = {
    ...COMMON,
    kind: 'create_market' as const,
    quote: 0,
    priceUnit: '0.1',
    sizeUnit: '0.001',
    multiplier: 100,
    tickSize: price(1),
    lotSize: size(1),
  };
  const perp = { ...units, marketKind: 1 as const, base: NO_ASSET, baseMultiplier: 0 };
  const terms = { ...perpTerms(), markSource: 1 as const };
  return [
    { ...perp, symbol: 'BTC-PERP', terms: perpTerms() },
    { ...units, symbol: 'BTC/USDT', marketKind: 0, base: 1, baseMultiplier: 100_000, terms },
    { ...perp, symbol: 'ETH-PERP', terms: wildTerms() },
  ];
}

function accountCommands(i: number): Command[] {
  const deposit = { ...COMMON, kind: 'deposit' as const, account: 3 + i };
  const owner = i % 4 === 3 ? `a${i - 1}` : '';
  return [
    { ...COMMON, kind: 'create_account', name: `a${i}`, owner },
    { ...deposit, asset: 0, amount: amount(3_000_000_000) },
    { ...deposit, asset: 1, amount: amount(20_000_000) },
  ];
}

function priceCommands(): Command[] {
  const update = { ...COMMON, kind: 'update_index' as const };
  return [
    { ...update, market: 0, price: price(1_000), mark: price(1_000) },
    { ...update, market: 1, price: price(1_000), mark: price(0) },
    { ...update, market: 2, price: price(500), mark: price(500) },
  ];
}

function perpTerms(): MarketTerms {
  return {
    brackets: [
      { floorNotional: amount(0), initialPpm: ppm(50_000), maintenancePpm: ppm(25_000) },
      {
        floorNotional: amount(2_000_000_000),
        initialPpm: ppm(100_000),
        maintenancePpm: ppm(50_000),
      },
    ],
    makerFeePpm: ppm(200),
    takerFeePpm: ppm(555),
    liquidationFeePpm: ppm(1_000),
    priceBandPpm: ppm(0),
    openInterestCap: size(0),
    openInterestScaleFrom: size(0),
    openInterestScaleTo: size(0),
    minimumSize: size(1),
    minimumNotional: amount(0),
    profitWeightPpm: ppm(700_000),
    profitCap: amount(0),
    markSource: 0,
    selfTradeAllowed: true,
    risk: DEFAULT_RISK,
  };
}

/** A rebate, a band, scaling and a cap at once. */
function wildTerms(): MarketTerms {
  return {
    ...perpTerms(),
    makerFeePpm: ppm(-150),
    takerFeePpm: ppm(777),
    priceBandPpm: ppm(60_000),
    openInterestCap: size(60_000),
    openInterestScaleFrom: size(10_000),
    openInterestScaleTo: size(50_000),
    minimumSize: size(2),
    profitWeightPpm: ppm(0),
  };
}

export class RandomCommands {
  private readonly random: Sfc32;
  private readonly engine: Engine;
  private readonly accounts: number;
  private readonly recent: Command[] = [];
  private count = 0;
  private time = 10;

  constructor(engine: Engine, random: Sfc32, accounts: number) {
    this.engine = engine;
    this.random = random;
    this.accounts = accounts;
  }

  next(): Command {
    this.count += 1;
    this.time += this.random.below(40);
    if (this.recent.length > 0 && this.chance(2)) return this.pick(this.recent);
    const command = this.make();
    if (command.id !== '' && this.recent.push(command) > 50) this.recent.shift();
    return command;
  }

  private make(): Command {
    const roll = this.random.below(1_000);
    if (roll < 560) return this.order();
    if (roll < 680) return this.cancel();
    if (roll < 780) return this.amend();
    if (roll < 860) return this.mark();
    if (roll < 880) return { kind: 'tick', ...this.common() };
    if (roll < 930) return this.edit();
    return this.rare(roll);
  }

  private rare(roll: number): Command {
    const common = this.common();
    const account = this.account();
    const market = this.market();
    const asset = this.random.below(2);
    const sum = amount(this.pick([1, 7, 1_000_000, 500_000_000, this.account() * 333_333]));
    if (roll < 940)
      return {
        kind: 'deposit',
        ...common,
        account,
        asset,
        amount: asset === 0 ? sum : amount(1_000_000),
      };
    if (roll < 955) return { kind: 'withdraw', ...common, account, asset, amount: sum };
    if (roll < 960)
      return { kind: 'transfer', ...common, account, asset, amount: sum, to: this.account() };
    if (roll < 975)
      return {
        kind: 'set_leverage',
        ...common,
        account,
        market,
        leverage: 1 + this.random.below(22),
      };
    if (roll < 988)
      return { kind: 'set_margin_mode', ...common, account, market, mode: this.chance(60) ? 1 : 0 };
    if (roll < 994)
      return {
        kind: 'cancel_all',
        ...common,
        account,
        market: this.chance(50) ? ANY_MARKET : market,
        side: this.pick([0, 1, -1] as const),
      };
    return { kind: 'set_dead_man', ...common, account, timeoutMs: this.pick([0, 100, 3_000]) };
  }

  private order(): PlaceOrder {
    const number = this.market();
    const market = this.engine.markets()[number];
    const side = this.side();
    const type = this.pick([0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 4, 5] as const);
    const isLimit = type === 0 || type === 3 || type === 5;
    const isStop = type >= 2;
    const timeInForce = this.pick([0, 0, 0, 0, 0, 1, 2, 3] as const);
    const attaches = !isStop && this.chance(10);
    const near = market.reference();
    return {
      kind: 'place_order',
      ...this.common(),
      account: this.account(),
      market: number,
      side,
      type,
      price: price(isLimit ? this.price(number, side) : 0),
      size: size(this.size(number)),
      timeInForce,
      expiresAt: timeInForce === 3 ? this.time + this.random.below(400) : 0,
      postOnly: isLimit && timeInForce !== 1 && timeInForce !== 2 && this.chance(12),
      reduceOnly: !attaches && this.chance(14),
      selfTrade: this.pick([0, 0, 0, 1, 2, 3] as const),
      triggerPrice: price(isStop ? this.near(near) : 0),
      triggerBy: this.chance(70) ? 0 : 1,
      takeProfit: price(attaches ? this.near(near) : 0),
      stopLoss: price(attaches && this.chance(70) ? this.near(near) : 0),
      clientOrderId: this.chance(15) ? `c${this.random.below(40)}` : '',
    };
  }

  private cancel(): Command {
    const order = this.someOrder();
    const clientOrderId = this.chance(10) ? `c${this.random.below(40)}` : '';
    return {
      kind: 'cancel_order',
      ...this.common(),
      account: this.chance(6) ? this.account() : order.account,
      order: clientOrderId === '' ? order.order : 0,
      clientOrderId,
    };
  }

  private amend(): Command {
    const order = this.someOrder();
    const newPrice = this.chance(50) ? 0 : this.price(order.market, order.side);
    const newSize = this.chance(30)
      ? 0
      : this.pick([1, order.size - 1, order.size, order.size + 1, this.size(order.market)]);
    return {
      kind: 'amend_order',
      ...this.common(),
      account: this.chance(4) ? this.account() : order.account,
      order: order.order,
      clientOrderId: '',
      price: price(newPrice),
      size: size(newSize < 0 ? 1 : newSize),
    };
  }

  private mark(): Command {
    const number = this.market();
    const market = this.engine.markets()[number];
    const before = market.mark === 0 ? 1_000 : market.mark;
    const jump = this.chance(6)
      ? this.random.below(Math.max(2, before >> 2)) - (before >> 3)
      : this.random.below(9) - 4;
    const mark = Math.max(1, before + jump);
    return {
      kind: 'update_index',
      ...this.common(),
      market: number,
      price: price(mark),
      mark: price(market.isSpot ? 0 : mark),
    };
  }

  private edit(): Command {
    const account = this.account();
    const number = this.pick([0, 2]);
    const edit = this.pick([0, 0, 1, 1, 2, 3, 4, 5] as const);
    const byCollateral = this.chance(50);
    const opens = edit < 2;
    return {
      kind: 'edit_position',
      ...this.common(),
      account,
      market: number,
      edit,
      side: edit === 0 ? this.side() : 0,
      collateral: amount(
        (opens && byCollateral) || edit > 3 ? 1 + this.random.below(60_000_000) : 0,
      ),
      leverage: opens && (byCollateral || edit === 0) ? 1 + this.random.below(20) : 0,
      size: size((opens && !byCollateral) || edit === 2 ? this.size(number) : 0),
      worstPrice: price(0),
    };
  }

  private someOrder(): {
    account: number;
    order: number;
    market: number;
    side: Side;
    size: number;
  } {
    for (let tries = 0; tries < 4; tries++) {
      const account = this.account();
      const orders = this.engine.orders(account);
      if (orders.length === 0) continue;
      const order = this.pick(orders);
      return {
        account,
        order: order.order,
        market: order.market,
        side: order.side > 0 ? 1 : -1,
        size: order.size,
      };
    }
    return {
      account: this.account(),
      order: 1 + this.random.below(500),
      market: 0,
      side: 1,
      size: 5,
    };
  }

  /** At the touch, one tick to either side, or some way off. */
  private price(number: number, side: Side): number {
    const market = this.engine.markets()[number];
    const touch =
      market.opposite(side).bestPrice() ||
      market.own(side).bestPrice() ||
      market.reference() ||
      1_000;
    const away = this.pick([
      0,
      0,
      1,
      -1,
      2,
      5,
      this.random.below(30),
      -this.random.below(8),
      this.random.below(200),
    ]);
    return Math.max(1, touch - side * away);
  }

  private near(reference: number): number {
    return Math.max(1, reference + this.random.below(61) - 30);
  }

  private size(number: number): number {
    const account = this.account();
    const held =
      this.engine.positions(account).find((position) => position.market === number)?.size ?? 0;
    const whole = Math.abs(held);
    return Math.max(
      1,
      this.pick([
        1,
        2,
        3,
        whole,
        whole + 1,
        whole - 1,
        1 + this.random.below(50),
        1 + this.random.below(2_000),
      ]),
    );
  }

  private common(): { id: string; time: number } {
    return { id: this.chance(20) ? `i${this.count}` : '', time: this.time };
  }

  private account(): number {
    return this.chance(1) ? this.random.below(3) : 3 + this.random.below(this.accounts);
  }

  private market(): number {
    return this.pick([0, 0, 0, 1, 2]);
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
