// What a number means. Every quantity in the pure rooms is a safe integer that carries one of these
// brands, so that a price cannot be passed where a size is wanted. A brand exists only for the
// compiler: at run time these are plain doubles that hold whole numbers, which is what keeps the
// hot path free of allocation.

declare const brand: unique symbol;

/** A number that the compiler keeps apart from every other kind of number. */
export type Branded<Name extends string> = number & { readonly [brand]: Name };

/** Count of the market's price unit; > 0. Order prices are multiples of the market's tick. */
export type Price = Branded<'Price'>;
/** Count of the market's size unit. Signed for positions (> 0 long), positive for orders. */
export type Size = Branded<'Size'>;
/**
 * Count of an asset's smallest unit, signed. Also a notional: price × size × multiplier, in quote
 * units.
 */
export type Amount = Branded<'Amount'>;
/** Ratio in parts per million: fees, margin rates, collateral weights. */
export type Ppm = Branded<'Ppm'>;
/** Milliseconds since the epoch; always given by the command. */
export type TimeMs = Branded<'TimeMs'>;
/** Signed direction of an order or a position. */
export type Side = 1 | -1;

export const BUY: Side = 1;
export const SELL: Side = -1;

/** Names a whole number a price. The caller vouches for the unit; nothing is checked or changed. */
export const price = (value: number): Price => value as Price;
/** Names a whole number a size. The caller vouches for the unit; nothing is checked or changed. */
export const size = (value: number): Size => value as Size;
/**
 * Names a whole number an amount. The caller vouches for the unit; nothing is checked or changed.
 */
export const amount = (value: number): Amount => value as Amount;
/** Names a whole number a ratio in parts per million. The caller vouches for the unit. */
export const ppm = (value: number): Ppm => value as Ppm;
/** Names a whole number a time in milliseconds. The caller vouches for the unit. */
export const timeMs = (value: number): TimeMs => value as TimeMs;

/** One, in parts per million. */
export const PPM_ONE = 1_000_000;
