// The whole numbers that make a new market exact, found from its units and its assets. Where one
// would be a fraction the market is refused here, with the finer unit that would work.

import { MARKET_SPOT } from '../../engine/command.ts';
import { AMOUNT_OUT_OF_RANGE, MULTIPLIER_NOT_WHOLE } from '../../engine/reason.ts';
import { VALUE_MAX } from '../../engine/limits.ts';
import { baseMultiplier, quoteMultiplier, type MultiplierResult } from '../../units/multiplier.ts';
import type { AssetUnits } from './names.ts';
import type { Scope } from './scope.ts';

/** Sets `multiplier` and `baseMultiplier` of a `create_market` that has been read. */
export function deriveMultipliers(target: Record<string, unknown>, scope: Scope): void {
  const { quote, priceUnit, sizeUnit } = scope;
  if (quote === undefined || priceUnit === undefined || sizeUnit === undefined) return;
  const of = `price_unit ${priceUnit.text} × size_unit ${sizeUnit.text}`;
  target['multiplier'] = value(
    quoteMultiplier(priceUnit, sizeUnit, quote.decimals),
    { field: 'price_unit', of, asset: quote },
    scope,
  );
  if (target['marketKind'] !== MARKET_SPOT) return;
  const base = scope.names.asset(target['base'] as number);
  if (base === undefined) return;
  target['baseMultiplier'] = value(
    baseMultiplier(sizeUnit, base.decimals),
    { field: 'size_unit', of: `size_unit ${sizeUnit.text}`, asset: base },
    scope,
  );
}

interface Blame {
  readonly field: string;
  readonly of: string;
  readonly asset: AssetUnits;
}

function value(result: MultiplierResult, blame: Blame, scope: Scope): number {
  if (result.ok) return result.value;
  const { field, of, asset } = blame;
  if (result.code === 'OUT_OF_RANGE') {
    scope.refuse(AMOUNT_OUT_OF_RANGE, { field, params: { value: of, limit: String(VALUE_MAX) } });
    return 1;
  }
  const has = `${of} is no whole number of ${asset.symbol} units (${asset.decimals} decimals)`;
  const needs =
    result.decimalsNeeded === undefined
      ? 'no asset is fine enough for it, so take coarser units.'
      : `with ${result.decimalsNeeded} decimals it would be; or take coarser units.`;
  scope.refuse(MULTIPLIER_NOT_WHOLE, {
    field,
    params:
      result.decimalsNeeded === undefined
        ? { asset: asset.symbol }
        : { asset: asset.symbol, decimals: String(result.decimalsNeeded) },
    advice: `${has}: ${needs}`,
  });
  return 1;
}
