// Asks a node for everything that the figures of some users and markets are computed from. What an
// account refers to is known only when it was read, so it asks again until nothing new is named;
// the last answer has all of it and is the recording, at one slot when one call is enough.

import { perpMarketAddress, spotMarketAddress, stateAddress } from './address.ts';
import { DriftFault } from './fault.ts';
import { decodeAccount, isKind, type RawAccount } from './layout/kinds.ts';
import { PERP_MARKET } from './layout/perp-market.ts';
import { SPOT_MARKET } from './layout/spot-market.ts';
import { STATE } from './layout/state.ts';
import { USER } from './layout/user.ts';
import { CLOCK_ADDRESS } from './price.ts';
import type { Recording } from './recording.ts';
import type { RpcReader } from './rpc.ts';
import { QUOTE_INDEX } from './snapshot.ts';

/** State, then users and markets, then their oracles; one more because prices may bring markets. */
const ROUNDS_MAX = 5;

/** What is wanted: markets by number, or all that the program has. */
export interface DriftWish {
  readonly users: readonly string[];
  readonly perpMarkets: readonly number[] | 'all';
  readonly spotMarkets: readonly number[] | 'all';
}

export interface CaptureOptions {
  readonly reader: RpcReader;
  readonly programId: string;
  readonly wish: DriftWish;
  readonly nowMs: () => number;
}

/** Asks one node again and again; it remembers what it has to ask for and how far the chain was. */
export class DriftCapture {
  readonly #options: CaptureOptions;
  readonly #addresses: Set<string>;
  #slot = 0;

  constructor(options: CaptureOptions) {
    const { programId, wish } = options;
    this.#options = options;
    this.#addresses = new Set([CLOCK_ADDRESS, stateAddress(programId), ...wish.users]);
    this.#addSpot(QUOTE_INDEX);
    if (wish.perpMarkets !== 'all') for (const index of wish.perpMarkets) this.#addPerp(index);
    if (wish.spotMarkets !== 'all') for (const index of wish.spotMarkets) this.#addSpot(index);
  }

  /** One consistent answer. Throws when a user is not there or is none. */
  async take(): Promise<Recording> {
    const { reader, programId, nowMs } = this.#options;
    // A round asks for what the one before named.
    for (let round = 1; round <= ROUNDS_MAX; round += 1) {
      const before = this.#addresses.size;
      const { slot, accounts } = await reader.accounts([...this.#addresses], this.#slot);
      this.#checkUsers(accounts, slot);
      for (const account of accounts) this.#follow(account);
      if (this.#addresses.size > before) continue;
      this.#slot = Math.max(this.#slot, slot);
      return { programId, slot, timeMs: nowMs(), accounts };
    }
    throw new DriftFault(
      'malformed',
      `${reader.shown}: after ${ROUNDS_MAX} rounds the accounts still name new ones`,
    );
  }

  #checkUsers(accounts: readonly RawAccount[], slot: number): void {
    const { programId, wish, reader } = this.#options;
    for (const address of wish.users) {
      const found = accounts.find((one) => one.address === address);
      if (found !== undefined) decodeAccount(USER, found, programId);
      else {
        throw new DriftFault(
          'missing',
          `${reader.shown} has no account ${address} at slot ${slot}; with a wallet, give --sub-account`,
        );
      }
    }
  }

  /**
   * Adds what an account refers to. What cannot be read is left for whoever reads the recording.
   */
  #follow(account: RawAccount): void {
    const { programId } = this.#options;
    try {
      if (isKind(USER, account)) {
        const user = decodeAccount(USER, account, programId);
        // Places that hold nothing have a market too; asking for it costs nothing worth counting.
        for (const { marketIndex } of user.spotPositions) this.#addSpot(marketIndex);
        for (const { marketIndex } of user.perpPositions) this.#addPerp(marketIndex);
      } else if (isKind(PERP_MARKET, account)) {
        this.#addresses.add(decodeAccount(PERP_MARKET, account, programId).amm.oracle);
      } else if (isKind(SPOT_MARKET, account)) {
        this.#addresses.add(decodeAccount(SPOT_MARKET, account, programId).oracle);
      } else if (isKind(STATE, account)) {
        this.#addAll(decodeAccount(STATE, account, programId));
      }
    } catch (error) {
      if (!(error instanceof DriftFault)) throw error;
    }
  }

  #addAll(state: { readonly numberOfMarkets: number; readonly numberOfSpotMarkets: number }): void {
    const { wish } = this.#options;
    if (wish.perpMarkets === 'all') {
      for (let index = 0; index < state.numberOfMarkets; index += 1) this.#addPerp(index);
    }
    if (wish.spotMarkets === 'all') {
      for (let index = 0; index < state.numberOfSpotMarkets; index += 1) this.#addSpot(index);
    }
  }

  #addPerp(index: number): void {
    this.#addresses.add(perpMarketAddress(this.#options.programId, index));
  }

  #addSpot(index: number): void {
    this.#addresses.add(spotMarketAddress(this.#options.programId, index));
  }
}
