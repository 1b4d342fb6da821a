import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['src/**/*.test.ts', 'tests/**/*.test.ts'], pool: 'threads', isolate: false, testTimeout: 120_000 },
});
