// Proves that the answer that is written straight from the events is, letter for letter, what the
// objects of the general way give, for every order of a random flow, and that it is written that
// way for most of them.

import { expect, test } from 'vitest';
import { Catalog } from '../../contract/catalog.ts';
import { OrderWriter } from '../../contract/stream/order-text.ts';
import { EngineMachine } from '../../runtime/engine-machine.ts';
import { runSim } from '../../testing/sim/run.ts';
import { afterwards } from '../order-outcome.ts';

const SEEDS = 12;
const COMMANDS = 2_000;
/** As on a running exchange: at zero there is no time to tell. */
const BEGAN_MS = 1_767_225_600_000;

test('what is written from the events is what the objects say', () => {
  const tally = { written: 0, general: 0, filled: 0, swept: 0, cancelled: 0, named: 0 };
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const { script } = runSim({
      seed,
      commands: COMMANDS,
      accounts: 5,
      checkEvery: 0,
      hashEvery: 0,
    });
    const machine = new EngineMachine();
    const catalog = new Catalog(machine.engine);
    const writer = new OrderWriter(catalog);
    const exchange = { catalog, engine: machine.engine } as Parameters<typeof afterwards>[2];
    const digest = new Uint32Array(2);
    let sequence = 0;
    for (const command of script) {
      const timeMs = BEGAN_MS + command.time;
      const result = machine.execute(command, sequence + 1, timeMs, digest);
      if (result.taken) sequence += 1;
      if (command.kind !== 'place_order' || result.reason !== 0 || result.repeated) continue;
      const text = writer.placed(result, 'w17');
      const of = { account: command.account, number: result.created };
      const answer = afterwards(result, of, exchange);
      const receipt = { request_id: 'w17', sequence: result.sequence, repeated: false };
      const general = JSON.stringify({ ...answer, ...receipt });
      if (answer.fills.length > 0) tally.filled += 1;
      if (answer.fills.length > 1) tally.swept += 1;
      if (answer.order?.status === 'cancelled') tally.cancelled += 1;
      if (answer.client_order_id !== null) tally.named += 1;
      if (text === undefined) tally.general += 1;
      else {
        tally.written += 1;
        expect(text, `seed ${seed}, command ${sequence}`).toBe(general);
      }
    }
  }
  // The flow must reach what it is meant to test, or it proves nothing.
  for (const [what, count] of Object.entries(tally)) expect(count, what).toBeGreaterThan(20);
  expect(tally.written).toBeGreaterThan(tally.general);
});

test.each([['ä'], ['"'], ['\\'], ['\u2028'], ['😀']])(
  'a name with %j in it is left to the general way',
  (letter) => {
    const machine = new EngineMachine();
    const { script } = runSim({ seed: 1, commands: 300, accounts: 3, checkEvery: 0, hashEvery: 0 });
    const digest = new Uint32Array(2);
    const writer = new OrderWriter(new Catalog(machine.engine));
    let sequence = 0;
    let seen = 0;
    for (const command of script) {
      const result = machine.execute(command, sequence + 1, BEGAN_MS + command.time, digest);
      if (result.taken) sequence += 1;
      if (command.kind !== 'place_order' || result.reason !== 0 || result.repeated) continue;
      if (writer.placed(result, 'w1') === undefined) continue;
      seen += 1;
      expect(writer.placed(result, `w${letter}`)).toBeUndefined();
    }
    expect(seen).toBeGreaterThan(10);
  },
);
