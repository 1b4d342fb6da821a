// Answers that were given under an Idempotency-Key, to be given again word for word. The journal
// knows for ever that a key was used; this remembers what was said, until it is full or restarts.

import { ANSWERS_MAX } from './limits.ts';

export class Answers {
  private readonly known = new Map<string, unknown>();

  get(account: number, key: string): unknown {
    return this.known.get(nameOf(account, key));
  }

  keep(account: number, key: string, answer: unknown): void {
    if (this.known.size >= ANSWERS_MAX) {
      for (const oldest of this.known.keys()) {
        this.known.delete(oldest);
        break;
      }
    }
    this.known.set(nameOf(account, key), answer);
  }
}

const nameOf = (account: number, key: string): string => `${account} ${key}`;
