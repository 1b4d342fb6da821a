// Writes docs/reference from the tables that the code itself follows: `node
// scripts/generate-reference.ts`. The pages are never edited by hand; a test makes them again and
// compares.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildProgram } from '../src/cli/program.ts';
import { EVENTS } from '../src/engine/event.ts';
import { REASONS } from '../src/engine/reason.ts';
import { TERM_RULES, TERM_RULE_TEXTS } from '../src/engine/term-rules.ts';
import { EVENT_UNITS, PARAM_UNITS } from './generate-reference-units.ts';
import { eventFields } from './generate-reference-events.ts';
import { note, table } from './generate-reference-markdown.ts';
import { protocolPage } from './generate-reference-protocol.ts';
import { streamPage } from './generate-reference-stream.ts';
import { STREAM_DIALOGUES } from './generate-reference-stream-examples.ts';
import { playDialogues } from './generate-reference-stream-play.ts';

/** Where the pages lie, from the root. */
export const REFERENCE = 'docs/reference';

const root = join(import.meta.dirname, '..');

/** Every page by its file name. The dialogues of the stream are had with a real server. */
export async function referencePages(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ['engine-protocol.md', protocolPage()],
    ['events.md', eventsPage()],
    ['reasons.md', reasonsPage()],
    ['cli.md', cliPage()],
    ['stream.md', streamPage(await playDialogues(STREAM_DIALOGUES))],
  ]);
}

function reasonsPage(): string {
  const rows = REASONS.map(({ number, code, lasting, text, params }) => [
    String(number),
    `\`${code}\``,
    lasting,
    text,
    params.map(([name, unit]) => `\`${name}\` (${PARAM_UNITS[unit].name})`).join(', '),
  ]);
  return [
    '# Refusals',
    note('src/engine/reason.ts'),
    'A refusal is an answer like any other: it says why, with the numbers that explain it, and nothing has ' +
      'changed. Where a command breaks several rules, the one that stands first here is the answer. Numbers are ' +
      'never reused. **transient**: the same command may be accepted later. **final**: it never will be as it stands.',
    table(['Number', 'Code', 'Lasting', 'Text', 'Parameters'], rows),
    '## Units of parameters',
    table(
      ['Unit', 'Written as'],
      Object.values(PARAM_UNITS).map(({ name, text }) => [name, text]),
    ),
    '## Rules of market terms',
    'What `MARKET_TERMS_INVALID` names as `rule`; its text goes on with the sentence.',
    table(
      ['Rule', 'Asks for'],
      TERM_RULES.map((rule) => [`\`${rule}\``, TERM_RULE_TEXTS[rule]]),
    ),
  ].join('\n\n');
}

function eventsPage(): string {
  const parts = EVENTS.flatMap((row, kind) => {
    if (row === undefined) return [];
    return [`## ${row.name}`, `Kind ${kind} in the log and in the journal.`, eventFields(row)];
  });
  return [
    '# Events',
    note('src/engine/event.ts'),
    'What happened, in the order in which it did. An event holds the values after the change. Where something is ' +
      'absent it is `null` and never zero; `--compact` leaves such fields out, and those that are `false`.',
    ...parts,
    '## Units',
    table(
      ['Unit', 'Written as'],
      Object.entries(EVENT_UNITS)
        .filter(([unit]) => unit !== 'internal' && unit !== 'flags')
        .map(([unit, text]) => [unit.replaceAll('_', ' '), text]),
    ),
  ].join('\n\n');
}

function cliPage(): string {
  const program = buildProgram('');
  const parts = program.commands
    .filter((command) => command.name() !== 'help')
    .flatMap((command) => [`## plimsoll ${command.name()}`, fence(helpOf(command))]);
  return ['# Command line', note('src/cli'), fence(helpOf(program)), ...parts].join('\n\n');
}

const HELP_COLUMNS = 90;

/** What `--help` prints, with the texts before and after it. */
function helpOf(command: ReturnType<typeof buildProgram>): string {
  let text = '';
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
    getOutHelpWidth: () => HELP_COLUMNS,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return text.trimEnd();
}

const fence = (text: string): string => `\`\`\`\n${text}\n\`\`\``;

/** The pages that are not what they should be; writes them unless `check`. */
export async function stalePages(check: boolean): Promise<string[]> {
  const stale: string[] = [];
  for (const [name, text] of await referencePages()) {
    const path = join(root, REFERENCE, name);
    const wanted = `${text}\n`;
    if (readText(path) === wanted) continue;
    stale.push(name);
    if (check) continue;
    mkdirSync(join(root, REFERENCE), { recursive: true });
    writeFileSync(path, wanted);
  }
  return stale;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // not there yet
  }
}

if (import.meta.main) {
  const written = await stalePages(false);
  console.log(
    written.length === 0 ? 'docs/reference is up to date' : `wrote ${written.join(', ')}`,
  );
}
