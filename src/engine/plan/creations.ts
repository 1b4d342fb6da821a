// New assets, markets and accounts. The objects are staged beside
// the log, because they are no numbers; commit picks them up.

import { RATE_ONE } from '../../margin/funding.ts';
import { PPM_ONE } from '../../units/brand.ts';
import { parseUnit } from '../../units/decimal.ts';
import { baseMultiplier, quoteMultiplier } from '../../units/multiplier.ts';
import { NONE } from '../../units/table.ts';
import { MARKET_PERP, MARKET_SPOT, NO_ASSET } from '../command.ts';
import type { CreateAccount, CreateAsset, CreateMarket } from '../command.ts';
import { ACCOUNT_CREATED, ASSET_CREATED, MARKET_CREATED } from '../event.ts';
import { VALUE_MAX } from '../limits.ts';
import {
  ALREADY_EXISTS,
  ASSET_NOT_FOUND,
  LIMIT_REACHED,
  MULTIPLIER_NOT_WHOLE,
  OK,
  SYMBOL_INVALID,
} from '../reason.ts';
import type { PlanContext } from './context.ts';
import { checkTerms, copyOfTerms } from './market-terms.ts';
import { ID_PATTERN, checkAsset, checkRange, checkValue, invalid } from './validate.ts';

const ASSET_SYMBOL = /^[A-Z0-9]{2,15}$/;
const MARKET_SYMBOL = /^[A-Z0-9]{2,15}([/-][A-Z0-9]{2,15})?$/;
const DECIMALS_MAX = 12;
const LIABILITY_MAX = 10 * PPM_ONE;
/** Interest above 1 % an hour is taken for a slip of the pen. */
const INTEREST_MAX = 10_000_000_000;

export function planCreateAsset(context: PlanContext, c: CreateAsset): number {
  const { state, refusal, staged } = context;
  if (!ASSET_SYMBOL.test(c.symbol)) return refusal.because(SYMBOL_INVALID);
  const refused =
    checkRange(context, 'decimals', c.decimals, 0, DECIMALS_MAX) ||
    checkRange(context, 'weight', c.weightPpm, 0, PPM_ONE) ||
    checkRange(context, 'liability_weight', c.liabilityWeightPpm, PPM_ONE, LIABILITY_MAX) ||
    checkValue(context, 'price', c.price) ||
    checkRange(context, 'interest', c.interestE12, 0, INTEREST_MAX) ||
    checkValue(context, 'auto_convert_limit', c.autoConvertLimit);
  if (refused !== OK) return refused;
  const existing = state.assets.findIndex((asset) => asset.symbol === c.symbol);
  if (existing !== NONE) return refusal.because(ALREADY_EXISTS, existing);
  if (c.settlement && state.settlement !== NONE) return invalid(context, 'settlement', 1);
  if (state.assets.length >= state.limits.assets)
    return refusal.because(LIMIT_REACHED, state.limits.assets);
  const { symbol, decimals, settlement, weightPpm, liabilityWeightPpm, price } = c;
  const { interestE12, autoConvertLimit } = c;
  staged.asset = {
    symbol,
    decimals,
    settlement,
    weightPpm,
    liabilityWeightPpm,
    interestE12,
    autoConvertLimit,
    price,
    interestIndex: RATE_ONE,
  };
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
  staged.terms = copyOfTerms(c.terms);
  staged.brackets = brackets;
  context.log.data[context.log.begin(MARKET_CREATED)] = state.markets.length;
  context.created = state.markets.length;
  return OK;
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

const isBetween = (value: number, least: number, most: number): boolean =>
  Number.isSafeInteger(value) && value >= least && value <= most && !Object.is(value, -0);
const isWhole = (value: number, least: number): boolean => isBetween(value, least, VALUE_MAX);
