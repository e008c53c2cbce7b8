import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const slow = process.env.PIXKIN_SLOW === '1';

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['test/**/*.test.ts'],
    // Slow tests (`slow-*.test.ts`) run with `npm run test:slow`: CI does.
    exclude: slow ? [] : ['test/**/slow-*.test.ts'],
    testTimeout: slow ? 900_000 : 60_000,
    hookTimeout: 120_000,
    // Tests start worker processes of their own: more files at once than cores would only time each other out.
    pool: 'forks',
    maxWorkers: 2,
  },
});
