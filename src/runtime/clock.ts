// The one clock of the process. Time enters the machine only through the sequencer, as
// max(previous, now): it never runs backwards, also across restarts and when the system's clock is
// set back.

export interface Clock {
  /** Milliseconds since the epoch; may jump, stand still or run backwards. */
  nowMs(): number;
}

export const systemClock: Clock = { nowMs: () => Date.now() };

/** When things run later. Injected, so that tests need no real time. */
export interface Scheduler {
  /** After what is going on now: what arrives together is written together. */
  soon(run: () => void): void;
  after(delayMs: number, run: () => void): void;
}

export const systemScheduler: Scheduler = {
  soon: (run) => {
    setImmediate(run);
  },
  after: (delayMs, run) => {
    setTimeout(run, delayMs);
  },
};
