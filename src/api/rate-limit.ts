// Token buckets: how often somebody may ask. Cancels and orders that can only reduce have a bucket
// of their own, so that a trader who has used up his orders can still get out.

import { RATE_KEYS_MAX } from './limits.ts';

export interface Rate {
  readonly per_second: number;
  readonly burst: number;
}

export interface Rates {
  readonly read: Rate;
  readonly trade: Rate;
  readonly cancel: Rate;
}

export interface Allowance {
  readonly allowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until there is room again; 0 when there is. */
  readonly resetSeconds: number;
}

interface Level {
  tokens: number;
  atMs: number;
}

/** One kind of bucket for many callers. */
export class RateLimiter {
  private readonly rate: Rate;
  private readonly levels = new Map<string, Level>();

  constructor(rate: Rate) {
    this.rate = rate;
  }

  /** Takes `cost` tokens from the caller's bucket, or none. */
  take(key: string, nowMs: number, cost = 1): Allowance {
    const { burst, per_second: perSecond } = this.rate;
    const level = this.levelOf(key, nowMs);
    const passed = Math.max(0, nowMs - level.atMs);
    level.tokens = Math.min(burst, level.tokens + (passed * perSecond) / 1000);
    level.atMs = nowMs;
    const allowed = level.tokens >= cost;
    if (allowed) level.tokens -= cost;
    const missing = Math.max(0, cost - level.tokens);
    return {
      allowed,
      limit: burst,
      remaining: Math.floor(level.tokens),
      resetSeconds: allowed ? 0 : Math.max(1, Math.ceil(missing / perSecond)),
    };
  }

  private levelOf(key: string, nowMs: number): Level {
    const known = this.levels.get(key);
    if (known !== undefined) return known;
    if (this.levels.size >= RATE_KEYS_MAX) this.forgetOldest();
    const level = { tokens: this.rate.burst, atMs: nowMs };
    this.levels.set(key, level);
    return level;
  }

  private forgetOldest(): void {
    for (const key of this.levels.keys()) {
      this.levels.delete(key);
      return;
    }
  }
}
