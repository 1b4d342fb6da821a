// The generated accounts of a candle replay. Each has its leverage, its mode, its money and perhaps
// an owner with other accounts; every one acts about once in two days of the candles' time: opens a
// position at the price or behind it, closes, adds, or does nothing. What it does depends on the
// seed, on which action it is, and on what the engine says it holds.

import { MODE_ISOLATED, TIF_GTC, TIF_IOC, type Command } from '../../../engine/command.ts';
import { BUY, SELL, price, size, type Side } from '../../../units/brand.ts';
import { blankCancelAll, blankOrder } from '../commands.ts';
import { mix, pick } from '../pick.ts';
import type { Session } from '../session.ts';
import type { CandleMarket } from './candle-market.ts';

export interface TraderOptions {
  readonly accounts: number;
  readonly seed: number;
  readonly time: number;
  /** How many of a hundred put up the coin itself. */
  readonly coins: number;
  /** Everybody's positions are so small that no price here liquidates them. */
  readonly calm: boolean;
}

const MILLION = 1_000_000;
const ACT_EVERY_MS = 172_800_000;
export const LEVERAGE_MIN = 3;
export const LEVERAGE_MAX = 50;
/** The first share of the accounts has this many dollars; the last tier has the rest. */
const TIERS = [
  { share: 0.01, dollars: 200_000 },
  { share: 0.1, dollars: 20_000 },
  { share: 1, dollars: 2_000 },
] as const;
/** Of ten accounts, how many share an owner with two others. */
const GROUPED_OF_TEN = 3;
const GROUP = 3;
/**
 * What a calm account risks of its money, at first and when it adds: the price would have to rise
 * many times over.
 */
const CALM_SHARE = 0.05;
const CALM_ADDED = 0.005;
/** Keys of the dice: what an account is, and what it does. */
const KEY_ACCOUNT = 2 ** 52;
const KEY_NEXT = 2 ** 51;
const KEY_COINS = 2 ** 50;

export class Traders {
  readonly accounts: Int32Array;
  private readonly leverage: Int32Array;
  /** How often somebody without money left began anew. */
  renewed = 0;
  /** Whole USDT that each brings, or coins of that worth. */
  private readonly funds: Float64Array;
  private readonly coins: Uint8Array;
  private readonly resting: Uint8Array;
  private readonly session: Session;
  private readonly market: CandleMarket;
  private readonly options: TraderOptions;
  private readonly order = blankOrder();
  private readonly cancel = blankCancelAll();
  private actions = 0;
  private due = 0;

  constructor(market: CandleMarket, options: TraderOptions) {
    this.market = market;
    this.session = market.session;
    this.options = options;
    const { accounts } = options;
    this.accounts = new Int32Array(accounts);
    this.leverage = new Int32Array(accounts);
    this.funds = new Float64Array(accounts);
    this.coins = new Uint8Array(accounts);
    this.resting = new Uint8Array(accounts);
    this.order.market = market.info.number;
    this.cancel.market = market.info.number;
    for (let i = 0; i < accounts; i++) this.create(i);
  }

  /** Lets those act whose turn comes in this long, ms. */
  act(time: number, span: number): void {
    this.due += (this.accounts.length * span) / ACT_EVERY_MS;
    for (; this.due >= 1; this.due -= 1) {
      const action = this.actions;
      this.actions += 1;
      const { seed } = this.options;
      this.turn(pick(seed, KEY_NEXT + action, this.accounts.length), mix(seed, action), time);
    }
  }

  private turn(i: number, dice: number, time: number): void {
    const account = this.accounts[i];
    if (this.resting[i] === 1) {
      this.cancel.time = time;
      this.cancel.account = account;
      this.session.run(this.cancel);
      this.resting[i] = 0;
    }
    const held = this.market.sizeOf(account);
    const choice = dice % 100;
    if (held === 0) this.open(i, dice, time, (dice >>> 8) % 2 === 0 ? BUY : SELL);
    else if (choice < 30) this.close(account, held, dice, time);
    else if (choice < 45) this.open(i, dice, time, held > 0 ? BUY : SELL);
  }

  /** A position of a fifth to nearly all of what the leverage allows, at the price or behind it. */
  private open(i: number, dice: number, time: number, side: Side): void {
    const { market, order, options } = this;
    const money = this.moneyOf(i, time);
    const share = 0.2 + ((dice >>> 9) % 1_000) / 1_400;
    const calm = market.sizeOf(this.accounts[i]) === 0 ? CALM_SHARE : CALM_ADDED;
    const times = options.calm ? calm : this.leverage[i] * share;
    const lots = market.lotsFor(money * times);
    if (lots === 0) return;
    const waits = (dice >>> 19) % 10 < 4;
    const away = (waits ? -1 : 1) * (500 + ((dice >>> 22) % 1_000) * 5);
    order.account = this.accounts[i];
    order.side = side;
    order.size = size(lots);
    order.reduceOnly = false;
    this.attach(side, dice);
    this.send(time, side, away, waits);
    order.takeProfit = price(0);
    order.stopLoss = price(0);
    this.resting[i] = waits ? 1 : 0;
  }

  /** One in five has a stop loss, one in five of those a take profit too. */
  private attach(side: Side, dice: number): void {
    const { order, market } = this;
    if (dice % 5 !== 0) return;
    const away = 0.02 + ((dice >>> 12) % 80) / 1_000;
    order.stopLoss = price(Math.floor(market.mark * (1 - side * away)));
    if (dice % 25 === 0) order.takeProfit = price(Math.floor(market.mark * (1 + side * 2 * away)));
  }

  private close(account: number, held: number, dice: number, time: number): void {
    const { order } = this;
    const side: Side = held > 0 ? SELL : BUY;
    order.account = account;
    order.side = side;
    order.size = size(Math.abs(held));
    order.reduceOnly = true;
    this.send(time, side, 1_000 + ((dice >>> 22) % 1_000) * 5, false);
  }

  /** @param away 10^−6 of the mark, through it above 0, behind it below. */
  private send(time: number, side: Side, away: number, waits: boolean): void {
    const { order, market } = this;
    order.time = time;
    order.timeInForce = waits ? TIF_GTC : TIF_IOC;
    order.price = price(Math.max(1, Math.floor(market.mark * (1 + (side * away) / MILLION))));
    this.session.run(order);
  }

  /** Quote units to open with; who has lost nearly all of it brings as much again. */
  private moneyOf(i: number, time: number): number {
    const given = this.funds[i] * MILLION;
    const wealth = this.market.wealthOf(this.accounts[i]);
    if (wealth >= given * 0.2) return Math.min(wealth, 4 * given);
    this.renewed += 1;
    this.bring(i, time);
    return given;
  }

  private bring(i: number, time: number): void {
    const { market, session, coins, funds } = this;
    const isCoin = coins[i] === 1;
    const units = isCoin ? market.coinsWorth(funds[i]) : funds[i] * MILLION;
    session.deposit(time, this.accounts[i], isCoin ? market.coin : market.quote, units);
  }

  private create(i: number): void {
    const { market, session } = this;
    const { accounts, seed, time, coins, calm } = this.options;
    const dice = mix(seed, KEY_ACCOUNT + i);
    const tier = TIERS.find(({ share }) => i < Math.ceil(accounts * share)) ?? TIERS[2];
    const owner = dice % 10 < GROUPED_OF_TEN ? `owner-${Math.floor(i / GROUP) + 1}` : '';
    const account = session.createAccount(time, `trader-${i + 1}`, owner);
    const brings = !calm && mix(seed, KEY_COINS - i) % 100 < coins;
    const isolated = !brings && (dice >>> 12) % 2 === 0;
    const span = LEVERAGE_MAX - LEVERAGE_MIN + 1;
    const wild = Math.min(LEVERAGE_MIN + ((dice >>> 14) % span), market.leverageMax);
    const leverage = calm ? 1 : wild;
    this.accounts[i] = account;
    this.leverage[i] = leverage;
    this.funds[i] = tier.dollars;
    this.coins[i] = brings ? 1 : 0;
    this.bring(i, time);
    const common = { id: '', time, account, market: market.info.number };
    const mode: Command = { ...common, kind: 'set_margin_mode', mode: MODE_ISOLATED };
    if (isolated) session.prepare(mode, 'isolated margin');
    session.prepare({ ...common, kind: 'set_leverage', leverage }, `leverage ${leverage}`);
  }
}
