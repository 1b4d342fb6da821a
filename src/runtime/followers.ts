// Read models and streams that follow the sequencer: they see every durable command once, in order,
// and never one that a crash could take back. A follower that throws is taken off and has to catch
// up from the journal by itself: it must not stop the exchange.

import { assert } from '../units/assert.ts';
import { FOLLOWERS_MAX } from './limits.ts';

export interface Follower<Outcome> {
  readonly name: string;
  /**
   * Called once per journaled command, in order, after it is durable and before it is acknowledged.
   */
  apply(sequence: number, timeMs: number, outcome: Outcome): void;
}

/** Told when a follower was taken off. */
export type OnFollowerFailed = (name: string, sequence: number, error: unknown) => void;

export class Followers<Outcome> {
  /** The last sequence that was published. */
  sequence: number;
  private list: Follower<Outcome>[] = [];
  private readonly onFailed: OnFollowerFailed;

  constructor(sequence: number, onFailed: OnFollowerFailed) {
    this.sequence = sequence;
    this.onFailed = onFailed;
  }

  /**
   * Adds one that has seen everything up to `position`. One that is behind catches up first: during
   * the start from `onApplied`, later from the journal. False when it is still behind.
   */
  add(follower: Follower<Outcome>, position: number): boolean {
    assert(this.list.length < FOLLOWERS_MAX, 'there are at most FOLLOWERS_MAX followers');
    assert(position <= this.sequence, `${follower.name} has seen what never happened`);
    if (position !== this.sequence) return false;
    this.list = [...this.list, follower];
    return true;
  }

  remove(follower: Follower<Outcome>): void {
    this.list = this.list.filter((one) => one !== follower);
  }

  publish(sequence: number, timeMs: number, outcome: Outcome): void {
    assert(sequence === this.sequence + 1, 'sequences are published without a gap');
    this.sequence = sequence;
    for (const follower of this.list) {
      try {
        follower.apply(sequence, timeMs, outcome);
      } catch (error) {
        this.remove(follower);
        this.onFailed(follower.name, sequence, error);
      }
    }
  }
}
