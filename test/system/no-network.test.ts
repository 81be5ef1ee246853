import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPhishingMail } from '../support/phishing-mail.ts';
import { FIXTURES } from '../support/make-engine.ts';
import { ended } from '../support/run-osmia.ts';
import { treeOf } from './support/processes.ts';
import { networkCallsIn, openSocketsOf } from './support/trace.ts';
import { openWebSession } from './support/web-session.ts';
import { makeWorld, type World } from './support/world.ts';

const whyNoTrace = ((): string | undefined => {
  if (process.platform !== 'linux') return 'strace is for Linux';
  const run = spawnSync('strace', ['-f', '-e', 'trace=connect', 'true'], { encoding: 'utf8' });
  if (run.error) return 'strace is not installed (Debian: apt-get install strace)';
  return run.status === 0 ? undefined : `strace does not work here: ${run.stderr.trim()}`;
})();
const hasOwnNamespace = process.platform === 'linux' && spawnSync('unshare', ['-n', 'true']).status === 0;
if (whyNoTrace !== undefined) process.stderr.write(`no-network.test.ts: skipped what needs a trace: ${whyNoTrace}\n`);

let world: World;
let mail: string;
beforeAll(() => {
  world = makeWorld();
  mail = world.put('mail.eml', buildPhishingMail());
});
afterAll(() => world.remove());

const traced = (log: string): string[] => [
  'strace',
  // The tracer is the grandchild: signals reach the program itself.
  '-D',
  '-f',
  '-qq',
  '-s',
  '256',
  '-e',
  'trace=connect,sendto,sendmsg,sendmmsg,bind',
  '-o',
  log,
];

describe.skipIf(whyNoTrace !== undefined)('by every system call of the whole process tree', () => {
  it('an attempt would be seen: by name, by address, as a datagram', () => {
    const log = join(world.inputs, 'control.strace');
    const program = `
      const net = require('node:net'), dgram = require('node:dgram'), dns = require('node:dns');
      const end = () => undefined;
      net.connect({ host: '192.0.2.1', port: 443 }).on('error', end);
      net.connect({ host: '2001:db8::1', port: 443 }).on('error', end);
      const udp = dgram.createSocket('udp4').on('error', end);
      udp.send('x', 53, '192.0.2.2', end);
      net.connect({ host: '127.0.0.1', port: 9 }).on('error', end);
      setTimeout(() => process.exit(0), 300);
    `;
    const [command, ...args] = [...traced(log), process.execPath, '-e', program];
    execFileSync(command, args);
    const found = networkCallsIn(readFileSync(log, 'utf8')).outside.join('\n');
    for (const address of ['192.0.2.1', '2001:db8::1', '192.0.2.2']) expect(found).toContain(address);
    expect(found).not.toContain('127.0.0.1');
  });

  it.each([
    ['extract', ['extract']],
    ['analyze, our own analyzers and what was found', ['analyze', '--observables']],
  ])(
    '%s contacts nobody',
    async (_name, [command, ...options]) => {
      const log = join(world.inputs, `${command}.strace`);
      const child = world.start([command!, mail, '--json', ...options], { wrapper: traced(log) });
      child.stdin.end();
      const run = await ended(child);
      expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' });
      expect(run.stdout).toContain('bad-site.com');
      const { outside, seen } = networkCallsIn(readFileSync(log, 'utf8'));
      expect(outside).toEqual([]);
      // The trace did see the sockets between our own processes.
      expect(seen).toBeGreaterThan(0);
    },
    60_000,
  );

  it('the web host, an upload, a case and foreign analyzers contact nobody, and only loopback is bound', async () => {
    const log = join(world.inputs, 'serve.strace');
    const kit = join(world.inputs, 'kit');
    cpSync(join(FIXTURES, 'Good'), join(kit, 'Good'), { recursive: true });
    const host = await world.serve({ wrapper: traced(log) });
    const web = await openWebSession(host.launchUrl);
    const { status, body } = await web.upload('mail.eml', readFileSync(mail));
    expect(status).toBe(200);
    const { api, close } = await host.connect();
    const { id } = JSON.parse(body) as { id: string };
    expect((await api['intake.wait']({ id })).state).toBe('ready');
    const { caseId } = await api['intake.accept']({ id, newCaseTitle: 'offline' });
    await api['notes.save']({ caseId, title: 'n', body: '![picture](https://images.bad-site.com/x.png)' });
    await api['analyzers.addSource']({ path: kit });
    const all = await api['observables.list']({ caseId });
    const sheet = await api['jobs.plan']({ subjects: all.items.map((each) => ({ observableId: each.id })) });
    expect(sheet.counts.valuesLeaving).toBe(0);
    const { rows } = sheet.localIndex;
    const jobs = await api['jobs.start']({ sheetId: sheet.id, rows });
    const done = await api['jobs.wait']({ ids: jobs.map((job) => job.id) });
    expect(done.some(({ flavorName, status: how }) => flavorName === 'Ok' && how === 'done')).toBe(true);
    await api['system.doctor']({});

    const port = Number(new URL(host.url).port);
    const sockets = treeOf(host.pid).flatMap(({ pid }) => openSocketsOf(pid));
    expect(sockets.filter((socket) => socket.isListening)).toEqual([{ address: '127.0.0.1', port, isListening: true }]);
    expect(sockets.filter(({ address }) => address !== '127.0.0.1')).toEqual([]);
    close();
    await host.stop();
    const { outside, seen, bound } = networkCallsIn(readFileSync(log, 'utf8'));
    expect(outside).toEqual([]);
    expect(seen).toBeGreaterThan(0);
    expect(bound).toEqual(['127.0.0.1']);
  }, 60_000);
});

it.skipIf(!hasOwnNamespace)('extract and analyze give the same answers with no network at all', async () => {
  const wrapper = ['unshare', '-n'];
  const without = await world.run(['extract', mail, '--json'], { wrapper });
  const usual = await world.run(['extract', mail, '--json']);
  expect(without).toEqual(usual);
  expect(without.code).toBe(0);
  const analyzed = await world.run(['analyze', mail, '--json'], { wrapper });
  expect(analyzed).toMatchObject({ code: 0, stderr: '' });
  expect(existsSync(mail)).toBe(true);
});
