// Every query as a table of fields and what answers it. A query reads the state of now, changes
// nothing and is not counted; its answer is one object like any other.

import { ANY_MARKET } from '../../engine/command.ts';
import { DEFAULT_LIMITS, VALUE_MAX } from '../../engine/limits.ts';
import { livePositions } from '../../contract/live-risk.ts';
import { price } from '../../units/brand.ts';
import {
  accountCodec,
  booleanCodec,
  integerCodec,
  marketCodec,
  priceCodec,
  type Plain,
} from './codecs.ts';
import { COMMANDS } from './commands.ts';
import { encodeFields } from './decode.ts';
import { optional, required, tableOf, wireName, type Table } from './fields.ts';
import { DEPTH_MAX } from './json.ts';
import type { Scope } from './scope.ts';
import type { Views } from './views.ts';

/** A query: its fields, and the members of its answer. */
export interface Query {
  readonly table: Table;
  /** What the answer holds, for the reference. */
  readonly answers: string;
  readonly run: (target: Readonly<Record<string, unknown>>, scope: Scope, views: Views) => Members;
}

type Members = Record<string, Plain>;

/** Levels per side that a book query gives when it does not say, and at most. */
export const BOOK_DEPTH = 20;
export const BOOK_DEPTH_MAX = 65_536;

/** Accounts that an accounts query names when it does not say, and at most. */
const ACCOUNTS_COUNT = 100;
const ACCOUNTS_COUNT_MAX = 1_000;

/** The version of this protocol: raised when a line that was accepted no longer means the same. */
export const PROTOCOL = 1;

const account = required(accountCodec, 'whose');
const market = required(marketCodec, 'where');

function query(
  name: string,
  summary: string,
  answers: string,
  fields: object,
  run: Query['run'],
): Query {
  return { table: tableOf({ name, summary, fields }), answers, run };
}

const book = query(
  'book',
  'The order book, best prices first.',
  '`bids` and `asks` of `price`, `size`, `orders`, and with `queue` each order in time order; `last`, `mark`, `index`',
  {
    market,
    depth: optional(integerCodec, BOOK_DEPTH, `levels per side, 1 to ${BOOK_DEPTH_MAX}`, {
      says: `${BOOK_DEPTH}`,
    }),
    queue: optional(booleanCodec, false, 'also the orders of every level', { says: '`false`' }),
  },
  (target, scope, views) => {
    const depth = inRange('depth', target['depth'], 1, BOOK_DEPTH_MAX, scope);
    const view = scope.names.engine.book(
      target['market'] as number,
      depth,
      target['queue'] === true,
    );
    return views.book(view, marketOf(scope));
  },
);

const orders = query(
  'orders',
  'The open orders of an account, stops included.',
  '`orders`',
  { account, market: optional(marketCodec, ANY_MARKET, 'only there', { says: 'everywhere' }) },
  (target, scope, views) => ({
    orders: scope.names.engine
      .orders(target['account'] as number, target['market'] as number)
      .map((view) => views.order(view)),
  }),
);

const accountQuery = query(
  'account',
  'The money of an account and what its positions require.',
  '`balances` per asset, and in the settlement asset `equity`, `initial`, `maintenance`, `withdrawable`; `margin_ratio` 0 to 100',
  { account },
  (target, scope, views) => views.account(scope.names.engine.account(target['account'] as number)),
);

const accounts = query(
  'accounts',
  'The names of the accounts, in the order in which they were made; the first ones are the system’s.',
  '`accounts`, and in `total` how many there are',
  {
    from: optional(integerCodec, 0, 'how many to pass over', { says: '0' }),
    count: optional(integerCodec, ACCOUNTS_COUNT, `how many to name, 1 to ${ACCOUNTS_COUNT_MAX}`, {
      says: `${ACCOUNTS_COUNT}`,
    }),
  },
  (target, scope) => {
    const total = scope.names.engine.state.accounts.rows;
    const from = inRange('from', target['from'], 0, total, scope);
    const count = inRange('count', target['count'], 1, ACCOUNTS_COUNT_MAX, scope);
    const to = Math.min(total, from + count);
    const names = Array.from({ length: to - from }, (_, i) => scope.names.account(from + i));
    return { accounts: names, total };
  },
);

const positions = query(
  'positions',
  'The positions of an account, and what it has chosen where it has open orders.',
  '`positions`',
  { account },
  (target, scope, views) => ({
    positions: livePositions(scope.names.engine, target['account'] as number).map((view) =>
      views.position(view),
    ),
  }),
);

const limits = query(
  'limits',
  'The most that an account could do in a market now; submitting one of these is never refused for margin.',
  '`buy_max`, `sell_max`, `withdraw_max`, `collateral_add_max`, `collateral_remove_max`, `leverage_max`',
  {
    account,
    market,
    price: optional(priceCodec, price(0), 'the limit of the order', {
      says: 'the reference price',
    }),
  },
  (target, scope, views) => {
    const number = target['account'] as number;
    const view = scope.names.engine.limitsOf(
      number,
      target['market'] as number,
      target['price'] as number,
    );
    return { account: scope.names.account(number), ...views.limits(view, marketOf(scope)) };
  },
);

const markets = query(
  'markets',
  'Every market with its terms.',
  '`markets`',
  {},
  (_, scope, views) => ({
    markets: scope.names.engine.markets().map((row, number) => {
      const units = scope.names.market(number);
      if (units !== undefined) scope.enterMarket(units);
      return { ...views.marketRow(number, row), ...encodeTerms(row.terms, scope) };
    }),
  }),
);

const assets = query('assets', 'Every asset.', '`assets`', {}, (_, scope, views) => ({
  assets: scope.names.engine.assets().map((asset) => views.assetRow(asset)),
}));

const conservation = query(
  'conservation',
  'Per asset, what went in less what went out less what is there: a `difference` of `"0"`, or money was made.',
  '`conservation`',
  {},
  (_, scope, views) => ({
    conservation: scope.names.engine.conservation().map((view) => views.conservation(view)),
  }),
);

const hash = query(
  'hash',
  'The digest of the whole state, and of all events so far. Equal commands give equal digests.',
  '`hash`, `event_digest`',
  {},
  (_, scope) => ({
    hash: scope.names.engine.hash(),
    event_digest: scope.names.engine.eventDigest(),
  }),
);

const info = query(
  'info',
  'What this engine is and how much it takes.',
  '`protocol`, `time`, the names of all `commands` and `queries`, `limits`, `value_max`, `depth_max`',
  {},
  (_, scope) => ({
    protocol: PROTOCOL,
    time: scope.now === 0 ? null : scope.now,
    commands: COMMANDS.map(({ name }) => name),
    queries: QUERIES.map(({ table }) => table.name),
    limits: engineLimits(scope),
    value_max: VALUE_MAX,
    depth_max: DEPTH_MAX,
  }),
);

/** Every query, in the order of the reference. */
export const QUERIES: readonly Query[] = [
  book,
  orders,
  accountQuery,
  accounts,
  positions,
  limits,
  markets,
  assets,
  conservation,
  hash,
  info,
];

/** A whole number within bounds. @throws Malformed */
function inRange(field: string, value: unknown, least: number, most: number, scope: Scope): number {
  const number = value as number;
  if (number >= least && number <= most) return number;
  scope.field = field;
  throw scope.malformed(`is ${least} to ${most}.`);
}

/** The terms of a market as `create_market` takes them, none left out. */
function encodeTerms(terms: unknown, scope: Scope): Members {
  const table = COMMANDS.find(({ name }) => name === 'update_market');
  if (table === undefined) throw new Error('Invariant: update_market has no table');
  const slots = table.slots.filter(({ goes }) => goes === 'terms' || goes === 'risk');
  return encodeFields({ ...table, slots }, { terms }, scope);
}

function engineLimits(scope: Scope): Members {
  const names = Object.keys(DEFAULT_LIMITS) as (keyof typeof DEFAULT_LIMITS)[];
  return Object.fromEntries(names.map((name) => [wireName(name), scope.names.engine.limits[name]]));
}

function marketOf(scope: Scope): NonNullable<Scope['market']> {
  if (scope.market === undefined) throw new Error('Invariant: a query without its market');
  return scope.market;
}
