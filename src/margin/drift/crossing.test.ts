// Proves that the crossings of a concave function are found to the unit, wherever its good places
// are: at the start, at an end, or in a narrow gap far from both, and that few questions are asked.

import { describe, expect, test } from 'vitest';
import { divFloorBig, minBig } from '../../units/big.ts';
import { Draw } from '../../units/draw.suite.ts';
import { findCrossings, type Crossings, type FreeAt } from './crossing.ts';

const MOST = (1n << 63n) - 1n;
const DRAWN = 5_000;
/** On average from a good start; a plain search by halves takes sixty for each side. */
const QUESTIONS_MAX = 40;

/** The lower of two lines, cut to whole numbers: up from the left, down to the right. */
interface Tent {
  readonly rise: readonly [numerator: bigint, denominator: bigint];
  readonly fall: readonly [numerator: bigint, denominator: bigint];
  readonly top: bigint;
  readonly height: bigint;
}

function tentAt({ rise, fall, top, height }: Tent): FreeAt {
  return (x) =>
    height +
    minBig(divFloorBig((x - top) * rise[0], rise[1]), divFloorBig((top - x) * fall[0], fall[1]));
}

function drawTent(draw: Draw): Tent {
  const slope = (): [bigint, bigint] => [BigInt(draw.scaled(1, 1e6)), BigInt(draw.scaled(1, 1e6))];
  return {
    rise: slope(),
    fall: slope(),
    top: BigInt(draw.scaled(1, 1e15)),
    height: BigInt(draw.oneIn(3) ? -draw.scaled(1, 1e12) : draw.scaled(1, 1e12) - 1),
  };
}

function faultOf(free: FreeAt, found: Crossings): string | undefined {
  const { below, above } = found;
  if (below === undefined && free(1n) < 0n) return 'the first place is bad';
  if (above === undefined && free(MOST) < 0n) return 'the last place is bad';
  if (below !== undefined && !(free(below) < 0n && free(below + 1n) >= 0n)) return `below ${below}`;
  if (above !== undefined && !(free(above) < 0n && free(above - 1n) >= 0n)) return `above ${above}`;
  return undefined;
}

test(`the good places of ${DRAWN} random functions are found from anywhere`, () => {
  const draw = new Draw(13);
  const seen = { both: 0, one: 0, never: 0, gap: 0 };
  let asked = 0;
  let fromGood = 0;
  for (let i = 0; i < DRAWN; i += 1) {
    const tent = drawTent(draw);
    const plain = tentAt(tent);
    const x = draw.oneIn(2) ? tent.top : BigInt(draw.scaled(1, 2 ** 52));
    const start = { x, free: plain(x) };
    const free: FreeAt = (at) => {
      if (start.free >= 0n) asked += 1;
      return plain(at);
    };
    if (start.free >= 0n) fromGood += 1;
    const found = findCrossings(free, { least: 1n, most: MOST, start, trend: 'unknown' });
    if (found === undefined) {
      expect(tent.height, `${i}`).toBeLessThan(4n);
      seen.never += 1;
      continue;
    }
    expect(faultOf(plain, found), `${i}`).toBe(undefined);
    seen[found.below !== undefined && found.above !== undefined ? 'both' : 'one'] += 1;
    if (start.free < 0n && plain(1n) < 0n && plain(MOST) < 0n) seen.gap += 1;
  }
  expect(Math.min(seen.both, seen.one, seen.never, seen.gap), JSON.stringify(seen)).toBeGreaterThan(
    200,
  );
  expect(asked / fromGood).toBeLessThan(QUESTIONS_MAX);
});

describe('what is known of the function beforehand', () => {
  const rising: FreeAt = (x) => x - 1_000n;
  const falling: FreeAt = (x) => 1_000n - x;

  test.each<[string, FreeAt, 'rising' | 'falling', bigint, Crossings]>([
    ['a rising one from a good place', rising, 'rising', 5_000n, { below: 999n, above: undefined }],
    ['a rising one from a bad place', rising, 'rising', 5n, { below: 999n, above: undefined }],
    [
      'a falling one from a good place',
      falling,
      'falling',
      5n,
      { below: undefined, above: 1_001n },
    ],
    [
      'a falling one from a bad place',
      falling,
      'falling',
      9_000n,
      { below: undefined, above: 1_001n },
    ],
  ])('saves questions: %s', (_, plain, trend, x, expected) => {
    let asked = 0;
    const free: FreeAt = (at) => {
      asked += 1;
      return plain(at);
    };
    const start = { x, free: plain(x) };
    expect(findCrossings(free, { least: 1n, most: MOST, start, trend })).toEqual(expected);
    expect(asked).toBeLessThan(8);
  });

  test('says never when the far end is bad too', () => {
    const search = { least: 1n, most: MOST, start: { x: 5n, free: -1n } } as const;
    expect(findCrossings(() => -1n, { ...search, trend: 'rising' })).toBe(undefined);
    expect(findCrossings(() => -1n, { ...search, trend: 'falling' })).toBe(undefined);
    expect(findCrossings(() => -1n, { ...search, trend: 'unknown' })).toBe(undefined);
  });
});
