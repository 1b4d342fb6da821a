// Every command of the engine as a table of fields: names on the wire, types, defaults, and one
// line for the reference. Fields are read in the order of the rows, so what gives a unit stands
// before what is written in it.

import type * as C from '../../engine/command.ts';
import * as K from '../../engine/command.ts';
import {
  accountCodec,
  amountCodec,
  amountOfNewAsset,
  anySideCodec,
  assetCodec,
  assetPriceCodec,
  baseAssetCodec,
  booleanCodec,
  choice,
  idCodec,
  integerCodec,
  markCodec,
  marketCodec,
  nameCodec,
  orderCodec,
  priceCodec,
  priceUnitCodec,
  quoteAssetCodec,
  quoteCodec,
  rateCodec,
  ratioCodec,
  sideCodec,
  signedAmountCodec,
  signedRateCodec,
  sizeCodec,
  sizeUnitCodec,
  sourcesCodec,
  symbolCodec,
  tagCodec,
  textCodec,
  timeCodec,
} from './codecs.ts';
import { PPM_ONE, amount, ppm, price, size } from '../../units/brand.ts';
import {
  optional,
  optionalWhen,
  required,
  requiredWhen,
  tableOf,
  type Field,
  type FieldsOf,
  type Table,
  type Together,
} from './fields.ts';
import {
  EDITS,
  MARGIN_MODES,
  MARKET_KINDS,
  MARKET_STATUSES,
  ORDER_TYPES,
  SELF_TRADE_MODES,
  TIMES_IN_FORCE,
  TRIGGERS_BY,
} from '../../contract/words.ts';
import { deriveMultipliers } from './multipliers.ts';
import { checkMarketOfOrder } from './market-of-order.ts';
import { currentTerms, defaultTerms, termsFields } from './terms.ts';

const PRICED = [K.ORDER_LIMIT, K.ORDER_STOP_LIMIT, K.ORDER_TAKE_PROFIT_LIMIT];
const TRIGGERED = [
  K.ORDER_STOP_MARKET,
  K.ORDER_STOP_LIMIT,
  K.ORDER_TAKE_PROFIT_MARKET,
  K.ORDER_TAKE_PROFIT_LIMIT,
];
const UNTRIGGERED = [K.ORDER_LIMIT, K.ORDER_MARKET];

type Kind = C.CommandKind;
type Of<N extends Kind> = Extract<C.Command, { kind: N }>;
type Common = 'kind' | 'id' | 'time';

const id = optional(idCodec, '', 'names the command: the same id again gives the first answer');
const time = optional(
  timeCodec,
  (scope) => scope.now,
  'never goes back; the clock keeps the largest',
  {
    says: 'the clock',
  },
);

interface More<N extends Kind> {
  readonly derived?: readonly (keyof Of<N> & string)[];
  readonly derive?: Table['derive'];
  readonly together?: readonly Together[];
  /** Fields that the edge needs and the engine does not. */
  readonly wireOnly?: Readonly<Record<string, Field<number>>>;
}

/**
 * A table whose rows the compiler holds against the command's interface: none missing, none too
 * many.
 */
function command<N extends Kind, D extends keyof Of<N> = never>(
  name: N,
  summary: string,
  fields: FieldsOf<Of<N>, Common | D>,
  more: More<N> = {},
): Table {
  const { wireOnly = {}, ...rest } = more;
  return tableOf({
    name,
    summary,
    fields: { id, time, ...wireOnly, ...fields },
    wireOnly,
    ...rest,
  });
}

const account = required(accountCodec, 'whose command it is');
const market = required(marketCodec, 'the market');
const asset = required(assetCodec, 'the asset');
const operator = required(tagCodec, 'who did it');
const reason = required(textCodec, 'and why');
const order: Field<number> = optional(orderCodec, 0, 'the number that the answer gave');
const clientOrderId = optional(tagCodec, '', 'the name that the client gave it');
const whichOrder: Together = { wires: ['order', 'client_order_id'], count: 'exactly one' };

const createAsset = command('create_asset', 'Makes an asset.', {
  symbol: required(symbolCodec, 'its symbol'),
  decimals: required(integerCodec, 'digits behind the point of its smallest unit, 0 to 12'),
  settlement: optional(booleanCodec, false, 'cross margin is counted in it; there is one', {
    says: '`false`',
  }),
  weightPpm: optional(
    ratioCodec,
    ppm(PPM_ONE),
    'share of a positive balance that backs positions',
    {
      says: '`"1"`',
    },
  ),
  liabilityWeightPpm: optional(
    ratioCodec,
    ppm(PPM_ONE),
    'a negative balance counts so many times',
    {
      says: '`"1"`',
    },
  ),
  price: optional(
    assetPriceCodec,
    amount(0),
    'settlement per whole asset; without one it backs nothing',
  ),
  interestE12: optional(
    rateCodec,
    0,
    'interest of an hour on a balance below zero; the settlement asset’s is charged',
    { says: '`"0"`' },
  ),
  autoConvertLimit: optional(
    amountOfNewAsset,
    amount(0),
    'in a liquidation other collateral is sold once the settlement balance is further below zero',
    { says: '`"0"`' },
  ),
});

const createMarket = command<'create_market', 'multiplier' | 'baseMultiplier'>(
  'create_market',
  'Makes a market. Terms that are not given hold as below.',
  {
    symbol: required(symbolCodec, 'its symbol'),
    marketKind: required(choice<C.MarketKind>(MARKET_KINDS), 'what is traded', 'kind'),
    base: requiredWhen(
      'marketKind',
      [K.MARKET_SPOT],
      baseAssetCodec,
      K.NO_ASSET,
      'what a size counts',
    ),
    quote: required(quoteAssetCodec, 'what prices are counted in'),
    priceUnit: required(priceUnitCodec, 'the finest price'),
    sizeUnit: required(sizeUnitCodec, 'the finest size'),
    tickSize: optional(markCodec, price(1), 'step of order prices', { says: 'the price unit' }),
    lotSize: optional(sizeCodec, size(1), 'step of order sizes', { says: 'the size unit' }),
    terms: termsFields(defaultTerms),
  },
  { derived: ['multiplier', 'baseMultiplier'], derive: deriveMultipliers },
);

const updateMarket = command('update_market', 'Changes terms of a market; the others stay.', {
  market,
  rampMs: optional(integerCodec, 0, 'margin rates reach their new values evenly in so many ms', {
    says: '0: at once',
  }),
  operator,
  reason,
  terms: termsFields(currentTerms),
});

const setMarketStatus = command('set_market_status', 'Opens, narrows or closes a market.', {
  market,
  status: required(choice<C.MarketStatus>(MARKET_STATUSES), 'what it takes from now on'),
  price: optional(markCodec, price(0), 'with `settled`: every position is closed at it', {
    says: 'none: there must be no position',
  }),
  operator,
  reason,
});

const createAccount = command('create_account', 'Makes an account.', {
  name: required(nameCodec, 'its name'),
  owner: optional(nameCodec, '', 'orders of one owner do not trade with each other', {
    says: 'its own name',
  }),
});

const deposit = command('deposit', 'Adds to a balance.', {
  asset,
  account,
  amount: required(amountCodec, 'how much'),
});

const withdraw = command('withdraw', 'Takes from a balance.', {
  asset,
  account,
  amount: required(amountCodec, 'how much'),
});

const transfer = command('transfer', 'Moves a balance to another account.', {
  asset,
  account,
  to: required(accountCodec, 'the other account'),
  amount: required(amountCodec, 'how much'),
});

const adjust = command('adjust', 'Corrects a balance, up or down.', {
  asset,
  account,
  amount: required(signedAmountCodec, 'how much, `-` to take away'),
  operator,
  reason,
});

const setLeverage = command('set_leverage', 'Sets the leverage of an account in a market.', {
  market,
  account,
  leverage: required(integerCodec, 'whole number from 1'),
});

const setMarginMode = command('set_margin_mode', 'Shares margin over markets, or keeps it apart.', {
  market,
  account,
  mode: required(choice<C.MarginMode>(MARGIN_MODES), 'how positions are backed'),
});

const placeOrder = command('place_order', 'Places an order.', {
  market,
  account,
  side: required(sideCodec, 'the direction'),
  type: optional(choice<C.OrderType>(ORDER_TYPES), K.ORDER_LIMIT, 'kind of order', {
    says: '`"limit"`',
  }),
  price: requiredWhen('type', PRICED, priceCodec, price(0), 'the limit'),
  size: required(sizeCodec, 'how much'),
  timeInForce: optional(choice<C.TimeInForce>(TIMES_IN_FORCE), K.TIF_GTC, 'how long it may rest', {
    says: '`"gtc"`',
  }),
  expiresAt: requiredWhen('timeInForce', [K.TIF_GTD], timeCodec, 0, 'it is cancelled from then on'),
  postOnly: optional(booleanCodec, false, 'refused when it would trade at once', {
    says: '`false`',
  }),
  reduceOnly: optional(booleanCodec, false, 'never opens or turns a position', { says: '`false`' }),
  selfTrade: optional(
    choice<C.SelfTradeMode>(SELF_TRADE_MODES),
    K.STP_EXPIRE_MAKER,
    'what happens where it meets an order of the same owner',
    { says: '`"expire_maker"`' },
  ),
  triggerPrice: requiredWhen('type', TRIGGERED, priceCodec, price(0), 'it waits for this price'),
  triggerBy: optionalWhen(
    'type',
    TRIGGERED,
    choice<C.TriggerBy>(TRIGGERS_BY),
    K.TRIGGER_BY_MARK,
    'the price that it looks at',
    '`"mark"`',
  ),
  takeProfit: optionalWhen(
    'type',
    UNTRIGGERED,
    priceCodec,
    price(0),
    'trigger of an attached take-profit',
  ),
  stopLoss: optionalWhen(
    'type',
    UNTRIGGERED,
    priceCodec,
    price(0),
    'trigger of an attached stop-loss',
  ),
  clientOrderId: optional(tagCodec, '', 'a name for it, unique among the account’s open orders'),
});

const amendOrder = command(
  'amend_order',
  'Changes the price or size of an order.',
  {
    account,
    order,
    clientOrderId,
    price: optional(priceCodec, price(0), 'the new limit', { says: 'unchanged' }),
    size: optional(sizeCodec, size(0), 'the new total, filled part included', {
      says: 'unchanged',
    }),
  },
  {
    wireOnly: { market: required(marketCodec, 'the market of the order') },
    together: [whichOrder, { wires: ['price', 'size'], count: 'at least one' }],
    derive: checkMarketOfOrder,
  },
);

const cancelOrder = command(
  'cancel_order',
  'Cancels an order.',
  { account, order, clientOrderId },
  { together: [whichOrder] },
);

const cancelAll = command('cancel_all', 'Cancels all orders of an account.', {
  account,
  market: optional(marketCodec, K.ANY_MARKET, 'only there', { says: 'everywhere' }),
  side: optional(anySideCodec, 0, 'only that side', { says: 'both' }),
});

const setDeadMan = command(
  'set_dead_man',
  'Cancels all orders of an account unless sent again in time.',
  {
    account,
    timeoutMs: required(integerCodec, 'milliseconds from now; 0 switches it off'),
  },
);

const editPosition = command('edit_position', 'Changes an isolated position at market.', {
  market,
  account,
  edit: required(choice<C.EditKind>(EDITS), 'what is done'),
  side: optional(anySideCodec, 0, 'the direction; needed to open'),
  collateral: optional(quoteCodec, amount(0), 'what is put up, added or removed'),
  leverage: optional(integerCodec, 0, 'whole number from 1, with `collateral`'),
  size: optional(sizeCodec, size(0), 'how much, instead of collateral; needed to reduce'),
  worstPrice: optional(priceCodec, price(0), 'no fill beyond it', { says: 'the price band' }),
});

const updateIndex = command(
  'update_index',
  'Sets the index price of a market, and its mark.',
  {
    market,
    price: optional(markCodec, price(0), 'the index, or what its only source says'),
    sources: optional(
      sourcesCodec,
      () => undefined,
      'what several sources say: the index is made of them and of what others said before',
    ),
    mark: optional(markCodec, price(0), 'only where the mark is given', {
      says: 'as it was; at first the index',
    }),
  },
  { together: [{ wires: ['price', 'sources'], count: 'exactly one' }] },
);

const settleFunding = command(
  'settle_funding',
  'Settles the funding of one interval where the mark is given; elsewhere ticks do.',
  {
    market,
    interval: required(integerCodec, 'its number from 1; one that is not newer changes nothing'),
    rateE12: required(signedRateCodec, 'of the interval: longs pay it, below zero shorts do'),
  },
);

const tick = command('tick', 'Lets time pass: expiries, dead-man switches, unfinished work.', {});

/** Every command, in the order of the reference. */
export const COMMANDS: readonly Table[] = [
  createAsset,
  createMarket,
  updateMarket,
  setMarketStatus,
  createAccount,
  deposit,
  withdraw,
  transfer,
  adjust,
  setLeverage,
  setMarginMode,
  placeOrder,
  amendOrder,
  cancelOrder,
  cancelAll,
  setDeadMan,
  editPosition,
  updateIndex,
  settleFunding,
  tick,
];
