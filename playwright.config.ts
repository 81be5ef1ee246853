import { defineConfig } from '@playwright/test';

const browser = process.env['OSMIA_BROWSER'];

// The real page on the real web host, in a real browser. Root needs --no-sandbox, which Playwright adds by itself.
export default defineConfig({
  testDir: 'test/e2e',
  testMatch: '**/*.e2e.ts',
  fullyParallel: false,
  workers: 1,
  // One, because a loaded machine can be late; the runner lists what needed it as flaky.
  retries: 1,
  timeout: 60_000,
  reporter: [['list'], ['./test/support/closing-count-playwright.ts']],
  use: {
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
    launchOptions: {
      ...(browser ? { executablePath: browser } : {}),
      args: [
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
