// Proves that the reference says what the code does: the pages are those that the generator makes
// now, the dialogues of the protocol are what the real process answers, and the example trades.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../src/cli/engine/commands.ts';
import { QUERIES } from '../src/cli/engine/queries.ts';
import { CHANNELS } from '../src/contract/stream/channels.ts';
import {
  CLOSE_CODES,
  clientMessage,
  parseServerMessage,
  serverMessage,
} from '../src/contract/stream/messages.ts';
import { EVENTS } from '../src/engine/event.ts';
import { REASONS } from '../src/engine/reason.ts';
import { REFERENCE, referencePages, stalePages } from '../scripts/generate-reference.ts';

const root = join(import.meta.dirname, '..');
const page = (name: string): string => readFileSync(join(root, REFERENCE, name), 'utf8');

describe('the reference', () => {
  test('is what the generator makes (else run: node scripts/generate-reference.ts)', async () => {
    expect(await stalePages(true)).toEqual([]);
  });

  test('has every command, query, event, refusal and message of the stream', async () => {
    const pages = await referencePages();
    const stream = pages.get('stream.md') ?? '';
    for (const channel of CHANNELS) expect(stream).toContain(`| \`${channel}\` |`);
    for (const code of Object.values(CLOSE_CODES)) expect(stream).toContain(`| ${code} |`);
    for (const { def } of clientMessage.options) {
      expect(stream).toContain(`### ${def.shape.op.value}\n`);
    }
    // Whose messages the page shows: each passes its schema, and each type but the heartbeat is
    // there.
    const shown = Array.from(stream.matchAll(/^< (.*)$/gm), ([, text = '']) =>
      parseServerMessage(JSON.parse(text)),
    );
    const types = serverMessage.options.map(({ def }) => def.shape.type.value);
    const missing = types.filter((type) => !shown.some((message) => message.type === type));
    expect(missing).toEqual(['heartbeat']);
    const protocol = pages.get('engine-protocol.md') ?? '';
    for (const { name } of COMMANDS) expect(protocol).toContain(`### ${name}\n`);
    for (const { table } of QUERIES) expect(protocol).toContain(`### ${table.name}\n`);
    for (const row of EVENTS) {
      if (row !== undefined) expect(pages.get('events.md')).toContain(`## ${row.name}\n`);
    }
    for (const { code } of REASONS) expect(pages.get('reasons.md')).toContain(`\`${code}\``);
  });

  test('shows dialogues that the real process answers word for word', () => {
    const lines = page('engine-protocol.md').split('\n');
    const said = lines.filter((line) => line.startsWith('> ')).map((line) => line.slice(2));
    const answered = lines.filter((line) => line.startsWith('< ')).map((line) => line.slice(2));
    expect(said.length).toBeGreaterThan(20);
    const { stdout, status } = spawnSync(
      process.execPath,
      [join(root, 'src', 'cli', 'main.ts'), 'engine'],
      { input: said.map((line) => `${line}\n`).join('') },
    );
    expect(status).toBe(0);
    expect(stdout.toString().split('\n').slice(0, -1)).toEqual(answered);
  });

  test('has an example that trades', () => {
    const { stdout, stderr, status } = spawnSync(
      'sh',
      [join(root, 'examples', 'engine', 'trade.sh')],
      {
        env: {
          ...process.env,
          PLIMSOLL: `${process.execPath} ${join(root, 'bin', 'plimsoll.mjs')}`,
        },
      },
    );
    expect(`${stdout.toString()}${stderr.toString()}`).toBe(
      'trade.sh: 23 answers, all as expected\n',
    );
    expect(status).toBe(0);
  });
});
