// Proves that docs/operating/recover.md is right: its shell blocks are run in order, in one empty
// directory, on an exchange that is killed while it trades; each must end as the page says, and the
// lines of output that it shows must be there.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const PAGE = join(ROOT, 'docs', 'operating', 'recover.md');
const MAIN = join(ROOT, 'src', 'cli', 'main.ts');
const BLOCK_MS = 60_000;
const TIMEOUT_MS = 180_000;
const TITLES = 14;

interface Block {
  readonly script: string;
  readonly exitCode: number;
  /** Lines that its output has, in order; `…` stands for anything. */
  readonly shown: readonly string[];
}

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-recover-'));

afterAll(() => {
  for (const name of ['serve.pid', 'again.pid']) killLeft(join(folder, 'drill', name));
  rmSync(folder, { recursive: true, force: true });
});

/** The page's blocks: `sh`, each with the `text` that follows it. */
function blocksOf(page: string): Block[] {
  const blocks: Block[] = [];
  for (const [, kind, text = ''] of page.matchAll(/^```(sh|text)\n([\s\S]*?)^```$/gm)) {
    const last = blocks.at(-1);
    if (kind === 'sh') {
      const exitCode = Number(/^# exits with (\d+)$/m.exec(text)?.[1] ?? 0);
      blocks.push({ script: text, exitCode, shown: [] });
    } else if (last !== undefined) {
      blocks[blocks.length - 1] = { ...last, shown: text.trimEnd().split('\n') };
    }
  }
  return blocks;
}

const missing = ['bash', 'curl', 'dd'].filter(
  (program) => spawnSync(program, ['--version']).error !== undefined,
);
const reason = missing.length === 0 ? '' : ` [needs ${missing.join(', ')}]`;

describe('docs/operating/recover.md', () => {
  const page = readFileSync(PAGE, 'utf8');

  test('says what to do on every verdict', () => {
    const rows = [...page.matchAll(/^\| (\d+) \| [^|]+ \| [^|]{7,} \|$/gm)].map(([, n]) => n);
    expect(rows).toEqual(Array.from({ length: TITLES }, (_, i) => `${i + 1}`));
  });

  test.skipIf(missing.length > 0)(
    `runs as it stands${reason}`,
    { timeout: TIMEOUT_MS },
    async () => {
      const drill = join(folder, 'drill');
      const programs = join(folder, 'bin');
      mkdirSync(drill);
      mkdirSync(programs);
      const program = join(programs, 'plimsoll');
      writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`);
      chmodSync(program, 0o755);
      const blocks = blocksOf(page);
      expect(blocks.length).toBeGreaterThan(8);
      const shell = new Shell(drill, programs);
      for (const { script, exitCode, shown } of blocks) {
        const { output, code } = await shell.run(script);
        expect({ script, output, code }).toMatchObject({ code: exitCode });
        expectShown(output, shown);
      }
      shell.end();
    },
  );
});

/** One shell for all blocks, so that variables and jobs last. */
class Shell {
  private readonly child: ChildProcess;
  private output = '';
  private heard: (() => void) | undefined;
  private blocks = 0;

  constructor(directory: string, programs: string) {
    const node = dirname(process.execPath);
    const PATH = `${programs}:${node}:${process.env['PATH'] ?? ''}`;
    this.child = spawn('bash', [], { cwd: directory, env: { ...process.env, PATH } });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.output += chunk.toString();
        this.heard?.();
      });
    }
  }

  async run(script: string): Promise<{ output: string; code: number }> {
    this.blocks += 1;
    this.output = '';
    const end = `block ${this.blocks} ended with`;
    const pattern = new RegExp(`${end} (\\d+)\n`);
    this.child.stdin?.write(`${script}\necho "${end} $?"\n`);
    const began = performance.now();
    while (!pattern.test(this.output)) {
      if (performance.now() - began > BLOCK_MS) throw new Error(`${script}: ${this.output}`);
      await this.more();
    }
    const code = Number(pattern.exec(this.output)?.[1]);
    return { output: this.output.replace(pattern, ''), code };
  }

  end(): void {
    this.child.stdin?.end();
  }

  private more(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, 500);
      this.heard = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function expectShown(output: string, shown: readonly string[]): void {
  const lines = output.split('\n');
  let from = 0;
  for (const line of shown) {
    const parts = line.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    const pattern = new RegExp(`^${parts.join('.*')}`);
    const at = lines.findIndex((one, i) => i >= from && pattern.test(one));
    expect(at, `${line} is not in ${output}`).toBeGreaterThanOrEqual(0);
    from = at + 1;
  }
}

/** A server that a failed block has left running. */
function killLeft(path: string): void {
  try {
    process.kill(Number(readFileSync(path, 'utf8')), 'SIGKILL');
  } catch {
    // It has ended, or was never started.
  }
}
