// The attack library as a page of the documentation: every story with what stops it and the figures
// of a real run.

import { broken } from './attack.ts';
import type { Measured } from './attack.ts';
import type { AttackRow } from './table.ts';

const INTRO = `# Attacks

Generated from \`src/testing/attacks\` by \`npm run attacks -- --page\`: change that, not this
page.

Every venue with margin has been attacked by its own rules at some time. The best known of these
attacks are scripts here, and more that nobody is known to have tried. Each is played against
the real engine, with every invariant recomputed after every command and every dollar accounted
for, and has bounds that it must stay within:

\`\`\`sh
npm run attacks                       # the table
npm run attacks -- --long pair        # story, defence and bounds of those with "pair" in the name
npm run attacks -- --json
\`\`\`

Where a setting of the market stops an attack, the same script is played again with that setting
let go, and must then succeed: so it is known that it attacks something, and an operator sees
what the setting is worth. The test \`tests/attacks.test.ts\` holds all of this.

Figures are whole dollars at the price that the story calls fair, from the beginning of the
attack to its end: what the attacker's accounts together have won, and the insurance fund,
everybody else, and the fees account. With \`rounding\` they add up to nothing.
`;

const OUTRO = `## What an operator sets

A market that is made with nothing but names has most of these open: \`profit_weight\` is 1,
\`sources_required\` is 1, and \`insurance_cap\`, \`minimum_notional\`, \`impact_notional\` and
\`price_band\` are 0, which is none. What that means are the runs above that succeed.

## What is not stopped

* **A gap beyond the margin.** Who holds both sides under two names wins what the loser cannot
  pay. No rule can see that they belong together; the leverage table decides how much it is, and
  the cap of the fund in each market who pays it.
* **A price moved outside.** The index is what its sources say. Whoever can move most of them
  moves the mark; \`profit_weight\` 0, \`open_interest_scale_from\` and the cap of the fund bound
  what can be taken out by it.
* **What lies in a market whose price is not known.** While too few sources of a market speak,
  nobody is liquidated there and its last mark counts. A loss that grows meanwhile comes out when
  the price is back, as a gap does. A profit that is gone already still backs what its account has
  elsewhere, and with \`profit_weight\` above 0 new risk too; one that nobody sees yet is kept by
  an account that has lost more elsewhere than it has without it. Keep markets with few sources
  small, and settle or repair one that stays silent. Money cannot leave an account with a
  position there.
* **A stop that listens to the last price.** What liquidations sell in the book moves neither the
  last price nor such stops, so one of them may stay quiet while the mark falls. Stops listen to
  the mark unless somebody chooses otherwise.
* **Rebates for one's own liquidation.** Where makers are paid as much as takers pay and there is
  no liquidation fee, an owner can earn the rebate on fills against its own liquidation. Give such
  a market a liquidation fee.
`;

/** The whole page. */
export function attacksPage(rows: readonly AttackRow[]): string {
  return `${[INTRO, ...rows.map(section), OUTRO].join('\n')}`;
}

function section({ attack, measured, weakened }: AttackRow): string {
  const { name, seen, story, defence, weakening } = attack;
  const lines = [
    ...figures('', measured),
    ...(weakened === undefined ? [] : figures(weakening, weakened)),
  ];
  const bounds = measured.bounds.map(
    ({ what, value, atMost }, i) =>
      `| ${what} | ${grouped(value)} | ${grouped(atMost)} |${
        weakened === undefined ? '' : ` ${bold(weakened, i)} |`
      }`,
  );
  const last = weakened === undefined ? '' : ' let go |';
  return [
    `## ${name[0].toUpperCase()}${name.slice(1)}`,
    '',
    story,
    ...(seen === '' ? [] : ['', `Seen: ${seen}.`]),
    '',
    `Here: ${defence}.${weakening === '' ? '' : ` Let go: ${weakening}.`}`,
    '',
    '| | attacker | fund | others | fees |',
    '|---|--:|--:|--:|--:|',
    ...lines,
    '',
    `| bound | measured | at most |${last}`,
    `|---|--:|--:|${weakened === undefined ? '' : '--:|'}`,
    ...bounds,
    '',
  ].join('\n');
}

function figures(label: string, { attacker, fund, others, fees }: Measured): string[] {
  const cells = [attacker, fund, others, fees].map(grouped);
  return [`| ${label === '' ? 'as it is' : label} | ${cells.join(' | ')} |`];
}

/** The figure of a weakened run, bold where it breaks the bound. */
function bold(weakened: Measured, i: number): string {
  const { value, atMost } = weakened.bounds[i];
  const text = grouped(value);
  return value > atMost && broken(weakened).length > 0 ? `**${text}**` : text;
}

const grouped = (value: number): string => value.toLocaleString('en-US');
