// Loads the pure rooms into a context of their own that has no Node, no clock and no dice, and runs
// a script of commands in it. Printed: the state hash and the event digest. Started by
// pure-core.test.ts with the flag that vm modules need.

import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, resolve } from 'node:path';
import { SourceTextModule, createContext, runInContext, type Module } from 'node:vm';

const FORBIDDEN = `
  const forbid = (name) => () => { throw new Error(name + ' was called in a pure room'); };
  Math.random = forbid('Math.random');
  Date.now = forbid('Date.now');
  globalThis.Date = forbid('Date');
  globalThis.Intl = undefined;
`;

/** The function that the loaded script exports. */
type Run = (seed: number, commands: number) => { hash: string; digest: string };

const context = createContext({});
runInContext(FORBIDDEN, context);
const modules = new Map<string, SourceTextModule>();

function load(path: string): SourceTextModule {
  const known = modules.get(path);
  if (known !== undefined) return known;
  const source = stripTypeScriptTypes(readFileSync(path, 'utf8'));
  const loaded = new SourceTextModule(source, { context, identifier: path });
  modules.set(path, loaded);
  return loaded;
}

const link = (specifier: string, from: Module): SourceTextModule => {
  if (!specifier.startsWith('.')) throw new Error(`${from.identifier} imports ${specifier}`);
  return load(resolve(dirname(from.identifier), specifier));
};

const entry = load(resolve(import.meta.dirname, 'script.ts'));
await entry.link(link);
await entry.evaluate();
const { run } = entry.namespace as { run: Run };
const { hash, digest } = run(Number(process.argv[2]), Number(process.argv[3]));
process.stdout.write(`${hash} ${digest}\n`);
