import {
  chmodSync,
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ended, type OsmiaRun } from '../support/run-osmia.ts';
import { peakMemory } from './support/processes.ts';
import { errorOf, makeServedWorld, type ServedWorld } from './support/served-world.ts';
import { until } from './support/until.ts';
import { OSMIA } from './support/world.ts';

vi.setConfig({ testTimeout: 60_000 });

let served: ServedWorld;
beforeAll(async () => {
  served = await makeServedWorld();
});
afterAll(() => served.remove());

describe.skipIf(process.platform === 'win32')('what is no readable file', () => {
  /** By the command, and past its own checks: by the core, where a window could not name a path at all. */
  async function refused(path: string, code: string): Promise<string> {
    const messages: string[] = [];
    for (const command of ['extract', 'analyze']) {
      const run = await served.osmia([command, path]);
      expect([command, path, run.code]).toEqual([command, path, 2]);
      const error = errorOf(run);
      expect(error.code).toBe(code);
      messages.push(error.message);
    }
    await expect(served.core.api['intake.fromPath']({ path })).rejects.toMatchObject({ code });
    return messages.join('\n');
  }

  it('a folder, a missing file, a circle of links, a device, a pipe, a socket', async () => {
    await refused(served.world.inputs, 'file.not_a_file');
    await refused(join(served.world.inputs, 'nothing.eml'), 'file.not_found');
    await refused(join(served.world.inputs, 'passphrase', 'below a file'), 'file.not_found');
    const circle = join(served.world.inputs, 'circle');
    symlinkSync(circle, circle);
    expect(await refused(circle, 'file.unreadable')).toContain('circle');
    for (const device of [
      '/dev/zero',
      '/dev/null',
      '/dev/tty',
      ...readdirSync('/dev')
        .filter((name) => /^(sda|vda|loop0)$/.test(name))
        .map((name) => `/dev/${name}`),
    ]) {
      await refused(device, 'file.not_a_file');
    }
    const pipe = join(served.world.inputs, 'pipe');
    execFileSync('mkfifo', [pipe]);
    expect(await refused(pipe, 'file.not_a_file')).toContain('standard input');
    await refused(join(served.world.workspace, 'run', 'core.sock'), 'file.not_a_file');
    const dangling = join(served.world.inputs, 'dangling');
    symlinkSync(join(served.world.inputs, 'nowhere'), dangling);
    await refused(dangling, 'file.not_found');
    await served.expectItGoesOn();
  });

  it('a file that this user may not read', async (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'osmia-inputs-'));
    try {
      const path = join(folder, 'secret.txt');
      writeFileSync(path, 'x', { mode: 0o000 });
      if (process.getuid?.() !== 0) {
        await refused(path, 'file.unreadable');
        return;
      }
      // Root reads everything, so the command runs as nobody; that needs a program and a home that nobody may read.
      const nobody = 65_534;
      chmodSync(folder, 0o755);
      const home = join(folder, 'home');
      mkdirSync(join(home, 'tmp'), { recursive: true });
      execFileSync('chown', ['-R', String(nobody), home]);
      const asNobody = (args: string[]): OsmiaRun => {
        const env = {
          PATH: process.env['PATH'] ?? '',
          HOME: home,
          TMPDIR: join(home, 'tmp'),
          DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent',
        };
        try {
          const stdout = execFileSync(process.execPath, args, {
            cwd: home,
            env,
            uid: nobody,
            gid: nobody,
            encoding: 'utf8',
            stdio: 'pipe',
          });
          return { code: 0, stdout, stderr: '' };
        } catch (error) {
          const failed = error as { status?: number | null; stdout?: string; stderr?: string };
          return { code: failed.status ?? null, stdout: failed.stdout ?? '', stderr: failed.stderr ?? String(error) };
        }
      };
      if (asNobody([OSMIA, '--version']).code !== 0) context.skip('nobody may not read this checkout');
      const run = asNobody([OSMIA, 'extract', path, '--json']);
      expect(run.code).toBe(2);
      expect(errorOf(run).code).toBe('file.unreadable');
      const behind = asNobody([OSMIA, 'extract', join(served.world.inputs, 'passphrase'), '--json']);
      expect(behind.code).toBe(2);
      expect(errorOf(behind).code).toBe('file.unreadable');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('files that are large, or change under our hands', () => {
  const incoming = (): string[] => readdirSync(join(served.world.workspace, 'blobs', 'incoming'));

  function sparse(name: string, bytes: number): string {
    const path = join(served.world.inputs, name);
    const fd = openSync(path, 'w');
    ftruncateSync(fd, bytes);
    writeSync(fd, 'https://start.example.com/ ', 0);
    closeSync(fd);
    return path;
  }

  it('3 GB: bounded memory, and an interrupt ends it at once and leaves nothing', async () => {
    const path = sparse('huge.img', 3 * 2 ** 30);
    const child = served.world.start(['extract', path, '--json', '--workspace', served.world.workspace]);
    child.stdin.end();
    const run = ended(child);
    await until(
      '300 MB are taken in',
      async () =>
        (await served.core.api['intake.list']({})).some(
          ({ name, progress }) => name === 'huge.img' && progress.done > 300e6,
        ),
      50_000,
    );
    expect(peakMemory(served.host.pid)).toBeLessThan(1_500);
    const from = performance.now();
    child.kill('SIGINT');
    const { code, stderr } = await run;
    expect(performance.now() - from).toBeLessThan(8_000);
    expect(code).toBe(130);
    expect(JSON.parse(stderr)).toEqual({ error: { code: 'cancelled', message: 'Interrupted.' } });
    expect((await served.core.api['intake.list']({})).filter(({ name }) => name === 'huge.img')).toEqual([]);
    await until('nothing half-taken is left', () => incoming().length === 0);
    unlinkSync(path);
    await served.expectItGoesOn();
  });

  it('a file that is cut while it is read', async () => {
    const path = sparse('shrinks.img', 2 ** 30);
    const child = served.world.start(['extract', path, '--json', '--workspace', served.world.workspace]);
    child.stdin.end();
    const run = ended(child);
    await until('its reading has begun', async () =>
      (await served.core.api['intake.list']({})).some(
        ({ name, progress }) => name === 'shrinks.img' && progress.done > 0,
      ),
    );
    truncateSync(path, 1_000);
    const failed = await run;
    expect(failed.code).toBe(2);
    expect(errorOf(failed).message).toMatch(/chang/i);
    expect((await served.core.api['intake.list']({})).filter(({ name }) => name === 'shrinks.img')).toEqual([]);
    await until('nothing half-taken is left', () => incoming().length === 0);
    await served.expectItGoesOn();
  });

  it('an upload whose sender goes away', async () => {
    const before = (await served.core.api['intake.list']({})).length;
    const upload = served.web.beginUpload('half.bin');
    upload.on('error', () => undefined);
    upload.write(Buffer.alloc(4 * 2 ** 20, 1));
    await until('it arrives', () => incoming().length > 0);
    const gone = new Promise((resolve) => upload.once('close', resolve));
    upload.destroy();
    await gone;
    await until(
      'nothing of it is left',
      async () => incoming().length === 0 && (await served.core.api['intake.list']({})).length === before,
    );
    await served.expectItGoesOn();
  });
});
