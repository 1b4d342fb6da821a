#!/usr/bin/env node
// The command `plimsoll`. Node 24 runs the TypeScript of src/cli/main.ts as it stands, so there is
// no build step; an older Node hands over to the one that `npm ci` brought along.

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundledNode, isNewEnough, minimumNode, tooOld } from './find-node.mjs';
import { endLike, followParent, run } from './run.mjs';

// Set for the second Node, so that there is never a third.
const HANDED_OVER = 'PLIMSOLL_HANDED_OVER';

const self = fileURLToPath(import.meta.url);
const root = dirname(dirname(self));
const main = join(root, 'src', 'cli', 'main.ts');
const minimum = minimumNode(root);
const bundled = process.env[HANDED_OVER] ? undefined : bundledNode(root);

if (process.env.npm_lifecycle_event === 'start:run') followParent();

if (!existsSync(main)) {
  fail('the command line is not part of this checkout yet: src/cli/main.ts is missing.');
} else if (isNewEnough(process.version, minimum)) {
  // Not above: an older Node has no such cache to import.
  const { compileServer, keepCompiled } = await import('./compiled.mjs');
  keepCompiled();
  if (process.argv[2] === 'serve') compileServer();
  await import(pathToFileURL(main).href);
} else if (bundled) {
  const env = { ...process.env, [HANDED_OVER]: '1' };
  endLike(await run(bundled, [self, ...process.argv.slice(2)], { env }));
} else {
  fail(tooOld(minimum));
}

function fail(message) {
  console.error(`plimsoll: ${message}`);
  process.exitCode = 1;
}
