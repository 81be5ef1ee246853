import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLogger } from '../../../../test/support/make-db.ts';
import { NODE, REPOSITORY } from '../../../../test/support/make-engine.ts';
import { runFilter } from '../../../../test/support/run-bpf.ts';
import { type Broker, createBroker } from '../broker/broker-client.ts';
import { ANSWER } from './bpf.ts';
import { detectSandbox, type Sandbox } from './sandbox.ts';
import { DENIED, type FilterArch, INSPECTED, MARKS, MISSING, numberOn } from './seccomp-calls.ts';
import { ownArch, seccompFilter, type SocketRule } from './seccomp-filter.ts';

const ARCHES: Readonly<Record<FilterArch, { own: number; others: number[] }>> = {
  // i386; 32-bit ARM.
  x64: { own: 0xc000_003e, others: [0x4000_0003, 0xc000_00b7] },
  arm64: { own: 0xc000_00b7, others: [0x4000_0028, 0xc000_003e] },
};

describe.each(['x64', 'arm64'] as const)('the filter for %s', (arch) => {
  const { own, others } = ARCHES[arch];
  const ask = (sockets: SocketRule, name: keyof typeof INSPECTED, args: number[]): number =>
    runFilter(seccompFilter(arch, sockets, true), {
      architecture: own,
      number: numberOn(arch, INSPECTED[name])!,
      args,
    });

  test('refuses what is named, says of the rest that it is missing, lets everything else through', () => {
    const program = seccompFilter(arch, 'unix', true);
    const refused = new Map<number, number>();
    for (const numbers of Object.values(DENIED)) refused.set(numberOn(arch, numbers) ?? -1, ANSWER.error(1));
    for (const numbers of Object.values(MISSING)) refused.set(numberOn(arch, numbers) ?? -1, ANSWER.error(38));
    const inspected = new Set(Object.values(INSPECTED).map((numbers) => numberOn(arch, numbers)));
    for (let number = 0; number < 600; number += 1) {
      if (inspected.has(number)) continue;
      expect([number, runFilter(program, { architecture: own, number })]).toEqual([
        number,
        refused.get(number) ?? ANSWER.allow,
      ]);
    }
  });

  test("where files are the user's own, changes of their marks are answered and not made", () => {
    for (const [name, numbers] of Object.entries(MARKS)) {
      const number = numberOn(arch, numbers);
      if (number === undefined) continue;
      const call = { architecture: own, number };
      expect([name, runFilter(seccompFilter(arch, 'none', false), call)]).toEqual([name, ANSWER.error(0)]);
      expect([name, runFilter(seccompFilter(arch, 'none', true), call)]).toEqual([name, ANSWER.allow]);
    }
  });

  test('kills whoever speaks another architecture', () => {
    const program = seccompFilter(arch, 'unix+inet', true);
    for (const architecture of [...others, 0]) {
      expect(runFilter(program, { architecture, number: 1 })).toBe(ANSWER.killProcess);
    }
    if (arch !== 'x64') return;
    for (const number of [0x4000_0000, 0x4000_0065, 0xffff_ffff]) {
      expect(runFilter(program, { architecture: own, number })).toBe(ANSWER.killProcess);
    }
  });

  test('looks at the arguments of clone, ioctl, personality and socket', () => {
    // Threads and fork as glibc makes them; then each namespace flag.
    for (const flags of [0x003d_0f00, 0x0120_0011]) expect(ask('unix', 'clone', [flags])).toBe(ANSWER.allow);
    for (const bit of [17, 25, 26, 27, 28, 29, 30])
      expect([bit, ask('unix', 'clone', [2 ** bit])]).toEqual([bit, ANSWER.error(1)]);
    expect(ask('unix', 'ioctl', [0, 0x5401])).toBe(ANSWER.allow);
    // The upper half is not looked at by the kernel either.
    for (const request of [0x5412, 0x541c, 2 ** 32 + 0x5412])
      expect(ask('unix+inet', 'ioctl', [0, request])).toBe(ANSWER.error(1));
    expect(ask('unix', 'personality', [0])).toBe(ANSWER.allow);
    expect(ask('unix', 'personality', [0xffff_ffff])).toBe(ANSWER.allow);
    expect(ask('unix', 'personality', [0x0040_0000])).toBe(ANSWER.error(1));
    const open = (sockets: SocketRule): number[] =>
      Array.from({ length: 50 }, (_, family) => family).filter(
        (family) => ask(sockets, 'socket', [family, 1, 0]) === ANSWER.allow,
      );
    expect(open('none')).toEqual([]);
    expect(open('unix')).toEqual([1]);
    expect(open('tcp')).toEqual([2, 10]);
    // Datagrams and raw sockets; then a stream with SOCK_CLOEXEC and SOCK_NONBLOCK.
    for (const type of [2, 3, 5, 10, 0x80002]) expect(ask('tcp', 'socket', [2, type])).toBe(ANSWER.error(97));
    expect(ask('tcp', 'socket', [2, 0x80801])).toBe(ANSWER.allow);
    expect(open('unix+inet')).toEqual([1, 2, 10, 16]);
    // Other netlink families than the routing table: audit, netfilter, generic.
    for (const protocol of [9, 12, 16]) expect(ask('unix+inet', 'socket', [16, 3, protocol])).toBe(ANSWER.error(97));
    expect(ask('unix', 'socket', [2 ** 32 + 1])).toBe(ANSWER.allow);
  });
});

describe.runIf(process.platform === 'linux')('inside the sandbox', () => {
  let broker: Broker;
  let sandbox: Sandbox;
  beforeAll(async () => {
    broker = createBroker({
      nodePath: NODE,
      program: join(REPOSITORY, 'src/core/engine/broker/broker.ts'),
      logger: silentLogger,
      monotonic: () => performance.now(),
    });
    sandbox = await detectSandbox(broker, true);
  });
  afterAll(() => broker.close());

  const run = async (command: string[], hasNetwork = false): Promise<{ code: number | null; stdout: string }> => {
    const { ended } = await broker.startOwn({
      ...sandbox.wrap({ command, env: {}, readOnly: [NODE], cwd: '/', hasNetwork, limits: {} }),
      hasStdin: false,
      isStreamed: false,
      outputCap: 2 ** 20,
      wallMs: 30_000,
      graceMs: 0,
    }).ended;
    expect(ended.stderr).toBe('');
    return { code: ended.code, stdout: ended.stdout };
  };
  const python = (program: string, hasNetwork = false): Promise<{ code: number | null; stdout: string }> =>
    run(['/usr/bin/python3', '-c', program], hasNetwork);

  test('each refused call is refused to a real program', async () => {
    const arch = ownArch()!;
    const calls = Object.entries({ ...DENIED, ...MISSING }).flatMap(([name, numbers]) => {
      const number = numberOn(arch, numbers);
      return number === undefined ? [] : [[name, number] as const];
    });
    // Arguments that the kernel would call invalid, so that EPERM is the filter's answer and not the kernel's.
    const { stdout } = await python(`
import ctypes, json
libc = ctypes.CDLL(None, use_errno=True)
out = {}
for name, number in ${JSON.stringify(calls)}:
    answer = libc.syscall(number, -1, -1, -1, -1, -1, -1)
    out[name] = [answer, ctypes.get_errno()]
def flagged(name, *args):
    answer = libc.syscall(*args)
    out[name] = [answer, ctypes.get_errno()]
flagged('clone', ${numberOn(arch, INSPECTED.clone)}, 0x10000011, 0, 0, 0, 0)
flagged('ioctl', ${numberOn(arch, INSPECTED.ioctl)}, -1, 0x5412, 0)
flagged('personality', ${numberOn(arch, INSPECTED.personality)}, 0x0040000)
print(json.dumps(out))`);
    const seen = JSON.parse(stdout) as Record<string, [number, number]>;
    for (const name of Object.keys(MISSING)) expect({ name, answer: seen[name] }).toEqual({ name, answer: [-1, 38] });
    for (const [name] of [...calls, ['clone'], ['ioctl'], ['personality']] as [string][]) {
      if (!(name in MISSING)) expect({ name, answer: seen[name] }).toEqual({ name, answer: [-1, 1] });
    }
  });

  test.each([
    [false, { UNIX: 'ok', INET: 97, INET6: 97, NETLINK: 97, PACKET: 97, ALG: 97, VSOCK: 97 }],
    [true, { UNIX: 'ok', INET: 'ok', INET6: 'ok', NETLINK: 'ok', PACKET: 97, ALG: 97, VSOCK: 97 }],
  ])('with network %s it may open these sockets', async (hasNetwork, expected) => {
    const { stdout } = await python(
      `
import json, socket
out = {}
for name in ['UNIX', 'INET', 'INET6', 'NETLINK', 'PACKET', 'ALG', 'VSOCK']:
    try:
        socket.socket(getattr(socket, 'AF_' + name), socket.SOCK_RAW if name in ('NETLINK', 'PACKET') else socket.SOCK_SEQPACKET if name == 'ALG' else socket.SOCK_STREAM).close()
        out[name] = 'ok'
    except OSError as error:
        out[name] = error.errno
print(json.dumps(out))`,
      hasNetwork,
    );
    expect(JSON.parse(stdout)).toEqual(expected);
  });

  test.runIf(process.arch === 'x64')('a program of 32 bits or of x32 is killed', async () => {
    // write(1, "x32", 3) by the x32 numbers, which would print on a kernel that has them.
    const { code, stdout } = await python(
      `import ctypes; ctypes.CDLL(None).syscall(0x40000001, 1, b'x32', 3); print('went on')`,
    );
    // 128 + SIGSYS
    expect({ code, stdout }).toEqual({ code: 159, stdout: '' });
  });

  test('Python and Node still do what analyzers do', async () => {
    const worked = await python(`
import concurrent.futures, json, multiprocessing, os, subprocess, sys, tempfile, threading, sqlite3
with concurrent.futures.ThreadPoolExecutor(8) as pool: total = sum(pool.map(lambda n: n * n, range(100)))
child = subprocess.run([sys.executable, '-c', 'print(6 * 7)'], capture_output=True, text=True).stdout.strip()
with multiprocessing.get_context('fork').Pool(2) as pool: forked = pool.map(abs, [-1, -2])
with tempfile.TemporaryFile() as file: file.write(b'x'); size = file.tell()
db = sqlite3.connect(':memory:').execute('select 1 + 1').fetchone()[0]
print(json.dumps([total, child, forked, size, db]))`);
    expect(JSON.parse(worked.stdout)).toEqual([328_350, '42', [1, 2], 1, 2]);
    const node = await run([
      NODE,
      '-e',
      `const { Worker } = require('node:worker_threads');
       const { execFileSync } = require('node:child_process');
       const fs = require('node:fs');
       const child = execFileSync('/bin/echo', ['hi']).toString().trim();
       new Worker('require("node:worker_threads").parentPort.postMessage(6 * 7)', { eval: true }).on('message', async (n) => {
         await fs.promises.writeFile('/tmp/x', 'abc');
         console.log(JSON.stringify([child, n, await fs.promises.readFile('/tmp/x', 'utf8')]));
       });`,
    ]);
    expect(JSON.parse(node.stdout)).toEqual(['hi', 42, 'abc']);
  });
});
