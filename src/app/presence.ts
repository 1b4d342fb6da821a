// Whether somebody is there. The demo trades for somebody only: after ten minutes without a request
// it stands still, and the next request wakes it.

const AWAY_AFTER_MS = 10 * 60_000;

export class Presence {
  private lastMs: number;
  private readonly nowMs: () => number;

  constructor(nowMs: () => number) {
    this.nowMs = nowMs;
    this.lastMs = nowMs();
  }

  readonly touch = (): void => {
    this.lastMs = this.nowMs();
  };

  get isSomebodyThere(): boolean {
    return this.nowMs() - this.lastMs < AWAY_AFTER_MS;
  }
}
