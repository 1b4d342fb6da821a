// Waiting between attempts: longer every time up to a bound, with a part left to chance so that
// many clients do not come back at the same moment.

export interface BackOff {
  readonly firstMs: number;
  readonly mostMs: number;
}

export const BACK_OFF: BackOff = { firstMs: 200, mostMs: 10_000 };

/** How long to wait before attempt `attempt` (1 = the second try): half of it is drawn by lot. */
export function waitMs(attempt: number, { firstMs, mostMs }: BackOff): number {
  const full = Math.min(mostMs, firstMs * 2 ** (attempt - 1));
  return full / 2 + (Math.random() * full) / 2;
}

/** Rejects with the signal's reason when it is aborted meanwhile. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason as Error);
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}

/** A new Idempotency-Key: 32 characters, so that a batch can number its orders. */
export const newKey = (): string => crypto.randomUUID().replaceAll('-', '');
