import { defineConfig } from 'vitest/config';

const long = process.env['OSMIA_LONG'] === '1';

// One project per environment. `*.long.test.ts` holds the large figures and runs in `npm run test:long` only.
export default defineConfig({
  test: {
    reporters: ['default', './test/support/closing-count.ts'],
    projects: [
      {
        test: {
          name: 'node',
          environment: 'node',
          include: long
            ? ['{src,analyzers,responders,test}/**/*.long.test.ts']
            : ['{src,analyzers,responders,test}/**/*.test.ts'],
          exclude: ['test/e2e/**', 'src/renderer/**', ...(long ? [] : ['**/*.long.test.ts']), 'node_modules/**'],
          testTimeout: long ? 1_800_000 : 90_000,
          hookTimeout: 90_000,
        },
      },
      ...(long
        ? []
        : [
            {
              test: {
                name: 'renderer',
                environment: 'jsdom',
                include: ['src/renderer/**/*.test.{ts,tsx}'],
                setupFiles: ['test/support/jsdom-setup.ts'],
              },
            },
          ]),
    ],
  },
});
