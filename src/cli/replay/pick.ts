// Dice without memory: the number thrown depends only on the seed and on what it is thrown for, so
// that which account takes an order never depends on what was read before. Integer arithmetic only,
// the same on every machine.

const GOLDEN = 0x9e3779b9;

/** 32 bits out of a seed and a key; both may be any safe integer. */
export function mix(seed: number, key: number): number {
  let h = scramble(low(seed) ^ scramble(high(seed) ^ GOLDEN));
  h = scramble(h ^ low(key));
  h = scramble(h ^ high(key) ^ GOLDEN);
  return h >>> 0;
}

/** A whole number in 0 … count − 1. */
export function pick(seed: number, key: number, count: number): number {
  return Math.floor(mix(seed, key) * 2 ** -32 * count);
}

const low = (value: number): number => value | 0;
const high = (value: number): number => Math.floor(value * 2 ** -32) | 0;

/** The finaliser of MurmurHash3: every bit of the input reaches every bit of the output. */
function scramble(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
