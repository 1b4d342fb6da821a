// `npm run attacks`: plays the attack library and prints what each attack brought whom, in dollars.
// `--json` as data, `--long` with stories and bounds, `--page` writes docs/concepts/attacks.md, a
// word chooses attacks by name. Exit code 1
// when an attack comes out beyond its bounds, or when it cannot be made to succeed by taking its
// defence away.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ATTACKS } from '../src/testing/attacks/all.ts';
import { attacksPage } from '../src/testing/attacks/page.ts';
import { attackText, runAttack, tableJson, tableText } from '../src/testing/attacks/table.ts';

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean' }, long: { type: 'boolean' }, page: { type: 'boolean' } },
  allowPositionals: true,
});
const chosen = ATTACKS.filter(({ name }) => positionals.every((word) => name.includes(word)));
if (chosen.length === 0) {
  process.stderr.write(`attacks: none is called ${positionals.join(' ')}\n`);
  process.exitCode = 2;
} else {
  const rows = chosen.map(runAttack);
  const page = join(import.meta.dirname, '..', 'docs', 'concepts', 'attacks.md');
  if (values.page === true) writeFileSync(page, attacksPage(ATTACKS.map(runAttack)));
  else if (values.json === true) process.stdout.write(`${JSON.stringify(tableJson(rows))}\n`);
  else if (values.long === true) process.stdout.write(`${rows.map(attackText).join('\n\n')}\n`);
  else process.stdout.write(`${tableText(rows)}\n`);
  if (rows.some(({ faults }) => faults.length > 0)) process.exitCode = 1;
}
