// A small exchange to test rules on: assets, markets and accounts with round numbers, and a short
// word for every command. Each command is also previewed, sent to a twin as bytes, the twin is
// restored from its own snapshot, and all invariants are recomputed: a test of any rule proves
// those as well. It never knows what a rule says.

import { COMPACT_BYTES_MAX, decodeCommand, encodeCommand } from '../engine/codec.ts';
import {
  ANY_MARKET,
  EDIT_OPEN,
  MARKET_PERP,
  MARKET_SPOT,
  MODE_ISOLATED,
  NO_ASSET,
  ORDER_LIMIT,
  ORDER_MARKET,
  ORDER_STOP_LIMIT,
  ORDER_STOP_MARKET,
  ORDER_TAKE_PROFIT_LIMIT,
  ORDER_TAKE_PROFIT_MARKET,
  STP_EXPIRE_MAKER,
  TIF_FOK,
  TIF_GTC,
  TIF_GTD,
  TIF_IOC,
} from '../engine/command.ts';
import type {
  BracketTerms,
  Command,
  CreateAsset,
  CreateMarket,
  EditPosition,
  MarketTerms,
  PlaceOrder,
} from '../engine/command.ts';
import { DEFAULT_RISK } from '../engine/risk-terms.ts';
import { Engine } from '../engine/engine.ts';
import { violations } from '../engine/invariants.ts';
import type { EngineLimits } from '../engine/limits.ts';
import type { OrderView, PositionView } from '../engine/view.ts';
import type { Side } from '../units/brand.ts';
import { keep } from './answer.ts';
import type { Answer } from './answer.ts';

/** Takes the brands off and literals wide: a test writes plain numbers. */
type Plain<T> = T extends number
  ? number
  : T extends string | boolean
    ? T
    : T extends readonly (infer Item)[]
      ? readonly Plain<Item>[]
      : { readonly [Key in keyof T]: Plain<T[Key]> };

export type Terms = Plain<MarketTerms>;
export type OrderFields = Partial<Plain<Omit<PlaceOrder, 'kind'>>>;
export type EditFields = Partial<Plain<Omit<EditPosition, 'kind'>>>;
export type AssetFields = Partial<Plain<Omit<CreateAsset, 'kind'>>>;
export type MarketFields = Partial<Plain<Omit<CreateMarket, 'kind' | 'terms'>>>;

export interface WorldOptions {
  readonly limits?: Partial<EngineLimits>;
  /** False where the step bound leaves work behind on purpose. */
  readonly finishes?: boolean;
  /** How the settlement asset and the collateral differ from one without interest. */
  readonly usd?: AssetFields;
  readonly gold?: AssetFields;
}

export const DAY = 86_400_000;
export const USD = 0;
export const GOLD = 1;
/** The orders of these types. */
export const STOP = { type: ORDER_STOP_MARKET } as const;
export const TAKE = { type: ORDER_TAKE_PROFIT_MARKET } as const;
export const STOP_LIMIT = { type: ORDER_STOP_LIMIT } as const;
export const TAKE_LIMIT = { type: ORDER_TAKE_PROFIT_LIMIT } as const;
export const IOC = { timeInForce: TIF_IOC } as const;
export const FOK = { timeInForce: TIF_FOK } as const;
export const until = (expiresAt: number) => ({ timeInForce: TIF_GTD, expiresAt }) as const;

/** 10 % initial, 5 % maintenance, no fee, no band, no minimum; the mark is given. */
export const PLAIN_TERMS: Terms = {
  brackets: [{ floorNotional: 0, initialPpm: 100_000, maintenancePpm: 50_000 }],
  makerFeePpm: 0,
  takerFeePpm: 0,
  liquidationFeePpm: 0,
  priceBandPpm: 0,
  openInterestCap: 0,
  openInterestScaleFrom: 0,
  openInterestScaleTo: 0,
  minimumSize: 0,
  minimumNotional: 0,
  profitWeightPpm: 1_000_000,
  profitCap: 0,
  markSource: 0,
  selfTradeAllowed: false,
  risk: DEFAULT_RISK,
};

/** One bracket with these rates. */
export function rates(initialPpm: number, maintenancePpm: number): Plain<BracketTerms>[] {
  return [{ floorNotional: 0, initialPpm, maintenancePpm }];
}

/** The number of what a command made; throws when it was refused. */
export function ok(answer: Answer): number {
  if (answer.said !== 'OK') throw new Error(`refused: ${answer.said}`);
  return answer.created;
}

export class World {
  readonly engine: Engine;
  readonly limits: Partial<EngineLimits>;
  /** The clock of the next command, ms; each takes the next one. */
  time = 1_000;
  private twin: Engine;
  private readonly finishes: boolean;

  /** With the assets USD (settlement) and GOLD (90 % collateral), one unit each. */
  constructor({ limits = {}, finishes = true, usd = {}, gold = {} }: WorldOptions = {}) {
    this.limits = { fillsPerOrder: 100, ...limits };
    this.finishes = finishes;
    this.engine = new Engine(this.limits);
    this.twin = new Engine(this.limits);
    ok(this.asset('USD', { settlement: true, weightPpm: 1_000_000, ...usd }));
    ok(this.asset('GOLD', gold));
  }

  asset(symbol: string, fields: AssetFields = {}): Answer {
    return this.send({
      kind: 'create_asset',
      symbol,
      decimals: 0,
      settlement: false,
      weightPpm: 900_000,
      liabilityWeightPpm: 1_100_000,
      interestE12: 0,
      autoConvertLimit: 0,
      price: 0,
      ...fields,
    });
  }

  /** A perpetual in USD whose notional is price × size, with a mark unless it is 0. */
  perp(terms: Partial<Terms> = {}, mark = 1_000, fields: MarketFields = {}): number {
    const market = ok(this.market(terms, fields));
    if (mark !== 0) ok(this.mark(market, mark));
    return market;
  }

  /** GOLD/USD, one unit of GOLD per size unit, with an index unless it is 0. */
  spot(terms: Partial<Terms> = {}, index = 1_000, fields: MarketFields = {}): number {
    const shape = {
      marketKind: MARKET_SPOT,
      base: GOLD,
      baseMultiplier: 1,
      symbol: `G${this.engine.markets().length}/USD`,
    };
    const market = ok(this.market(terms, { ...shape, ...fields }));
    if (index !== 0) ok(this.index(market, index));
    return market;
  }

  market(terms: Partial<Terms> = {}, fields: MarketFields = {}): Answer {
    return this.send({
      kind: 'create_market',
      symbol: `M${this.engine.markets().length}-PERP`,
      marketKind: MARKET_PERP,
      base: NO_ASSET,
      quote: USD,
      priceUnit: '1',
      sizeUnit: '1',
      multiplier: 1,
      baseMultiplier: 0,
      tickSize: 1,
      lotSize: 1,
      ...fields,
      terms: { ...PLAIN_TERMS, ...terms },
    });
  }

  /** A new account with this much USD and GOLD. */
  account(name: string, usd = 0, gold = 0, owner = ''): number {
    const account = ok(this.send({ kind: 'create_account', name, owner }));
    if (usd > 0) ok(this.deposit(account, usd));
    if (gold > 0) ok(this.deposit(account, gold, GOLD));
    return account;
  }

  deposit(account: number, amount: number, asset = USD): Answer {
    return this.send({ kind: 'deposit', account, asset, amount });
  }

  withdraw(account: number, amount: number, asset = USD): Answer {
    return this.send({ kind: 'withdraw', account, asset, amount });
  }

  transfer(account: number, to: number, amount: number, asset = USD): Answer {
    return this.send({ kind: 'transfer', account, to, asset, amount });
  }

  /** An operator gives to an account, or takes. */
  adjust(account: number, amount: number, asset = USD): Answer {
    return this.send({ kind: 'adjust', account, asset, amount, operator: 'op', reason: 'test' });
  }

  mark(market: number, mark: number): Answer {
    return this.send({ kind: 'update_index', market, price: mark, mark });
  }

  index(market: number, price: number): Answer {
    return this.send({ kind: 'update_index', market, price, mark: 0 });
  }

  /** Passes time to at least this moment. */
  tick(time = this.time): Answer {
    return this.send({ kind: 'tick', time });
  }

  status(market: number, status: number): Answer {
    return this.send({
      kind: 'set_market_status',
      market,
      status,
      price: 0,
      operator: 'op',
      reason: 'test',
    });
  }

  leverage(account: number, market: number, leverage: number): Answer {
    return this.send({ kind: 'set_leverage', account, market, leverage });
  }

  isolate(account: number, market: number, leverage = 10): void {
    ok(this.send({ kind: 'set_margin_mode', account, market, mode: MODE_ISOLATED }));
    ok(this.leverage(account, market, leverage));
  }

  buy(
    account: number,
    market: number,
    size: number,
    price: number,
    fields: OrderFields = {},
  ): Answer {
    return this.order(account, market, 1, size, price, fields);
  }

  sell(
    account: number,
    market: number,
    size: number,
    price: number,
    fields: OrderFields = {},
  ): Answer {
    return this.order(account, market, -1, size, price, fields);
  }

  /** A limit order; with a price of 0 a market order. */
  order(
    account: number,
    market: number,
    side: Side,
    size: number,
    price: number,
    fields: OrderFields = {},
  ): Answer {
    return this.send(placing(account, market, side, size, price, fields));
  }

  amend(account: number, order: number, size: number, price: number, clientOrderId = ''): Answer {
    return this.send({ kind: 'amend_order', account, order, clientOrderId, price, size });
  }

  cancel(account: number, order: number, clientOrderId = ''): Answer {
    return this.send({ kind: 'cancel_order', account, order, clientOrderId });
  }

  cancelAll(account: number, market = ANY_MARKET, side: Side | 0 = 0): Answer {
    return this.send({ kind: 'cancel_all', account, market, side });
  }

  edit(account: number, market: number, edit: number, fields: EditFields = {}): Answer {
    const side = edit === EDIT_OPEN ? 1 : 0;
    return this.send({
      kind: 'edit_position',
      account,
      market,
      edit,
      side,
      collateral: 0,
      leverage: 0,
      size: 0,
      worstPrice: 0,
      ...fields,
    });
  }

  /**
   * Two strangers trade, so that the market has this last price; they stay with what they traded.
   */
  print(market: number, price: number, size = 1): void {
    const name = `p${this.time}`;
    const wealth = 1_000_000_000;
    const maker = this.account(`${name}a`, wealth, wealth);
    const taker = this.account(`${name}b`, wealth, wealth);
    ok(this.sell(maker, market, size, price));
    ok(this.buy(taker, market, size, price));
  }

  /**
   * Sends a command as everybody else would, and everything that holds for any command is checked.
   */
  send(fields: { readonly kind: string; readonly [field: string]: unknown }): Answer {
    const command = { id: '', time: (this.time += 1), ...fields } as unknown as Command;
    if (command.time > this.time) this.time = command.time;
    const { engine } = this;
    const before = engine.hash();
    const ledger = engine.ledgerHash();
    const preview = keep(engine, engine.preview(command));
    check(engine.hash() === before, 'a preview changed the state', command);
    const outcome = engine.execute(command);
    const answer = keep(engine, outcome);
    if (!outcome.accepted || outcome.repeated) {
      check(
        engine.ledgerHash() === ledger,
        'a refused or repeated command changed the ledger',
        command,
      );
      check(
        outcome.taken || engine.hash() === before,
        'a command left a trace that says it has none',
        command,
      );
    }
    if (!outcome.repeated && !answer.said.startsWith('ID_'))
      this.comparePreview(preview, answer, command);
    this.checkTwin(command, answer);
    if (this.finishes)
      check(violations(engine.state).length === 0, violations(engine.state).join('; '), command);
    return answer;
  }

  /** The last outcome again, from an engine restored from this one's snapshot. */
  restored(): Engine {
    return Engine.restore(this.engine.snapshot(), this.limits);
  }

  free(account: number, asset = USD): number {
    return Number(this.engine.account(account).balances[asset].free);
  }

  held(account: number, asset = USD): number {
    return Number(this.engine.account(account).balances[asset].held);
  }

  fees(asset = USD): number {
    return Number(this.engine.account(0).balances[asset].free);
  }

  position(account: number, market: number): PositionView | undefined {
    return this.engine.positions(account).find((position) => position.market === market);
  }

  /** `size cost collateral` of a position; `flat` where there is none. */
  stands(account: number, market: number): string {
    const position = this.position(account, market);
    if (position === undefined || position.size === 0) return 'flat';
    return `${position.size} ${position.cost} ${position.collateral}`;
  }

  openOrder(account: number, order: number): OrderView | undefined {
    return this.engine.orders(account).find((open) => open.order === order);
  }

  /** Open orders of an account by number. */
  open(account: number): number[] {
    return this.engine.orders(account).map(({ order }) => order);
  }

  /** A side of the book, best first: `price: order order …`. */
  queue(market: number, side: Side): string[] {
    const { bids, asks } = this.engine.book(market, 100, true);
    return (side > 0 ? bids : asks).map(
      ({ price, queue }) => `${price}: ${(queue ?? []).map(({ order }) => order).join(' ')}`,
    );
  }

  private comparePreview(preview: Answer, answer: Answer, command: Command): void {
    check(
      preview.said === answer.said,
      `preview says ${preview.said}, execution ${answer.said}`,
      command,
    );
    check(
      preview.created === answer.created,
      'preview and execution name different things',
      command,
    );
    preview.events.forEach((event, i) => {
      check(
        JSON.stringify(event) === JSON.stringify(answer.events[i]),
        `event ${i} differs from its preview`,
        command,
      );
    });
  }

  /** The twin gets every command through its bytes and lives only from snapshot to snapshot. */
  private checkTwin(command: Command, answer: Answer): void {
    const bytes = new Uint8Array(COMPACT_BYTES_MAX + 6 * JSON.stringify(command).length);
    const length = encodeCommand(command, bytes, 0);
    const twin = keep(this.twin, this.twin.execute(decodeCommand(bytes, 0, length)));
    check(
      JSON.stringify(twin) === JSON.stringify(answer),
      `the twin said ${twin.said}, not ${answer.said}`,
      command,
    );
    check(this.twin.hash() === this.engine.hash(), 'the twin has another hash', command);
    const parts = this.twin.snapshot();
    this.twin = Engine.restore(parts, this.limits);
    check(this.twin.hash() === this.engine.hash(), 'a restored engine has another hash', command);
  }
}

/** The command of an order. */
export function placing(
  account: number,
  market: number,
  side: Side,
  size: number,
  price: number,
  fields: OrderFields = {},
): { kind: string; [field: string]: unknown } {
  return {
    kind: 'place_order',
    account,
    market,
    side,
    type: price === 0 ? ORDER_MARKET : ORDER_LIMIT,
    price,
    size,
    timeInForce: TIF_GTC,
    expiresAt: 0,
    postOnly: false,
    reduceOnly: false,
    selfTrade: STP_EXPIRE_MAKER,
    triggerPrice: 0,
    triggerBy: 0,
    takeProfit: 0,
    stopLoss: 0,
    clientOrderId: '',
    ...fields,
  };
}

function check(holds: boolean, what: string, command: Command): void {
  if (!holds) throw new Error(`${what}, after ${JSON.stringify(command)}`);
}
