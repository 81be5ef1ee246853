// (c) md5 + sha1 + sha256 of one file, as an observable of type file needs: in one pass, in threads, and by coreutils.
// Argument: MiB (1024). The file lies in the temp folder and is in the page cache when it is measured.
import { createHash } from 'node:crypto';
import { createReadStream, openSync, readSync, writeSync, closeSync, statSync } from 'node:fs';
import { execFileSync, spawnSync } from 'node:child_process';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { QUICK, ms, one, peakMiB, report, scratch } from './lib.mjs';

const SELF = fileURLToPath(import.meta.url);
const ALL = ['md5', 'sha1', 'sha256'];

/** One thread, one read loop over a reused buffer, any number of digests. */
function hashSync(file, algs, chunk = 1 << 20) {
  const h = algs.map((a) => createHash(a)),
    buf = Buffer.allocUnsafe(chunk),
    fd = openSync(file, 'r');
  for (let n; (n = readSync(fd, buf, 0, chunk, null)) > 0; )
    for (const x of h) x.update(n === chunk ? buf : buf.subarray(0, n));
  closeSync(fd);
  return h.map((x) => x.digest('hex'));
}
async function hashStream(file, algs, chunk) {
  const h = algs.map((a) => createHash(a));
  for await (const b of createReadStream(file, { highWaterMark: chunk })) for (const x of h) x.update(b);
  return h.map((x) => x.digest('hex'));
}
if (!isMainThread) {
  parentPort.postMessage('up');
  parentPort.once('message', () => parentPort.postMessage(hashSync(workerData.file, workerData.algs)));
} else if (process.argv[2] === 'one') {
  // A process of its own, so that its peak memory is this method's.
  const [, , , how, file] = process.argv;
  const before = peakMiB(),
    s = ms();
  const d = how === 'sync' ? hashSync(file, ALL) : await hashStream(file, ALL, Number(how));
  process.stdout.write(JSON.stringify({ t: ms() - s, d, before, peak: peakMiB() }));
} else await main();

/** Digests split over threads that each read the file (page cache); groups = lists of algorithms. */
async function threads(file, groups) {
  const ws = groups.map((algs) => new Worker(SELF, { workerData: { file, algs } }));
  await Promise.all(ws.map((w) => new Promise((ok) => w.once('message', ok))));
  const s = ms();
  await Promise.all(
    ws.map((w) => {
      const p = new Promise((ok) => w.once('message', ok));
      w.postMessage('go');
      return p;
    }),
  );
  const t = ms() - s;
  await Promise.all(ws.map((w) => w.terminate()));
  return t;
}

async function main() {
  const MiB = Number(process.argv[2] ?? (QUICK ? 128 : 1024));
  const dir = scratch('hash'),
    file = join(dir, 'data');
  const fd = openSync(file, 'w'),
    b = Buffer.alloc(1 << 20);
  for (let i = 0; i < MiB; i++) {
    for (let k = 0; k < b.length; k += 4) b.writeUInt32LE(Math.imul(i * 262144 + (k >> 2), 2654435761) >>> 0, k);
    writeSync(fd, b);
  }
  closeSync(fd);
  // All methods in turn, round after round, best of the rounds: the machine's drift falls on all of them alike.
  const F = {},
    MB = statSync(file).size / 1e6,
    rounds = QUICK ? 1 : 3,
    best = {},
    memory = {};
  const clock = async (name, fn) => {
    const s = ms(),
      t = (await fn()) ?? ms() - s;
    best[name] = Math.min(best[name] ?? Infinity, t);
  };
  const ssl = spawnSync('openssl', ['version']).status === 0;
  for (let i = 0; i < rounds; i++) {
    await clock('read-only', () => void hashSync(file, []));
    for (const a of ALL) await clock(`node.${a}`, () => void hashSync(file, [a]));
    for (const a of ALL) await clock(`coreutils.${a}sum`, () => void execFileSync(`${a}sum`, [file]));
    if (ssl)
      for (const a of ALL) await clock(`openssl.${a}`, () => void execFileSync('openssl', ['dgst', `-${a}`, file]));
    for (const [name, how] of [
      ['one-pass.readSync-1MiB', 'sync'],
      ['one-pass.stream-64KiB', 65536],
      ['one-pass.stream-1MiB', 1 << 20],
    ]) {
      await clock(name, () => {
        const j = JSON.parse(execFileSync(process.execPath, [SELF, 'one', String(how), file], { encoding: 'utf8' }));
        memory[name] = j.peak - j.before;
        return j.t;
      });
    }
    await clock('three-sums-in-turn.coreutils', () => ALL.forEach((a) => execFileSync(`${a}sum`, [file])));
    await clock('threads.md5|sha1+sha256', () => threads(file, [['md5'], ['sha1', 'sha256']]));
    await clock('threads.md5|sha1|sha256', () =>
      threads(
        file,
        ALL.map((a) => [a]),
      ),
    );
  }
  const single = Object.fromEntries(ALL.map((a) => [a, Math.min(best[`node.${a}`], best[`openssl.${a}`] ?? Infinity)]));
  best['limit.one-thread (sum of the three)'] = single.md5 + single.sha1 + single.sha256;
  best['limit.two-cores (best split)'] = Math.max(single.md5, single.sha1 + single.sha256);
  best['limit.three-cores (slowest one)'] = Math.max(...Object.values(single));
  for (const [k, t] of Object.entries(best)) F[k] = one(MB / (t / 1000), 'MB/s');
  for (const [k, m] of Object.entries(memory)) F[`${k}.memory-added`] = one(m, 'MiB');
  report('04-hash', F, { MiB, best_of: rounds });
}
