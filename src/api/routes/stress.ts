// Routes of the operator's what-if: price shocks and new terms, followed on a copy of the state in
// another thread. Nothing here changes the exchange.

import { previewMarketUpdate } from '../../contract/operations/preview-market-update.ts';
import { stressTest } from '../../contract/operations/stress-test.ts';
import { readingProblem } from '../../contract/problem.ts';
import { Reading } from '../../contract/reading.ts';
import * as S from '../../contract/set-up-commands.ts';
import { stressJson, stressRefusalText, type StressJson } from '../../contract/stress.ts';
import { StressRunner, type StressTask, type StressUnavailable } from '../../runtime/stress.ts';
import type { ApiContext } from '../context.ts';
import { OPERATOR } from '../credentials.ts';
import { ProblemError, refuse } from '../problem-error.ts';
import type { Routes } from '../routes.ts';
import { problemOf } from '../submit.ts';

export function stressRoutes(routes: Routes, { exchange }: ApiContext): void {
  const runner = new StressRunner();

  /** Copies, follows, and says what came of it. @throws ProblemError */
  const follow = async (
    taskOf: (reading: Reading) => StressTask,
  ): Promise<StressJson & { sequence: number }> => {
    const { copy, sequence, task } = await exchange.read((engine, at) => {
      const reading = new Reading(exchange.catalog);
      const asked = taskOf(reading);
      if (reading.refusal !== undefined) throw new ProblemError(readingProblem(reading.refusal));
      const [command] = asked.kind === 'commands' ? asked.commands : [];
      if (command !== undefined) {
        const outcome = engine.preview(command);
        if (!outcome.accepted) throw new ProblemError(problemOf(outcome, command, reading));
      }
      return { copy: runner.copy(engine), sequence: at, task: asked };
    });
    if ('kind' in copy) throw unavailable(copy);
    const answer = await runner.run(copy, task);
    if (answer.kind !== 'done') throw unavailable(answer);
    const { report } = answer;
    if ('refused' in report)
      throw refuse('MALFORMED', stressRefusalText(report, exchange.catalog), 'shocks');
    return { ...stressJson(report, exchange.catalog), sequence };
  };

  routes.on(stressTest, ({ body }) =>
    follow((reading) => ({
      kind: 'shocks',
      shocks: body.shocks.map(({ market, change }, i) => ({
        market: reading.market(market, `shocks.${i}.market`)?.number ?? 0,
        changePpm: Math.round(Number(change) * PPM),
      })),
    })),
  );

  routes.on(previewMarketUpdate, ({ params, body }, call) =>
    follow((reading) => {
      const by = { id: '', operator: call.principal?.id ?? OPERATOR };
      // A ramp would only put off what is asked about.
      const now = { ...body, ramp_ms: 0 };
      return {
        kind: 'commands',
        commands: [S.updateMarketCommand(params.market, now, by, reading)],
      };
    }),
  );
}

const PPM = 1_000_000;

function unavailable(why: StressUnavailable): ProblemError {
  switch (why.kind) {
    case 'busy':
      return refuse('BUSY', 'Another stress test is running. Try again when it is done.');
    case 'too_large':
      return refuse(
        'STATE_TOO_LARGE',
        `The state has ${why.rows} rows and the limit here is ${why.limit}. Use "plimsoll stress" on the data directory.`,
      );
    case 'too_long':
      return refuse(
        'STATE_TOO_LARGE',
        `It took longer than ${why.limitMs} ms. Use "plimsoll stress" on the data directory.`,
      );
  }
}
