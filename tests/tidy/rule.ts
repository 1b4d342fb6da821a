// The shape of a tidy rule. Each rule carries samples that break it and one that keeps it, so that
// the test can prove that the rule is able to fail: a rule that finds nothing because it looks
// nowhere is worse than none.

import type { Repo } from './repo.ts';

export type Sample = Readonly<Record<string, string>>;

export interface Rule {
  readonly name: string;
  /** One line per violation, beginning with path:line where there is one. */
  readonly check: (repo: Repo) => string[];
  /** Repositories that break the rule, each in one way. */
  readonly bad: readonly Sample[];
  /** A repository that keeps the rule, close to breaking it. */
  readonly good: Sample;
}
