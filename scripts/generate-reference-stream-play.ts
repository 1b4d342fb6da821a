// Plays the dialogues of the stream's reference on a real server with real files. What differs from
// run to run, which is time, is written as one moment; everything else must be the same each time.

import { keyOf, openLab, type Lab } from '../src/app/lab.suite.ts';
import type { Step, StreamDialogue } from './generate-reference-stream-examples.ts';

/** What every moment is shown as. */
const MOMENT = '2026-01-31T12:00:00.000Z';
const TIME = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\b/g;
const WAIT_MS = 10_000;
/** How long nothing may come after a dialogue has ended. */
const QUIET_MS = 60;

export interface PlayedDialogue extends StreamDialogue {
  /** `> ` said, `< ` answered, `# ` what somebody else asked. */
  readonly lines: readonly string[];
}

export async function playDialogues(
  dialogues: readonly StreamDialogue[],
): Promise<PlayedDialogue[]> {
  const lab = await openLab();
  try {
    const played: PlayedDialogue[] = [];
    for (const dialogue of dialogues) {
      played.push({ ...dialogue, lines: await play(lab, dialogue) });
    }
    return played;
  } finally {
    await lab.stop();
  }
}

async function play(lab: Lab, { account, steps, title }: StreamDialogue): Promise<string[]> {
  const token = account === '' ? '' : await keyOf(lab, account, ['read', 'trade']);
  const headers: Record<string, string> = token === '' ? {} : { authorization: `Bearer ${token}` };
  const socket = new WebSocket(`${lab.app.origin.replace('http', 'ws')}/ws`, { headers });
  const heard: string[] = [];
  socket.addEventListener('message', ({ data }) => heard.push(String(data)));
  const lines: string[] = [];
  let wanted = 0;
  for (const step of steps) {
    if (step.say !== undefined) lines.push(`> ${say(socket, step.say)}`);
    if (step.http !== undefined) lines.push(`# ${await ask(lab, step.http)}`);
    const from = wanted;
    wanted += step.replies;
    await until(() => heard.length >= wanted, `${title}: ${JSON.stringify(step)}`);
    lines.push(...heard.slice(from, wanted).map((text) => `< ${text.replaceAll(TIME, MOMENT)}`));
  }
  await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
  socket.close();
  if (heard.length === wanted) return lines;
  throw new Error(`${title}: also ${heard.slice(wanted).join(' ')}`);
}

function say(socket: WebSocket, message: object | string): string {
  const text = typeof message === 'string' ? message : JSON.stringify(message);
  socket.send(text);
  return text;
}

async function ask(lab: Lab, { method, path, body }: NonNullable<Step['http']>): Promise<string> {
  const { status, text } = await lab.ask(path, { method, body });
  if (status !== 200) throw new Error(`${path}: ${text}`);
  return `${method} ${path} ${JSON.stringify(body)}`;
}

async function until(look: () => boolean, what: string): Promise<void> {
  const began = performance.now();
  while (!look()) {
    if (performance.now() - began > WAIT_MS) throw new Error(`no answer to ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
