// The fold's default branch: an event that nobody folds is our mistake.

import { AssertionError } from '../../units/assert.ts';

export function unreachableEvent(kind: number): never {
  throw new AssertionError(`Invariant: event ${kind} has no fold`);
}
