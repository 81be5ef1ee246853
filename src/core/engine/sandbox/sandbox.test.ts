import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { processesWith } from '../../../../test/support/kill-engine.ts';
import { makeTempDir, silentLogger } from '../../../../test/support/make-db.ts';
import { NODE, REPOSITORY } from '../../../../test/support/make-engine.ts';
import { type Broker, createBroker } from '../broker/broker-client.ts';
import type { Ended } from '../broker/protocol.ts';
import { openRunNetwork } from '../network/run-network.ts';
import { detectSandbox, type Mechanism, type Sandbox } from './sandbox.ts';

let broker: Broker;
let server: Server;
let port: number;
beforeAll(async () => {
  broker = createBroker({
    nodePath: NODE,
    program: join(REPOSITORY, 'src/core/engine/broker/broker.ts'),
    logger: silentLogger,
    monotonic: () => performance.now(),
  });
  server = createServer((message, answer) => answer.end(`you asked for ${message.url}`));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(async () => {
  await broker.close();
  server.close();
});

/** What a level holds back. Where it does not, the job says so, and this test too. */
interface Level {
  allowed: Mechanism[];
  level: 'isolated' | 'limited';
  hasNoFiles: boolean;
  hasNoNetwork: boolean;
  isWholeTree: boolean;
  /** The proxy is the only way out. */
  isBehindProxy: boolean;
  notes: RegExp;
}

const LEVELS: [string, Level][] = [
  [
    'bubblewrap',
    {
      allowed: ['bwrap', 'unshare', 'landlock'],
      level: 'isolated',
      hasNoFiles: true,
      hasNoNetwork: true,
      isWholeTree: true,
      isBehindProxy: true,
      notes: /^Layers: own namespaces \(bubblewrap\): files, processes, network; system-call filter; limits/,
    },
  ],
  [
    'unshare and Landlock',
    {
      allowed: ['unshare', 'landlock'],
      level: 'limited',
      hasNoFiles: true,
      hasNoNetwork: true,
      isWholeTree: true,
      isBehindProxy: true,
      notes: /own namespaces \(unshare\): processes, network; files by Landlock; system-call filter/,
    },
  ],
  [
    'Landlock',
    {
      allowed: ['landlock'],
      level: 'limited',
      hasNoFiles: true,
      hasNoNetwork: true,
      isWholeTree: false,
      isBehindProxy: true,
      notes: /files by Landlock; system-call filter.*could outlive/,
    },
  ],
  [
    'unshare',
    {
      allowed: ['unshare'],
      level: 'limited',
      hasNoFiles: false,
      hasNoNetwork: true,
      isWholeTree: true,
      isBehindProxy: false,
      notes: /own namespaces \(unshare\).*could read your files/,
    },
  ],
  [
    'limits only',
    {
      allowed: [],
      level: 'limited',
      hasNoFiles: false,
      hasNoNetwork: false,
      isWholeTree: false,
      isBehindProxy: false,
      notes: /^Layers: limits.*could read your files.*network could not be switched off/,
    },
  ],
];

describe.runIf(process.platform === 'linux').each(LEVELS)('with %s', (_name, expected) => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await detectSandbox(broker, expected.allowed);
  });
  // A system may forbid namespaces or have no Landlock.
  beforeEach((context) => {
    if (!expected.notes.test(sandbox.notes({ hasNetwork: false }).join(' '))) context.skip();
  });

  interface Asked {
    jobFolder: string;
    proxy?: { socketPath: string | undefined; port: number };
    env?: Record<string, string>;
  }
  const python = async (program: string, { env = {}, ...more }: Asked): Promise<Ended> => {
    const { ended } = await broker.startOwn({
      ...sandbox.wrap({
        command: ['/usr/bin/python3', '-c', program],
        env: { PATH: '/usr/bin:/bin', JOB: sandbox.jobPath(more.jobFolder), ...env },
        readOnly: [],
        cwd: '/',
        hasNetwork: false,
        limits: { memoryMib: 1_024, processes: 64, openFiles: 256 },
        ...more,
      }),
      hasStdin: false,
      isStreamed: false,
      outputCap: 2 ** 20,
      wallMs: 20_000,
      graceMs: 200,
    }).ended;
    return ended;
  };

  test('it says what is in force', () => {
    expect(sandbox.report.level).toBe(expected.level);
    expect(sandbox.notes({ hasNetwork: false }).join(' ')).toMatch(expected.notes);
  });

  test('files, network, other processes', async () => {
    const home = makeTempDir();
    const jobFolder = join(home, 'job');
    mkdirSync(jobFolder);
    writeFileSync(join(home, 'private'), 'the private key');
    const ended = await python(
      `
import json, os, socket
out = {}
def attempt(name, do):
    try:
        do()
        out[name] = True
    except OSError:
        out[name] = False
attempt('own', lambda: open(os.environ['JOB'] + '/written', 'w').write('x'))
attempt('read', lambda: open(${JSON.stringify(join(home, 'private'))}).read())
attempt('write', lambda: open(${JSON.stringify(join(home, 'planted'))}, 'w').write('x'))
attempt('connect', lambda: socket.create_connection(('127.0.0.1', ${port}), 2).close())
attempt('environ', lambda: open('/proc/%d/environ' % ${process.pid}).read())
print(json.dumps(out))`,
      { jobFolder },
    );
    expect(ended.stderr).toBe('');
    expect(JSON.parse(ended.stdout)).toEqual({
      own: true,
      read: !expected.hasNoFiles,
      write: !expected.hasNoFiles,
      connect: !expected.hasNoNetwork,
      // Namespaces give the number to nobody, or another; Landlock keeps its programs from looking into others.
      environ: !expected.isWholeTree && !expected.hasNoFiles,
    });
    expect(readFileSync(join(jobFolder, 'written'), 'utf8')).toBe('x');
    expect(existsSync(join(home, 'planted'))).toBe(!expected.hasNoFiles);
  });

  test('Node runs, with threads and a child', async () => {
    const program = `
      const { execFileSync } = require('node:child_process');
      const { Worker } = require('node:worker_threads');
      const child = execFileSync('/bin/echo', ['hi']).toString().trim();
      new Worker('require("node:worker_threads").parentPort.postMessage(42)', { eval: true })
        .on('message', (n) => console.log(child, n, require('node:crypto').randomUUID().length));`;
    const { ended } = await broker.startOwn({
      ...sandbox.wrap({
        command: [NODE, '-e', program],
        env: {},
        readOnly: [NODE],
        cwd: '/',
        hasNetwork: false,
        limits: { memoryMib: 2_048, processes: 64 },
      }),
      hasStdin: false,
      isStreamed: false,
      outputCap: 2 ** 20,
      wallMs: 20_000,
      graceMs: 0,
    }).ended;
    expect([ended.stdout, ended.stderr]).toEqual(['hi 42 36\n', '']);
  });

  test('a child in another session that hides its mark', async () => {
    const jobFolder = makeTempDir();
    const ended = await python(
      `
import os
if os.fork() == 0:
    os.setsid()
    os.execve('/bin/sh', ['sh', '-c', 'sleep 30; : ${jobFolder}'], {})
import time; time.sleep(0.3); print('over')`,
      { jobFolder },
    );
    expect(ended.stdout).toBe('over\n');
    const left = processesWith(jobFolder);
    for (const pid of left) process.kill(pid, 'SIGKILL');
    expect(left.length === 0).toBe(expected.isWholeTree);
  });

  test('through the proxy to what the user set, and nowhere else', async () => {
    const jobFolder = makeTempDir();
    const flavor = {
      isLocal: false,
      needsRoute: false,
      card: { leaves: 'x', hosts: ['api.example'], seenBy: 'x', keeps: 'x' },
      items: [],
      config: {},
    };
    const folder = sandbox.proxyPlace === 'socket' ? makeTempDir() : undefined;
    const network = await openRunNetwork(flavor, { url: `http://127.0.0.1:${port}` }, folder);
    const ended = await python(
      `
import json, socket, urllib.request
def ask(url):
    try:
        return urllib.request.urlopen(url, timeout=5).read().decode()
    except OSError as error:
        return str(error)
def straight():
    try:
        socket.create_connection(('127.0.0.1', ${port}), 2).close()
        return 'reached'
    except OSError:
        return 'no way'
print(json.dumps([ask('http://127.0.0.1:${port}/own'), ask('http://other.example/'), straight()]))`,
      { jobFolder, proxy: network, env: network.env },
    );
    const contacts = await network.close();
    expect(ended.stderr).toBe('');
    expect(JSON.parse(ended.stdout)).toEqual([
      'you asked for /own',
      expect.stringContaining('403'),
      expected.isBehindProxy ? 'no way' : 'reached',
    ]);
    expect(contacts).toMatchObject([
      { host: '127.0.0.1', port, allowed: 1, refused: 0 },
      { host: 'other.example', port: 80, allowed: 0, refused: 1, reason: 'it is not on the data card' },
    ]);
  });
});

test('what does not work here is left out, with the reason', async () => {
  const sandbox = await detectSandbox(broker, []);
  expect(sandbox.report).toMatchObject({ reason: 'The sandbox is switched off.' });
});
