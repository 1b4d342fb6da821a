// `plimsoll stress`: reads a state, copies it for every shock, and prints what came of it. The
// state that was read is only ever copied.

import { Catalog } from '../../contract/catalog.ts';
import { stressJson, stressRefusalText, type StressJson } from '../../contract/stress.ts';
import { MARKET_SPOT, STATUS_SETTLED } from '../../engine/command.ts';
import { Engine } from '../../engine/engine.ts';
import { stress, type Shock } from '../../engine/stress.ts';
import { print } from '../journal/output.ts';
import { stressSource } from './source.ts';
import { ladderText, reportText } from './text.ts';

export interface StressOptions {
  readonly market: readonly string[];
  readonly shock: readonly string[];
  readonly ladder?: boolean;
  readonly config?: string;
  readonly json?: boolean;
}

/** Percent. */
const LADDER = ['-1', '-2', '-3', '-5', '-7', '-10', '-12', '-15', '-20'];
const PPM_OF_PERCENT = 10_000;
const PERCENT = /^[+-]?\d{1,6}(?:\.\d{1,4})?$/;

/** Ends the process over a wrong command line. */
type Wrong = (message: string) => never;

export async function runStress(path: string, options: StressOptions, wrong: Wrong): Promise<void> {
  const percents = percentsOf(options, wrong);
  const { engine, sequence } = await stressSource(path, options.config);
  const catalog = new Catalog(engine);
  const markets = marketsOf(engine, options.market);
  const parts = engine.copy();
  const follow = (shocks: readonly Shock[]): StressJson => {
    const report = stress(Engine.restore(parts, engine.limits), shocks);
    if ('refused' in report) throw new Error(stressRefusalText(report, catalog));
    return stressJson(report, catalog);
  };
  if (options.ladder === true) {
    const rows = LADDER.map((percent) => {
      const changePpm = ppmOf(percent);
      return { change: percent, ...follow(markets.map((market) => ({ market, changePpm }))) };
    });
    return print(options.json, { sequence, ladder: rows }, ladderText(rows));
  }
  const shocks = markets.map((market, i) => ({
    market,
    changePpm: ppmOf(percents[percents.length === 1 ? 0 : i]),
  }));
  const report = follow(shocks);
  print(options.json, { sequence, ...report }, reportText(report));
}

/** One shock for all markets, or one for each. */
function percentsOf({ market, shock, ladder }: StressOptions, wrong: Wrong): readonly string[] {
  if (ladder === true && shock.length > 0)
    return wrong("'--ladder' brings its own shocks: leave '--shock' out");
  if (ladder !== true && shock.length === 0)
    return wrong("name a shock in percent, such as '--shock -10', or '--ladder'");
  const bad = shock.find((text) => !PERCENT.test(text) || ppmOf(text) <= -100 * PPM_OF_PERCENT);
  if (bad !== undefined)
    return wrong(`'--shock' is a change in percent above -100, such as -7.5: ${bad} is not`);
  if (shock.length > 1 && shock.length !== market.length)
    return wrong(
      `${shock.length} shocks for ${market.length} markets: give one for all, or one for each`,
    );
  return shock;
}

/** The markets named, or every perpetual that has a mark. @throws Error */
function marketsOf(engine: Engine, names: readonly string[]): number[] {
  const unknown = names.find((name) => engine.marketNumber(name) < 0);
  if (unknown !== undefined) {
    const known = engine.markets().map(({ symbol }) => symbol);
    throw new Error(`there is no market ${unknown}: there are ${known.join(', ') || 'none'}`);
  }
  if (names.length > 0) return names.map((name) => engine.marketNumber(name));
  const found = engine
    .markets()
    .filter(
      ({ kind, mark, status, quote }) =>
        kind !== MARKET_SPOT &&
        mark !== 0 &&
        status !== STATUS_SETTLED &&
        quote === engine.state.settlement,
    )
    .map(({ number }) => number);
  if (found.length === 0) throw new Error('there is no perpetual with a price to shock');
  return found;
}

const ppmOf = (percent: string): number => Math.round(Number(percent) * PPM_OF_PERCENT);
