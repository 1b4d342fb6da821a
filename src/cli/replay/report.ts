// What a replay came to: everything a reader needs to believe it, as text for a terminal and as
// JSON. Amounts are decimal strings and exact; conservation is shown per asset to the unit. Never
// computes anything about margin.

import type { BookView, ConservationView } from '../../engine/view.ts';
import { reasonRow } from '../../engine/reason.ts';
import { formatAmount, formatCount, formatPrice, thousands } from './format.ts';
import type { AssetInfo, MarketInfo, Session } from './session.ts';
import type { Detail, Source } from './source.ts';

const LEVELS_ALL = 1_000_000;

export interface MarketReport {
  readonly market: string;
  readonly fills: number;
  readonly volume: string;
  readonly notional: string;
  readonly quote: string;
  readonly resting_orders: number;
  readonly best_bid: string;
  readonly best_ask: string;
}

export interface AssetReport {
  readonly asset: string;
  readonly deposited: string;
  readonly withdrawn: string;
  readonly fees: string;
  /** Exactly "0", or money was made or lost. */
  readonly difference: string;
}

export interface ReplayReport {
  readonly path: string;
  readonly format: string;
  readonly preparation: string;
  readonly seed: number;
  readonly completed: boolean;
  readonly rows: number;
  readonly commands: number;
  readonly prepared: number;
  readonly fills: number;
  readonly refused: Readonly<Record<string, number>>;
  readonly markets: readonly MarketReport[];
  readonly conservation: readonly AssetReport[];
  readonly details: readonly Detail[];
  readonly seconds: number;
  /** How often all invariants were recomputed from scratch, and held. */
  readonly invariants_checked: number;
  readonly state_hash: string;
  readonly event_digest: string;
}

export interface RunFacts {
  readonly path: string;
  readonly seed: number;
  readonly completed: boolean;
  readonly seconds: number;
}

export function reportOf(session: Session, source: Source, facts: RunFacts): ReplayReport {
  const { engine } = session;
  const refused = [...session.refused].sort(([a], [b]) => a - b);
  const assets = new Map(session.assets.map((asset) => [asset.number, asset]));
  return {
    ...facts,
    format: source.format,
    preparation: source.preparation,
    rows: source.rows,
    commands: session.commands,
    prepared: session.prepared,
    fills: session.fills,
    refused: Object.fromEntries(refused.map(([number, n]) => [reasonRow(number).code, n])),
    markets: session.markets.map((info) =>
      marketReport(info, engine.book(info.number, LEVELS_ALL, false)),
    ),
    conservation: engine.conservation().map((view) => assetReport(view, assets.get(view.asset))),
    details: source.details(session),
    invariants_checked: session.checks,
    state_hash: engine.hash(),
    event_digest: engine.eventDigest(),
  };
}

/** True when nothing was made or lost, to the unit, in any asset. */
export function isConserved(report: ReplayReport): boolean {
  return report.conservation.every(({ difference }) => difference === '0');
}

/** The report without its first line, which was printed before the run. */
export function reportText(report: ReplayReport): string {
  const lines: [string, string][] = [
    ['rows', `${thousands(report.rows)}${report.completed ? '' : ', stopped before the end'}`],
    ['commands', `${thousands(report.commands)}, ${thousands(report.prepared)} of them prepared`],
    ['fills', thousands(report.fills)],
    ['refused', refusedText(report.refused)],
    ...report.markets.flatMap(marketLines),
    ...report.details.map(({ name, text }): [string, string] => [name, text]),
    ['throughput', throughputText(report)],
    ...report.conservation.map(conservationLine),
    ...checksLine(report),
    ['state hash', report.state_hash],
    ['event digest', report.event_digest],
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines.map(([name, text]) => `${name.padEnd(width)}  ${text}`).join('\n');
}

/** The report as a JSON object of plain values. */
export function reportJson(report: ReplayReport): Record<string, unknown> {
  const details = report.details.map(({ name, json }) => [name.replaceAll(' ', '_'), json]);
  return {
    ...report,
    details: Object.fromEntries(details) as unknown,
    rows_per_second: Math.round(report.rows / report.seconds),
  };
}

function marketReport(info: MarketInfo, book: BookView): MarketReport {
  const orders = [...book.bids, ...book.asks].reduce((sum, level) => sum + level.orders, 0);
  return {
    market: info.symbol,
    fills: info.fills,
    volume: formatCount(info.volume.value(), info.sizeUnit),
    notional: formatAmount(info.notional.value(), info.quote.decimals),
    quote: info.quote.symbol,
    resting_orders: orders,
    best_bid: formatPrice(book.bids[0]?.price ?? 0, info.priceUnit),
    best_ask: formatPrice(book.asks[0]?.price ?? 0, info.priceUnit),
  };
}

function assetReport(view: ConservationView, asset: AssetInfo | undefined): AssetReport {
  const decimals = asset?.decimals ?? 0;
  return {
    asset: asset?.symbol ?? String(view.asset),
    deposited: formatAmount(view.deposited, decimals),
    withdrawn: formatAmount(view.withdrawn, decimals),
    fees: formatAmount(view.fees, decimals),
    difference: formatAmount(view.difference, decimals),
  };
}

function marketLines(market: MarketReport): [string, string][] {
  const { volume, notional, quote } = market;
  return [
    [
      market.market,
      `${thousands(market.fills)} fills of ${thousands(volume)}, ` +
        `worth ${thousands(notional)} ${quote}`,
    ],
    [
      '',
      `${thousands(market.resting_orders)} orders resting, ` +
        `best ${market.best_bid} / ${market.best_ask}`,
    ],
  ];
}

function conservationLine(asset: AssetReport): [string, string] {
  const { deposited, withdrawn, fees, difference } = asset;
  const verdict = difference === '0' ? 'conserved to the unit' : `NOT CONSERVED by ${difference}`;
  return [
    asset.asset,
    `${verdict}: ${thousands(deposited)} in, ${thousands(withdrawn)} out, ${thousands(fees)} fees`,
  ];
}

function checksLine({ invariants_checked: checks }: ReplayReport): [string, string][] {
  if (checks === 0) return [];
  return [['invariants', `all hold, recomputed from scratch ${thousands(checks)} times`]];
}

function refusedText(refused: Readonly<Record<string, number>>): string {
  const entries = Object.entries(refused);
  if (entries.length === 0) return 'none';
  return entries.map(([code, n]) => `${thousands(n)} ${code}`).join(', ');
}

function throughputText({ rows, seconds }: ReplayReport): string {
  const rate = thousands(Math.round(rows / Math.max(seconds, 1e-9)));
  return `${rate} rows a second (${seconds.toFixed(2)} s with reading and parsing)`;
}
