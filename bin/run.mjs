// Runs a child process as if it were this one: same terminal, signals passed on, same exit. It must
// never outlive its child, nor leave the child running alone.

import { spawn } from 'node:child_process';

const SIGNALS = ['SIGINT', 'SIGTERM'];
const LOOK_AT_PARENT_MS = 500;

/**
 * Runs `command` to its end and resolves to { code, signal }. Rejects when it cannot be started.
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const forward = (signal) => child.kill(signal);
    // Before the child is there: it may be running, and a signal on its way, before spawn returns.
    for (const signal of SIGNALS) process.on(signal, forward);
    const release = () => {
      for (const signal of SIGNALS) process.off(signal, forward);
    };
    const child = spawn(command, args, { stdio: 'inherit', ...options });
    child.once('error', (error) => {
      release();
      reject(error);
    });
    child.once('exit', (code, signal) => {
      release();
      resolve({ code, signal });
    });
  });
}

/**
 * Ends this process with SIGTERM when its parent has ended. For what npm starts: npm passes a
 * signal on to a shell, the shell dies of it, and what the shell had started would be left alone.
 */
export function followParent() {
  const parent = process.ppid;
  const look = () => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
  };
  setInterval(look, LOOK_AT_PARENT_MS).unref();
}

/** Ends this process the way its child ended. */
export function endLike({ code, signal }) {
  if (signal) process.kill(process.pid, signal);
  else process.exitCode = code ?? 1;
}
