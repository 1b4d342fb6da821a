// The reference of the stream: its messages, channels, codes and limits from the schemas that the
// server and the client follow, and dialogues that a real server has just had.

import { STREAM_LIMITS } from '../src/api/stream/limits.ts';
import { CHANNEL_DATA, CHANNELS, isAccountChannel } from '../src/contract/stream/channels.ts';
import {
  CLOSE_CODES,
  clientMessage,
  MESSAGE_BYTES_MAX,
  serverMessage,
} from '../src/contract/stream/messages.ts';
import { note, table } from './generate-reference-markdown.ts';
import * as S from './generate-reference-schema.ts';
import type { PlayedDialogue } from './generate-reference-stream-play.ts';

const CLOSE_TEXTS: Readonly<Record<keyof typeof CLOSE_CODES, string>> = {
  going_away: 'The server stops. Come back with `from`.',
  not_text: 'A message was binary: send text.',
  too_large: `A message was larger than ${MESSAGE_BYTES_MAX.toLocaleString('en-US')} bytes.`,
  failed: 'The stream has failed; the exchange and HTTP go on.',
  signed_out: 'The key, the session or the token was revoked or has expired.',
  slow_reader: 'The reader did not take what it subscribed to. Come back with `from`.',
  too_many_messages: 'It went on although it was refused for its rate.',
};

const MESSAGE_TEXTS: Readonly<Record<string, string>> = {
  welcome: 'The first message of a connection.',
  subscribed: 'The answer to `subscribe`; a snapshot or the missed deltas follow.',
  unsubscribed: 'The answer to `unsubscribe`.',
  resync: 'What came after `from` is not kept any more: forget what you know, a snapshot follows.',
  snapshot: 'Everything there is, as of `sequence`.',
  delta: 'What changed with the command `sequence`. Whole values: to apply it twice does no harm.',
  answer: 'The answer to an operation, as over HTTP.',
  error: 'A refusal of a message, as over HTTP.',
  heartbeat: 'Comes by itself; with it goes a ping of the protocol, which libraries answer.',
  pong: 'The answer to `ping`.',
};

export function streamPage(dialogues: readonly PlayedDialogue[]): string {
  const said = S.alternatives(S.described(clientMessage, 'input'), 'op');
  const told = S.alternatives(S.described(serverMessage, 'output'), 'type');
  return [
    '# Stream',
    note('src/contract/stream', 'src/api/stream'),
    INTRODUCTION,
    '## What a client sends',
    'One JSON object with `op` a message. Unknown fields are refused. `id` is free and comes back.',
    ...[...said].flatMap(([op, one]) => [`### ${op}`, S.fieldTable(one, ['op'])]),
    '## What the server sends',
    'One JSON object with `type` a message.',
    ...[...told].flatMap(([type, one]) => [
      `### ${type}`,
      MESSAGE_TEXTS[type] ?? '',
      S.fieldTable(one, ['type']),
    ]),
    '## Channels',
    'Those of a market are for everybody, those of an account for whoever may read it.',
    channelTable(),
    ...shapeParts(),
    '## Codes of a close',
    closeTable(),
    '## Limits',
    limitTable(),
    '## Dialogues',
    'What a server answered while this page was made; only times are made the same. `>` is the client, `<` the ' +
      'server, `#` somebody else over HTTP.',
    ...dialogues.flatMap(({ title, text, lines }) => [`### ${title}`, text, fence(lines)]),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

const INTRODUCTION = [
  'A WebSocket at `/ws` on the address of the server: market data for everybody, the own account and orders for ' +
    'whoever signs in. Sign in as for HTTP, with `Authorization: Bearer …` or the cookie; a browser’s `Origin` must be ' +
    'the server’s own. Nothing is told before it is on the disk.',
  '`sequence` is the number of the command that made a change, the same one that answers over HTTP carry, and goes on ' +
    'over a restart. A delta names the one before it in `previous`, so a reader knows that nothing is missing, and can ' +
    'come back with `from`.',
].join('\n\n');

function channelTable(): string {
  const rows = CHANNELS.map((name) => [
    `\`${name}\``,
    isAccountChannel(name) ? 'account' : name === 'candles' ? 'market, interval' : 'market',
    S.fieldLine(S.described(CHANNEL_DATA[name].snapshot, 'output')),
    S.fieldLine(S.described(CHANNEL_DATA[name].delta, 'output')),
  ]);
  return table(['Channel', 'Of', '`data` of a snapshot', '`data` of a delta'], rows);
}

/** The named shapes that messages and channels consist of, each once. */
function shapeParts(): string[] {
  const all = [
    S.described(clientMessage, 'input'),
    ...CHANNELS.map((name) => S.described(CHANNEL_DATA[name].snapshot, 'output')),
    S.described(serverMessage, 'output'),
  ];
  const objects = new Map<string, string>();
  const values = new Map<string, string>();
  for (const one of all) {
    const names = S.namesIn(one);
    for (const name of names.values) values.set(name, S.valueText(one, name));
    for (const name of names.objects) {
      const shape = one.named.get(name) ?? {};
      objects.set(name, S.fieldTable({ shape, named: one.named }));
    }
  }
  const parts = [...objects].flatMap(([name, fields]) => [`### ${name}`, fields]);
  const rows = [...values].map(([name, text]) => [name, text]);
  return ['## Shapes', ...parts, '### Values', table(['Name', 'Written as'], rows)];
}

function closeTable(): string {
  const words = Object.keys(CLOSE_CODES) as (keyof typeof CLOSE_CODES)[];
  const rows = words.map((word) => [
    String(CLOSE_CODES[word]),
    word.replaceAll('_', ' '),
    CLOSE_TEXTS[word],
  ]);
  return table(['Code', 'Reason', ''], rows);
}

function limitTable(): string {
  const grouped = (value: number): string => value.toLocaleString('en-US');
  const { subscriptions, connectionsPerCaller, bufferedBytes, retained } = STREAM_LIMITS;
  const { heartbeatMs, refreshMs } = STREAM_LIMITS;
  const rows = [
    ['bytes of a message', MESSAGE_BYTES_MAX, 'closed with 1009'],
    ['subscriptions of a connection', subscriptions, 'refused with `BUSY`'],
    ['connections of a key, session or address', connectionsPerCaller, 'turned away with 429'],
    ['bytes that wait for a reader', bufferedBytes, 'closed with 4008'],
    ['deltas kept for who comes back', retained, '`resync`'],
    ['ms between heartbeats', heartbeatMs, 'who answers two of them with nothing is cut off'],
    ['ms between deltas of positions and account', refreshMs, 'changes between are told together'],
  ] as const;
  return table(
    ['What', 'Most', 'Beyond'],
    rows.map(([what, most, beyond]) => [what, grouped(most), beyond]),
  );
}

const fence = (lines: readonly string[]): string => `\`\`\`text\n${lines.join('\n')}\n\`\`\``;
