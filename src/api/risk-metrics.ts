// Figures about risk for Prometheus: what was liquidated, what the insurance fund has, and what the
// engine restricts by itself. Markets and assets are labels, accounts never.

import { Counter, Gauge, type Registry } from 'prom-client';
import { sumText } from '../contract/catalog.ts';
import { ACCOUNT_INSURANCE } from '../contract/live-risk.ts';
import { IMPOSITIONS, imposedWords } from '../contract/words.ts';
import { fundingOutlook } from '../projections/funding-outlook.ts';
import type { Exchange } from './exchange.ts';

const RATE_ONE = 1e12;

export class RiskMetrics {
  private readonly liquidations: Counter<'market' | 'by'>;

  constructor(exchange: Exchange, registry: Registry) {
    this.liquidations = new Counter({
      name: 'plimsoll_liquidations_total',
      help: 'Steps of liquidations that closed something, by who took it.',
      labelNames: ['market', 'by'],
      registers: [registry],
    });
    const all = [insurance, openInterest, fundingRate, restrictions, liquidating];
    for (const make of all) make(exchange, registry);
  }

  liquidated(market: string, by: string): void {
    this.liquidations.inc({ market, by });
  }
}

type Row<Label extends string> = readonly [labels: Record<Label, string>, value: number];

/** A gauge whose values are looked up when it is asked for. */
function gauge<Label extends string>(
  registry: Registry,
  { name, help, labels }: { name: string; help: string; labels: readonly Label[] },
  rows: () => readonly Row<Label>[],
): void {
  const made: Gauge<Label> = new Gauge<Label>({
    name: `plimsoll_${name}`,
    help,
    labelNames: labels,
    registers: [registry],
    collect: () => {
      made.reset();
      for (const [given, value] of rows()) made.set(given as never, value);
    },
  });
}

function insurance({ machine, catalog }: Exchange, registry: Registry): void {
  const help = 'What the insurance fund has, in whole assets; below zero is an alarm.';
  gauge(registry, { name: 'insurance_balance', help, labels: ['asset'] }, () =>
    machine.engine.account(ACCOUNT_INSURANCE).balances.map(({ asset, free }) => {
      const units = catalog.assetAt(asset);
      return [{ asset: units.symbol }, Number(sumText(free, units))] as const;
    }),
  );
}

function openInterest({ machine, catalog }: Exchange, registry: Registry): void {
  const help = 'Σ of all long positions, in size.';
  gauge(registry, { name: 'open_interest', help, labels: ['market'] }, () =>
    machine.engine.markets().flatMap((market) => {
      if (market.isSpot) return [];
      const { numerator, decimals } = catalog.marketAt(market.number).sizeUnit;
      return [[{ market: market.symbol }, (market.openInterest * numerator) / 10 ** decimals]];
    }),
  );
}

function fundingRate({ machine }: Exchange, registry: Registry): void {
  const help = 'Funding rate of the running interval, as its samples are so far.';
  gauge(registry, { name: 'funding_rate', help, labels: ['market'] }, () =>
    machine.engine.markets().flatMap((market) => {
      const outlook = fundingOutlook(market, machine.engine.state.clock);
      if (outlook === undefined) return [];
      return [[{ market: market.symbol }, outlook.rateE12 / RATE_ONE]];
    }),
  );
}

function restrictions({ machine }: Exchange, registry: Registry): void {
  const help = '1 while the engine restricts a market by itself: an alarm.';
  gauge(registry, { name: 'market_imposed', help, labels: ['market', 'why'] }, () =>
    machine.engine.markets().flatMap((market) => {
      const words = imposedWords(market.imposed);
      return IMPOSITIONS.map(
        (why) => [{ market: market.symbol, why }, words.includes(why) ? 1 : 0] as const,
      );
    }),
  );
}

function liquidating({ machine }: Exchange, registry: Registry): void {
  const help = 'Accounts and isolated positions in liquidation.';
  gauge(registry, { name: 'liquidating', help, labels: [] }, () => [
    [{}, machine.engine.state.liquidating.count],
  ]);
}
