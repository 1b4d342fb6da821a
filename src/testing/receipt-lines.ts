// What a liquidation did, one line a receipt, for tests of its rules: names instead of numbers, the
// figures that a rule is about and no others.

import { CANCEL_WHYS, LIQUIDATION_BYS } from '../engine/event.ts';
import type { Answer } from './answer.ts';

/** `cure 30/30 @917`, and `fee 5`, `deficit 7`, `with 4` where there is one. */
export function receiptLines(answer: Answer, account?: number): string[] {
  return answer.events
    .filter((event) => event.name === 'liquidated')
    .filter((event) => account === undefined || event['account'] === account)
    .map((event) => {
      const by = LIQUIDATION_BYS[Number(event['by'])];
      const fee = event['fee'] === 0 ? '' : ` fee ${event['fee']}`;
      const deficit = event['shortfall'] === 0 ? '' : ` deficit ${event['shortfall']}`;
      const counterparty = Number(event['counterparty']);
      const other = counterparty > 2 ? ` with ${counterparty}` : '';
      return `${by} ${event['closed']}/${event['asked']} @${event['limit_price']}${fee}${deficit}${other}`;
    });
}

/** The accounts whose liquidation began, in order. */
export function startedAccounts(answer: Answer): number[] {
  return answer.events
    .filter((event) => event.name === 'liquidation_started')
    .map((event) => Number(event['account']));
}

/** The orders that were cancelled for a liquidation. */
export function cancelledByLiquidation(answer: Answer): number[] {
  return answer.events
    .filter((event) => event.name === 'order_cancelled')
    .filter((event) => CANCEL_WHYS[Number(event['why'])] === 'liquidation')
    .map((event) => Number(event['order']));
}
