// Rules about what is written around the code: titles, decisions, the changelog, open ends, and
// what belongs to one machine and not to the repository.

import { lineOf } from './functions.ts';
import type { Repo } from './repo.ts';
import type { Rule } from './rule.ts';

const DECISION = ['Context', 'Decision', 'Why', 'Consequences', 'When to revisit'];
const CHANGELOG = ['Safety', 'Features', 'Internals'];

/** Text files but for the lock, which npm writes. */
function written(repo: Repo): [path: string, text: string][] {
  return [...repo.files].filter(([path]) => path !== 'package-lock.json');
}

function markdown(repo: Repo): [path: string, text: string][] {
  return [...repo.files].filter(([path]) => path.endsWith('.md'));
}

/** The headings of a markdown text, those in code blocks left out. */
function headings(text: string): string[] {
  return withoutFences(text).match(/^#+ .+$/gm) ?? [];
}

function withoutFences(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, (block) => block.replace(/[^\n]/g, ' '));
}

const titles: Rule = {
  name: 'a markdown file has one title, in its first line',
  check: (repo) =>
    markdown(repo).flatMap(([path, text]) => {
      const count = headings(text).filter((heading) => heading.startsWith('# ')).length;
      if (count !== 1) return [`${path} has ${count} titles`];
      return text.startsWith('# ') ? [] : [`${path}:1 is not the title`];
    }),
  bad: [
    { 'a.md': 'text' },
    { 'a.md': '# One\n\n# Two\n' },
    { 'a.md': '```\n# comment\n```\n' },
    { 'a.md': 'text\n# One\n' },
  ],
  good: { 'a.md': '# One\n\n```sh\n# comment\n```\n\n## Part\n' },
};

const decisions: Rule = {
  name: `a decision has a number, a title and the headings ${DECISION.join(', ')}`,
  check: (repo) =>
    markdown(repo)
      .filter(([path]) => path.startsWith('docs/decisions/'))
      .flatMap(([path, text]) => {
        const parts = headings(text).slice(1);
        const right = parts.join() === DECISION.map((part) => `## ${part}`).join();
        const numbered = /^docs\/decisions\/\d{4}-[a-z0-9-]+\.md$/.test(path);
        return [
          ...(right ? [] : [`${path} has the headings ${parts.join(', ')}`]),
          ...(numbered ? [] : [`${path} is not named NNNN-subject.md`]),
        ];
      }),
  bad: [
    { 'docs/decisions/0001-a.md': '# A\n## Context\n## Decision\n## Why\n## Consequences\n' },
    { 'docs/decisions/a.md': `# A\n${DECISION.map((part) => `## ${part}\n`).join('')}` },
  ],
  good: { 'docs/decisions/0001-a.md': `# A\n${DECISION.map((part) => `## ${part}\n`).join('')}` },
};

const changelog: Rule = {
  name: `an entry of the changelog is dated and sorted into ${CHANGELOG.join(', ')}`,
  check: (repo) =>
    headings(repo.files.get('CHANGELOG.md') ?? '')
      .slice(1)
      .filter((heading) => !/^## \d{4}-\d{2}-\d{2}$/.test(heading))
      .filter((heading) => !CHANGELOG.some((part) => heading === `### ${part}`))
      .map((heading) => `CHANGELOG.md: ${heading}`),
  bad: [
    { 'CHANGELOG.md': '# Changelog\n## 1.0.0\n' },
    { 'CHANGELOG.md': '# Changelog\n## 2026-01-01\n### Misc\n' },
  ],
  good: { 'CHANGELOG.md': '# Changelog\n## 2026-01-01\n### Safety\n### Internals\n' },
};

const OPEN_END = new RegExp(`\\b(?:${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X'].join('|')})\\b`, 'g');

const openEnds: Rule = {
  name: 'an open end names its issue',
  check: (repo) =>
    written(repo).flatMap(([path, text]) => {
      const prose = path.endsWith('.md') ? withoutFences(text).replace(/`[^`\n]*`/g, '') : text;
      return [...prose.matchAll(OPEN_END)]
        .filter((match) => !/^ ?\(#\d+\)/.test(prose.slice(match.index + match[0].length)))
        .map((match) => `${path}:${lineOf(prose, match.index)} has a ${match[0]} without (#issue)`);
    }),
  bad: [
    { 'src/units/a.ts': `// ${'TO' + 'DO'}: later` },
    { 'a.md': `A ${'FIX' + 'ME'} in prose.` },
  ],
  good: {
    'src/units/a.ts': `// ${'TO' + 'DO'}(#12): later`,
    'a.md': `The word \`${'TO' + 'DO'}\`.`,
  },
};

const MACHINE = /(?<![\w.:/~-])\/(?:home|root|Users|work|workspace|builds|mnt|tmp)\/[\w.]/g;
const REGISTRY = /\bregistry\.[a-z0-9-]+\.[a-z]+|_auth[T]oken|"resolved": "[a-z]+:/g;

const places: Rule = {
  name: 'nothing names a folder of one machine or the host of a registry',
  check: (repo) =>
    [...repo.files].flatMap(([path, text]) =>
      [MACHINE, REGISTRY].flatMap((pattern) =>
        [...text.matchAll(pattern)].map(
          (match) => `${path}:${lineOf(text, match.index)} has ${match[0]}`,
        ),
      ),
    ),
  bad: [
    { 'a.md': `Look at /${'home'}/me/notes.` },
    { 'src/units/a.ts': `const p = '/${'tmp'}/x';` },
    { '.npmrc': `registry=https://${'registry'}.example.org/` },
    { 'package-lock.json': `{"${'resolved'}": "https://example.org/a.tgz"}` },
  ],
  good: { 'a.md': 'See src/work/a.ts, https://example.org/home/x and ./tmp/x.' },
};

interface Manifest {
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
}

const guests: Rule = {
  name: 'every dependency has a line in a decision',
  check: (repo) => {
    const manifest = JSON.parse(repo.files.get('package.json') ?? '{}') as Manifest;
    const wanted = Object.keys({
      ...manifest.dependencies,
      ...manifest.devDependencies,
      ...manifest.optionalDependencies,
    });
    const pages = markdown(repo).filter(([path]) => path.startsWith('docs/decisions/'));
    return wanted
      .filter((name) => !pages.some(([, text]) => text.includes(`\`${name}\``)))
      .map((name) => `package.json: ${name} is in no decision`);
  },
  bad: [{ 'package.json': '{"devDependencies": {"left-pad": "1.0.0"}}' }],
  good: {
    'package.json': '{"dependencies": {"left-pad": "1.0.0"}}',
    'docs/decisions/0009-pads.md': 'We take `left-pad`.',
  },
};

export const proseRules: readonly Rule[] = [titles, decisions, changelog, openEnds, places, guests];
