// What liquidation does to a scope, said again in bigint and one lot after the other. The tests of
// cure, takeover and deleveraging compare the fast code with it. It must never import what it
// checks.

import type { Draw } from '../units/draw.suite.ts';
import { ppm } from '../units/brand.ts';
import type { BracketTerms } from './brackets.ts';
import { ceilDiv, drawTerms, naiveBracketInitial, naiveMaintenance } from './naive.suite.ts';

const MILLION = 1_000_000n;

export const absolute = (n: bigint): bigint => (n < 0n ? -n : n);

/** |size| · mark · k as a number: the naive requirements take one. */
function notional(size: bigint, mark: number, k: number): number {
  return Number(absolute(size) * BigInt(mark) * BigInt(k));
}

/** What closing n of a position at a price earns over its value at mark. */
function gain(size: number, n: number, price: number, mark: number, k: number): bigint {
  const sold = BigInt(size < 0 ? -n : n);
  return sold * BigInt(price) * BigInt(k) - sold * BigInt(mark) * BigInt(k);
}

/** Maintenance of a scope after n of one of its positions is closed. */
function maintenanceAfter(
  rows: readonly BracketTerms[],
  position: { size: number; mark: number; k: number; maintenance: number },
  n: number,
): bigint {
  const { size, mark, k, maintenance } = position;
  const kept = BigInt(Math.abs(size)) - BigInt(n);
  const others = BigInt(maintenance) - naiveMaintenance(rows, notional(BigInt(size), mark, k));
  return others + naiveMaintenance(rows, notional(kept, mark, k));
}

/** Equity less the end of liquidation after n is closed at the limit and has paid its fee. */
export function naiveSurplus(
  rows: readonly BracketTerms[],
  terms: {
    size: number;
    mark: number;
    k: number;
    limit: number;
    equity: number;
    maintenance: number;
    bufferPpm: number;
    liquidationFeePpm: number;
  },
  n: number,
): bigint {
  const left = BigInt(terms.equity) + gain(terms.size, n, terms.limit, terms.mark, terms.k);
  const sold = BigInt(n) * BigInt(terms.limit) * BigInt(terms.k);
  const wanted = ceilDiv(sold * BigInt(terms.liquidationFeePpm), MILLION);
  const payable = left > 0n ? left : 0n;
  const fee = wanted < payable ? wanted : payable;
  const end = maintenanceAfter(rows, terms, n) * (MILLION + BigInt(terms.bufferPpm));
  return left - fee - ceilDiv(end, MILLION);
}

/** Whether the scope of a counterparty is at or above maintenance after closing n at a price. */
export function naiveStaysSafe(
  rows: readonly BracketTerms[],
  terms: {
    size: number;
    mark: number;
    k: number;
    price: number;
    equity: number;
    maintenance: number;
  },
  n: number,
): boolean {
  const equity = BigInt(terms.equity) + gain(terms.size, n, terms.price, terms.mark, terms.k);
  return equity >= maintenanceAfter(rows, terms, n);
}

/** What the pool of the fund lacks after taking n: the fill is applied, realised into the pool. */
export function naiveFundMargin(
  rows: readonly BracketTerms[],
  terms: {
    direction: number;
    price: number;
    mark: number;
    k: number;
    fundSize: number;
    fundCost: number;
    pool: number;
  },
  n: number,
): bigint {
  const [price, mark, k] = [BigInt(terms.price), BigInt(terms.mark), BigInt(terms.k)];
  const [held, fill] = [BigInt(terms.fundSize), BigInt(terms.direction) * BigInt(n)];
  let [cost, pool, opened] = [BigInt(terms.fundCost), BigInt(terms.pool), fill];
  if (held * fill < 0n) {
    const closed = absolute(fill) < absolute(held) ? absolute(fill) : absolute(held);
    const closing = fill < 0n ? -closed : closed;
    const released = (cost * closed) / absolute(held);
    pool += -closing * price * k - released;
    cost -= released;
    opened -= closing;
  }
  cost += opened * price * k;
  const after = held + fill;
  const equity = pool + after * mark * k - cost;
  const missing = naiveBracketInitial(rows, notional(after, terms.mark, terms.k)) - equity;
  return missing > 0n ? missing : 0n;
}

/** Tables whose rates are those of a market: maintenance at least 0.4 % in every bracket. */
export function drawMarketRows(draw: Draw, count: number, floorMax: number): BracketTerms[] {
  return drawTerms(draw, count, floorMax).map((row) => {
    const maintenance = Math.min(900_000, 4_000 + row.maintenancePpm);
    const initial = Math.min(1_000_000, Math.max(maintenance, 4_000 + row.initialPpm));
    return { ...row, maintenancePpm: ppm(maintenance), initialPpm: ppm(initial) };
  });
}
