// New assets, markets and accounts, and changes of what a market is. The objects are staged beside
// the log, because they are no numbers; commit picks them up.

import { makeBrackets } from '../../margin/brackets.ts';
import type { Brackets } from '../../margin/brackets.ts';
import { PPM_ONE } from '../../units/brand.ts';
import { parseUnit } from '../../units/decimal.ts';
import { baseMultiplier, quoteMultiplier } from '../../units/multiplier.ts';
import { NONE } from '../../units/table.ts';
import { MARKET_PERP, MARKET_SPOT, NO_ASSET, STATUS_SETTLED } from '../command.ts';
import type {
  CreateAccount,
  CreateAsset,
  CreateMarket,
  MarketTerms,
  SetMarketStatus,
  UpdateMarket,
} from '../command.ts';
import { ACCOUNT_CREATED, ASSET_CREATED, MARKET_CHANGED, MARKET_CREATED } from '../event.ts';
import { VALUE_MAX } from '../limits.ts';
import {
  ALREADY_EXISTS,
  ASSET_NOT_FOUND,
  LIMIT_REACHED,
  MARKET_IN_USE,
  MARKET_SETTLED,
  MARKET_TERMS_INVALID,
  MULTIPLIER_NOT_WHOLE,
  OK,
  SYMBOL_INVALID,
} from '../reason.ts';
import type { PlanContext } from './context.ts';
import { checkOperator } from './money.ts';
import {
  ID_PATTERN,
  checkAsset,
  checkMarket,
  checkRange,
  checkValue,
  invalid,
} from './validate.ts';

const ASSET_SYMBOL = /^[A-Z0-9]{2,15}$/;
const MARKET_SYMBOL = /^[A-Z0-9]{2,15}([/-][A-Z0-9]{2,15})?$/;
const DECIMALS_MAX = 12;
const LIABILITY_MAX = 10 * PPM_ONE;
/** Fees above 10 % are taken for a slip of the pen. */
const FEE_MAX = 100_000;

/** Rules of `MARKET_TERMS_INVALID`, by number. */
export const TERM_RULES = [
  'NO_BRACKETS',
  'TOO_MANY_BRACKETS',
  'FIRST_FLOOR_NOT_ZERO',
  'FLOORS_NOT_ASCENDING',
  'RATES_OUT_OF_RANGE',
  'RATES_NOT_ASCENDING',
  'FEES_EXCEED_MAINTENANCE',
  'FEE_OUT_OF_RANGE',
  'FEES_BELOW_ZERO_TOGETHER',
  'BAND_OUT_OF_RANGE',
  'SCALE_NOT_ASCENDING',
  'MINIMUM_OFF_STEP',
  'WEIGHT_OUT_OF_RANGE',
] as const;
type TermRule = (typeof TERM_RULES)[number];

export function planCreateAsset(context: PlanContext, c: CreateAsset): number {
  const { state, refusal, staged } = context;
  if (!ASSET_SYMBOL.test(c.symbol)) return refusal.because(SYMBOL_INVALID);
  const refused =
    checkRange(context, 'decimals', c.decimals, 0, DECIMALS_MAX) ||
    checkRange(context, 'weight', c.weightPpm, 0, PPM_ONE) ||
    checkRange(context, 'liability_weight', c.liabilityWeightPpm, PPM_ONE, LIABILITY_MAX) ||
    checkValue(context, 'price', c.price);
  if (refused !== OK) return refused;
  const existing = state.assets.findIndex((asset) => asset.symbol === c.symbol);
  if (existing !== NONE) return refusal.because(ALREADY_EXISTS, existing);
  if (c.settlement && state.settlement !== NONE) return invalid(context, 'settlement', 1);
  if (state.assets.length >= state.limits.assets)
    return refusal.because(LIMIT_REACHED, state.limits.assets);
  const { symbol, decimals, settlement, weightPpm, liabilityWeightPpm, price } = c;
  staged.asset = { symbol, decimals, settlement, weightPpm, liabilityWeightPpm, price };
  context.log.data[context.log.begin(ASSET_CREATED)] = state.assets.length;
  context.created = state.assets.length;
  return OK;
}

export function planCreateAccount(context: PlanContext, c: CreateAccount): number {
  const { state, refusal, staged, log } = context;
  const owner = c.owner === '' ? c.name : c.owner;
  if (!ID_PATTERN.test(c.name) || !ID_PATTERN.test(owner)) return refusal.because(SYMBOL_INVALID);
  const existing = state.names.number(c.name);
  if (existing !== NONE) return refusal.because(ALREADY_EXISTS, existing);
  if (state.accounts.rows >= state.limits.accounts)
    return refusal.because(LIMIT_REACHED, state.limits.accounts);
  const group = state.groups.number(owner);
  staged.name = c.name;
  staged.owner = owner;
  const at = log.begin(ACCOUNT_CREATED);
  log.data[at] = state.accounts.rows;
  log.data[at + 1] = group === NONE ? state.groups.count : group;
  context.created = state.accounts.rows;
  return OK;
}

export function planCreateMarket(context: PlanContext, c: CreateMarket): number {
  const { state, refusal, staged } = context;
  if (!MARKET_SYMBOL.test(c.symbol)) return refusal.because(SYMBOL_INVALID);
  const refused =
    checkRange(context, 'market_kind', c.marketKind, MARKET_SPOT, MARKET_PERP) ||
    checkRange(context, 'tick_size', c.tickSize, 1, VALUE_MAX) ||
    checkRange(context, 'lot_size', c.lotSize, 1, VALUE_MAX) ||
    checkAsset(context, c.quote);
  if (refused !== OK) return refused;
  const spot = c.marketKind === MARKET_SPOT;
  if (spot ? state.assets[c.base] === undefined || c.base === c.quote : c.base !== NO_ASSET) {
    return refusal.because(ASSET_NOT_FOUND);
  }
  if (!hasMultipliers(context, c, spot)) return refusal.because(MULTIPLIER_NOT_WHOLE);
  const existing = state.markets.findIndex((market) => market.symbol === c.symbol);
  if (existing !== NONE) return refusal.because(ALREADY_EXISTS, existing);
  if (state.markets.length >= state.limits.markets)
    return refusal.because(LIMIT_REACHED, state.limits.markets);
  const brackets = checkTerms(context, c.terms, c.lotSize);
  if (brackets === undefined) return refusal.reason;
  const {
    symbol,
    marketKind: kind,
    base,
    quote,
    priceUnit,
    sizeUnit,
    multiplier,
    baseMultiplier,
    tickSize,
    lotSize,
  } = c;
  staged.shape = {
    symbol,
    kind,
    base,
    quote,
    priceUnit,
    sizeUnit,
    multiplier,
    baseMultiplier,
    tickSize,
    lotSize,
  };
  staged.terms = copyOf(c.terms);
  staged.brackets = brackets;
  context.log.data[context.log.begin(MARKET_CREATED)] = state.markets.length;
  context.created = state.markets.length;
  return OK;
}

/** Terms may change while nobody's holds or positions were made under the old ones. */
export function planUpdateMarket(context: PlanContext, c: UpdateMarket): number {
  const { state, refusal, staged } = context;
  const refused = checkMarket(context, c.market);
  if (refused !== OK) return refused;
  const market = state.markets[c.market];
  if (market.status === STATUS_SETTLED) return refusal.because(MARKET_SETTLED);
  const brackets = checkTerms(context, c.terms, market.lotSize);
  if (brackets === undefined) return refusal.reason;
  if (market.orders > 0 || market.positions > 0)
    return refusal.because(MARKET_IN_USE, market.orders, market.positions);
  staged.terms = copyOf(c.terms);
  staged.brackets = brackets;
  writeMarketChanged(context, c.market, market.status, 1);
  return OK;
}

export function planSetMarketStatus(context: PlanContext, c: SetMarketStatus): number {
  const { state, refusal } = context;
  const refused =
    checkRange(context, 'status', c.status, 0, STATUS_SETTLED) ||
    checkMarket(context, c.market) ||
    checkOperator(context, c.operator, c.reason);
  if (refused !== OK) return refused;
  const market = state.markets[c.market];
  if (market.status === STATUS_SETTLED) return refusal.because(MARKET_SETTLED);
  if (c.status === STATUS_SETTLED && (market.orders > 0 || market.positions > 0)) {
    return refusal.because(MARKET_IN_USE, market.orders, market.positions);
  }
  writeMarketChanged(context, c.market, c.status, 0);
  return OK;
}

function writeMarketChanged(
  context: PlanContext,
  market: number,
  status: number,
  terms: 0 | 1,
): void {
  const at = context.log.begin(MARKET_CHANGED);
  context.log.data[at] = market;
  context.log.data[at + 1] = status;
  context.log.data[at + 2] = terms;
  context.created = market;
}

/**
 * Whether the multipliers are whole and are those of the units: the edge derives them, here they
 * are checked.
 */
function hasMultipliers({ state }: PlanContext, c: CreateMarket, spot: boolean): boolean {
  if (!isWhole(c.multiplier, 1) || !isWhole(c.baseMultiplier, spot ? 1 : 0)) return false;
  const ofPrice = parseUnit(c.priceUnit);
  const ofSize = parseUnit(c.sizeUnit);
  if (!ofPrice.ok || !ofSize.ok) return false;
  const ofQuote = quoteMultiplier(ofPrice.unit, ofSize.unit, state.assets[c.quote].decimals);
  if (!ofQuote.ok || ofQuote.value !== c.multiplier) return false;
  if (!spot) return true;
  const ofBase = baseMultiplier(ofSize.unit, state.assets[c.base].decimals);
  return ofBase.ok && ofBase.value === c.baseMultiplier;
}

/**
 * The terms by themselves: a caller may use its command again, and a hash must not see more than
 * they say.
 */
function copyOf(terms: MarketTerms): MarketTerms {
  return {
    brackets: terms.brackets.map(({ floorNotional, initialPpm, maintenancePpm }) => ({
      floorNotional,
      initialPpm,
      maintenancePpm,
    })),
    makerFeePpm: terms.makerFeePpm,
    takerFeePpm: terms.takerFeePpm,
    liquidationFeePpm: terms.liquidationFeePpm,
    priceBandPpm: terms.priceBandPpm,
    openInterestCap: terms.openInterestCap,
    openInterestScaleFrom: terms.openInterestScaleFrom,
    openInterestScaleTo: terms.openInterestScaleTo,
    minimumSize: terms.minimumSize,
    minimumNotional: terms.minimumNotional,
    profitWeightPpm: terms.profitWeightPpm,
    profitCap: terms.profitCap,
    markSource: terms.markSource,
    selfTradeAllowed: terms.selfTradeAllowed,
  };
}

/** The brackets of valid terms; undefined with the refusal set. */
function checkTerms(
  context: PlanContext,
  terms: MarketTerms,
  lotSize: number,
): Brackets | undefined {
  const broken = brokenRule(terms, lotSize);
  if (broken !== undefined) return refuseTerms(context, broken, 0);
  const made = makeBrackets(terms.brackets, terms);
  return made.ok ? made.brackets : refuseTerms(context, made.code, made.bracket);
}

function refuseTerms(context: PlanContext, rule: TermRule, bracket: number): undefined {
  context.refusal.because(MARKET_TERMS_INVALID, TERM_RULES.indexOf(rule), bracket);
  return undefined;
}

function brokenRule(terms: MarketTerms, lotSize: number): TermRule | undefined {
  const { makerFeePpm, takerFeePpm, liquidationFeePpm, priceBandPpm, minimumSize } = terms;
  const from = terms.openInterestScaleFrom;
  const to = terms.openInterestScaleTo;
  if (!isBetween(makerFeePpm, -FEE_MAX, FEE_MAX) || !isBetween(takerFeePpm, 0, FEE_MAX))
    return 'FEE_OUT_OF_RANGE';
  if (!isBetween(liquidationFeePpm, 0, FEE_MAX)) return 'FEE_OUT_OF_RANGE';
  if (makerFeePpm + takerFeePpm < 0) return 'FEES_BELOW_ZERO_TOGETHER';
  if (!isBetween(priceBandPpm, 0, PPM_ONE - 1)) return 'BAND_OUT_OF_RANGE';
  if (!isBetween(from, 0, VALUE_MAX) || !isBetween(to, 0, VALUE_MAX) || (to !== 0 && from >= to))
    return 'SCALE_NOT_ASCENDING';
  if (!isBetween(minimumSize, 0, VALUE_MAX) || minimumSize % lotSize !== 0)
    return 'MINIMUM_OFF_STEP';
  if (
    !isBetween(terms.minimumNotional, 0, VALUE_MAX) ||
    !isBetween(terms.openInterestCap, 0, VALUE_MAX)
  )
    return 'MINIMUM_OFF_STEP';
  if (!isBetween(terms.profitWeightPpm, 0, PPM_ONE) || !isBetween(terms.profitCap, 0, VALUE_MAX))
    return 'WEIGHT_OUT_OF_RANGE';
  if (!isBetween(terms.markSource, 0, 1)) return 'WEIGHT_OUT_OF_RANGE';
  return undefined;
}

const isBetween = (value: number, least: number, most: number): boolean =>
  Number.isSafeInteger(value) && value >= least && value <= most && !Object.is(value, -0);
const isWhole = (value: number, least: number): boolean => isBetween(value, least, VALUE_MAX);
