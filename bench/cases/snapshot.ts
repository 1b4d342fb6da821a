// What a snapshot stops the engine for: copying its whole state into memory of its own, so that
// writing it to disk can go on beside it. The first copy is thrown away, because it also pays for
// memory that later ones use again.

import { generateFlow } from '../../src/testing/flow/generator.ts';
import type { FlowOptions } from '../../src/testing/flow/flow.ts';
import { clocked, type Measurement, type Schedule } from '../subject.ts';
import { engineWithoutIds } from './engine.ts';

const COPIES = 5;

export function measureSnapshot(
  options: Omit<FlowOptions, 'commands'>,
  { timed }: Schedule,
): Measurement {
  const { flow, totals: expected } = generateFlow({ ...options, commands: timed });
  const subject = engineWithoutIds(flow);
  const { seconds, cpu } = clocked(() => {
    for (let row = 0; row < flow.length; row++) subject.apply(row);
  });
  copyOnce(subject.engine);
  const copies = Array.from({ length: COPIES }, () => copyOnce(subject.engine));
  const [copy] = copies.sort((a, b) => a.ms - b.ms).slice(Math.floor(COPIES / 2));
  return {
    timed: flow.length,
    seconds,
    cpu,
    latency: undefined,
    resting: subject.resting(),
    accounts: options.accounts,
    ...subject.totals,
    expected,
    copy,
  };
}

function copyOnce(engine: ReturnType<typeof engineWithoutIds>['engine']): {
  bytes: number;
  ms: number;
} {
  const began = performance.now();
  const parts = engine.snapshot();
  const ms = performance.now() - began;
  return { bytes: parts.reduce((sum, part) => sum + part.byteLength, 0), ms };
}
