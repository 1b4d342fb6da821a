// Figures for Prometheus. Names of operations are labels, never paths, ids or accounts: a label
// must have few values and no secret.

import { Gauge, Registry, collectDefaultMetrics } from 'prom-client';
import type { Exchange } from './exchange.ts';
import { RiskMetrics } from './risk-metrics.ts';
import type { HistoryLag, HistoryPort } from './history-port.ts';
import { feedMetrics, type FeedsFigures } from './metrics-feeds.ts';
import { streamMetrics } from './metrics-stream.ts';
import { RequestCounts } from './request-counts.ts';
import type { StreamFigures } from './stream/counts.ts';

export class Metrics {
  readonly registry = new Registry();
  readonly risk: RiskMetrics;
  private readonly requests: RequestCounts;

  constructor(exchange: Exchange, history: HistoryPort) {
    const { registry } = this;
    collectDefaultMetrics({ register: registry, prefix: 'plimsoll_' });
    this.requests = new RequestCounts(registry);
    gauge(registry, 'plimsoll_sequence', 'Commands executed.', () => sequences(exchange)[0]);
    gauge(
      registry,
      'plimsoll_durable_sequence',
      'Commands on the disk.',
      () => sequences(exchange)[1],
    );
    gauge(registry, 'plimsoll_accepting', '1 while commands are taken.', () =>
      exchange.runtime.sequencer.unavailable === undefined ? 1 : 0,
    );
    historyGauges(registry, () => history.lag());
    this.risk = new RiskMetrics(exchange, registry);
  }

  count(operation: string, status: number, seconds: number): void {
    this.requests.count(operation, status, seconds);
  }

  /** Called once by the stream. */
  watchStream(look: () => StreamFigures): void {
    streamMetrics(this.registry, look);
  }

  /** Called once, when there are feeds. */
  watchFeeds(look: () => FeedsFigures): void {
    feedMetrics(this.registry, look);
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }
}

function gauge(registry: Registry, name: string, help: string, value: () => number): void {
  const registers = [registry];
  const made: Gauge = new Gauge({
    name,
    help,
    registers,
    collect: () => {
      made.set(value());
    },
  });
}

const MODES: readonly HistoryLag['mode'][] = ['live', 'catching_up', 'retrying', 'failed'];
const MS_PER_SECOND = 1_000;

function historyGauges(registry: Registry, lag: () => HistoryLag): void {
  const name = (end: string): string => `plimsoll_history_${end}`;
  gauge(registry, name('sequence'), 'Commands in the history.', () => lag().sequence);
  const records = 'Durable commands that are not in the history yet.';
  gauge(registry, name('behind_records'), records, () => lag().records);
  const seconds = 'How far the history is behind, in seconds.';
  gauge(registry, name('behind_seconds'), seconds, () => lag().behindMs / MS_PER_SECOND);
  const mode = '0 live, 1 reading the journal, 2 trying again, 3 failed.';
  gauge(registry, name('mode'), mode, () => MODES.indexOf(lag().mode));
}

function sequences({ runtime }: Exchange): [executed: number, durable: number] {
  return [runtime.sequencer.sequence, runtime.journal.log.durableSequence];
}
