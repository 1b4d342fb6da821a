import { expect, it } from 'vitest';
import { World, ok } from '../../testing/engine-kit.ts';
it('works', () => {
  const w = new World();
  const m = w.perp();
  const a = w.account('a', 1_000);
  const b = w.account('b', 1_000);
  ok(w.buy(a, m, 10, 1_000));
  const t = w.sell(b, m, 10, 1_000);
  expect(t.said).toBe('OK');
  expect(t.fills).toEqual(['1: 10 @ 1000']);
  expect(w.stands(a, m)).toBe('10 10000 0');
  expect(w.buy(a, m, 1, 1_000).said).toBe('x');
});
