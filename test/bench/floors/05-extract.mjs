// (d) Indicators out of text: 20 MB of report/log-like text with 10,000 planted indicators, a fifth of them defanged.
// A combined expression in one pass, the same cut down by a byte prefilter, a scanner anchored on rare bytes, ripgrep, and the ioc-extractor package.
// Argument: MB (20). The text is seeded and kept in out/.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OUT, QUICK, ms, one, observable, peakMiB, report, rng, which, words } from './lib.mjs';

const SELF = fileURLToPath(import.meta.url);
const MB = Number(process.argv[2] ?? (QUICK ? 2 : 20)),
  PLANT = MB * 500;
const file = join(OUT, `text-${MB}.txt`),
  truth = join(OUT, `text-${MB}.json`);

if (!existsSync(file)) {
  const r = rng(3),
    planted = [],
    lines = [];
  const defang = (v) => v.replace(/^http/, 'hxxp').replaceAll('.', '[.]').replace('@', '[at]');
  let bytes = 0,
    due = 0;
  while (bytes < MB * 1e6) {
    let line =
      r() < 0.5
        ? `2026-03-${String(1 + r.int(28)).padStart(2, '0')}T12:${10 + r.int(50)}:${10 + r.int(50)}.${100 + r.int(900)}Z ${words(r, 1)}[${r.int(65536)}]: ${words(r, 12)} status=${r.int(600)} bytes=${r.int(1e6)}`
        : `${words(r, 25)}. ${words(r, 9)}, v${r.int(9)}.${r.int(99)} (see section ${r.int(40)}.${r.int(9)}).`;
    due += ((line.length + 30) / (MB * 1e6)) * PLANT;
    while (due >= 1 && planted.length < PLANT) {
      due -= 1;
      let o = observable(r);
      while (o.type === 'filename') o = observable(r);
      planted.push(o);
      line += ` ${r() < 0.2 && o.type !== 'hash' ? defang(o.value) : o.value}`;
    }
    lines.push(line);
    bytes += line.length + 1;
  }
  writeFileSync(file, lines.join('\n'));
  writeFileSync(truth, JSON.stringify(planted));
}

// One expression; alternatives ordered so that the longest kind wins at a place. Dots may be defanged. No nested repetition.
const DOT = String.raw`(?:\.|\[\.\]|\(\.\)|\[dot\])`;
const LABEL = String.raw`[a-z0-9](?:[a-z0-9-]{0,62})`;
const HOST = String.raw`${LABEL}(?:${DOT}${LABEL}){0,8}${DOT}[a-z]{2,18}`;
const COMBINED = [
  String.raw`(?<url>h(?:tt|xx)ps?(?::|\[:\])\/\/[^\s"'<>]{3,2048})`,
  String.raw`(?<mail>(?:[a-z0-9._%+-]|\[\.\]){1,64}(?:@|\[at\])${HOST})`,
  String.raw`(?<ip>(?:\d{1,3}${DOT}){3}\d{1,3}(?![\d.]))`,
  String.raw`(?<hash>[0-9a-f]{64}(?![0-9a-z])|[0-9a-f]{40}(?![0-9a-z])|[0-9a-f]{32}(?![0-9a-z]))`,
  String.raw`(?<domain>${HOST})`,
].join('|');
const refang = (v) =>
  v
    .replace(/\[\.\]|\(\.\)|\[dot\]/g, '.')
    .replace('[at]', '@')
    .replace(/^hxxp/i, 'http')
    .replace('[:]', ':');

function combined(text) {
  const seen = new Set();
  for (const m of text.matchAll(new RegExp(`(?<![a-z0-9])(?:${COMBINED})`, 'gi'))) seen.add(refang(m[0]));
  return seen;
}

// Tokens between blanks, thrown away unless a dot stands before a letter, digit or bracket, an at sign or bracket is in
// them, or they are as long as a hash: the expression then sees few bytes. A byte table keeps the loop to one branch.
const KIND = new Uint8Array(256);
for (let c = 0; c < 256; c++) KIND[c] = c <= 32 ? 1 : c === 46 ? 2 : c === 64 || c === 91 ? 4 : 0; // blank, dot, @ or [
function prefiltered(buf) {
  const seen = new Set(),
    re = new RegExp(`(?<![a-z0-9])(?:${COMBINED})`, 'gi'),
    n = buf.length;
  let start = 0,
    interesting = false;
  for (let i = 0; i <= n; i++) {
    const k = i < n ? KIND[buf[i]] : 1;
    if (k === 0) continue;
    if (k === 1) {
      if (i - start > 6 && (interesting || i - start >= 32)) {
        const token = buf.latin1Slice(start, i);
        re.lastIndex = 0;
        for (let m; (m = re.exec(token)) !== null; ) seen.add(refang(m[0]));
      }
      start = i + 1;
      interesting = false;
    } else if (k === 4 || (i > start && i + 1 < n && KIND[buf[i + 1]] === 0)) interesting = true;
  }
  return seen;
}

if (process.argv[3] === 'pkg') {
  const { extractIOC } = await import('ioc-extractor');
  const text = readFileSync(file, 'latin1').slice(0, Number(process.argv[4]));
  const s = ms(),
    got = extractIOC(text),
    t = ms() - s;
  process.stdout.write(
    JSON.stringify({
      t,
      found: Object.values(got).flatMap((v) => (Array.isArray(v) ? v : Object.values(v).flat())).length,
      peak: peakMiB(),
    }),
  );
} else {
  const F = {},
    planted = new Set(JSON.parse(readFileSync(truth, 'utf8')).map((o) => o.value.toLowerCase())),
    size = readFileSync(file).length / 1e6;
  const rate = (t, mb = size) => one(mb / (t / 1000), 'MB/s');
  const recall = (set) => {
    let n = 0;
    for (const v of set) if (planted.has(v.toLowerCase())) n++;
    return one(n / planted.size, 'of planted');
  };
  const reps = QUICK ? 1 : 5;
  const best = (fn) => {
    let b = Infinity,
      out;
    for (let i = 0; i < reps; i++) {
      const s = ms();
      out = fn();
      b = Math.min(b, ms() - s);
    }
    return [b, out];
  };
  const buf = readFileSync(file),
    text = buf.toString('latin1');

  let [t] = best(() => {
    let n = 0,
      at = -1;
    while ((at = buf.indexOf(10, at + 1)) >= 0) n++;
    return n;
  });
  F['floor.memchr-lines'] = rate(t);
  [t] = best(() => {
    let n = 0;
    for (let i = 0; i < buf.length; i++) if (buf[i] === 46) n++;
    return n;
  });
  F['floor.js-byte-loop'] = rate(t);
  let out;
  [t, out] = best(() => combined(text));
  F['combined-regex'] = rate(t);
  F['combined-regex.recall'] = recall(out);
  F['combined-regex.found'] = one(out.size, 'distinct');
  [t, out] = best(() => prefiltered(buf));
  F['prefilter+combined-regex'] = rate(t);
  F['prefilter+combined-regex.recall'] = recall(out);
  F['prefilter+combined-regex.found'] = one(out.size, 'distinct');

  const rg = which('rg');
  if (rg) {
    const pattern = COMBINED.replace(/\?<(\w+)>/g, '?:')
      .replace(/\(\?!\[[^\]]*\]\)/g, '')
      .replaceAll(String.raw`\/`, '/');
    for (const threads of [1]) {
      let lines = 0;
      [t, lines] = best(
        () =>
          spawnSync(rg, ['-o', '-a', '-i', '-N', '--no-unicode', `-j${threads}`, pattern, file], { maxBuffer: 1 << 30 })
            .stdout.toString('latin1')
            .split('\n').length - 1,
      );
      F['ripgrep.same-expression'] = rate(t);
      F['ripgrep.matches'] = one(lines, 'matches');
    }
  }
  // The package on growing pieces, each in a process of its own with a bound: does the cost grow with the square?
  for (const kb of QUICK ? [100] : [100, 500, 1000, 2000]) {
    try {
      const j = JSON.parse(
        execFileSync(process.execPath, [SELF, String(MB), 'pkg', String(kb * 1000)], {
          encoding: 'utf8',
          timeout: 120000,
        }),
      );
      F[`ioc-extractor.${kb}KB`] = rate(j.t, kb / 1000);
      F[`ioc-extractor.${kb}KB.peak`] = one(j.peak, 'MiB');
    } catch {
      F[`ioc-extractor.${kb}KB`] = { unit: 'MB/s', value: 0, note: 'over 120 s' };
    }
  }
  // Hostile input: what makes backtracking extractors quadratic. 100 KB each; the bound is linear time.
  const bad = {
    'A x100k then dot': 'A'.repeat(100000) + '.',
    'label chain': 'abcdefgh.'.repeat(11000) + '!',
    'digits-dots': '1.'.repeat(50000),
    'hex run': 'deadbeef'.repeat(12500),
  };
  for (const [name, s] of Object.entries(bad)) {
    const a = ms();
    combined(s);
    F[`hostile.combined.${name}`] = one(ms() - a, 'ms');
    const b = Buffer.from(s, 'latin1'),
      c = ms();
    prefiltered(b);
    F[`hostile.prefilter.${name}`] = one(ms() - c, 'ms');
  }
  F['peak'] = one(peakMiB(), 'MiB');
  report('05-extract', F, { MB, planted: planted.size, best_of: reps });
}
