// Very many tiny accounts become liquidatable at one mark: the work of one command stays bounded
// and every one of them is closed to the unit.

import { ok } from '../engine-kit.ts';
import type { Answer } from '../answer.ts';
import { Arena } from './arena.ts';
import type { Attack, Measured } from './attack.ts';

const ACCOUNTS = 100;
const STEPS = 50;
/** The most that one position takes: begun, cure, close, fund, two counterparties, ended. */
const STEPS_EACH = 7;
const MINIMUM = 1_000;
const LEAST_COST_CENTS = 100;

export const dustAccounts: Attack = {
  name: 'dust accounts liquidated at one mark',
  story:
    'Very many accounts with the smallest position are all liquidatable at the same price, so that ' +
    'one mark is followed by a flood of work. Nobody quotes, and the fund is empty.',
  seen: '',
  defence: 'an index of triggers, a bound on the steps of a command, and a smallest notional',
  weakening: 'no smallest notional',
  run,
};

function run(weakened: boolean): Measured {
  const arena = new Arena({ limits: { stepsPerCommand: STEPS } });
  const market = arena.listed({ minimumNotional: weakened ? 0 : MINIMUM }, {}, 100);
  const lots = weakened ? 1 : MINIMUM / 100;
  const maker = arena.maker();
  arena.begins([94]);
  const dust: number[] = [];
  for (let i = 0; i < ACCOUNTS; i++) {
    const account = arena.attacker(`dust${i}`, lots * 10 + 1);
    ok(arena.sell(maker, market, lots, 100));
    ok(arena.buy(account, market, lots, 100));
    dust.push(account);
  }
  let most = 0;
  let commands = 0;
  const count = ({ events }: Answer): number => {
    const steps = events.filter(({ name }) => STEP_EVENTS.includes(name)).length;
    most = Math.max(most, steps);
    commands += 1;
    return steps;
  };
  let steps = count(arena.index(market, 94));
  while (arena.engine.state.markets[market].imposed !== 0 && commands < ACCOUNTS)
    steps += count(arena.tick());
  const left = dust.filter((account) => arena.stands(account, market) !== 'flat').length;
  const standing = arena.standing([94]);
  return {
    ...standing,
    bounds: [
      { what: 'profit of the attacker', value: standing.attacker, atMost: 0 },
      { what: 'loss of others', value: 0 - standing.others, atMost: 0 },
      { what: 'loss of the fund', value: 0 - standing.fund, atMost: 0 },
      { what: 'positions that stay', value: left, atMost: 0 },
      { what: 'steps of a command', value: most, atMost: STEPS },
      {
        what: 'commands until all are closed',
        value: commands,
        atMost: (ACCOUNTS * STEPS_EACH) / STEPS,
      },
      {
        what: 'steps for a hundred dollars of the attacker',
        value: Math.floor((steps * LEAST_COST_CENTS) / Math.max(1, 0 - standing.attacker)),
        atMost: STEPS_EACH * 2,
      },
    ],
  };
}

const STEP_EVENTS = ['liquidation_started', 'liquidated', 'liquidation_ended'];
