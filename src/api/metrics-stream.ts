// Figures about the stream: read from its own counts when somebody asks, so that a message costs an
// addition and no look-up of labels.

import { Counter, Gauge, type Registry } from 'prom-client';
import type { StreamFigures } from './stream/counts.ts';

const name = (end: string): string => `plimsoll_stream_${end}`;

export function streamMetrics(registry: Registry, look: () => StreamFigures): void {
  const registers = [registry];
  const connections: Gauge = new Gauge({
    name: name('connections'),
    help: 'Open connections.',
    registers,
    collect: () => {
      connections.set(look().connections);
    },
  });
  const subscriptions = new Gauge({
    name: name('subscriptions'),
    help: 'Subscriptions by channel.',
    labelNames: ['channel'],
    registers,
    collect: () => {
      subscriptions.reset();
      for (const [channel, count] of look().subscriptions) subscriptions.set({ channel }, count);
    },
  });
  const messages = new Counter({
    name: name('messages_in_total'),
    help: 'Messages of clients by operation.',
    labelNames: ['op'],
    registers,
    collect: () => {
      messages.reset();
      const { messagesIn } = look().counts;
      for (const [op, count] of Object.entries(messagesIn)) messages.inc({ op }, count);
    },
  });
  const endings = new Counter({
    name: name('closed_total'),
    help: 'Connections that ended, by how; slow_reader: it did not keep up.',
    labelNames: ['why'],
    registers,
    collect: () => {
      endings.reset();
      for (const [why, count] of Object.entries(look().counts.endings)) endings.inc({ why }, count);
    },
  });
  total(registry, 'opened_total', 'Connections since the start.', () => look().counts.opened);
  total(registry, 'messages_out_total', 'Messages sent.', () => look().counts.messagesOut);
  total(registry, 'bytes_in_total', 'Bytes of messages of clients.', () => look().counts.bytesIn);
  total(registry, 'bytes_out_total', 'Bytes of frames sent.', () => look().counts.bytesOut);
}

function total(registry: Registry, end: string, help: string, value: () => number): void {
  const made: Counter = new Counter({
    name: name(end),
    help,
    registers: [registry],
    collect: () => {
      made.reset();
      made.inc(value());
    },
  });
}
