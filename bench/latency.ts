// How long single commands take. Every figure contains the clock's own cost, which is given beside
// it and never subtracted: what is measured is what is printed.

/** In nanoseconds. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly p9999: number;
  readonly max: number;
  /** Median of two readings of the clock with nothing between them. */
  readonly clock: number;
  readonly count: number;
}

const CLOCK_READINGS = 100_000;

/** Times `count` calls one by one; undefined when there are none. */
export function measureLatency(count: number, call: (i: number) => void): Latency | undefined {
  if (count === 0) return undefined;
  const clock = quantile(timesOf(CLOCK_READINGS, nothing), 0.5);
  const times = timesOf(count, call);
  return {
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    p9999: quantile(times, 0.9999),
    max: times[count - 1],
    clock,
    count,
  };
}

function nothing(): void {
  // What the clock alone costs.
}

/** Sorted durations, ns. */
function timesOf(count: number, call: (i: number) => void): Float64Array {
  const times = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const began = performance.now();
    call(i);
    times[i] = (performance.now() - began) * 1e6;
  }
  return times.sort();
}

function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)];
}
