// The engine's limits as the command line takes them: a JSON object, inline or in a file, of some
// of the limits by their names in snake case. What is not given keeps its default.

import { readFileSync } from 'node:fs';
import { DEFAULT_LIMITS, type EngineLimits } from '../../engine/limits.ts';
import { wireName } from './fields.ts';
import { JsonNumber, JsonReader, Malformed, shown } from './json.ts';
import { nearestOf } from './nearest.ts';

type LimitName = keyof EngineLimits;

const BY_WIRE: ReadonlyMap<string, LimitName> = new Map(
  (Object.keys(DEFAULT_LIMITS) as LimitName[]).map((name) => [wireName(name), name]),
);

/** A limit is at most this: the tables are indexed by 32-bit integers. */
const LIMIT_MAX = 2 ** 30;

const WHOLE = /^[1-9]\d{0,15}$/;

/** Reads `--limits`. @throws Malformed with the sentence for the user */
export function limitsFrom(option: string): Partial<EngineLimits> {
  const text = option.trimStart().startsWith('{') ? option : readFile(option);
  const object = new JsonReader().object(text);
  const limits: Partial<Record<LimitName, number>> = {};
  object.names.forEach((wire, i) => {
    const name = BY_WIRE.get(wire);
    if (name === undefined) throw unknownLimit(wire);
    const value = object.values[i];
    const isWhole = value instanceof JsonNumber && WHOLE.test(value.text);
    if (!isWhole || Number(value.text) > LIMIT_MAX) {
      throw new Malformed(`The limit ${wire} is a whole number from 1 to ${LIMIT_MAX}.`, wire);
    }
    limits[name] = Number(value.text);
  });
  return limits;
}

function unknownLimit(wire: string): Malformed {
  const known = [...BY_WIRE.keys()];
  const near = nearestOf(wire, known);
  const end = near === '' ? `: the known ones are ${known.join(', ')}.` : `${near}?`;
  return new Malformed(`There is no limit ${shown(wire)}${end}`, wire);
}

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Malformed(`--limits is JSON or the path of a file: ${why}.`);
  }
}
