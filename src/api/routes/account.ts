// Routes of an account: money, positions, leverage, fills, transfers.

import { editPosition } from '../../contract/operations/edit-position.ts';
import { exportFills, FILL_COLUMNS } from '../../contract/operations/export-fills.ts';
import { getAccount } from '../../contract/operations/get-account.ts';
import { listFills, type fillsQuery } from '../../contract/operations/list-fills.ts';
import { listPositions } from '../../contract/operations/list-positions.ts';
import { listTransfers } from '../../contract/operations/list-transfers.ts';
import { makeTransfer } from '../../contract/operations/make-transfer.ts';
import { makeWithdrawal } from '../../contract/operations/make-withdrawal.ts';
import { setLeverage } from '../../contract/operations/set-leverage.ts';
import * as C from '../../contract/commands.ts';
import { ruleProblem } from '../../contract/problem.ts';
import { alarmOf, livePositions } from '../../contract/live-risk.ts';
import * as V from '../../contract/views.ts';
import type { FillRow } from '../../contract/history-rows.ts';
import type { z } from 'zod';
import { accountName, type Call } from '../call.ts';
import type { ApiContext } from '../context.ts';
import { csv } from '../csv.ts';
import { fillsOfAccount } from '../order-outcome.ts';
import { msOf, nextCursor, pageOf } from '../paging.ts';
import { ProblemError } from '../problem-error.ts';
import type { Routes } from '../routes.ts';
import { marketOf } from './market-data.ts';
import { accountNumber } from './order-queries.ts';

const ASSET_NOT_FOUND = 130;

export function accountRoutes(routes: Routes, context: ApiContext): void {
  standing(routes, context);
  money(routes, context);
  settings(routes, context);
  past(routes, context);
}

function standing(routes: Routes, context: ApiContext): void {
  const { exchange } = context;

  routes.on(getAccount, ({ query }, call) => {
    const account = accountNumber(context, call, query.account);
    return exchange.read((engine, sequence) =>
      V.accountView(
        engine.account(account),
        {
          positions: livePositions(engine, account),
          alarm: alarmOf(engine, account),
        },
        sequence,
        exchange.catalog,
      ),
    );
  });

  routes.on(listPositions, ({ query }, call) => {
    const account = accountNumber(context, call, query.account);
    return exchange.read((engine, sequence) => ({
      positions: livePositions(engine, account).map((view) =>
        V.positionView(view, exchange.catalog),
      ),
      sequence,
    }));
  });
}

function money(routes: Routes, { submitter }: ApiContext): void {
  routes.on(makeTransfer, ({ body }, call) => {
    const name = accountName(call, body.account);
    return submitter.run({
      call,
      command: (reading) => {
        const issued = { id: call.key, account: reading.account(name) };
        return C.transferCommand(body, issued, reading);
      },
      answer: () => ({ account: name, asset: body.asset, amount: body.amount }),
    });
  });

  routes.on(makeWithdrawal, ({ body }, call) => {
    const name = accountName(call, body.account);
    return submitter.run({
      call,
      command: (reading) => {
        const issued = { id: call.key, account: reading.account(name) };
        return C.withdrawCommand(body, issued, reading);
      },
      answer: () => ({ account: name, asset: body.asset, amount: body.amount }),
    });
  });
}

function settings(routes: Routes, { submitter, exchange }: ApiContext): void {
  routes.on(setLeverage, ({ body }, call) => {
    const name = accountName(call, body.account);
    return submitter.run({
      call,
      command: (reading) => {
        const issued = { id: call.key, account: reading.account(name) };
        return C.leverageCommand(body, issued, reading);
      },
      answer: () => ({ market: body.market }),
    });
  });

  routes.on(editPosition, ({ body }, call) => {
    const name = accountName(call, body.account);
    return submitter.run({
      call,
      command: (reading) => {
        const issued = { id: call.key, account: reading.account(name) };
        return C.editPositionCommand(body, issued, reading);
      },
      answer: (result, { account, market }) => {
        const views = livePositions(exchange.engine, account);
        const view = views.find((row) => row.market === market);
        const isOpen = view !== undefined && view.size !== 0;
        const own = fillsOfAccount(result, account);
        return {
          position: isOpen ? V.positionView(view, exchange.catalog) : null,
          fills: own.map((fill) => V.fillView(fill, exchange.catalog)),
        };
      },
    });
  });
}

function past(routes: Routes, context: ApiContext): void {
  const { exchange, history } = context;

  routes.on(listFills, async ({ query }, call) => {
    const rows = await fillRows(query, call, context);
    const fills = rows.map((row) => V.fillView(row, exchange.catalog));
    return { fills, next_cursor: nextCursor(rows, query.limit) };
  });

  routes.on(exportFills, async ({ query }, call) => {
    const rows = await fillRows(query, call, context);
    const fills = rows.map((row) => V.fillView(row, exchange.catalog));
    return csv('fills.csv', FILL_COLUMNS, fills, call);
  });

  routes.on(listTransfers, async ({ query }, call) => {
    const account = accountNumber(context, call, query.account);
    const asset = query.asset === undefined ? undefined : exchange.catalog.assetOf(query.asset);
    if (query.asset !== undefined && asset === undefined) {
      throw new ProblemError(ruleProblem(ASSET_NOT_FOUND, [0, 0, 0], {}));
    }
    const rows = await history.transfers(account, asset?.number, pageOf(query));
    const transfers = rows.map((row) => V.transferView(row, exchange.catalog));
    return { transfers, next_cursor: nextCursor(rows, query.limit) };
  });
}

function fillRows(
  query: z.output<typeof fillsQuery>,
  call: Call,
  context: ApiContext,
): Promise<readonly FillRow[]> {
  const account = accountNumber(context, call, query.account);
  const filter = {
    market: query.market === undefined ? undefined : marketOf(context, query.market).number,
    order: query.order_id === undefined ? undefined : Number(query.order_id),
    fromMs: msOf(query.from),
    toMs: msOf(query.to),
  };
  return context.history.fills(account, filter, pageOf(query));
}
