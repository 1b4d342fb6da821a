// Proves that the shared queue is a queue: whatever is pushed, looked at and dropped, in whatever
// turns, it gives the same records in the same order as a plain list, and refuses only when full.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Fact, HistoryRecord } from './record.ts';
import { queueMemory, RecordQueue } from './record-queue.ts';

const QUEUE_BYTES = 2_048;
const SLOTS = QUEUE_BYTES / 8;

const fact: Fact = { kind: 'account', account: 7, name: 'å “seven”', owner: '' };

const pushes = fc.record({
  kind: fc.constant('push' as const),
  values: fc.array(fc.maxSafeInteger(), { maxLength: 60 }),
  clientOrderId: fc.string({ maxLength: 36, unit: 'binary' }),
  hasFact: fc.boolean(),
});
const drops = fc.record({ kind: fc.constant('drop' as const), count: fc.nat({ max: 5 }) });
const steps = fc.array(fc.oneof({ weight: 3, arbitrary: pushes }, drops), { maxLength: 120 });

const slotsOf = ({ events, clientOrderId, facts }: HistoryRecord): number =>
  6 +
  events.length +
  Math.ceil(clientOrderId.length / 4) +
  Math.ceil((facts.length === 0 ? 0 : JSON.stringify(facts).length) / 4);

const plain = (records: readonly HistoryRecord[]): object[] =>
  records.map((record) => ({ ...record, events: [...record.events] }));

test('a queue of two ends gives what a list gives', () => {
  fc.assert(
    fc.property(steps, (run) => {
      const memory = queueMemory(QUEUE_BYTES);
      const [writer, reader] = [new RecordQueue(memory), new RecordQueue(memory)];
      const list: HistoryRecord[] = [];
      let sequence = 1_000;
      for (const step of run) {
        if (step.kind === 'push') {
          sequence += 1;
          const { values, clientOrderId, hasFact } = step;
          const events = Float64Array.from(values);
          const record: HistoryRecord = {
            sequence,
            time: sequence * 3,
            events,
            clientOrderId,
            facts: hasFact ? [fact] : [],
          };
          const taken = writer.push(sequence, record.time, record, record.facts);
          const used = list.reduce((sum, one) => sum + slotsOf(one), 0);
          // A record lies in one piece: what is lost at the end is less than the record itself.
          if (!taken) expect(used + 2 * slotsOf(record)).toBeGreaterThanOrEqual(SLOTS);
          else list.push(record);
        } else {
          const last = list.splice(0, step.count).at(-1);
          if (last !== undefined) reader.dropTo(last.sequence);
        }
        expect(plain(reader.peek(1_000, 1e9))).toEqual(plain(list));
        expect(reader.first()).toBe(list[0]?.sequence);
        expect(reader.isEmpty).toBe(list.length === 0);
      }
    }),
    { numRuns: 300 },
  );
});

test('a look is bounded in records and in values', () => {
  const queue = new RecordQueue(queueMemory(QUEUE_BYTES));
  const outcome = { events: new Float64Array(10), clientOrderId: '' };
  for (let sequence = 1; sequence <= 9; sequence += 1) queue.push(sequence, 0, outcome, []);
  const look = (records: number, values: number): number[] =>
    queue.peek(records, values).map((record) => record.sequence);
  expect(look(3, 1e9)).toEqual([1, 2, 3]);
  expect(look(100, 35)).toEqual([1, 2, 3, 4]);
  queue.dropTo(7);
  expect(look(100, 1e9)).toEqual([8, 9]);
  queue.dropTo(5);
  expect(queue.first()).toBe(8);
});

test('a record that is larger than the queue is refused, and the next one is not', () => {
  const queue = new RecordQueue(queueMemory(QUEUE_BYTES));
  const push = (values: number): boolean =>
    queue.push(1, 0, { events: new Float64Array(values), clientOrderId: '' }, []);
  expect(push(SLOTS)).toBe(false);
  expect(push(SLOTS - 6)).toBe(false); // full and empty would look the same
  expect(queue.isEmpty).toBe(true);
  expect(push(SLOTS - 7)).toBe(true);
});
