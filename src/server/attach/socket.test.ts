import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect as connectTcp, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { makeTempDir } from '../../../test/support/make-db.ts';
import type { CallContext } from '../../core/ports.ts';
import type { OsmiaContract } from '../../shared/contract/contract.ts';
import { AppError } from '../../shared/errors.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import { CLIENT_FRAME_BYTES } from './line-port.ts';
import { attach } from './socket-client.ts';
import { listenAddress } from './socket-address.ts';
import { listenForClients, type SocketListener } from './socket-listener.ts';

/** A core of which only a few calls are asked. */
function handlersWith(some: Partial<Handlers<OsmiaContract, CallContext>>): Handlers<OsmiaContract, CallContext> {
  return some as Handlers<OsmiaContract, CallContext>;
}

async function listen(dir: string, some: Partial<Handlers<OsmiaContract, CallContext>> = {}): Promise<SocketListener> {
  const listener = await listenForClients({
    dir,
    handlers: handlersWith(some),
    osmiaVersion: '0.1.0',
    onBug: () => 'bug-1',
  });
  onTestFinished(() => listener.close());
  return listener;
}

async function attached(dir: string): Promise<NonNullable<Awaited<ReturnType<typeof attach>>>> {
  const connection = await attach(dir);
  if (!connection) throw new Error('nobody listens');
  onTestFinished(() => connection.close());
  return connection;
}

const until = (condition: () => boolean, listener: SocketListener): Promise<void> =>
  new Promise((resolve) => {
    const check = (): void => {
      if (condition()) resolve();
    };
    listener.onCountChange(check);
    check();
  });

it('serves the contract to a client on this machine, as a local one', async () => {
  const dir = makeTempDir();
  let context: CallContext | undefined;
  await listen(dir, {
    'settings.get': (ctx) => {
      context = ctx;
      return { autoLockMinutes: 7 };
    },
  });
  const { api } = await attached(dir);
  expect(await api['settings.get']({})).toEqual({ autoLockMinutes: 7 });
  expect(context).toMatchObject({ client: 'local' });
});

it.skipIf(process.platform === 'win32')('keeps everybody else out by the rights of folder and socket', async () => {
  const dir = makeTempDir();
  await listen(dir);
  const socket = listenAddress(dir);
  expect(statSync(socket).mode & 0o777).toBe(0o600);
  expect(statSync(join(socket, '..')).mode & 0o777).toBe(0o700);
});

it('finds nobody where nobody listens, and a dead socket is no obstacle', async () => {
  const dir = makeTempDir();
  expect(await attach(dir)).toBeUndefined();
  mkdirSync(join(dir, 'run'), { mode: 0o700 });
  writeFileSync(join(dir, 'run', 'core.sock'), '');
  expect(await attach(dir)).toBeUndefined();
  await listen(dir, { 'settings.get': () => ({ autoLockMinutes: 0 }) });
  expect(await (await attached(dir)).api['settings.get']({})).toEqual({ autoLockMinutes: 0 });
});

it.skipIf(process.platform === 'win32')('uses no folder that others can write or that is a link', async () => {
  const dir = makeTempDir();
  mkdirSync(join(dir, 'run'));
  chmodSync(join(dir, 'run'), 0o777);
  await expect(attach(dir)).rejects.toMatchObject({ code: 'forbidden' });

  const linked = makeTempDir();
  symlinkSync(makeTempDir(), join(linked, 'run'));
  await expect(attach(linked)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(listen(linked)).rejects.toMatchObject({ code: 'forbidden' });
});

it('works where the folder’s name is too long for a socket', async () => {
  const dir = join(makeTempDir(), 'x'.repeat(120));
  mkdirSync(dir);
  expect(listenAddress(dir).length).toBeLessThan(104);
  await listen(dir, { 'settings.get': () => ({ autoLockMinutes: 3 }) });
  expect(await (await attached(dir)).api['settings.get']({})).toEqual({ autoLockMinutes: 3 });
});

it('gives launch addresses only where the holder has a web host', async () => {
  const dir = makeTempDir();
  const listener = await listen(dir);
  const { api } = await attached(dir);
  await expect(api['host.launchUrl']({})).rejects.toMatchObject({ code: 'unavailable' });
  listener.offerLaunchUrl(() => 'http://127.0.0.1:1/#code=x');
  expect(await api['host.launchUrl']({})).toEqual({ url: 'http://127.0.0.1:1/#code=x' });
});

it('carries large frames and odd text in small pieces', async () => {
  const dir = makeTempDir();
  await listen(dir, { 'intake.classify': (_ctx, { text }) => ({ reason: text }) });
  const { api } = await attached(dir);
  const text = 'ü\u2028\n"\\\u0000🐝'.repeat(5_000);
  expect(await api['intake.classify']({ text })).toEqual({ reason: text });
});

const dial = (dir: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connectTcp(listenAddress(dir));
    socket.on('error', reject).once('connect', () => resolve(socket));
    onTestFinished(() => void socket.destroy());
  });

it.each([
  ['no JSON', 'GET / HTTP/1.1\r\n\r\n'],
  ['a frame that never ends', 'x'.repeat(CLIENT_FRAME_BYTES + 1)],
  ['JSON that is no frame', '{"t":"req"}\n'],
])('drops a client that sends %s, and goes on', async (_what, bytes) => {
  const dir = makeTempDir();
  await listen(dir, { 'settings.get': () => ({ autoLockMinutes: 1 }) });
  const socket = await dial(dir);
  socket.removeAllListeners('error').on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.resume();
  socket.write(bytes);
  await closed;
  expect(await (await attached(dir)).api['settings.get']({})).toEqual({ autoLockMinutes: 1 });
});

it('aborts what a client started when it goes away', async () => {
  const dir = makeTempDir();
  const started = Promise.withResolvers<AbortSignal>();
  const listener = await listen(dir, {
    'jobs.wait': (_ctx, _input, signal) => {
      started.resolve(signal);
      return new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(new AppError('cancelled', 'gone'))),
      );
    },
  });
  const connection = await attached(dir);
  const call = connection.api['jobs.wait']({ ids: ['0193a3c5-7a1e-7000-8000-000000000000'] });
  const signal = await started.promise;
  connection.close();
  await expect(call).rejects.toMatchObject({ code: 'unavailable' });
  await until(() => listener.count() === 0, listener);
  expect(signal.aborted).toBe(true);
});

it('waits for the last client when it drains, and takes no new one', async () => {
  const dir = makeTempDir();
  const listener = await listen(dir, { 'settings.get': () => ({ autoLockMinutes: 1 }) });
  const connection = await attached(dir);
  await until(() => listener.count() === 1, listener);
  let isDrained = false;
  const drained = listener.drained().then(() => {
    isDrained = true;
  });
  expect(await attach(dir)).toBeUndefined();
  expect(await connection.api['settings.get']({})).toEqual({ autoLockMinutes: 1 });
  expect(isDrained).toBe(false);
  connection.close();
  await drained;
});
