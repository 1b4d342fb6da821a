// From the options of a command to a client of a running exchange, and from what it throws to a
// sentence and an exit code.

import type { Command } from 'commander';
import { existsSync, readFileSync } from 'node:fs';
import { PlimsollClient } from '../../client/client.ts';
import { NoAnswerError, PlimsollError } from '../../client/errors.ts';

const URL_DEFAULT = 'http://127.0.0.1:4747';
const TOKEN_FILE = './plimsoll-data/token';
const EXIT_FAILED = 1;

export interface ConnectOptions {
  readonly url?: string;
  readonly token?: string;
  readonly json?: boolean;
}

/** Adds the options that every command of a client has. */
export function connectOptions(command: Command): Command {
  return command
    .option('--url <url>', `where the exchange is (default: ${URL_DEFAULT})`)
    .option('--token <token>', `token or key (default: the content of ${TOKEN_FILE}, if any)`)
    .option('--json', 'print JSON');
}

export function clientOf({ url = URL_DEFAULT, token }: ConnectOptions): PlimsollClient {
  const known = token ?? (existsSync(TOKEN_FILE) ? readFileSync(TOKEN_FILE, 'utf8').trim() : '');
  return new PlimsollClient({
    url,
    retries: 1,
    stream: { attempts: 3 },
    ...(known === '' ? {} : { token: known }),
  });
}

/** Runs a command; what it throws becomes a sentence on standard error and exit code 1. */
export async function run(
  options: ConnectOptions,
  work: (client: PlimsollClient) => Promise<void>,
): Promise<void> {
  let client: PlimsollClient | undefined;
  try {
    client = clientOf(options);
    await work(client);
  } catch (error) {
    process.exitCode = EXIT_FAILED;
    if (error instanceof PlimsollError) {
      const { problem } = error;
      if (options.json === true) console.error(JSON.stringify(problem));
      else console.error(`plimsoll: ${problem.detail} (${problem.code})`);
    } else if (error instanceof NoAnswerError) {
      console.error(`plimsoll: ${error.message}. Is it running? Start it with: plimsoll serve`);
    } else console.error(`plimsoll: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    client?.close();
  }
}
