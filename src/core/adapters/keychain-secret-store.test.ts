import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeTempDir } from '../../../test/support/make-db.ts';

/*
 * Against a real gnome-keyring in a D-Bus session of its own, with folders of its own: the user's keychain is never
 * touched. Each script runs in a process of its own because the address of the bus is read once.
 */
const hasKeyring = ['gnome-keyring-daemon', 'dbus-run-session'].every(
  (program) => spawnSync('which', [program]).status === 0,
);
const DAEMON = 'gnome-keyring-daemon --components=secrets';
const UNLOCKED = `printf test | ${DAEMON} --unlock --daemonize >/dev/null 2>&1`;

const moduleUrl = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
const PRELUDE = `
  const { createKeychainSecretStore } = await import(${moduleUrl('./keychain-secret-store.ts')});
  const secrets = createKeychainSecretStore('Osmia test');
  const codeOf = (promise) => promise.then((value) => ({ value: value ?? null }), (error) => ({ code: error.code, message: error.message }));
  const print = (value) => console.log('RESULT ' + JSON.stringify(value));
`;
const CORE = `
  const { createCore } = await import(${moduleUrl('../app.ts')});
  const { openTinySession } = await import(${moduleUrl('../../../test/support/tiny-session.ts')});
  const { createSystemClock } = await import(${moduleUrl('./system-clock.ts')});
  const none = () => undefined;
  const open = () => createCore({ dir: process.env.WORKSPACE, clock: createSystemClock(), secrets, osmiaVersion: 'test',
    logger: { info: none, warn: none, error: none }, createIfMissing: true, openSession: openTinySession,
    engine: { nodePath: process.execPath, bundledRoot: '/' } });
`;

interface Session {
  /** Runs the shell lines, then the script; returns what it printed. */
  run(shell: string, script: string): { results: unknown[]; ms: number };
  workspace: string;
}

function makeSession(options: { bus: boolean }): Session {
  const [data, runtime] = [makeTempDir(), makeTempDir()];
  chmodSync(runtime, 0o700);
  const workspace = join(makeTempDir(), 'workspace');
  const env = {
    PATH: process.env['PATH'],
    HOME: data,
    XDG_DATA_HOME: data,
    XDG_RUNTIME_DIR: runtime,
    WORKSPACE: workspace,
    NODE: process.execPath,
  };
  return {
    workspace,
    run(shell, script) {
      const started = performance.now();
      const node = `"$NODE" --input-type=module -e "$SCRIPT"`;
      const command = ['bash', '-c', shell === '' ? node : `${shell}\n${node}`];
      const [program, ...args] = options.bus ? ['dbus-run-session', '--', ...command] : command;
      const child = spawnSync(program!, args, {
        env: { ...env, SCRIPT: `${PRELUDE}${script}` },
        encoding: 'utf8',
        timeout: 25_000,
      });
      const results = child.stdout
        .split('\n')
        .filter((line) => line.startsWith('RESULT '))
        .map((line) => JSON.parse(line.slice(7)) as unknown);
      if (results.length === 0) throw new Error(`the script printed nothing: ${child.stderr}`);
      return { results, ms: performance.now() - started };
    },
  };
}

describe.skipIf(!hasKeyring)(
  'with gnome-keyring (skipped where gnome-keyring-daemon or dbus-run-session is missing)',
  () => {
    test('a secret is kept, replaced, removed, and a missing one is undefined', () => {
      const { results } = makeSession({ bus: true }).run(
        UNLOCKED,
        `print(await secrets.probe());
       print(await codeOf(secrets.get('a')));
       await secrets.set('a', 'first'); await secrets.set('a', 'sécond ✓');
       print(await codeOf(secrets.get('a')));
       await secrets.delete('a'); await secrets.delete('a');
       print(await codeOf(secrets.get('a')));`,
      );
      expect(results).toEqual([
        { isUsable: true, backend: 'Secret Service', reason: '' },
        { value: null },
        { value: 'sécond ✓' },
        { value: null },
      ]);
    });

    test('the key of a workspace survives the process and, sealed, the daemon', () => {
      const session = makeSession({ bus: true });
      const script = `${CORE} const core = await open(); print(core.status().state); await core.close();
      const again = await open(); print(again.status().state); await again.close();`;
      expect(session.run(UNLOCKED, script).results).toEqual(['open', 'open']);
      // Another daemon, unlocked with the same password, as at the next login.
      expect(session.run(UNLOCKED, script).results).toEqual(['open', 'open']);
    });

    test('a locked keychain is an error with a reason, never "no secret", and the workspace waits', () => {
      const session = makeSession({ bus: true });
      session.run(UNLOCKED, `${CORE} const core = await open(); print(core.status().state); await core.close();`);
      const { results, ms } = session.run(
        `${DAEMON} --start --daemonize >/dev/null 2>&1`,
        `${CORE} const core = await open(); print(core.status().state); print(core.status().warning !== null);
       print(await codeOf(secrets.get(JSON.parse(await (await import('node:fs/promises')).readFile(process.env.WORKSPACE + '/keys.json')).keychainAccount)));
       await core.close();`,
      );
      expect(results).toEqual(['locked', true, expect.objectContaining({ code: 'workspace.no_keychain' })]);
      expect(ms).toBeLessThan(20_000);
    });

    test('a session bus without a keychain program, or without a keychain in it, is said as such', () => {
      const { results } = makeSession({ bus: true }).run(
        '',
        'print(await secrets.probe()); print(await codeOf(secrets.set("a", "b")));',
      );
      expect(results[0]).toMatchObject({ isUsable: false, reason: expect.stringMatching(/Secret Service/) });
      expect(results[1]).toMatchObject({ code: 'workspace.no_keychain' });
    });
  },
);

test.runIf(process.platform === 'linux')(
  'without D-Bus nothing is stored anywhere, and the workspace asks for a passphrase',
  () => {
    const session = makeSession({ bus: false });
    const { results } = session.run(
      '',
      `${CORE} print(await secrets.probe()); print(await codeOf(secrets.set('a', 'b')));
     const core = await open(); print(core.status().state); await core.close();`,
    );
    expect(results[0]).toMatchObject({ isUsable: false, reason: expect.stringMatching(/Secret Service/) });
    expect(results[1]).toMatchObject({ code: 'workspace.no_keychain' });
    expect(results[2]).toBe('new');
    expect(existsSync(join(session.workspace, 'keys.json'))).toBe(false);
    expect(readFileSync('/proc/keys', 'utf8')).not.toContain('Osmia test');
  },
);
