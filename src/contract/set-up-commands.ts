// Commands that make what is traded: assets, markets, accounts. The multipliers that make a market
// exact are derived here from its units; where one would be a fraction the market is refused.

import type * as C from '../engine/command.ts';
import { MARKET_SPOT, NO_ASSET } from '../engine/command.ts';
import { VALUE_MAX } from '../engine/limits.ts';
import { AMOUNT_OUT_OF_RANGE, MULTIPLIER_NOT_WHOLE } from '../engine/reason.ts';
import { price, size } from '../units/brand.ts';
import type { DecimalUnit } from '../units/decimal.ts';
import { baseMultiplier, quoteMultiplier, type MultiplierResult } from '../units/multiplier.ts';
import type { AssetUnits } from './catalog.ts';
import type { CreateAssetBody } from './operations/create-asset.ts';
import { termsOf, termsView, type WireTerms } from './market-terms.ts';
import type { CreateMarketBody } from './operations/create-market.ts';
import type { UpdateMarketBody } from './operations/update-market.ts';
import type { Reading } from './reading.ts';
import * as W from './words.ts';

const time = 0;

export function createAssetCommand(
  body: CreateAssetBody,
  id: string,
  reading: Reading,
): C.CreateAsset {
  const { settlement, decimals } = body;
  const own: AssetUnits = { number: 0, symbol: body.asset, decimals };
  const counted = settlement ? own : reading.catalog.settlement();
  return {
    kind: 'create_asset',
    id,
    time,
    symbol: body.asset,
    decimals,
    settlement,
    weightPpm: reading.ratio('weight', body.weight),
    liabilityWeightPpm: reading.ratio('liability_weight', body.liability_weight),
    price: reading.amount('price', body.price, counted),
    interestE12: reading.rate('interest', body.interest),
    autoConvertLimit: reading.amount('auto_convert_limit', body.auto_convert_limit, own),
  };
}

export function createAccountCommand(
  body: { readonly account: string; readonly owner?: string | undefined },
  id: string,
): C.CreateAccount {
  return { kind: 'create_account', id, time, name: body.account, owner: body.owner ?? '' };
}

export function createMarketCommand(
  body: CreateMarketBody,
  id: string,
  reading: Reading,
): C.CreateMarket {
  const marketKind = W.codeOf<C.MarketKind>(W.MARKET_KINDS, body.kind);
  const quote = reading.asset(body.quote, 'quote');
  const base = body.base === undefined ? undefined : reading.asset(body.base, 'base');
  const priceUnit = reading.unit('price_unit', body.price_unit);
  const sizeUnit = reading.unit('size_unit', body.size_unit);
  const isSpot = marketKind === MARKET_SPOT;
  const derived = { reading, priceUnit, sizeUnit, quote, base: isSpot ? base : undefined };
  return {
    kind: 'create_market',
    id,
    time,
    symbol: body.market,
    marketKind,
    base: isSpot ? (base?.number ?? 0) : NO_ASSET,
    quote: quote?.number ?? 0,
    priceUnit: priceUnit?.text ?? '1',
    sizeUnit: sizeUnit?.text ?? '1',
    ...multipliers(derived),
    tickSize: price(step(reading, 'tick_size', body.tick_size, priceUnit)),
    lotSize: size(step(reading, 'lot_size', body.lot_size, sizeUnit)),
    terms: termsOf(body, reading, { quote, sizeUnit }),
  };
}

/** What the body leaves out stays as the market has it now. */
export function updateMarketCommand(
  market: string,
  body: UpdateMarketBody,
  by: { readonly id: string; readonly operator: string },
  reading: Reading,
): C.UpdateMarket {
  const { ramp_ms: rampMs, reason, ...changed } = body;
  const units = reading.market(market);
  const now = units && reading.catalog.source.markets()[units.number];
  const given = changed as Partial<WireTerms>; // JSON has no undefined
  const terms = now && termsOf({ ...termsView(now.terms, units), ...given }, reading, units);
  // Without the market there is a refusal, and the command is not sent.
  return {
    kind: 'update_market',
    time,
    ...by,
    market: units?.number ?? 0,
    terms: terms ?? NO_TERMS,
    rampMs,
    reason,
  };
}

const NO_TERMS = {} as C.MarketTerms;

function step(
  reading: Reading,
  field: string,
  text: string | undefined,
  unit: DecimalUnit | undefined,
): number {
  return text === undefined ? 1 : reading.count(field, text, unit);
}

interface Derived {
  readonly reading: Reading;
  readonly priceUnit: DecimalUnit | undefined;
  readonly sizeUnit: DecimalUnit | undefined;
  readonly quote: AssetUnits | undefined;
  readonly base: AssetUnits | undefined;
}

function multipliers(parts: Derived): { multiplier: number; baseMultiplier: number } {
  const { reading, priceUnit, sizeUnit, quote, base } = parts;
  if (priceUnit === undefined || sizeUnit === undefined || quote === undefined) {
    return { multiplier: 1, baseMultiplier: 0 };
  }
  const ofQuote = quoteMultiplier(priceUnit, sizeUnit, quote.decimals);
  return {
    multiplier: wholeOr(ofQuote, 'price_unit', quote, reading),
    baseMultiplier:
      base === undefined
        ? 0
        : wholeOr(baseMultiplier(sizeUnit, base.decimals), 'size_unit', base, reading),
  };
}

function wholeOr(
  result: MultiplierResult,
  field: string,
  asset: AssetUnits,
  reading: Reading,
): number {
  if (result.ok) return result.value;
  if (result.code === 'OUT_OF_RANGE') {
    const params = { value: field, limit: String(VALUE_MAX) };
    reading.refuse({ number: AMOUNT_OUT_OF_RANGE, field, params });
    return 1;
  }
  const { decimalsNeeded } = result;
  const advice =
    decimalsNeeded === undefined
      ? `No asset is fine enough for it. Take coarser units.`
      : `With ${decimalsNeeded} decimals of ${asset.symbol} it would be; or take coarser units.`;
  reading.refuse({ number: MULTIPLIER_NOT_WHOLE, field, params: { asset: asset.symbol }, advice });
  return 1;
}
