import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { makeTempDir } from '../../../test/support/make-db.ts';
import { acquireLock } from '../../core/workspace/lock.ts';
import { contract } from '../../shared/contract/contract.ts';
import { connect } from '../../shared/rpc/connect.ts';
import { portFromWebSocket } from '../http/rpc-socket.ts';
import { serveWorkspace, type ServeWorkspaceOptions } from './serve-workspace.ts';

function options(dir: string, more: Partial<ServeWorkspaceOptions>): ServeWorkspaceOptions {
  return {
    dir,
    port: 0,
    osmiaVersion: '0.1.0',
    signal: new AbortController().signal,
    passphrase: randomBytes(8).toString('hex'),
    rendererDir: makeTempDir(),
    onReady: () => undefined,
    ...more,
  };
}

/** What the page does: code for cookie, then the socket. */
async function openWindow(launchUrl: string): Promise<WebSocket> {
  const { origin, hash } = new URL(launchUrl);
  const answer = await fetch(`${origin}/launch`, {
    method: 'POST',
    headers: { origin, 'content-type': 'text/plain' },
    body: hash.slice('#code='.length),
  });
  const cookie = answer.headers.getSetCookie()[0]!.split(';', 1)[0]!;
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/rpc`, { headers: { origin, cookie } });
  await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return socket;
}

it('ends when its window has closed and no other is left, and frees the workspace', async () => {
  const dir = join(makeTempDir(), 'ws');
  const windowClosed = Promise.withResolvers<void>();
  const ready = Promise.withResolvers<string>();
  let hasEnded = false;
  const served = serveWorkspace(
    options(dir, {
      onReady({ launchUrl }) {
        ready.resolve(launchUrl);
        return windowClosed.promise;
      },
    }),
  ).then(() => {
    hasEnded = true;
  });
  const socket = await openWindow(await ready.promise);
  const { api } = connect(contract, portFromWebSocket(socket));
  expect(await api['workspace.status']({})).toMatchObject({ state: 'open' });
  // A window names no paths, whatever it says.
  await expect(api['intake.fromPath']({ path: '/etc/hostname' })).rejects.toMatchObject({ code: 'forbidden' });

  windowClosed.resolve();
  expect(await api['settings.get']({})).toBeDefined();
  expect(hasEnded).toBe(false);
  socket.close();
  await served;
  expect(existsSync(join(dir, 'run', 'core.sock'))).toBe(false);
  const lock = acquireLock(dir);
  expect(lock).toBeDefined();
  lock?.release();
});

it('ends on its signal, windows or not', async () => {
  const stop = new AbortController();
  const ready = Promise.withResolvers<string>();
  const served = serveWorkspace(
    options(join(makeTempDir(), 'ws'), {
      signal: stop.signal,
      onReady({ launchUrl }) {
        ready.resolve(launchUrl);
        return undefined;
      },
    }),
  );
  const socket = await openWindow(await ready.promise);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  stop.abort();
  await Promise.all([served, closed]);
});

it('refuses a workspace for which it has the wrong passphrase, and lets go of it', async () => {
  const dir = join(makeTempDir(), 'ws');
  const stop = new AbortController();
  await serveWorkspace(
    options(dir, {
      passphrase: 'the right one',
      signal: stop.signal,
      onReady() {
        stop.abort();
        return undefined;
      },
    }),
  );
  await expect(serveWorkspace(options(dir, { passphrase: 'a wrong one' }))).rejects.toMatchObject({
    code: 'workspace.wrong_key',
  });
  const lock = acquireLock(dir);
  expect(lock).toBeDefined();
  lock?.release();
});
