// `plimsoll/margin`: what programs outside may import of this room. The formulas stay where they
// are; nothing is defined here.

export * from './venues/public.ts';
export {
  calculateLiquidationPrice,
  calculateMargin,
  calculatePositionHealth,
} from './pair-numbers.ts';
export type { LegRatios, PairPosition } from './pair-numbers.ts';
export type { Band } from './health.ts';
