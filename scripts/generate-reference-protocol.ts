// The reference page of the protocol of `plimsoll engine`: words that a person wrote, tables that
// come from the fields the reader follows, and dialogues that a real engine answers.

import { WIRE_TYPES } from '../src/cli/engine/codecs.ts';
import { LINE_BYTES_MAX } from '../src/cli/engine/chunks.ts';
import { COMMANDS } from '../src/cli/engine/commands.ts';
import { wireName, type Slot, type Table } from '../src/cli/engine/fields.ts';
import { DEPTH_MAX } from '../src/cli/engine/json.ts';
import { PROTOCOL, QUERIES } from '../src/cli/engine/queries.ts';
import { Session } from '../src/cli/engine/session.ts';
import { Engine } from '../src/engine/engine.ts';
import { DEFAULT_LIMITS } from '../src/engine/limits.ts';
import { DIALOGUES } from './generate-reference-examples.ts';
import { note, table } from './generate-reference-markdown.ts';

const INTRO = `\`plimsoll engine\` is the exchange core as a process: one JSON object a line in,
one a line out, in order. It is how programs in other languages embed the core, and how a test
suite from outside drives it. It holds everything in memory, reads no clock and draws no lots: the
same lines give the same answers, the same digest of events and the same state hash, on any
machine.

\`\`\`sh
echo '{"query":"info"}' | plimsoll engine
\`\`\`

This page describes protocol ${PROTOCOL}.

## Lines

A line is one of

* \`{"command": …}\`: a change. Answered by what happened, or by a refusal; then nothing has
* changed. \`{"preview": {"command": …}}\`: what that command would be answered now, without it
* happening. \`{"query": …}\`: a look at the state.

\`ref\`, a string or a number beside \`command\`, \`preview\` or \`query\`, comes back in the
answer.

An answer is one of

* \`{"ok":true,"sequence":7,"events":[…]}\`: accepted. \`order\` is the number of the order that
  the command made or named. \`"repeated":true\`: this \`id\` was seen before, this is its first
  answer, and nothing happened now.
* \`{"ok":true,"preview":true,"events":[…]}\`: it would be accepted, and its first step would do
  this.
* \`{"ok":true, …}\`: the answer to a query.
* \`{"ok":false,"code":…,"number":…,"transient":…,"message":…,"params":{…}}\`: refused, see
  [reasons.md](reasons.md). A refusal changes nothing; only one with an \`id\` has a \`sequence\`
  and is remembered, so that the same \`id\` again is refused again. \`field\` names the field to
  blame where the refusal was given before the engine was asked, because a name is not known or a
  number cannot be counted; such a refusal is never remembered. \`nearest\` has the legal values
  next to a value that is off its step.
* \`{"ok":false,"code":"MALFORMED","message":…,"line":…,"field":…}\`: no request. It never
  reaches the engine.

Refused and malformed lines never end the process, and without an \`id\` they never change the
state hash. What the events mean is in [events.md](events.md).

## Strictness

* Prices, sizes, amounts and ratios are decimal **strings**. A JSON number is refused where one of
  them is wanted: most programs read JSON numbers as binary fractions, and then \`0.1 + 0.2\` is
  an amount of money.
* A decimal has at most 16 digits before the point and 12 behind it; no sign (but where a field
  says so), exponent, space or leading zero. Answers have no trailing zeros. A value finer than its
  unit is refused, never rounded.
* Unknown fields are refused, and so is \`null\`. A field may stand once. Objects and arrays go no
  deeper than ${DEPTH_MAX}. A line has at most ${LINE_BYTES_MAX} bytes of UTF-8 without half
  surrogate pairs.
* Every line is answered, an empty one too. A line that the input's end cuts short is a line.

## Time

The clock is the largest \`time\` that any command carried. Without \`time\` a command happens at
the clock. Index and mark prices come with \`update_index\`; nothing moves by itself. \`tick\`
lets time pass.`;

/** The whole page. */
export function protocolPage(): string {
  const session = new Session(new Engine());
  return [
    '# Engine protocol',
    note('scripts/generate-reference-protocol.ts', 'src/cli/engine'),
    INTRO,
    '## Types',
    table(
      ['Type', 'Written as'],
      Object.entries(WIRE_TYPES).map(([type, text]) => [type, text]),
    ),
    '## Commands',
    'Beside its own fields every command takes',
    fieldTable(commonSlots()),
    ...COMMANDS.flatMap((command) => commandPart(command)),
    '## Queries',
    ...QUERIES.flatMap(({ table: fields, answers }) => [
      `### ${fields.name}`,
      `${fields.summary} Answers ${answers}.`,
      ...(fields.slots.length === 0 ? [] : [fieldTable(fields.slots)]),
    ]),
    '## Limits',
    'Given with `--limits` as a JSON object, inline or as a file. At a limit the engine refuses; it never drops anything.',
    table(
      ['Limit', 'Default'],
      Object.entries(DEFAULT_LIMITS).map(([name, value]) => [
        `\`${wireName(name)}\``,
        String(value),
      ]),
    ),
    '## Dialogues',
    'One engine answers them all, one after another. `>` is what is sent, `<` is what comes back.',
    ...DIALOGUES.flatMap(({ title, text, lines }) => [
      `### ${title}`,
      text,
      ['```', ...lines.map((line) => `> ${line}\n< ${session.answer(line)}`), '```'].join('\n'),
    ]),
  ].join('\n\n');
}

const COMMON = ['id', 'time'];

const commonSlots = (): readonly Slot[] =>
  COMMANDS[0].slots.filter(({ wire }) => COMMON.includes(wire));

function commandPart(command: Table): string[] {
  const own = command.slots.filter(({ wire }) => !COMMON.includes(wire));
  const together = command.together.map(
    ({ wires, count }) => `Takes ${count} of ${wires.map((wire) => `\`${wire}\``).join(', ')}.`,
  );
  return [
    `### ${command.name}`,
    [command.summary, ...together].join(' '),
    ...(own.length === 0 ? [] : [fieldTable(own, command)]),
  ];
}

function fieldTable(slots: readonly Slot[], command?: Table): string {
  return table(
    ['Field', 'Type', 'Default', 'What'],
    slots.map((slot) => [
      `\`${slot.wire}\``,
      slot.field.codec.type,
      slot.field.when?.required === true ? 'required' : slot.field.fallbackText,
      slot.field.note + choicesText(slot) + whenText(slot, command),
    ]),
  );
}

function choicesText({ field }: Slot): string {
  const choices = field.codec.choices ?? [];
  return choices.length === 0 ? '' : `: ${choices.map((word) => `\`"${word}"\``).join(', ')}`;
}

/** "; with `type` "limit", "stop_limit"" */
function whenText({ field }: Slot, command: Table | undefined): string {
  const { when } = field;
  const governing = command?.slots.find(({ key }) => key === when?.key);
  if (when === undefined || governing === undefined) return '';
  const words = when.codes.map((code) => `\`"${governing.field.codec.choices?.[code]}"\``);
  return `; only with \`${governing.wire}\` ${words.join(', ')}`;
}
