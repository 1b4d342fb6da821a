// When a command that follows something ends.

const EXIT_INTERRUPTED = 130;

/** Resolves after so many seconds, when it is interrupted, or when nobody reads it any more. */
export function ended(seconds: number | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (seconds !== undefined) setTimeout(resolve, seconds * 1000);
    process.once('SIGINT', () => {
      process.exitCode = EXIT_INTERRUPTED;
      resolve();
    });
    process.stdout.once('error', () => resolve());
  });
}
