// What a node said at one moment: accounts as base 64 with the slot and the time. An answer of an
// RPC node and a recorded file are the same thing and are read by the same code.

import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { ADDRESS_SHAPE } from './address.ts';
import { DriftFault } from './fault.ts';
import type { RawAccount } from './layout/kinds.ts';

const FORMAT = 'plimsoll-drift-recording';
const VERSION = 1;
const FILE_BYTES_MAX = 64 * 1024 * 1024;
const ACCOUNTS_MAX = 10_000;

export interface Recording {
  readonly programId: string;
  /** The lowest slot of the answers that it was put together from. */
  readonly slot: number;
  /** When the answer arrived, milliseconds of the clock of the machine that asked. */
  readonly timeMs: number;
  readonly accounts: readonly RawAccount[];
}

const address = z.string().regex(ADDRESS_SHAPE, 'is no address');

const file = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  note: z.string().optional(),
  program_id: address,
  slot: z.int().nonnegative(),
  time_ms: z.int().nonnegative(),
  accounts: z
    .array(z.strictObject({ address, owner: address, data: z.string() }))
    .max(ACCOUNTS_MAX),
});

/** The recording in a file. */
export function readRecording(path: string): Recording {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new DriftFault('unreachable', `${path} cannot be read: ${messageOf(error)}`);
  }
  if (text.length > FILE_BYTES_MAX) {
    throw new DriftFault('malformed', `${path} has more than ${FILE_BYTES_MAX} characters`);
  }
  return parseRecording(text, path);
}

/** The recording in a text; `source` names the text in a refusal. */
export function parseRecording(text: string, source: string): Recording {
  const parsed = file.safeParse(parseJson(text, source));
  if (!parsed.success) {
    const first = parsed.error.issues[0];
    const where =
      first === undefined || first.path.length === 0 ? '' : ` (${first.path.join('.')})`;
    throw new DriftFault(
      'malformed',
      `${source} is no recording of Drift accounts${where}: ${first?.message ?? 'no reason given'}`,
    );
  }
  const { program_id: programId, slot, time_ms: timeMs, accounts } = parsed.data;
  return {
    programId,
    slot,
    timeMs,
    accounts: accounts.map(({ address, owner, data }) => ({
      address,
      owner,
      data: fromBase64(data, `${source}, account ${address}`),
    })),
  };
}

/** The text of a recorded file: one account on one line, so that two recordings can be compared. */
export function recordingText(recording: Recording, note?: string): string {
  const head = {
    format: FORMAT,
    version: VERSION,
    ...(note === undefined ? {} : { note }),
    program_id: recording.programId,
    slot: recording.slot,
    time_ms: recording.timeMs,
  };
  const lines = recording.accounts.map(({ address, owner, data }) =>
    JSON.stringify({ address, owner, data: Buffer.from(data).toString('base64') }),
  );
  const opened = JSON.stringify(head, undefined, 2).replace(/\n\}$/, '');
  return `${opened},\n  "accounts": [\n    ${lines.join(',\n    ')}\n  ]\n}\n`;
}

/** The bytes of a base 64 text. Node would skip what it does not understand; here it is refused. */
export function fromBase64(text: string, what: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') === text) return new Uint8Array(bytes);
  throw new DriftFault('malformed', `${what}: the data is no base 64`);
}

function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DriftFault('malformed', `${source} is no JSON: ${messageOf(error)}`);
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
