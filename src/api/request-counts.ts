// Answers by operation and status and how long they took, counted in plain numbers: a registry
// would look its labels up anew for every request. They become figures when somebody asks for them.

import { Counter, Histogram, type Registry } from 'prom-client';

const NAME = 'plimsoll_http_seconds';
const HELP = 'Time to answer, by operation.';

/** Upper bounds of the buckets, in seconds. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

/** What one operation has answered. */
class Answered {
  readonly statuses = new Map<number, number>();
  /** By the first bound that was not passed; the last place is beyond all of them. */
  readonly buckets = new Float64Array(SECONDS.length + 1);
  seconds = 0;

  add(status: number, seconds: number): void {
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    let bucket = 0;
    while (bucket < SECONDS.length && seconds > SECONDS[bucket]) bucket += 1;
    this.buckets[bucket] += 1;
    this.seconds += seconds;
  }
}

export class RequestCounts {
  private readonly operations = new Map<string, Answered>();

  constructor(registry: Registry) {
    const registers = [registry];
    const requests: Counter<'operation' | 'status'> = new Counter({
      name: 'plimsoll_http_requests_total',
      help: 'Requests by operation and status.',
      labelNames: ['operation', 'status'],
      registers,
      collect: () => {
        requests.reset();
        for (const [operation, { statuses }] of this.operations) {
          for (const [status, count] of statuses) requests.inc({ operation, status }, count);
        }
      },
    });
    registry.registerMetric(new Durations(this.operations));
  }

  count(operation: string, status: number, seconds: number): void {
    let answered = this.operations.get(operation);
    if (answered === undefined) {
      answered = new Answered();
      this.operations.set(operation, answered);
    }
    answered.add(status, seconds);
  }
}

/** A histogram of what was counted elsewhere. */
class Durations extends Histogram<'operation'> {
  private readonly operations: ReadonlyMap<string, Answered>;

  constructor(operations: ReadonlyMap<string, Answered>) {
    super({
      name: NAME,
      help: HELP,
      labelNames: ['operation'],
      buckets: SECONDS,
      registers: [],
    });
    this.operations = operations;
  }

  /** What the library's histogram makes of its own observations, and both `get` and texts use. */
  getForPromString(): Promise<object> {
    const values = [...this.operations].flatMap(([operation, answered]) =>
      valuesOf(answered, { operation }),
    );
    const [type, aggregator] = ['histogram', 'sum'];
    return Promise.resolve({ name: NAME, help: HELP, type, values, aggregator });
  }
}

interface Value {
  readonly metricName: string;
  readonly labels: { readonly le?: number | '+Inf' };
  readonly sharedLabels: { readonly operation: string };
  readonly value: number;
}

function valuesOf({ buckets, seconds }: Answered, sharedLabels: Value['sharedLabels']): Value[] {
  let count = 0;
  const below = [...SECONDS, '+Inf' as const].map((le, i): Value => {
    count += buckets[i];
    return { metricName: `${NAME}_bucket`, labels: { le }, sharedLabels, value: count };
  });
  return [
    ...below,
    { metricName: `${NAME}_sum`, labels: {}, sharedLabels, value: seconds },
    { metricName: `${NAME}_count`, labels: {}, sharedLabels, value: count },
  ];
}
