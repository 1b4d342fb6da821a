// Proves that the tables lose nothing: any command that the engine could be given is written as a
// line and read back as the same command, whatever is left out because it is at its default. And
// that no such line, whatever it asks for, is too much for the session: it is answered, and money
// is neither made nor lost.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { COMMANDS } from './commands.ts';
import { commands, orders } from './commands.suite.ts';
import { decodeFields, encodeFields } from './decode.ts';
import type { Table } from './fields.ts';
import { JsonReader } from './json.ts';
import { Names } from './names.ts';
import { Scope } from './scope.ts';
import { Talk, type Line } from './speak.suite.ts';

const talk = new Talk();
const scope = new Scope(new Names(talk.engine));

function tableOf(command: Line): Table {
  const table = COMMANDS.find(({ name }) => name === command['kind']);
  if (table === undefined) throw new Error(`no table for ${String(command['kind'])}`);
  return table;
}

function lineOf(command: Line): Line {
  scope.reset();
  scope.target = command;
  const table = tableOf(command);
  return { command: table.name, ...encodeFields(table, command, scope) };
}

test('any command is written as a line and read back as itself', () => {
  const reader = new JsonReader();
  fc.assert(
    fc.property(commands, (command) => {
      const line = JSON.stringify(lineOf(command));
      const read = decodeFields(tableOf(command), reader.object(line), ['command'], scope);
      expect(scope.refusal, line).toBeUndefined();
      expect(withoutDerived(read)).toEqual(withoutMarketOfOrder(command));
    }),
    { numRuns: 2_000 },
  );
});

/** Multipliers come from the units. */
function withoutDerived(read: Record<string, unknown>): Record<string, unknown> {
  const { multiplier: _, baseMultiplier: __, ...rest } = read;
  return rest;
}

/** The market of an amendment stands on the line and not in the command. */
function withoutMarketOfOrder(command: Record<string, unknown>): Record<string, unknown> {
  if (command['kind'] !== 'amend_order') return command;
  const { market: _, ...rest } = command;
  return rest;
}

/**
 * Marks stay below a billion: beyond it one lot's notional passes what the engine counts exactly.
 */
const counted = commands.filter(({ kind, mark }) => kind !== 'update_index' || Number(mark) < 1e9);
const mixture = fc.oneof({ weight: 3, arbitrary: orders }, { weight: 1, arbitrary: counted });

test('any commands one after another are answered, and money is conserved', () => {
  fc.assert(
    fc.property(fc.array(mixture, { maxLength: 40 }), (list) => {
      const own = new Talk();
      for (const command of list) {
        const line = lineOf(command);
        const preview = own.say({ preview: line });
        const answer = own.say(line);
        if (command['id'] === '') expect(answer.ok, JSON.stringify(line)).toBe(preview.ok);
        expect(answer.code, JSON.stringify(line)).not.toBe('MALFORMED');
        expect(JSON.stringify(answer)).not.toMatch(/undefined|NaN|Infinity/);
      }
      for (const name of ['alice', 'bob']) {
        for (const query of ['orders', 'positions', 'account']) {
          expect(own.say({ query, account: name })).toMatchObject({ ok: true });
        }
        const limits = own.say({ query: 'limits', account: name, market: 'BTC-PERP' });
        expect(limits).toMatchObject({ ok: true });
      }
      expect(own.say({ query: 'markets' })).toMatchObject({ ok: true });
      expect(own.say({ query: 'book', market: 'BTC-PERP', queue: true })).toMatchObject({
        ok: true,
      });
      const sums = own.say({ query: 'conservation' })['conservation'] as readonly Line[];
      for (const { asset, difference } of sums)
        expect({ asset, difference }).toEqual({ asset, difference: '0' });
    }),
    { numRuns: 300 },
  );
});
