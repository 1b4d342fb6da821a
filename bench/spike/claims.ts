// Spike: what the scenario and the measurements share: a claim that ends the run when it fails,
// seeded dice, and the binary journal.

import { RECORD } from './events.ts';

let claims = 0;

export const held = (): number => claims;

export function claim(ok: boolean, what: string): void {
  claims += 1;
  if (ok) return;
  console.error(`CLAIM FAILS: ${what}`);
  process.exit(1);
}

export function dice(seed: number): (below: number) => number {
  let x = seed | 0;
  return (below) => {
    x = (x + 0x6d2b79f5) | 0;
    let t = Math.imul(x ^ (x >>> 15), x | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/**
 * The journal of the spike: binary records, the digest of the events in the last eight bytes of
 * each.
 */
export class Journal {
  bytes = new ArrayBuffer(64 * 1_500_000);
  records = new Float64Array(this.bytes);
  words = new Uint32Array(this.bytes);
  count = 0;
  append(kind: number, account: number, a = 0, b = 0, c = 0, d = 0): number {
    const at = this.count * RECORD;
    this.records.set([kind, account, a, b, c, d, this.count], at);
    this.count += 1;
    return at;
  }
  seal(at: number, digest: Uint32Array): void {
    this.words[at * 2 + 14] = digest[0]! ^ digest[2]!;
    this.words[at * 2 + 15] = digest[1]! ^ digest[3]!;
  }
  agrees(at: number, digest: Uint32Array): boolean {
    return (
      this.words[at * 2 + 14] === (digest[0]! ^ digest[2]!) >>> 0 &&
      this.words[at * 2 + 15] === (digest[1]! ^ digest[3]!) >>> 0
    );
  }
}
