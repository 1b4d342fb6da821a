// POST /api/v1/preview: the plan of a command's first step, thrown away. It enters by the same door
// as the command, so it says what the command would say.

import { preview, type PreviewBody } from '../../contract/operations/preview.ts';
import * as C from '../../contract/commands.ts';
import { eventJson, readEvents } from '../../contract/events.ts';
import { readingProblem } from '../../contract/problem.ts';
import { Reading } from '../../contract/reading.ts';
import { accountName, type Call } from '../call.ts';
import type { ApiContext } from '../context.ts';
import type { Command } from '../exchange.ts';
import type { Routes } from '../routes.ts';
import { problemOf } from '../submit.ts';

export function previewRoutes(routes: Routes, context: ApiContext): void {
  const { exchange } = context;

  routes.on(preview, ({ body }, call) =>
    exchange.read((engine, sequence) => {
      const reading = new Reading(exchange.catalog);
      const command = commandOf(body, call, reading, context);
      if (reading.refusal !== undefined) {
        const problem = readingProblem(reading.refusal);
        return { valid: false, events: [], problem, sequence };
      }
      const outcome = engine.preview({ ...command, time: context.nowMs() });
      if (!outcome.accepted) {
        const problem = problemOf(outcome, command, reading);
        return { valid: false, events: [], problem, sequence };
      }
      const { data, length } = engine.events;
      const events = readEvents(data, length).map((event) => eventJson(event, exchange.catalog));
      return { valid: true, events, problem: null, sequence };
    }),
  );
}

function commandOf(
  body: PreviewBody,
  call: Call,
  reading: Reading,
  { exchange }: ApiContext,
): Command {
  const issued = (named: string | undefined): C.Issued => ({
    id: '',
    account: reading.account(accountName(call, named)),
  });
  switch (body.command) {
    case 'place_order':
      return C.placeOrderCommand(body.order, issued(body.order.account), reading);
    case 'amend_order': {
      const own = issued(body.amendment.account);
      const number = Number(body.order_id);
      const view = own.account < 0 ? undefined : exchange.engine.order(own.account, number);
      const market = view && exchange.catalog.marketAt(view.market).symbol;
      return C.amendOrderCommand(body.amendment, { number, market }, own, reading);
    }
    case 'cancel_order': {
      const order = { number: Number(body.order_id), clientOrderId: '' };
      return C.cancelOrderCommand(order, issued(body.account));
    }
    case 'edit_position':
      return C.editPositionCommand(body.edit, issued(body.edit.account), reading);
    case 'set_leverage':
      return C.leverageCommand(body.setting, issued(body.setting.account), reading);
    case 'transfer':
      return C.transferCommand(body.transfer, issued(body.transfer.account), reading);
    case 'withdraw':
      return C.withdrawCommand(body.withdrawal, issued(body.withdrawal.account), reading);
  }
}
