// Runs every floor script, some rounds over, and prints one JSON document: for each figure the median and the best of the rounds.
//   node run-all.mjs [--rounds 3] [--only 01,03] [--subject 'COMMAND']
// With --subject the finished project is measured in the same run: after each floor script, COMMAND is called with the script's
// name (e.g. "03-scale") as its last argument and BENCH_DIR set to out/ (the same seeded input). It prints the same kind of
// document, {"figures": {"NAME": {"p50"|"value", "unit"}}}; figures with the same NAME are paired round by round, and the
// median of the ratios subject/floor is given (for rates floor/subject, so that above 1 is always slower than the limit).
import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HERE, OUT } from './lib.mjs';

const arg = (name, other) => {
  const i = process.argv.indexOf(name);
  return i < 0 ? other : process.argv[i + 1];
};
const rounds = Number(arg('--rounds', 3)),
  only = arg('--only')?.split(','),
  subject = arg('--subject');
const scripts = readdirSync(HERE)
  .filter((f) => /^\d\d-.*\.mjs$/.test(f) && (!only || only.includes(f.slice(0, 2))))
  .sort();
const all = {},
  ratios = {},
  own = {},
  machine = [];
const env = {
  ...process.env,
  PATH: `${join(HERE, '..', '..', '..', 'node_modules', '.bin')}:${process.env.PATH}`,
  BENCH_DIR: OUT,
};
const json = (cmd, args, opts) => {
  const r = spawnSync(cmd, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    ...opts,
  });
  try {
    return JSON.parse(r.stdout);
  } catch {
    process.stderr.write(`${cmd} ${args.join(' ')}: no figures (status ${r.status})\n`);
    return null;
  }
};
const num = (f) => f.value ?? f.p50;
const isRate = (unit) => unit.endsWith('/s');

for (let k = 0; k < rounds; k++)
  for (const s of scripts) {
    process.stderr.write(`round ${k + 1} ${s}\n`);
    const floor = json(process.execPath, [join(HERE, s)]);
    if (!floor) continue;
    writeFileSync(join(OUT, `${s.slice(0, 2)}.r${k + 1}.json`), JSON.stringify(floor, null, 1));
    machine.push(floor.machine);
    for (const [name, f] of Object.entries(floor.figures)) ((all[floor.bench] ??= {})[name] ??= []).push(f);
    const got = subject && json('/bin/sh', ['-c', `${subject} ${floor.bench}`]);
    for (const [name, f] of Object.entries(got?.figures ?? {})) {
      const base = floor.figures[name];
      if (base && num(base))
        ((ratios[floor.bench] ??= {})[name] ??= []).push(isRate(f.unit) ? num(base) / num(f) : num(f) / num(base));
      // What the floor has no row for, and what is compared with itself.
      if (!base || name.startsWith('hostile.')) ((own[floor.bench] ??= {})[name] ??= []).push(f);
    }
  }
const mid = (a) => {
  const s = [...a].sort((x, y) => x - y),
    h = s.length >> 1;
  return s.length % 2 ? s[h] : (s[h - 1] + s[h]) / 2;
};
const out = {
  rounds,
  machine: { ...machine[0], stealPercent: mid(machine.map((m) => m.stealPercent ?? 0)) },
  figures: {},
  ratios: {},
  own: {},
};
for (const [bench, figures] of Object.entries(all))
  for (const [name, list] of Object.entries(figures)) {
    const v = list.map(num),
      unit = list[0].unit,
      more = {};
    for (const key of ['msPerJob', 'engineCpuMsPerJob', 'wallRatioToXargs'])
      if (list[0][key] !== undefined) more[key] = mid(list.map((f) => f[key]));
    if (list[0].p99 !== undefined) more.p99 = mid(list.map((f) => f.p99));
    out.figures[`${bench}/${name}`] = {
      unit,
      median: mid(v),
      best: isRate(unit) ? Math.max(...v) : Math.min(...v),
      ...more,
    };
  }
for (const [bench, figures] of Object.entries(ratios))
  for (const [name, list] of Object.entries(figures)) out.ratios[`${bench}/${name}`] = Number(mid(list).toPrecision(3));
for (const [bench, figures] of Object.entries(own))
  for (const [name, list] of Object.entries(figures))
    out.own[`${bench}/${name}`] = { unit: list[0].unit, value: Number(mid(list.map(num)).toPrecision(3)) };
writeFileSync(join(OUT, 'all.json'), JSON.stringify(out, null, 1));
process.stdout.write(JSON.stringify(out, null, 1) + '\n');
