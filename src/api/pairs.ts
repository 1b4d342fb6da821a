// The tracked pairs of all accounts: open ones in memory with what their figures are made of, every
// change written and on the disk before it is seen. It sends no order and moves no money; figures
// come from the marks that the engine has, without a look at any disk or network.

import { fallbackFigures, pairFigures, type PairTerms } from '../margin/pair-figures.ts';
import { isPairAmount, pairNotional, pairPercent } from '../margin/pair.ts';
import type { Catalog } from '../contract/catalog.ts';
import { pairRatio, pairView, type PairEnd, type PairUnits } from '../contract/pair-row.ts';
import type { PairFiguresJson, PairJson } from '../contract/pairs.ts';
import { ruleProblem } from '../contract/problem.ts';
import { assert } from '../units/assert.ts';
import type { Engine } from './exchange.ts';
import { PAIRS_OPEN_MAX, PAIRS_OPEN_PER_ACCOUNT_MAX, PAIRS_PER_ACCOUNT_MAX } from './limits.ts';
import { legMarketsOf, unitsOfPair, type LegMarketOf } from './pair-market.ts';
import type { KeptPair, PairPage, PairStore } from './pair-port.ts';
import { ProblemError, refuse } from './problem-error.ts';

const ID_REUSED = 101;
/** After a write that failed, what there is is read again after so long. */
const READ_AGAIN_MS = 1_000;

/** An open pair with what does not change while it is open. */
interface OpenPair {
  readonly row: KeptPair;
  readonly id: string;
  readonly units: PairUnits;
  readonly terms: PairTerms;
  readonly longCost: number;
  readonly shortCost: number;
}

export interface PairsOptions {
  readonly store: PairStore;
  readonly catalog: Catalog;
  readonly onFailed: (error: unknown) => void;
}

export class Pairs {
  /** Told the account of a pair that was opened or closed. */
  readonly watchers = new Set<(account: string) => void>();
  private readonly options: PairsOptions;
  private readonly byAccount = new Map<string, Map<number, OpenPair>>();
  private counts = new Map<string, number>();
  private openCount = 0;
  private last = 0;
  /** A write has failed: what is in the database may be more than what is known here. */
  private isKnown = false;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(options: PairsOptions) {
    this.options = options;
  }

  /** Reads what is open. */
  async begin(): Promise<void> {
    const { open, last, counts } = await this.options.store.known();
    this.isKnown = true;
    this.byAccount.clear();
    this.openCount = 0;
    this.last = last;
    this.counts = new Map(counts);
    for (const row of open) this.keep(row);
  }

  /** Tracks a pair; `made` gives its row when its turn comes. @throws ProblemError */
  open(
    account: string,
    key: string,
    digest: string,
    made: () => Promise<Omit<KeptPair, 'number' | 'openKey' | 'openDigest' | 'closeKey'>>,
  ): Promise<{ readonly repeated: boolean; readonly position: PairJson }> {
    return this.inTurn(async () => {
      const { store } = this.options;
      const before = await this.underKey(account, key);
      if (before !== undefined) {
        if (before.openKey !== key || before.openDigest !== digest) throw keyReused();
        return { repeated: true, position: this.view({ ...before, end: undefined }) };
      }
      this.checkRoom(account);
      const keys = { openKey: key, openDigest: digest, closeKey: '' };
      const row: KeptPair = { ...(await made()), ...keys, number: this.last + 1 };
      await this.write(() => store.insert(row));
      this.last = row.number;
      this.counts.set(account, (this.counts.get(account) ?? 0) + 1);
      this.keep(row);
      this.tell(account);
      return { repeated: false, position: this.view(row) };
    });
  }

  /** Closes a pair; `end` gives its end when its turn comes. @throws ProblemError */
  close(
    account: string,
    number: number,
    key: string,
    end: (pair: KeptPair) => Promise<PairEnd>,
  ): Promise<{ readonly repeated: boolean; readonly position: PairJson }> {
    return this.inTurn(async () => {
      const { store } = this.options;
      const before = await this.underKey(account, key);
      if (before !== undefined) {
        if (before.closeKey !== key || before.number !== number) throw keyReused();
        return { repeated: true, position: this.view(before) };
      }
      const open = this.byAccount.get(account)?.get(number);
      if (open === undefined) throw refuse('PAIR_NOT_FOUND', undefined, 'id');
      const ended: KeptPair = { ...open.row, end: await end(open.row), closeKey: key };
      await this.write(() => store.close(number, ended.end!, key));
      this.byAccount.get(account)?.delete(number);
      this.openCount -= 1;
      this.tell(account);
      return { repeated: false, position: this.view(ended) };
    });
  }

  /** Newest first. @throws ProblemError */
  async list(account: string, page: PairPage): Promise<PairJson[]> {
    if (page.closed === false) {
      const { before = Infinity, limit } = page;
      const open = [...(this.byAccount.get(account)?.values() ?? [])].toReversed();
      const wanted = open.filter(({ row }) => row.number < before).slice(0, limit);
      return wanted.map(({ row }) => this.view(row));
    }
    const rows = await this.read(() => this.options.store.list(account, page));
    return rows.flatMap((row) => (this.unitsOf(row) === undefined ? [] : [this.view(row)]));
  }

  /** The figures of an account's open pairs in one state of the engine, oldest first. */
  figures(engine: Engine, account: string): PairFiguresJson[] {
    const open = this.byAccount.get(account);
    if (open === undefined || open.size === 0) return [];
    const marketOf = legMarketsOf(engine);
    const figures: PairFiguresJson[] = [];
    for (const pair of open.values()) figures.push(figuresOf(pair, marketOf));
    return figures;
  }

  /** Whether an account has an open pair with this market. */
  holds(account: string, market: string): boolean {
    for (const { row } of this.byAccount.get(account)?.values() ?? []) {
      if (row.longMarket === market || row.shortMarket === market) return true;
    }
    return false;
  }

  private tell(account: string): void {
    for (const watcher of this.watchers) watcher(account);
  }

  private keep(row: KeptPair): void {
    const units = this.unitsOf(row);
    if (units === undefined) {
      const { number, longMarket, shortMarket } = row;
      const what = `pair ${number} of ${longMarket} and ${shortMarket}: one is not there`;
      this.options.onFailed(new Error(what));
      return;
    }
    const { capital, leverage, longWeightPpm } = row;
    const { decimals } = units.long.quote;
    const entry = pairRatio(row.longEntry, row.shortEntry, units);
    let own = this.byAccount.get(row.account);
    if (own === undefined) this.byAccount.set(row.account, (own = new Map<number, OpenPair>()));
    own.set(row.number, {
      row,
      id: String(row.number),
      units,
      terms: { capital, leverage, longWeightPpm, entry, decimals },
      longCost: row.longSize * row.longEntry * units.long.multiplier,
      shortCost: row.shortSize * row.shortEntry * units.short.multiplier,
    });
    this.openCount += 1;
  }

  private view(row: KeptPair): PairJson {
    const units = this.unitsOf(row);
    assert(units !== undefined, 'a pair is shown whose market is there');
    const notional = pairNotional(row.capital, row.leverage);
    return pairView(row, units, pairPercent(row.end?.realised ?? 0, notional));
  }

  private checkRoom(account: string): void {
    const open = this.byAccount.get(account)?.size ?? 0;
    const most = `${PAIRS_OPEN_PER_ACCOUNT_MAX} pairs are open`;
    if (open >= PAIRS_OPEN_PER_ACCOUNT_MAX) {
      throw refuse('TOO_MANY_PAIRS', `${most}, as many as an account may have. Close one.`);
    }
    if (this.openCount >= PAIRS_OPEN_MAX) {
      throw refuse('TOO_MANY_PAIRS', `${PAIRS_OPEN_MAX} pairs are open, as many as are kept.`);
    }
    if ((this.counts.get(account) ?? 0) < PAIRS_PER_ACCOUNT_MAX) return;
    const what = `This account has had ${PAIRS_PER_ACCOUNT_MAX} pairs, as many as are kept of one.`;
    throw refuse('TOO_MANY_PAIRS', what);
  }

  private unitsOf(row: KeptPair): PairUnits | undefined {
    return unitsOfPair(this.options.catalog, row);
  }

  private underKey(account: string, key: string): Promise<KeptPair | undefined> {
    if (key === '') return Promise.resolve(undefined);
    return this.read(() => this.options.store.byKey(account, key));
  }

  /** One change after the other, so that none is decided by what another is about to change. */
  private inTurn<T>(change: () => Promise<T>): Promise<T> {
    const done = this.turn.then(async () => {
      if (!this.isKnown) await this.read(() => this.begin());
      return change();
    });
    this.turn = done.catch(() => undefined);
    return done;
  }

  /** @throws ProblemError OUTCOME_UNKNOWN: what comes next begins by reading what there is. */
  private async write(change: () => Promise<void>): Promise<void> {
    try {
      await change();
    } catch (error) {
      this.isKnown = false;
      this.options.onFailed(error);
      this.readAgainSoon();
      throw refuse('OUTCOME_UNKNOWN');
    }
  }

  private readAgainSoon(): void {
    const timer = setTimeout(() => {
      this.inTurn(() => Promise.resolve()).catch(() => this.readAgainSoon());
    }, READ_AGAIN_MS);
    timer.unref();
  }

  private async read<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      this.options.onFailed(error);
      throw refuse('BEHIND', 'The pairs cannot be read now. Nothing was done.');
    }
  }
}

function figuresOf(pair: OpenPair, marketOf: LegMarketOf): PairFiguresJson {
  const { id, row, units, terms, longCost, shortCost } = pair;
  const longMarket = marketOf(units.long);
  const shortMarket = marketOf(units.short);
  if (longMarket === undefined || shortMarket === undefined) {
    return { id, ...fallbackFigures(terms, undefined, undefined) };
  }
  const long = { market: longMarket, size: row.longSize };
  const short = { market: shortMarket, size: row.shortSize };
  const longGain = longMarket.notional(row.longSize, longMarket.mark) - longCost;
  const shortGain = shortCost - shortMarket.notional(row.shortSize, shortMarket.mark);
  const unrealised = longGain + shortGain;
  const figures = pairFigures(terms, long, short, unrealised);
  if (figures !== undefined) return { id, ...figures };
  // Beyond what is counted: the prices are known all the same.
  const current = pairRatio(longMarket.mark, shortMarket.mark, units);
  return {
    id,
    ...fallbackFigures(terms, current, isPairAmount(unrealised) ? unrealised : undefined),
  };
}

const keyReused = (): ProblemError => new ProblemError(ruleProblem(ID_REUSED, [0, 0, 0], {}));
