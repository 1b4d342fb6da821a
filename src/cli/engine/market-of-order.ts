// An amendment is written in the units of the market that its line names, so that market must be
// the order's own. An order that is gone passes: then the engine answers, and a repeated id still
// gets its first answer.

import { ORDER_NOT_FOUND } from '../../engine/reason.ts';
import type { Scope } from './scope.ts';

/** Refuses an `amend_order` that names another market than the one where the order rests. */
export function checkMarketOfOrder(target: Record<string, unknown>, scope: Scope): void {
  const named = scope.market;
  if (named === undefined || scope.refusal !== undefined) return;
  const engine = scope.names.engine;
  const isIt = (view: { order: number; clientOrderId: string }): boolean =>
    target['order'] === 0
      ? view.clientOrderId === target['clientOrderId']
      : view.order === target['order'];
  const account = target['account'] as number;
  if (engine.orders(account, named.number).some(isIt)) return;
  const elsewhere = engine.orders(account).find(isIt);
  if (elsewhere === undefined) return;
  const market = scope.names.market(elsewhere.market);
  scope.refuse(ORDER_NOT_FOUND, {
    field: 'market',
    params: {},
    advice: `The order is in market ${market?.symbol}.`,
  });
}
