// Routes of operation: is it alive, does it take commands, its figures; and the demo's faucet.

import { getHealth } from '../../contract/operations/get-health.ts';
import { getMetrics } from '../../contract/operations/get-metrics.ts';
import { getReady } from '../../contract/operations/get-ready.ts';
import { useFaucet } from '../../contract/operations/use-faucet.ts';
import * as C from '../../contract/commands.ts';
import { edgeProblem } from '../../contract/problem.ts';
import { accountName } from '../call.ts';
import type { ApiContext } from '../context.ts';
import { FAUCET_PER_HOUR } from '../limits.ts';
import { ProblemError, refuse } from '../problem-error.ts';
import { RateLimiter } from '../rate-limit.ts';
import type { Routes } from '../routes.ts';

const HOUR_SECONDS = 3600;

export function operationRoutes(routes: Routes, context: ApiContext): void {
  const { exchange, settings, metrics, history } = context;

  routes.on(getHealth, () => ({ status: 'ok' as const, version: settings.version }));

  routes.on(getReady, () => {
    const { sequencer } = exchange.runtime;
    const why = sequencer.unavailable;
    if (why === undefined) {
      const { mode, sequence, records, behindMs } = history.lag();
      return {
        status: 'ready' as const,
        sequence: sequencer.sequence,
        history: { mode, sequence, behind_records: records, behind_ms: behindMs },
      };
    }
    throw refuse(why === 'busy' ? 'BUSY' : why === 'storage_full' ? 'STORAGE_FULL' : 'CLOSING');
  });

  routes.on(getMetrics, () => metrics.text());
  faucet(routes, context);
}

function faucet(routes: Routes, context: ApiContext): void {
  const rate = { per_second: FAUCET_PER_HOUR / HOUR_SECONDS, burst: FAUCET_PER_HOUR };
  const drops = new RateLimiter(rate);

  routes.on(useFaucet, ({ body }, call) => {
    const given = context.faucet();
    if (given === undefined) throw refuse('NOT_FOUND', 'There is no faucet without the demo.');
    const name = accountName(call, body.account);
    const taken = drops.take(name, context.nowMs());
    if (!taken.allowed) throw new ProblemError(edgeProblem('FAUCET_EMPTY'), taken.resetSeconds);
    return context.submitter.run({
      call,
      command: (reading) => {
        const issued = { id: call.key, account: reading.account(name) };
        return C.depositCommand(given, issued, reading);
      },
      answer: () => ({ account: name, asset: given.asset, amount: given.amount }),
    });
  });
}
