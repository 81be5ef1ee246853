import { describe, expect, test } from 'vitest';
import { FakeIpcMain } from '../../test/support/fake-electron.ts';
import { deviceDefaults } from './device-settings.ts';
import { registerHostCalls } from './host-calls.ts';

const page = { url: 'osmia://app/#/cases', parent: null };

function setUp() {
  const ipc = new FakeIpcMain();
  const settings = { ...deviceDefaults() } as Record<string, unknown>;
  const grants: [string, string][] = [];
  const connected: number[] = [];
  registerHostCalls({
    ipcMain: ipc.asElectron(),
    settings: {
      get: (key: string) => settings[key] as never,
      set: ((key: string, value: unknown) => {
        settings[key] = value;
      }) as never,
    },
    chooseFiles: async () => ['/cases/a.eml', '/cases/b.zip'],
    chooseFolder: async () => [],
    grant: (token, path) => grants.push([token, path]),
    connect: ({ senderId }) => connected.push(senderId),
    applyTheme: () => undefined,
  });
  return { ipc, settings, grants, connected };
}

test('the window gets tokens and names, the core gets the paths', async () => {
  const { ipc, grants } = setUp();
  const chosen = (await ipc.invoke('osmia:pick-files', page)) as { token: string; name: string }[];
  expect(chosen.map((c) => c.name)).toEqual(['a.eml', 'b.zip']);
  expect(grants.map(([, path]) => path)).toEqual(['/cases/a.eml', '/cases/b.zip']);
  expect(new Set(chosen.map((c) => c.token)).size).toBe(2);
  expect(JSON.stringify(chosen)).not.toContain('/cases');
});

test('a cancelled dialog is no grant', async () => {
  expect(await setUp().ipc.invoke('osmia:pick-folder', page)).toBeNull();
});

describe('every channel refuses whoever is not the page', () => {
  const strangers = [
    null,
    { url: 'https://evil.test/', parent: null },
    { url: 'osmia://app.evil/', parent: null },
    { url: 'osmia://other/', parent: null },
    { url: 'file:///etc/passwd', parent: null },
    { url: 'about:blank', parent: null },
    { url: 'not a url', parent: null },
    { url: 'osmia://app/', parent: page }, // a frame inside the page
  ];
  for (const channel of ['osmia:pick-files', 'osmia:pick-folder', 'osmia:grant-dropped', 'osmia:set-theme']) {
    test(channel, async () => {
      const { ipc, grants } = setUp();
      expect(ipc.channels).toContain(channel);
      for (const frame of strangers)
        await expect(ipc.invoke(channel, frame, '/x')).rejects.toThrow(/not from the page/);
      expect(grants).toEqual([]);
    });
  }

  test('osmia:request-port', () => {
    const { ipc, connected } = setUp();
    for (const frame of strangers) ipc.send('osmia:request-port', frame);
    expect(connected).toEqual([]);
    ipc.send('osmia:request-port', page);
    expect(connected).toEqual([1]);
  });
});

test('malformed arguments grant nothing and set nothing', async () => {
  const { ipc, grants, settings } = setUp();
  for (const bad of [undefined, null, 1, {}, [], '', 'relative/path', '../up', '/with\0nul', { path: '/x' }]) {
    expect(await ipc.invoke('osmia:grant-dropped', page, bad)).toBeNull();
    await expect(ipc.invoke('osmia:set-theme', page, bad)).rejects.toThrow(/no such theme/);
  }
  expect(grants).toEqual([]);
  expect(settings['theme']).toBe('auto');
  await ipc.invoke('osmia:set-theme', page, 'dark');
  expect(settings['theme']).toBe('dark');
});
