// Rounds as text: medians over the rounds, what the project has set itself beside them, and the
// ratio against the peer taken round by round, because what slows a moment down slows both.

import type { DurableCase, DurableFigures } from './cases.ts';

export interface Round {
  readonly peer: { readonly perSecond: number; readonly cpu: number };
  readonly figures: Partial<Record<DurableCase, DurableFigures>>;
}

const RATIO_WANTED = 6;
const P50_MS_WANTED = 0.5;
const RECOVERY_WANTED = 1_500_000;
const PAUSE_MS_WANTED = 50;

export function report(rounds: readonly Round[], isQuick: boolean): string {
  const judge = (isGood: boolean): string => {
    if (isQuick) return '';
    return isGood ? ', reached' : ', missed';
  };
  const how = isQuick ? 'one short round says little about speed' : 'medians';
  return [
    `${rounds.length} rounds, each case in a process of its own; ${how}.`,
    '',
    `npm nodejs-order-book, in memory   ${grouped(median(rounds.map(({ peer }) => peer.perSecond)))}/s`,
    ...closedLoops(rounds, judge),
    ...openLoops(rounds, judge),
    ...recovery(rounds, judge),
    ...snapshots(rounds, judge),
  ].join('\n');
}

type Judge = (isGood: boolean) => string;
type Name = keyof DurableFigures;

function closedLoops(rounds: readonly Round[], judge: Judge): string[] {
  return (['max', 'max-ids'] as const).flatMap((name) => {
    if (!has(rounds, name)) return [];
    const rate = of(rounds, name, 'perSecond');
    const ratio = median(rounds.map((round) => ratioOf(round, name)));
    const wanted = name === 'max' ? ` (≥ ${RATIO_WANTED} ×${judge(ratio >= RATIO_WANTED)})` : '';
    const label = name === 'max' ? 'durable, closed loop' : 'durable, with command ids';
    const bytes = of(rounds, name, 'bytesEach');
    const cpu = Math.round(of(rounds, name, 'cpu') * 100);
    return [
      `${label.padEnd(34)} ${grouped(rate)}/s, ${ratio.toFixed(1)} × the peer${wanted}, ` +
        `${grouped(bytes)} bytes each, main thread ${cpu} %`,
    ];
  });
}

/** Per second of processor time that each got on its main thread. */
function ratioOf({ peer, figures }: Round, name: DurableCase): number {
  const { perSecond = 0, cpu = 1 } = figures[name] ?? {};
  return perSecond / cpu / (peer.perSecond / peer.cpu);
}

function openLoops(rounds: readonly Round[], judge: Judge): string[] {
  return (['open-10k', 'open-100k', 'open-500k'] as const).flatMap((name) => {
    if (!has(rounds, name)) return [];
    const [p50, p99, p999] = (['p50', 'p99', 'p999'] as const).map((key) => of(rounds, name, key));
    const wanted =
      name === 'open-100k' ? ` (< ${P50_MS_WANTED} ms${judge(p50 < P50_MS_WANTED)})` : '';
    const rate = of(rounds, name, 'perSecond');
    return [
      `${`arriving at ${name.slice(5)}/s`.padEnd(34)} p50 ${ms(p50)}${wanted}, p99 ${ms(p99)}, ` +
        `p99.9 ${ms(p999)}; ${grouped(rate)}/s were answered`,
    ];
  });
}

function recovery(rounds: readonly Round[], judge: Judge): string[] {
  if (!has(rounds, 'recovery')) return [];
  const rate = of(rounds, 'recovery', 'flowPerSecond');
  const all = of(rounds, 'recovery', 'restartMs');
  const commands = of(rounds, 'recovery', 'commands');
  return [
    `${'recovery by replay'.padEnd(34)} ${grouped(rate)}/s of the flow ` +
      `(≥ ${RECOVERY_WANTED / 1e6} M/s${judge(rate >= RECOVERY_WANTED)}); ` +
      `${grouped(commands)} commands, set-up included, in ${ms(all)}`,
  ];
}

function snapshots(rounds: readonly Round[], judge: Judge): string[] {
  if (!has(rounds, 'snapshot')) return [];
  const pause = of(rounds, 'snapshot', 'pauseMs');
  const lines = [
    `${'snapshot'.padEnd(34)} pause ${ms(pause)} ` +
      `(≤ ${PAUSE_MS_WANTED} ms${judge(pause <= PAUSE_MS_WANTED)}), the first one ` +
      `${ms(of(rounds, 'snapshot', 'firstPauseMs'))}; durable after ` +
      `${ms(of(rounds, 'snapshot', 'durableMs'))}; ` +
      `${grouped(of(rounds, 'snapshot', 'megabytes'))} MB, ` +
      `${grouped(of(rounds, 'snapshot', 'accounts'))} accounts, ` +
      `${grouped(of(rounds, 'snapshot', 'orders'))} orders`,
  ];
  if (has(rounds, 'restart')) {
    lines.push(`${'restart from it'.padEnd(34)} ${ms(of(rounds, 'restart', 'restartMs'))}`);
  }
  return lines;
}

const has = (rounds: readonly Round[], name: DurableCase): boolean =>
  rounds.every(({ figures }) => figures[name] !== undefined);

const of = (rounds: readonly Round[], name: DurableCase, key: Name): number =>
  median(rounds.map(({ figures }) => figures[name]?.[key] ?? 0));

function median(list: readonly number[]): number {
  return [...list].sort((a, b) => a - b)[list.length >> 1];
}

const grouped = (value: number): string => Math.round(value).toLocaleString('en-US');

const ms = (value: number): string =>
  value < 10 ? `${value.toFixed(2)} ms` : `${grouped(value)} ms`;
