// The accounts that trade along in a replay. Which one sends a recorded trade depends on the seed
// and the trade's id; large trades come from the accounts that were given much. Every fifth account
// that trades also rests a limit order behind the price, in place of its last one.

import {
  MODE_ISOLATED,
  ORDER_LIMIT,
  TIF_GTC,
  TIF_IOC,
  type Command,
} from '../../engine/command.ts';
import { price, size, type Side } from '../../units/brand.ts';
import { blankCancel, blankOrder } from './commands.ts';
import { PERP_TICK, type PerpMarket } from './perp-market.ts';
import { mix, pick } from './pick.ts';
import type { Session } from './session.ts';

/** A recorded trade: price units and lots. */
export interface Trade {
  readonly time: number;
  readonly id: number;
  readonly price: number;
  readonly size: number;
  readonly side: Side;
}

export interface CrowdOptions {
  readonly accounts: number;
  readonly seed: number;
  readonly time: number;
}

/** The first share of the accounts has this many dollars; the last tier has the rest. */
const TIERS = [
  { share: 0.01, dollars: 5_000_000, lotsFrom: 2_000 },
  { share: 0.1, dollars: 200_000, lotsFrom: 100 },
  { share: 0.4, dollars: 20_000, lotsFrom: 10 },
  { share: 1, dollars: 2_000, lotsFrom: 0 },
] as const;

const LEVERAGE_MIN = 2;
const LEVERAGES = 49;
const RESTS_EVERY = 5;
const REST_TICKS_MAX = 200;
/** Keys of the dice, far from any trade id. */
const KEY_ACCOUNT = 2 ** 52;
const KEY_REST = 2 ** 51;

export class Crowd {
  /** Engine numbers, richest first. */
  readonly accounts: Int32Array;
  /** Dollars given to each. */
  readonly funds: Float64Array;
  private readonly session: Session;
  private readonly market: PerpMarket;
  private readonly seed: number;
  private readonly order = blankOrder();
  private readonly cancel = blankCancel();
  /** Each account's resting order; 0 = none so far. */
  private readonly resting: Float64Array;
  private readonly fillsBefore: () => bigint;
  private filled = 0n;

  constructor(session: Session, market: PerpMarket, options: CrowdOptions) {
    this.session = session;
    this.market = market;
    this.seed = options.seed;
    this.accounts = new Int32Array(options.accounts);
    this.funds = new Float64Array(options.accounts);
    this.resting = new Float64Array(options.accounts);
    this.order.market = market.info.number;
    this.fillsBefore = () => market.info.volume.value();
    for (let i = 0; i < options.accounts; i++) this.create(i, options.time);
  }

  /** Lots that the crowd's own orders took. */
  filledLots(): number {
    return Number(this.filled);
  }

  /**
   * Sends a recorded trade as an immediate order at its price, and now and then rests one behind
   * it.
   */
  take(trade: Trade): void {
    const { order } = this;
    const member = this.memberFor(trade);
    order.time = trade.time;
    order.account = this.accounts[member];
    order.side = trade.side;
    order.type = ORDER_LIMIT;
    order.price = price(trade.price);
    order.size = size(trade.size);
    order.timeInForce = TIF_IOC;
    const before = this.fillsBefore();
    this.session.run(order);
    this.filled += this.fillsBefore() - before;
    if (mix(this.seed, KEY_REST + trade.id) % RESTS_EVERY === 0) this.rest(member, trade);
  }

  private rest(member: number, trade: Trade): void {
    const { order, cancel, session } = this;
    if (this.resting[member] !== 0) {
      cancel.time = trade.time;
      cancel.account = this.accounts[member];
      cancel.order = this.resting[member];
      session.run(cancel);
    }
    const ticks = 1 + pick(this.seed, KEY_REST - trade.id, REST_TICKS_MAX);
    order.timeInForce = TIF_GTC;
    order.price = price(trade.price - trade.side * ticks * PERP_TICK);
    const outcome = session.run(order);
    this.resting[member] = outcome.reason === 0 ? outcome.created : 0;
  }

  /** Somebody who can carry a trade of this size. */
  private memberFor(trade: Trade): number {
    const tier = TIERS.find(({ lotsFrom }) => trade.size >= lotsFrom) ?? TIERS[0];
    return pick(this.seed, trade.id, shareOf(this.accounts.length, tier.share));
  }

  private create(i: number, time: number): void {
    const count = this.accounts.length;
    const tier = TIERS.find(({ share }) => i < shareOf(count, share)) ?? TIERS[TIERS.length - 1];
    const account = this.market.account(time, `trader-${i + 1}`, tier.dollars);
    const dice = mix(this.seed, KEY_ACCOUNT + i);
    this.accounts[i] = account;
    this.funds[i] = tier.dollars;
    const market = this.market.info.number;
    const common = { id: '', time, account, market };
    const leverage = LEVERAGE_MIN + (dice % LEVERAGES);
    const isolated: Command = { ...common, kind: 'set_margin_mode', mode: MODE_ISOLATED };
    if ((dice >>> 16) % 2 === 0) this.session.prepare(isolated, 'isolated margin');
    this.session.prepare({ ...common, kind: 'set_leverage', leverage }, `leverage ${leverage}`);
  }
}

function shareOf(count: number, share: number): number {
  return Math.max(1, Math.ceil(count * share));
}
