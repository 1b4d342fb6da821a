// The page at / until there is a desk: markets, last trades, and where to go from here. Plain HTML
// without a script; it loads itself again every few seconds.

import { tradeView } from '../contract/views.ts';
import type { ApiContext } from './context.ts';
import type { Principal } from './credentials.ts';
import { viewOf } from './routes/market-data.ts';

const TRADES_SHOWN = 10;
const RELOAD_SECONDS = 5;

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin-bottom: 2rem; }
th, td { text-align: right; padding: .25rem .5rem; border-bottom: 1px solid #8884; }
th:first-child, td:first-child { text-align: left; }
td { font-variant-numeric: tabular-nums; }
code { font-size: .9em; }`;

export async function statusPage(
  context: ApiContext,
  principal: Principal | undefined,
): Promise<string> {
  const { exchange, history, settings } = context;
  const { rows, sequence } = await exchange.read((engine, at) => ({
    sequence: at,
    rows: engine.markets().map((_, number) => viewOf(engine, number, context)),
  }));
  const trades = await Promise.all(rows.map((_, i) => history.trades(i, { limit: TRADES_SHOWN })));
  const newest = trades
    .flat()
    .sort((a, b) => b.sequence - a.sequence || b.index - a.index)
    .slice(0, TRADES_SHOWN)
    .map((row) => tradeView(row, exchange.catalog));
  const demo = context.faucet() === undefined ? '' : ' · demo: simulated makers and takers';
  const who =
    principal === undefined
      ? 'not signed in: open the link that <code>plimsoll serve</code> printed'
      : `signed in for ${principal.account === '' ? 'no account' : escape(principal.account)}`;
  return page(`
<h1>Plimsoll</h1>
<p>Version ${escape(settings.version)} · command ${sequence}${demo} · ${who}.</p>
<h2>Markets</h2>
${table(
  ['Market', 'Status', 'Bid', 'Ask', 'Last', 'Mark', 'Index'],
  rows.map((row) => [
    row.market,
    row.status,
    row.best_bid,
    row.best_ask,
    row.last,
    row.mark,
    row.index,
  ]),
)}
<h2>Last trades</h2>
${table(
  ['Market', 'Side', 'Price', 'Size', 'Time'],
  newest.map((row) => [row.market, row.taker_side, row.price, row.size, row.traded_at]),
)}
<h2>From here</h2>
<ul>
<li><a href="/docs/">Reference of the API</a>, as <a href="/openapi.json">OpenAPI 3.1</a></li>
<li><a href="/api/v1/markets">Markets</a>, <a href="/health">health</a>,
<a href="/ready">readiness</a></li>
<li>curl: <code>-H "Authorization: Bearer $(cat DATA/token)"</code>, where DATA is the data
directory: ./plimsoll-data unless <code>--data</code> named another</li>
</ul>`);
}

export const usedLinkPage = (): string =>
  page(
    `
<h1>This link was used</h1>
<p>A sign-in link opens once. Ask the operator for a new one, or start
<code>plimsoll serve</code> again: it prints one.</p>`,
    false,
  );

function table(head: readonly string[], rows: readonly (readonly (string | null)[])[]): string {
  const cells = (tag: string, values: readonly (string | null)[]): string =>
    `<tr>${values.map((value) => `<${tag}>${escape(value ?? '–')}</${tag}>`).join('')}</tr>`;
  const body =
    rows.length === 0 ? [cells('td', ['none yet'])] : rows.map((row) => cells('td', row));
  return `<table>${cells('th', head)}${body.join('')}</table>`;
}

function page(body: string, reloads = true): string {
  const reload = reloads ? `<meta http-equiv="refresh" content="${RELOAD_SECONDS}">` : '';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Plimsoll</title>${reload}
<meta name="viewport" content="width=device-width"><style>${STYLE}</style></head>
<body>${body}</body></html>
`;
}

const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
