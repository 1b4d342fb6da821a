// A list of the newest rows with a bound: what is older is forgotten, and a reader walks from the
// newest to the oldest.

export class Ring<T> {
  private rows: T[] = [];
  private readonly most: number;

  constructor(most: number) {
    this.most = most;
  }

  push(row: T): void {
    this.rows.push(row);
    if (this.rows.length >= this.most * 2) this.rows = this.rows.slice(-this.most);
  }

  /** Replaces the newest row, or adds the first. */
  replaceLast(row: T): void {
    if (this.rows.length === 0) this.rows.push(row);
    else this.rows[this.rows.length - 1] = row;
  }

  last(): T | undefined {
    return this.rows.at(-1);
  }

  /** Up to `limit` rows that pass, newest first. */
  newest(limit: number, passes: (row: T) => boolean): T[] {
    const found: T[] = [];
    const oldest = Math.max(0, this.rows.length - this.most);
    for (let i = this.rows.length - 1; i >= oldest && found.length < limit; i -= 1) {
      if (passes(this.rows[i])) found.push(this.rows[i]);
    }
    return found;
  }
}
