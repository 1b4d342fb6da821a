// Addresses of Solana: 32 bytes in base 58, and those that a program derives from seeds.

import { createHash } from 'node:crypto';
import { getBase58Decoder, getBase58Encoder } from '@solana/codecs';
import { DriftFault } from './fault.ts';

const ADDRESS_BYTES = 32;
const BUMP_MAX = 255;

/** What an address looks like; nearly all such texts are one. */
export const ADDRESS_SHAPE = /^[1-9A-HJ-NP-Za-km-z]{32,44}$/;

/** The 32 bytes of an address. Refuses what is none, with `what` it was meant to be. */
export function addressBytes(text: string, what: string): Uint8Array {
  const bytes = ADDRESS_SHAPE.test(text) ? getBase58Encoder().encode(text) : [];
  if (bytes.length === ADDRESS_BYTES) return Uint8Array.from(bytes);
  throw new DriftFault(
    'input',
    `${what} is ${JSON.stringify(text.slice(0, 60))}: an address is 32 bytes in base 58, 32 to 44 letters and digits without 0, O, I and l`,
  );
}

export function isAddress(text: string): boolean {
  try {
    addressBytes(text, 'it');
    return true;
  } catch {
    return false;
  }
}

/**
 * The address that a program derives from seeds: the first of 256 tries that is no point of the
 * curve, so that no key belongs to it.
 */
export function derivedAddress(programId: string, ...seeds: readonly Uint8Array[]): string {
  const program = addressBytes(programId, 'the program id');
  for (let bump = BUMP_MAX; bump >= 0; bump -= 1) {
    const hash = createHash('sha256');
    for (const seed of seeds) hash.update(seed);
    const digest = hash.update(Uint8Array.of(bump)).update(program).update(MARKER).digest();
    if (!isOnCurve(digest)) return getBase58Decoder().decode(digest);
  }
  throw new DriftFault('input', `no address can be derived for the program ${programId}`);
}

const MARKER = seed('ProgramDerivedAddress');

export function perpMarketAddress(programId: string, index: number): string {
  return marketAddress('perp_market', programId, index);
}

export function spotMarketAddress(programId: string, index: number): string {
  return marketAddress('spot_market', programId, index);
}

/** Deriving takes most of a millisecond, and markets are few: each is derived once. */
const derivedMarkets = new Map<string, string>();

function marketAddress(word: string, programId: string, index: number): string {
  const key = `${programId} ${word} ${index}`;
  const known = derivedMarkets.get(key) ?? derivedAddress(programId, seed(word), u16(index));
  derivedMarkets.set(key, known);
  return known;
}

export function stateAddress(programId: string): string {
  return derivedAddress(programId, seed('drift_state'));
}

/** The account with number `subAccount` of a wallet. */
export function userAddress(programId: string, wallet: string, subAccount: number): string {
  const owner = addressBytes(wallet, 'the wallet');
  return derivedAddress(programId, seed('user'), owner, u16(subAccount));
}

/** The bytes of a word, as a seed. */
export function seed(word: string): Uint8Array {
  return new TextEncoder().encode(word);
}

function u16(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, value >> 8);
}

// Ed25519 (RFC 8032, 5.1.3): −x² + y² = 1 + d·x²·y² modulo p. Bytes are a point when y is the low
// 255 bits of them and some x fits.
const P = 2n ** 255n - 19n;
const D = modulo(-121_665n * power(121_666n, P - 2n));

function isOnCurve(bytes: Uint8Array): boolean {
  const reversed = Buffer.from(bytes.toReversed()).toString('hex');
  const y = modulo(BigInt(`0x${reversed}`) & (2n ** 255n - 1n));
  const square = modulo(y * y);
  const u = modulo(square - 1n);
  const v = modulo(D * square + 1n);
  // x² = u / v has an answer exactly when u·v is 0 or a square (Euler's criterion).
  const criterion = power(modulo(u * v), (P - 1n) / 2n);
  return criterion === 0n || criterion === 1n;
}

function modulo(value: bigint): bigint {
  const rest = value % P;
  return rest < 0n ? rest + P : rest;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = modulo(base), left = exponent; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) result = modulo(result * square);
    square = modulo(square * square);
  }
  return result;
}
