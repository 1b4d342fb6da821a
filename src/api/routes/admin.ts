// Routes of the operator: money without a bank behind it, assets, markets, accounts, credentials.
// Every change is a journaled command; the ones that correct something carry who did it and why.

import { adjustBalance } from '../../contract/operations/adjust-balance.ts';
import { createAccount } from '../../contract/operations/create-account.ts';
import { createAsset } from '../../contract/operations/create-asset.ts';
import { createCredential } from '../../contract/operations/create-credential.ts';
import { createMarket } from '../../contract/operations/create-market.ts';
import { getState } from '../../contract/operations/get-state.ts';
import { listAccounts } from '../../contract/operations/list-accounts.ts';
import { makeDeposit } from '../../contract/operations/make-deposit.ts';
import { revokeCredential } from '../../contract/operations/revoke-credential.ts';
import { setMarketStatus } from '../../contract/operations/set-market-status.ts';
import { settleFunding } from '../../contract/operations/settle-funding.ts';
import { updateMarket } from '../../contract/operations/update-market.ts';
import { updateIndex } from '../../contract/operations/update-index.ts';
import * as C from '../../contract/commands.ts';
import { sumText } from '../../contract/catalog.ts';
import * as S from '../../contract/set-up-commands.ts';
import { assetView, bookView } from '../../contract/views.ts';
import { codeOf, MARKET_STATUSES } from '../../contract/words.ts';
import type { ApiContext, Command } from '../context.ts';
import { OPERATOR } from '../credentials.ts';
import { refuse } from '../problem-error.ts';
import type { Routes } from '../routes.ts';
import { viewOf } from './market-data.ts';
import { accountNumber } from './order-queries.ts';

type StatusCode = Extract<Command, { kind: 'set_market_status' }>['status'];

export function adminRoutes(routes: Routes, context: ApiContext): void {
  balances(routes, context);
  setUp(routes, context);
  markets(routes, context);
  people(routes, context);
  state(routes, context);
}

function balances(routes: Routes, { submitter }: ApiContext): void {
  routes.on(makeDeposit, ({ body }, call) =>
    submitter.run({
      call,
      command: (reading) => {
        const issued = { id: call.key, account: reading.account(body.account) };
        return C.depositCommand(body, issued, reading);
      },
      answer: () => ({ account: body.account, asset: body.asset, amount: body.amount }),
    }),
  );

  routes.on(adjustBalance, ({ body }, call) =>
    submitter.run({
      call,
      command: (reading) => {
        const operator = call.principal?.id ?? OPERATOR;
        const issued = { id: call.key, account: reading.account(body.account), operator };
        return C.adjustCommand(body, issued, reading);
      },
      answer: () => ({ account: body.account, asset: body.asset, amount: body.amount }),
    }),
  );
}

function setUp(routes: Routes, { submitter, exchange }: ApiContext): void {
  routes.on(createAsset, ({ body }, call) =>
    submitter.run({
      call,
      command: (reading) => S.createAssetCommand(body, call.key, reading),
      answer: ({ created }) => ({
        asset: assetView(exchange.engine.assets()[created], exchange.catalog),
      }),
    }),
  );

  routes.on(createMarket, ({ body }, call) =>
    submitter.run({
      call,
      command: (reading) => S.createMarketCommand(body, call.key, reading),
      answer: ({ created }) => ({ market: viewOf(exchange.engine, created, { exchange }) }),
    }),
  );

  routes.on(createAccount, ({ body }, call) =>
    submitter.run({
      call,
      command: () => S.createAccountCommand(body, call.key),
      answer: () => ({ account: body.account, owner: body.owner ?? body.account }),
    }),
  );
}

function markets(routes: Routes, { submitter, exchange }: ApiContext): void {
  routes.on(setMarketStatus, ({ params, body }, call) =>
    submitter.run({
      call,
      command: (reading) => {
        const market = reading.market(params.market);
        return {
          kind: 'set_market_status',
          id: call.key,
          time: 0,
          market: market?.number ?? 0,
          status: codeOf<StatusCode>(MARKET_STATUSES, body.status),
          price: reading.price('price', body.price, market),
          operator: call.principal?.id ?? OPERATOR,
          reason: body.reason,
        };
      },
      answer: () => ({ market: params.market, status: body.status }),
    }),
  );

  routes.on(updateMarket, ({ params, body }, call) =>
    submitter.run({
      call,
      command: (reading) => {
        const by = { id: call.key, operator: call.principal?.id ?? OPERATOR };
        return S.updateMarketCommand(params.market, body, by, reading);
      },
      answer: (_, { market }) => ({ market: viewOf(exchange.engine, market, { exchange }) }),
    }),
  );

  routes.on(settleFunding, ({ params, body }, call) =>
    submitter.run({
      call,
      command: (reading) => C.settleFundingCommand(params.market, body, call.key, reading),
      answer: () => ({ market: params.market, rate: body.rate }),
    }),
  );

  routes.on(updateIndex, ({ params, body }, call) =>
    submitter.run({
      call,
      command: (reading) =>
        C.updateIndexCommand({ market: params.market, ...body }, call.key, reading),
      answer: (_, { market }) => {
        const { index, mark } = bookView(
          exchange.engine.book(market, 1, false),
          0,
          exchange.catalog,
        );
        return { market: params.market, index, mark };
      },
    }),
  );
}

function people(routes: Routes, context: ApiContext): void {
  const { exchange, credentials } = context;

  routes.on(listAccounts, ({ query }) =>
    exchange.read((engine) => {
      const total = engine.state.accounts.rows;
      const count = Math.max(0, Math.min(total - query.from, query.limit));
      const accounts = Array.from({ length: count }, (_, i) => engine.accountName(query.from + i));
      return { accounts, total };
    }),
  );

  routes.on(createCredential, ({ body }, call) => {
    accountNumber(context, call, body.account);
    const { account, kind, scopes } = body;
    const grant = { account, scopes };
    const made = kind === 'key' ? credentials.newKey(grant) : credentials.newLink(grant);
    const secret = kind === 'key' ? made.secret : `/?token=${made.secret}`;
    return { id: made.id, account, kind, scopes, secret };
  });

  routes.on(revokeCredential, ({ params }) => {
    if (!credentials.revoke(params.id)) throw refuse('NOT_FOUND');
    return { revoked: params.id };
  });
}

function state(routes: Routes, { exchange }: ApiContext): void {
  routes.on(getState, () =>
    exchange.read((engine, sequence) => ({
      sequence,
      hash: engine.hash(),
      ledger_hash: engine.ledgerHash(),
      event_digest: engine.eventDigest(),
      conservation: engine.conservation().map(({ asset, difference }) => {
        const units = exchange.catalog.assetAt(asset);
        return { asset: units.symbol, difference: sumText(difference, units) };
      }),
    })),
  );
}
