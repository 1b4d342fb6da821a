// The kinds of accounts: by which first eight bytes and which length each is known. Anchor, with
// which the program is written, begins an account with sha256("account:<Name>")[0..8].

import { createHash } from 'node:crypto';
import type { FixedSizeDecoder } from '@solana/codecs';
import { DriftFault } from '../fault.ts';

const DISCRIMINATOR_BYTES = 8;

/** An account as a node returns it. */
export interface RawAccount {
  readonly address: string;
  readonly owner: string;
  readonly data: Uint8Array;
}

export interface AccountKind<T> {
  readonly name: string;
  readonly discriminator: Uint8Array;
  /** Length of the whole account. */
  readonly bytes: number;
  readonly body: FixedSizeDecoder<T>;
}

export function accountKind<T>(name: string, body: FixedSizeDecoder<T>): AccountKind<T> {
  const hash = createHash('sha256').update(`account:${name}`).digest();
  const bytes = DISCRIMINATOR_BYTES + body.fixedSize;
  return { name, discriminator: hash.subarray(0, DISCRIMINATOR_BYTES), bytes, body };
}

/**
 * The fields of an account. It is read only when it belongs to `owner`, begins like this kind and
 * has its exact length: another version of the program may keep the beginning and move the fields,
 * and then every number would be wrong and look right.
 */
export function decodeAccount<T>(kind: AccountKind<T>, account: RawAccount, owner: string): T {
  const { address, data } = account;
  if (account.owner !== owner) {
    throw new DriftFault(
      'owner',
      `${address} is owned by ${account.owner}, not by ${owner}: it is no ${kind.name} of this program`,
    );
  }
  const begins = Buffer.from(data.subarray(0, DISCRIMINATOR_BYTES));
  if (!begins.equals(kind.discriminator)) {
    throw new DriftFault(
      'layout',
      `${address} begins with ${hex(begins)}; a ${kind.name} begins with ${hex(kind.discriminator)}`,
    );
  }
  if (data.length !== kind.bytes) {
    throw new DriftFault(
      'layout',
      `${address} has ${data.length} bytes; the ${kind.name} that we can read has ${kind.bytes}`,
    );
  }
  return kind.body.decode(data, DISCRIMINATOR_BYTES);
}

/** True when an account begins like this kind, whoever owns it. */
export function isKind(kind: AccountKind<unknown>, { data }: RawAccount): boolean {
  return Buffer.from(data.subarray(0, DISCRIMINATOR_BYTES)).equals(kind.discriminator);
}

function hex(bytes: Uint8Array): string {
  return bytes.length === 0 ? 'nothing' : Buffer.from(bytes).toString('hex');
}
