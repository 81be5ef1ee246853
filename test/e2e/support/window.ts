import {
  type BrowserContext,
  type BrowserContextOptions,
  test as base,
  type Cookie,
  expect,
  type Page,
} from '@playwright/test';
import type { Host } from './host.ts';

/** What a page did that it must never do, as it happens; every list is empty at the end of a test. */
export interface Watch {
  /** Addresses outside the host's own origin. */
  foreignRequests: string[];
  dialogs: string[];
  /** Windows that the page opened. */
  popups: string[];
  frames: string[];
  navigations: string[];
  violations: string[];
  /** Errors that nobody caught. */
  crashes: string[];
}

export type OpenWindow = (host: Host, options?: WindowOptions) => Promise<Page>;

export interface WindowOptions extends BrowserContextOptions {
  /** Opens with a launch code of its own, as a second window does, instead of the host's known session. */
  isFresh?: boolean;
  /** Errors that the test provokes: a connection that it cuts. */
  mayFail?: boolean;
}

const sessions = new WeakMap<Host, { url: string; cookies: Cookie[] }>();

/** `openWindow` opens the real page in a browser profile of its own; when the test ends, what it was seen to do is judged. */
export const test = base.extend<{ openWindow: OpenWindow }>({
  openWindow: async ({ browser }, use) => {
    const opened: { context: BrowserContext; watch: Watch }[] = [];
    await use(async (host, { isFresh = false, mayFail = false, ...options } = {}) => {
      const context = await browser.newContext({
        permissions: ['clipboard-read', 'clipboard-write'],
        reducedMotion: 'reduce',
        ...options,
      });
      const watch = watchContext(context, host, mayFail);
      opened.push({ context, watch });
      const page = await context.newPage();
      const known = sessions.get(host);
      if (known && known.url === host.url() && !isFresh) {
        await context.addCookies(known.cookies);
        await page.goto(host.url());
      } else {
        // The launch page leads on by itself once the code is exchanged.
        await page.goto(await host.launchUrl());
      }
      await page
        .getByRole('heading', { level: 1 })
        .filter({ hasNotText: /^Osmia$/ })
        .first()
        .waitFor();
      sessions.set(host, { url: host.url(), cookies: await context.cookies() });
      return page;
    });
    for (const { context } of opened) await context.close();
    for (const { watch } of opened) expect(watch).toEqual(noWrong());
  },
});

const noWrong = (): Watch => ({
  foreignRequests: [],
  dialogs: [],
  popups: [],
  frames: [],
  navigations: [],
  violations: [],
  crashes: [],
});

function watchContext(context: BrowserContext, host: Host, mayFail: boolean): Watch {
  const watch = noWrong();
  const own = new Set<string>();
  const isOwn = (address: string): boolean => {
    // A host that was started again has another port; a window of the old one still tries that.
    own.add(new URL(host.url()).host);
    const { protocol, host: asked } = new URL(address);
    return protocol === 'data:' || protocol === 'blob:' || address === 'about:blank' || own.has(asked);
  };
  context.on('request', (request) => {
    if (!isOwn(request.url())) watch.foreignRequests.push(request.url());
  });
  context.on('dialog', (dialog) => {
    watch.dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  context.on('weberror', (error) => {
    if (!mayFail) watch.crashes.push(textOf(error.error()));
  });
  context.on('console', (message) => {
    if (/Content Security Policy|Refused to/.test(message.text())) watch.violations.push(message.text());
    // A screen that broke off is caught by the frame, which only logs it.
    if (message.type() === 'error' && /^\w*Error: /.test(message.text()) && !mayFail)
      watch.crashes.push(message.text());
  });
  context.on('page', (page) => {
    if (context.pages().length > 1) watch.popups.push(page.url());
    page.on('websocket', (socket) => {
      if (!isOwn(socket.url())) watch.foreignRequests.push(socket.url());
    });
    page.on('frameattached', (frame) => watch.frames.push(frame.url()));
    page.on('framenavigated', (frame) => {
      if (!isOwn(frame.url())) watch.navigations.push(frame.url());
    });
  });
  return watch;
}

const textOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

export { expect };
