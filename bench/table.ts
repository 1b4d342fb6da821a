// Rounds of measurements as one line per case: medians, ratios against the peer of the same run,
// targets beside.

import { CASES, PEER, type BenchCase, type CaseName } from './cases.ts';
import type { Latency } from './latency.ts';
import type { Measurement } from './subject.ts';

/** What the rounds of one case came to. */
export interface CaseResult {
  readonly name: CaseName;
  readonly label: string;
  readonly rounds: number;
  /** Commands of one round that were timed. */
  readonly commands: number;
  readonly perSecond: number;
  readonly perSecondRange: readonly [number, number];
  /** Processor time ÷ time in the round shown. */
  readonly cpu: number;
  readonly latency: Latency | undefined;
  readonly resting: number;
  readonly accounts: number;
  /** Times the peer's rate in this run; undefined when it was not measured. */
  readonly ratio: number | undefined;
  readonly copy: Measurement['copy'];
  readonly target: BenchCase['target'];
  /** Whether every round traded exactly what the generator's own book says. */
  readonly agrees: boolean;
}

export function results(measured: ReadonlyMap<CaseName, readonly Measurement[]>): CaseResult[] {
  const peer = measured.get(PEER);
  return CASES.filter(({ name }) => measured.has(name)).map(({ name, label, target }) => {
    const rounds = measured.get(name) ?? [];
    const all = rounds.map(rate);
    const perSecond = median(all);
    const middle = rounds[all.indexOf(perSecond)];
    const comparable = peer !== undefined && (target?.ratio !== undefined || name === PEER);
    return {
      name,
      label,
      rounds: rounds.length,
      commands: middle.timed,
      perSecond,
      perSecondRange: [Math.min(...all), Math.max(...all)],
      cpu: middle.cpu,
      latency: medianLatency(rounds),
      resting: middle.resting,
      accounts: middle.accounts,
      ratio: comparable ? ratioOf(rounds, peer) : undefined,
      copy: middle.copy,
      target,
      agrees: rounds.every(agrees),
    };
  });
}

/**
 * Round by round against the peer, because what slows a moment down slows both; then the median.
 */
function ratioOf(rounds: readonly Measurement[], peer: readonly Measurement[]): number {
  return median(rounds.map((round, i) => rateWhileRunning(round) / rateWhileRunning(peer[i])));
}

/** The table as text. @param judge Whether it says which targets were reached. */
export function table(list: readonly CaseResult[], judge: boolean): string {
  const head = [
    '',
    'resting',
    'per second',
    'ns each',
    'cpu',
    'p50',
    'p99',
    'p99.99',
    '× peer',
    'target',
    '',
  ];
  const body = list.map((one) => [
    one.label,
    grouped(one.resting),
    one.copy === undefined ? grouped(one.perSecond) : '',
    one.copy === undefined ? grouped(1e9 / one.perSecond) : '',
    `${Math.round(one.cpu * 100)} %`,
    ...latencyTexts(one.latency),
    one.ratio === undefined ? '' : `${one.ratio.toFixed(1)} ×`,
    targetText(one, judge),
    one.agrees ? '' : 'TRADED SOMETHING ELSE',
  ]);
  const widths = head.map((title, i) =>
    Math.max(title.length, ...body.map((row) => row[i].length)),
  );
  return [head, ...body].map((row) => line(row, widths)).join('\n');
}

function line(row: readonly string[], widths: readonly number[]): string {
  const cells = row.map((text, i) => (i === 0 ? text.padEnd(widths[i]) : text.padStart(widths[i])));
  return cells.join('  ').trimEnd();
}

function targetText({ target, perSecond, ratio }: CaseResult, judge: boolean): string {
  const verdict = (value: number, wanted: number): string => {
    if (!judge) return '';
    return value >= wanted ? ' reached' : ' missed';
  };
  const parts: string[] = [];
  if (target?.ratio !== undefined && ratio !== undefined) {
    parts.push(`≥ ${target.ratio} ×${verdict(ratio, target.ratio)}`);
  }
  if (target?.perSecond !== undefined) {
    parts.push(`≥ ${target.perSecond / 1e6} M/s${verdict(perSecond, target.perSecond)}`);
  }
  return parts.join(', ');
}

function latencyTexts(latency: Latency | undefined): string[] {
  if (latency === undefined) return ['', '', ''];
  return [latency.p50, latency.p99, latency.p9999].map(duration);
}

function duration(ns: number): string {
  if (ns < 1_000) return `${Math.round(ns)} ns`;
  return ns < 1e6 ? `${(ns / 1e3).toFixed(1)} µs` : `${(ns / 1e6).toFixed(1)} ms`;
}

function grouped(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function agrees({ trades, quantity, expected }: Measurement): boolean {
  return trades === expected.trades && quantity === expected.quantity;
}

function rate({ timed, seconds }: Measurement): number {
  return timed / seconds;
}

/** Commands per second of processor: time in which others had the processor does not count. */
function rateWhileRunning({ timed, seconds, cpu }: Measurement): number {
  return timed / (seconds * Math.min(cpu, 1));
}

/** The middle one; of an even number the lower of the two. */
function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
}

function medianLatency(rounds: readonly Measurement[]): Latency | undefined {
  const all = rounds.flatMap(({ latency }) => (latency === undefined ? [] : [latency]));
  if (all.length === 0) return undefined;
  const of = (key: keyof Latency): number => median(all.map((latency) => latency[key]));
  return {
    p50: of('p50'),
    p99: of('p99'),
    p9999: of('p9999'),
    max: of('max'),
    clock: of('clock'),
    count: of('count'),
  };
}
