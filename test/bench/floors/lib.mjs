// Shared helpers of the floor measurements. Plain Node (>= 22), no dependency.
import { mkdirSync, mkdtempSync, rmSync, readFileSync, readdirSync, existsSync } from 'node:fs';
import { tmpdir, cpus, totalmem, release, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const HERE = dirname(fileURLToPath(import.meta.url));
export const OUT = join(HERE, 'out');
// One interpreter for every measurement. Never a version-manager shim: a shim is a shell script that costs more than
// the interpreter it starts (01-spawn shows both where a shim stands first on PATH).
export const PYTHON = process.env.BENCH_PYTHON ?? '/usr/bin/python3';
export const QUICK = process.env.BENCH_QUICK === '1';

export const ms = () => performance.now();

/** min, median, p90, p99, max, mean of a list of numbers. */
export function stats(list, unit = 'ms') {
  const a = Float64Array.from(list).sort();
  const q = (p) => a[Math.min(a.length - 1, Math.floor(p * a.length))];
  const r = (x) => (x === undefined ? null : Number(x.toPrecision(4)));
  const mean = a.reduce((s, x) => s + x, 0) / a.length;
  return {
    unit,
    n: a.length,
    min: r(a[0]),
    p50: r(q(0.5)),
    p90: r(q(0.9)),
    p99: r(q(0.99)),
    max: r(a[a.length - 1]),
    mean: r(mean),
  };
}

/** One number with its unit. */
export const one = (value, unit) => ({ unit, value: Number(Number(value).toPrecision(4)) });

/** Times fn() n times (sync or async), in ms; `warm` runs are not counted. */
export async function times(n, fn, warm = Math.min(5, n)) {
  for (let i = 0; i < warm; i++) await fn(i);
  const t = [];
  for (let i = 0; i < n; i++) {
    const s = ms();
    await fn(i);
    t.push(ms() - s);
  }
  return t;
}

/** Same, for a synchronous fn so short that the await would show. */
export function timesSync(n, fn, warm = Math.min(1000, n)) {
  for (let i = 0; i < warm; i++) fn(i);
  const t = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const s = ms();
    fn(i);
    t[i] = ms() - s;
  }
  return t;
}

/** Seeded generator (mulberry32): same data on each run and each machine. */
export function rng(seed = 1) {
  let a = seed >>> 0;
  const next = () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  next.int = (n) => Math.floor(next() * n);
  next.pick = (list) => list[Math.floor(next() * list.length)];
  next.hex = (n) => {
    let s = '';
    while (s.length < n)
      s += Math.floor(next() * 0x100000000)
        .toString(16)
        .padStart(8, '0');
    return s.slice(0, n);
  };
  return next;
}

export const WORDS = (
  'the of and a to in is that for it as was with be by on not he his but at are this have from or had an they which one you were all her she ' +
  'there would their we him been has when who will no more if out so up said what its about than into them can only other time new some could these two may ' +
  'first then do any like my now over such our man me even most made after also did many off before must well back through years where much your way down ' +
  'should because long each just state those people too mr how little good world make very year still see own work men day get here old life both between ' +
  'being under three never know same last another while us might great go come since against right came take used himself few house use during without again ' +
  'alert host user login failed beacon payload dropper campaign phishing macro loader persistence lateral movement exfiltration registry service scheduled task'
).split(' ');
export const TLDS = ['com', 'net', 'org', 'info', 'ru', 'cn', 'io', 'xyz', 'top', 'co.uk'];

/** Deterministic observable number i; types in the proportion a phishing/malware case has. */
export function observable(r) {
  const k = r();
  const host = () => `${r.hex(6)}-${r.pick(WORDS)}.${r.hex(5)}${r.pick(WORDS)}.${r.pick(TLDS)}`;
  if (k < 0.3) return { type: 'ip', value: `${1 + r.int(223)}.${r.int(256)}.${r.int(256)}.${1 + r.int(254)}` };
  if (k < 0.55) return { type: 'domain', value: host() };
  if (k < 0.75) return { type: 'url', value: `http://${host()}/${r.pick(WORDS)}/${r.hex(8)}.php?id=${r.int(1e6)}` };
  if (k < 0.85) return { type: 'hash', value: r.hex(64) };
  if (k < 0.9) return { type: 'hash', value: r.hex(32) };
  if (k < 0.95) return { type: 'mail', value: `${r.pick(WORDS)}.${r.hex(4)}@${host()}` };
  return { type: 'filename', value: `${r.pick(WORDS)}_${r.hex(6)}.exe` };
}

export function words(r, n) {
  let s = '';
  for (let i = 0; i < n; i++) s += (i ? ' ' : '') + WORDS[r.int(WORDS.length)];
  return s;
}

/** Scratch folder that is removed at exit; BENCH_TMP chooses the disk. */
export function scratch(name) {
  const dir = mkdtempSync(join(process.env.BENCH_TMP ?? tmpdir(), `floor-${name}-`));
  process.on('exit', () => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** Peak resident memory of this process so far, MiB. */
export const peakMiB = () => process.resourceUsage().maxRSS / 1024;

/** Proportional and resident memory of a process and all its descendants, MiB (Linux). */
export function treeMemory(root) {
  const kids = new Map();
  const ids = [];
  for (const d of readdirProc()) {
    try {
      const st = readFileSync(`/proc/${d}/stat`, 'latin1');
      const ppid = Number(st.slice(st.lastIndexOf(')') + 2).split(' ')[1]);
      if (!kids.has(ppid)) kids.set(ppid, []);
      kids.get(ppid).push(Number(d));
    } catch {}
  }
  const stack = [root];
  while (stack.length) {
    const p = stack.pop();
    ids.push(p);
    stack.push(...(kids.get(p) ?? []));
  }
  let pss = 0,
    rss = 0,
    n = 0;
  for (const p of ids) {
    try {
      const t = readFileSync(`/proc/${p}/smaps_rollup`, 'latin1');
      pss += Number(/^Pss:\s+(\d+)/m.exec(t)?.[1] ?? 0);
      rss += Number(/^Rss:\s+(\d+)/m.exec(t)?.[1] ?? 0);
      n++;
    } catch {}
  }
  return { pssMiB: pss / 1024, rssMiB: rss / 1024, processes: n };
}
const readdirProc = () => readdirSync('/proc').filter((d) => /^\d+$/.test(d));

export const which = (name) =>
  (process.env.PATH ?? '')
    .split(':')
    .map((d) => join(d, name))
    .find((p) => existsSync(p)) ?? null;

// Share of processor time that the host gave to others while the script ran: above a few percent the figures are too slow.
const cpuLine = () => {
  try {
    return readFileSync('/proc/stat', 'latin1').split('\n')[0].trim().split(/\s+/).slice(1).map(Number);
  } catch {
    return [];
  }
};
const cpuAtStart = cpuLine(),
  loadAtStart = loadavg()[0];
function stealPercent() {
  const d = cpuLine().map((x, i) => x - cpuAtStart[i]),
    busy = d[0] + d[1] + d[2] + d[5] + d[6] + d[7];
  return d.length > 7 && busy > 0 ? Number(((100 * d[7]) / busy).toPrecision(2)) : null;
}

/** Prints the one JSON document a script gives. */
export function report(bench, figures, params = {}) {
  process.stdout.write(
    JSON.stringify(
      {
        bench,
        machine: {
          cpu: cpus()[0].model,
          cores: cpus().length,
          memGiB: Math.round(totalmem() / 2 ** 30),
          kernel: release(),
          node: process.version,
          stealPercent: stealPercent(),
          loadAtStart,
        },
        params,
        figures,
      },
      null,
      1,
    ) + '\n',
  );
}
mkdirSync(OUT, { recursive: true });
