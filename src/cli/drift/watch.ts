// `plimsoll drift account ADDRESS --watch`: the account again with every snapshot. A node that
// fails is reported on standard error, and what was known stays.

import { ended } from '../ended.ts';
import { say } from './say.ts';
import type { LoadedAccount, WatchedAccount } from './load.ts';

const CLEAR = '\u001B[H\u001B[J';
/** The source's own timers keep no process alive. */
const HOLD_MS = 60_000;

/** Follows an account until the time is over or the command is interrupted. */
export async function watchAccount(
  watched: WatchedAccount,
  { seconds, isJson }: { readonly seconds: number | undefined; readonly isJson: boolean },
  textOf: (account: LoadedAccount) => string,
): Promise<void> {
  const { source, everyMs, account } = watched;
  const before = process.stdout.isTTY && !isJson ? CLEAR : '';
  const show = (): void => {
    try {
      process.stdout.write(`${before}${textOf(account())}\n`);
    } catch (error) {
      say(error);
    }
  };
  const hold = setInterval(() => undefined, HOLD_MS);
  source.start(everyMs, { onSnapshot: show, onFault: say });
  try {
    await ended(seconds);
  } finally {
    source.stop();
    clearInterval(hold);
  }
}
