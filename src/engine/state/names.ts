// Interned names: a name gets the next number and keeps it. The bytes are the state; the map from
// name to number is an index that is rebuilt from them. Names are ASCII, checked before they come
// here.

import { NONE } from '../../units/table.ts';

export class Names {
  count = 0;
  private bytes = new Uint8Array(1_024);
  private ends = new Int32Array(64);
  private readonly numbers = new Map<string, number>();

  /** The number of a name, or NONE. */
  number(name: string): number {
    return this.numbers.get(name) ?? NONE;
  }

  /** The name of a number below `count`. */
  name(number: number): string {
    let text = '';
    for (let at = this.start(number); at < this.ends[number]; at++)
      text += String.fromCharCode(this.bytes[at]);
    return text;
  }

  /** Interns a name that is not there yet. */
  add(name: string): number {
    const number = this.count;
    const start = this.start(number);
    if (start + name.length > this.bytes.length)
      this.bytes = doubled(this.bytes, new Uint8Array(this.bytes.length * 2));
    if (number === this.ends.length) this.ends = doubled(this.ends, new Int32Array(number * 2));
    for (let i = 0; i < name.length; i++) this.bytes[start + i] = name.charCodeAt(i);
    this.ends[number] = start + name.length;
    this.count += 1;
    this.numbers.set(name, number);
    return number;
  }

  parts(): [Uint8Array, Int32Array] {
    return [this.bytes.subarray(0, this.start(this.count)), this.ends.subarray(0, this.count)];
  }

  restore(bytes: Uint8Array, ends: Int32Array): void {
    let start = 0;
    for (const end of ends) {
      let text = '';
      for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at]);
      this.add(text);
      start = end;
    }
  }

  private start(number: number): number {
    return number === 0 ? 0 : this.ends[number - 1];
  }
}

function doubled<Bytes extends Uint8Array | Int32Array>(from: Bytes, to: Bytes): Bytes {
  to.set(from);
  return to;
}
