// The two shapes of an order flow: how far from the touch an order is placed, and how large it is.
// Both are tables made once, so that the generator does integer work only and the flow does not
// depend on a math library's last bit.

import type { Sfc32 } from './sfc32.ts';

/** Furthest distance from the opposite touch, in ticks. */
export const DISTANCE_MAX = 1_500;
/** Half of all orders are at most this large, in lots. */
export const SIZE_MEDIAN = 20;

const DISTANCE_SCALE = 20;
const DISTANCE_EXPONENT = 1.2;
const SIZE_SIGMA = 1;
const SIZE_MAX = 2_000;
const TABLE_BITS = 16;

const distances = distanceQuantiles();
const sizes = sizeTable();

/** Ticks away from the opposite touch: P(D > x) = (1 + x/20)^−1.2, at most `DISTANCE_MAX`. */
export function drawDistance(random: Sfc32): number {
  return distances[random.next() >>> (32 - TABLE_BITS)];
}

/** Lots: log-normal with median 20. The normal number is the sum of twelve random bytes. */
export function drawSize(random: Sfc32): number {
  const sum = sumOfBytes(random.next()) + sumOfBytes(random.next()) + sumOfBytes(random.next());
  return sizes[sum];
}

function sumOfBytes(word: number): number {
  return (word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24);
}

function distanceQuantiles(): Int32Array {
  const table = new Int32Array(2 ** TABLE_BITS);
  let distance = 0;
  for (let i = 0; i < table.length; i++) {
    const share = 1 - (i + 0.5) / table.length; // P(D > x) at this quantile
    while (distance < DISTANCE_MAX && survival(distance + 1) > share) distance += 1;
    table[i] = distance;
  }
  return table;
}

function survival(distance: number): number {
  return (1 + distance / DISTANCE_SCALE) ** -DISTANCE_EXPONENT;
}

function sizeTable(): Int32Array {
  // Twelve bytes: mean 1530, standard deviation 256 (65535 under the root).
  return Int32Array.from({ length: 12 * 255 + 1 }, (_, sum) => {
    const size = Math.round(SIZE_MEDIAN * Math.exp((SIZE_SIGMA * (sum - 1_530)) / 256));
    return Math.min(Math.max(size, 1), SIZE_MAX);
  });
}
