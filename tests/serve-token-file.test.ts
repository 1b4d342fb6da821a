// Proves `--token-file`: the token in it opens the server, and a file that cannot be used stops the
// start with one sentence that says why and what to do. No sentence holds a character of the token.

import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

const MAIN = join(import.meta.dirname, '..', 'src', 'cli', 'main.ts');
const TOKEN = 'a-token-of-the-operator_0123456789';
const NOBODY = 65_534;
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-token-'));
const tokenFile = join(folder, 'token');
const data = join(folder, 'data');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const alone = whyAlone();
const ARGS = [MAIN, 'serve', '--data', data, '--port', '0', '--no-demo', '--json'];

/** What a start that fails says. */
function refused(file: string, uid?: number): string {
  const { status, stderr } = spawnSync(process.execPath, [...ARGS, '--token-file', file], {
    encoding: 'utf8',
    timeout: 20_000,
    ...(uid === undefined ? {} : { uid }),
  });
  expect(status).toBe(1);
  const lines = stderr.split('\n').filter((line) => line.startsWith('plimsoll:'));
  expect(lines).toHaveLength(1);
  expect(stderr).not.toContain(TOKEN.slice(0, 20));
  return lines[0];
}

test('its token opens the server, and a file that others can read is narrowed', async () => {
  writeFileSync(tokenFile, `${TOKEN}\n`);
  chmodSync(tokenFile, 0o644);
  const child = spawn(process.execPath, [...ARGS, '--token-file', tokenFile]);
  const ended = new Promise((resolve) => child.once('close', resolve));
  try {
    const { port, token } = await new Promise<{ port: number; token: string }>((resolve) =>
      child.stdout.once('data', (chunk: Buffer) => resolve(JSON.parse(chunk.toString()) as never)),
    );
    expect(token).toBe(tokenFile);
    const ask = async (secret: string): Promise<number> => {
      const headers = { authorization: `Bearer ${secret}` };
      return (await fetch(`http://127.0.0.1:${port}/api/v1/markets`, { headers })).status;
    };
    expect(await ask(TOKEN)).toBe(200);
    expect(await ask(`${TOKEN}x`)).toBe(401);
    expect(statSync(tokenFile).mode & 0o777).toBe(0o600);
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
});

describe('a file that cannot be used', () => {
  test('is missing, no file, or holds no token', () => {
    const absent = join(folder, 'absent');
    expect(refused(absent)).toBe(
      `plimsoll: ${absent} is missing: it must hold the operator's token`,
    );
    expect(refused(folder)).toBe(`plimsoll: the operator's token: ${folder} is not a file`);
    const short = join(folder, 'short');
    writeFileSync(short, 'secret of ten\n', { mode: 0o600 });
    expect(refused(short)).toContain('holds 13 characters that are no token: 32 to 100 of');
  });

  test.skipIf(alone !== '')(`belongs to somebody else${alone}`, () => {
    chmodSync(folder, 0o755);
    mkdirSync(data, { recursive: true });
    writeFileSync(tokenFile, TOKEN, { mode: 0o600 });
    chmodSync(tokenFile, 0o600);
    expect(refused(tokenFile, NOBODY)).toBe(
      `plimsoll: the operator's token: ${tokenFile} cannot be read by user ${NOBODY} (EACCES)`,
    );
    chmodSync(tokenFile, 0o644);
    expect(refused(tokenFile, NOBODY)).toContain('can be read by others (mode 0644), and that');
    chmodSync(tokenFile, 0o460); // the group may write
    expect(refused(tokenFile, NOBODY)).toContain('(mode 0460)');
  });

  const mount = spawnSync('unshare', ['--mount', '--', 'true']).status === 0;
  const noMount = mount ? '' : ' [no right to mount]';

  test.skipIf(noMount !== '')(`lies on a read-only mount with rights too wide${noMount}`, () => {
    const secrets = join(folder, 'secrets');
    const file = join(secrets, 'token');
    mkdirSync(secrets);
    writeFileSync(file, TOKEN);
    chmodSync(file, 0o644);
    const script = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"';
    const command = [process.execPath, ...ARGS, '--token-file', file];
    const { status, stderr } = spawnSync(
      'unshare',
      ['--mount', '--', 'sh', '-c', script, secrets, ...command],
      { encoding: 'utf8', timeout: 20_000 },
    );
    expect(status).toBe(1);
    expect(stderr).toContain(
      `${file} can be read by others (mode 0644), and that cannot be changed from here (EROFS): ` +
        'run `chmod 600` on it where it is kept',
    );
  });
});

test.skipIf(alone !== '')(`a credential as systemd hands it over is taken${alone}`, () => {
  const handed = join(folder, 'handed');
  const script = `import(${JSON.stringify(join(import.meta.dirname, '..', 'src', 'api', 'secrets.ts'))})
      .then(({ readPrivateFile }) => console.log(readPrivateFile(process.argv[1])))`;
  writeFileSync(handed, TOKEN);
  chmodSync(handed, 0o440);
  const read = spawnSync(process.execPath, ['--input-type=module', '-e', script, handed], {
    encoding: 'utf8',
    uid: NOBODY,
    gid: 0, // stands for the access list: one more user may read
  });
  expect(read.stderr).toBe('');
  expect(read.stdout.trim()).toBe(TOKEN);
  expect(statSync(handed).mode & 0o777).toBe(0o440);
});

/** Why there is nobody else here to be; '' when there is. */
function whyAlone(): string {
  if (process.getuid?.() !== 0) return ' [only root can become another user]';
  const other = spawnSync(process.execPath, [MAIN, '--version'], { uid: NOBODY });
  return other.status === 0 ? '' : ' [another user cannot read this checkout]';
}
