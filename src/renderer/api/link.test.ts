import { afterEach, expect, test, vi } from 'vitest';
import { createInProcessPair } from '../../shared/rpc/in-process-port.ts';
import { CONTRACT_VERSION } from '../../shared/rpc/frames.ts';
import type { Port } from '../../shared/rpc/port.ts';
import { createLink, type Link, type LinkState } from './link.ts';

afterEach(() => vi.useRealTimers());

const until = (link: Link, kind: LinkState['kind']): Promise<void> =>
  new Promise((resolve) => {
    const look = (): void => {
      if (link.state().kind === kind) resolve();
    };
    link.subscribe(look);
    look();
  });

/** A core that greets, and the port it greets on. */
function greeter(contract = CONTRACT_VERSION): { open(): Promise<Port>; last(): Port } {
  let last: Port | undefined;
  return {
    open: async () => {
      const [here, there] = createInProcessPair();
      there.send({ t: 'hello', contract, app: '0.1.0', capabilities: [] });
      last = there;
      return here;
    },
    last: () => last!,
  };
}

test('opens, and opens again after the core closed', async () => {
  vi.useFakeTimers();
  const core = greeter();
  const link = createLink(core.open);
  await until(link, 'open');
  core.last().close();
  await until(link, 'lost');
  await expect(link.connection()).rejects.toMatchObject({ code: 'unavailable' });
  await vi.runOnlyPendingTimersAsync();
  await until(link, 'open');
  await expect(link.connection()).resolves.toBeDefined();
});

test('pauses longer after each failure, ten seconds at most', async () => {
  vi.useFakeTimers();
  let now = 0;
  const pauses: number[] = [];
  const link = createLink(
    () => Promise.reject(new Error('no host')),
    () => now,
  );
  link.subscribe(() => {
    const state = link.state();
    if (state.kind === 'lost') pauses.push(state.retryAt - now);
  });
  for (let round = 0; round < 8; round++) {
    await vi.runOnlyPendingTimersAsync();
    now += 1;
  }
  expect(pauses.slice(0, 4)).toEqual([300, 600, 1_200, 2_400]);
  expect(Math.max(...pauses)).toBe(10_000);
});

test('another version of the core is refused and not tried again', async () => {
  const link = createLink(greeter(CONTRACT_VERSION + 1).open);
  await until(link, 'refused');
  expect(link.state()).toMatchObject({ message: expect.stringContaining('another version') });
});
