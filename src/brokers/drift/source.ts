// The markets and accounts of Drift for the rest of the program: a snapshot in memory that is
// renewed from time to time. Asking for a figure reads the snapshot and never the network; whoever
// asks is told how old it is. A renewal that fails leaves what was known and is reported.

import { perpMarginRatio } from '../../margin/drift/weights.ts';
import { checkSettings, type DriftSettings } from './settings.ts';
import { DriftFault } from './fault.ts';
import type { Recording } from './recording.ts';
import {
  accountOf,
  oldPrice,
  perpMarketIn,
  readSnapshot,
  type DriftSnapshot,
  type ReadAccount,
} from './snapshot.ts';

const INTERVAL_MS_MIN = 100;

export interface DriftSourceOptions {
  /** One recording: from a node, or from a file. */
  readonly load: () => Promise<Recording>;
  readonly settings: DriftSettings;
  readonly nowMs: () => number;
}

/** Who hears of the renewals in the background. */
export interface DriftSourceListener {
  readonly onSnapshot?: () => void;
  readonly onFault?: (fault: DriftFault) => void;
}

export interface DriftSourceStatus {
  /** Slot of what is known; undefined before the first recording. */
  readonly slot: number | undefined;
  /** Since it was received, or since the time of its slot when that is earlier. */
  readonly ageMs: number | undefined;
  readonly renewals: number;
  /** Renewals that failed since the last one that did not. */
  readonly failures: number;
  readonly lastFault: DriftFault | undefined;
  /** Why it must not be relied upon, in words; empty when it may be. */
  readonly stale: readonly string[];
}

/** What a perp market requires, in the numbers of the venue. */
export interface DriftMarketTerms {
  readonly marketIndex: number;
  readonly symbol: string;
  /** Oracle price, 10^−6 of the quote. */
  readonly mark: number;
  /** Initial margin ratio of a position of this size in 10^−9 base: 10^−4, rounded as there. */
  readonly initialRatio: (size: number) => number;
  readonly maintenanceRatio: (size: number) => number;
  readonly slot: number;
  readonly stale: readonly string[];
}

export class DriftMarketSource {
  readonly #options: DriftSourceOptions;
  #snapshot: DriftSnapshot | undefined;
  #renewing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Aborted when the renewals in the background shall end. */
  #loop: AbortController | undefined;
  #renewals = 0;
  #failures = 0;
  #lastFault: DriftFault | undefined;

  constructor(options: DriftSourceOptions) {
    checkSettings(options.settings);
    this.#options = options;
  }

  /** Takes a new snapshot. A call while one is being taken waits for that one. */
  renew(): Promise<void> {
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  /** Renews now and then `everyMs` after each end, until `stop`. What fails is tried again then. */
  start(everyMs: number, { onSnapshot, onFault }: DriftSourceListener = {}): void {
    if (this.#loop !== undefined) return;
    const wait = Math.max(everyMs, INTERVAL_MS_MIN);
    const loop = new AbortController();
    this.#loop = loop;
    const again = (): void => {
      void this.renew()
        .then(onSnapshot, (error: unknown) => {
          if (!(error instanceof DriftFault)) throw error;
          onFault?.(error);
        })
        .finally(() => {
          if (!loop.signal.aborted) this.#timer = setTimeout(again, wait).unref();
        });
    };
    again();
  }

  /** A renewal under way ends by itself; none follows. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#loop?.abort();
    this.#loop = undefined;
  }

  get status(): DriftSourceStatus {
    const snapshot = this.#snapshot;
    return {
      slot: snapshot?.recording.slot,
      ageMs: snapshot === undefined ? undefined : this.#ageMs(snapshot),
      renewals: this.#renewals,
      failures: this.#failures,
      lastFault: this.#lastFault,
      stale: this.#stale(),
    };
  }

  get snapshot(): DriftSnapshot {
    if (this.#snapshot !== undefined) return this.#snapshot;
    throw this.#lastFault ?? new DriftFault('missing', 'nothing has been read yet');
  }

  /** A user with its markets, and why not to rely on it. */
  account(address: string): ReadAccount & { readonly stale: readonly string[] } {
    const read = accountOf(this.snapshot, address);
    return { ...read, stale: [...this.#stale(), ...read.oldPrices] };
  }

  /** A perp market by its symbol or number. Undefined when the program has none. */
  market(which: string | number): DriftMarketTerms | undefined {
    const { snapshot } = this;
    const index = typeof which === 'number' ? which : this.#indexOf(which);
    const read = index === undefined ? undefined : perpMarketIn(snapshot, index);
    if (read === undefined) return undefined;
    const { market } = read;
    const ratio = (category: 'Initial' | 'Maintenance') => (size: number) =>
      perpMarginRatio(market, BigInt(size), {
        category,
        customRatio: 0,
        isHighLeverage: false,
      });
    return {
      marketIndex: market.marketIndex,
      symbol: market.symbol,
      mark: Number(market.oraclePrice),
      initialRatio: ratio('Initial'),
      maintenanceRatio: ratio('Maintenance'),
      slot: snapshot.moment.slot,
      stale: [...this.#stale(), ...oldPrice(read, snapshot.settings)],
    };
  }

  async #renew(): Promise<void> {
    this.#renewals += 1;
    try {
      const recording = await this.#options.load();
      const before = this.#snapshot?.recording.slot ?? 0;
      if (recording.slot < before) {
        throw new DriftFault(
          'unreachable',
          `the node went back from slot ${before} to ${recording.slot}`,
        );
      }
      this.#snapshot = readSnapshot(recording, this.#options.settings);
      this.#failures = 0;
      this.#lastFault = undefined;
    } catch (error) {
      if (error instanceof DriftFault) {
        this.#failures += 1;
        this.#lastFault = error;
      }
      throw error;
    }
  }

  #indexOf(symbol: string): number | undefined {
    for (const [index, read] of this.snapshot.perpMarkets) {
      if (!(read instanceof DriftFault) && read.market.symbol === symbol) return index;
    }
    return undefined;
  }

  /** A node that stands still answers at once and with old slots: the older of both counts. */
  #ageMs({ recording, moment }: DriftSnapshot): number {
    const since = Math.min(recording.timeMs, moment.time * 1_000);
    return Math.max(0, this.#options.nowMs() - since);
  }

  #stale(): string[] {
    if (this.#snapshot === undefined) return ['nothing has been read yet'];
    const ageMs = this.#ageMs(this.#snapshot);
    const { snapshotAgeMsMax: limit } = this.#options.settings;
    return ageMs > limit ? [`the snapshot is ${ageMs} ms old, more than ${limit}`] : [];
  }
}
