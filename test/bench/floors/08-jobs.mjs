// (g) 'Analyse 1000 observables with a trivial analyzer': the shell's limit against queues in Node, then with workers that stay.
// The analyzer speaks the Cortex job-folder protocol (input/input.json in, output/output.json out). Argument: jobs (1000).
// Engine CPU is what this process itself burned per job (children not counted): the part that is steady on noisy machines.
import Database from 'better-sqlite3-multiple-ciphers';
import PQueue from 'p-queue';
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Worker, isMainThread, parentPort } from 'node:worker_threads';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PYTHON, QUICK, ms, observable, one, report, rng, scratch, stats, timesSync } from './lib.mjs';

if (!isMainThread) {
  parentPort.on('message', (d) => parentPort.postMessage({ success: true, full: { data: d.data } }));
  parentPort.postMessage('up');
} else {
  const N = Number(process.argv[2] ?? (QUICK ? 100 : 1000)),
    dir = scratch('jobs'),
    r = rng(21),
    F = {};
  const obs = Array.from({ length: N }, () => observable(r));
  const inputs = obs.map((o) =>
    JSON.stringify({
      dataType: o.type,
      data: o.value,
      tlp: 2,
      pap: 2,
      message: '',
      parameters: {},
      config: { check_tlp: true, max_tlp: 2 },
    }),
  );
  const folder = join(dir, 'folder.py'),
    stdio = join(dir, 'stdio.py'),
    loop = join(dir, 'loop.py');
  writeFileSync(
    folder,
    'import json,sys\nd=sys.argv[1]\ni=json.load(open(d+"/input/input.json"))\n' +
      'json.dump({"success":True,"summary":{"taxonomies":[]},"artifacts":[],"operations":[],"full":{"data":i["data"]}},open(d+"/output/output.json","w"))\n',
  );
  writeFileSync(
    stdio,
    'import json,sys\ni=json.load(sys.stdin)\njson.dump({"success":True,"full":{"data":i["data"]}},sys.stdout)\n',
  );
  writeFileSync(
    loop,
    'import json,sys\nfor l in sys.stdin:\n i=json.loads(l)\n sys.stdout.write(json.dumps({"success":True,"full":{"data":i["data"]}})+"\\n")\n sys.stdout.flush()\n',
  );
  const dirs = obs.map((_, i) => join(dir, 'j', String(i)));
  const prepare = () => {
    rmSync(join(dir, 'j'), { recursive: true, force: true });
    dirs.forEach((d, i) => {
      mkdirSync(join(d, 'input'), { recursive: true });
      mkdirSync(join(d, 'output'));
      writeFileSync(join(d, 'input', 'input.json'), inputs[i]);
    });
  };
  const list = join(dir, 'list');
  writeFileSync(list, dirs.join('\n') + '\n');

  /** Whole batch: wall per job, jobs a second, own CPU per job. */
  async function batch(name, fn, n = N) {
    const c = process.cpuUsage(),
      s = ms();
    await fn();
    const t = ms() - s,
      u = process.cpuUsage(c);
    F[name] = {
      unit: 'jobs/s',
      value: Number((n / (t / 1000)).toPrecision(4)),
      msPerJob: Number((t / n).toPrecision(4)),
      engineCpuMsPerJob: Number(((u.user + u.system) / 1000 / n).toPrecision(4)),
    };
  }
  const run = (cmd, args, input) =>
    new Promise((ok, no) => {
      const c = spawn(cmd, args, { stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] });
      const out = [];
      c.stdout.on('data', (b) => out.push(b));
      c.stderr.resume();
      c.on('error', no).on('close', () => ok(Buffer.concat(out)));
      if (input !== undefined) c.stdin.end(input);
    });
  const queue = (concurrency, each) => {
    const q = new PQueue({ concurrency });
    return q.addAll(obs.map((_, i) => () => each(i)));
  };

  // What the engine must do around a run: cache asked, quota taken, job row, report stored.
  const db = new Database(join(dir, 'db'));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.exec(
    'CREATE TABLE job(id INTEGER PRIMARY KEY, analyzer TEXT, state TEXT, started INT, ended INT); CREATE TABLE report(key BLOB PRIMARY KEY, job INT, body TEXT);' +
      "CREATE TABLE quota(analyzer TEXT PRIMARY KEY, used INT, max INT) WITHOUT ROWID; INSERT INTO quota VALUES('a',0,1000000000)",
  );
  const q = {
    cached: db.prepare('SELECT body FROM report WHERE key = ?').pluck(),
    take: db.prepare("UPDATE quota SET used = used + 1 WHERE analyzer = 'a' AND used < max RETURNING used"),
    start: db.prepare("INSERT INTO job(analyzer,state,started) VALUES('a','running',?)"),
    end: db.prepare('UPDATE job SET state = ?, ended = ? WHERE id = ?'),
    put: db.prepare('INSERT OR REPLACE INTO report VALUES(?,?,?)'),
  };
  const begin = db.transaction(() => {
    q.take.get();
    return q.start.run(Date.now()).lastInsertRowid;
  });
  const finish = db.transaction((id, key, body, ok) => {
    q.end.run(ok ? 'done' : 'failed', Date.now(), id);
    q.put.run(key, id, body);
  });
  const keyOf = (i) => createHash('sha256').update(`a\0${obs[i].type}\0${obs[i].value}\0{}`).digest();
  const whole = (runIt) => async (i) => {
    const key = keyOf(i),
      hit = q.cached.get(key);
    if (hit !== undefined) return JSON.parse(hit);
    const id = begin(),
      body = await runIt(i),
      rep = JSON.parse(body);
    finish(id, key, body, rep.success);
    return rep;
  };
  const clear = () => db.exec('DELETE FROM report; DELETE FROM job');
  const inFolder = async (i) => {
    const d = dirs[i];
    mkdirSync(join(d, 'input'), { recursive: true });
    mkdirSync(join(d, 'output'));
    writeFileSync(join(d, 'input', 'input.json'), inputs[i]);
    await run(PYTHON, [folder, d]);
    const body = readFileSync(join(d, 'output', 'output.json'), 'utf8');
    rmSync(d, { recursive: true });
    return body;
  };
  const inFolderAsync = async (i) => {
    const d = dirs[i];
    await mkdir(join(d, 'input'), { recursive: true });
    await Promise.all([mkdir(join(d, 'output')), writeFile(join(d, 'input', 'input.json'), inputs[i])]);
    await run(PYTHON, [folder, d]);
    const body = await readFile(join(d, 'output', 'output.json'), 'utf8');
    await rm(d, { recursive: true });
    return body;
  };

  // The headline, in rounds so that drift falls on all alike: the shell, the bare queue, and the whole job, two at a time.
  const rounds = QUICK ? 1 : 3,
    seen = {};
  const note = (name) => {
    (seen[name] ??= []).push(F[name]);
  };
  for (let k = 0; k < rounds; k++) {
    const go = async (name, fn) => {
      await batch(name, fn);
      note(name);
    };
    await go('true.xargs-P2', () => void spawnSync('/bin/sh', ['-c', `xargs -P2 -n1 /bin/true < ${list}`]));
    await go('true.node-queue-2', () => queue(2, () => run('/bin/true', [])));
    prepare();
    await go(
      'python-folder.xargs-P2',
      () => void spawnSync('/bin/sh', ['-c', `xargs -P2 -n1 ${PYTHON} ${folder} < ${list}`]),
    );
    prepare();
    await go('python-folder.node-queue-2', () => queue(2, (i) => run(PYTHON, [folder, dirs[i]])));
    rmSync(join(dir, 'j'), { recursive: true, force: true });
    clear();
    await go('whole-job.folder.node-queue-2', () => queue(2, whole(inFolder)));
    clear();
    await go('whole-job.folder-async-fs.node-queue-2', () => queue(2, whole(inFolderAsync)));
    clear();
    await go('whole-job.stdio.node-queue-2', () =>
      queue(
        2,
        whole(async (i) => (await run(PYTHON, [stdio], inputs[i])).toString()),
      ),
    );
  }
  const mid = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
  for (const [name, list] of Object.entries(seen)) {
    F[name] = {
      unit: 'jobs/s',
      value: mid(list.map((x) => x.value)),
      msPerJob: mid(list.map((x) => x.msPerJob)),
      engineCpuMsPerJob: mid(list.map((x) => x.engineCpuMsPerJob)),
    };
    const base = seen[name.startsWith('true') ? 'true.xargs-P2' : 'python-folder.xargs-P2'];
    F[name].wallRatioToXargs = Number(mid(list.map((x, i) => x.msPerJob / base[i].msPerJob)).toPrecision(3));
  }
  await batch('queue-alone-2', () => queue(2, async () => {}));

  // How the limit moves with the number at a time (a quarter of the jobs).
  const quarter = N >> 2,
    few = (concurrency, each) => {
      const x = new PQueue({ concurrency });
      return x.addAll(obs.slice(0, quarter).map((_, i) => () => each(i)));
    };
  for (const p of [1, 4]) {
    prepare();
    await batch(
      `python-folder.xargs-P${p}`,
      () => void spawnSync('/bin/sh', ['-c', `head -${quarter} ${list} | xargs -P${p} -n1 ${PYTHON} ${folder}`]),
      quarter,
    );
    prepare();
    await batch(`python-folder.node-queue-${p}`, () => few(p, (i) => run(PYTHON, [folder, dirs[i]])), quarter);
  }

  // A parent interpreter that has imported already and forks once per job: isolation kept, start-up and imports not paid again.
  const zygote = join(dir, 'zygote.py');
  writeFileSync(
    zygote,
    'import os,sys,json,urllib.request,ssl\nfor l in sys.stdin:\n pid=os.fork()\n if pid==0:\n  i=json.loads(l)\n' +
      '  os.write(1,(json.dumps({"success":True,"full":{"data":i["data"]}})+"\\n").encode())\n  os._exit(0)\n os.waitpid(pid,0)\n',
  );

  // Interpreters that stay: two processes, one JSON line each way, one job in flight on each.
  const pythons = [0, 1].map(() => {
    const c = spawn(PYTHON, [loop], { stdio: ['pipe', 'pipe', 'inherit'] });
    let got;
    createInterface({ input: c.stdout }).on('line', (l) => got(l));
    return {
      free: true,
      ask: (line) =>
        new Promise((ok) => {
          got = ok;
          c.stdin.write(line + '\n');
        }),
      end: () => c.stdin.end(),
    };
  });
  const onPool = (pool, call) => async (i) => {
    const w = pool.find((x) => x.free);
    w.free = false;
    try {
      return await call(w, i);
    } finally {
      w.free = true;
    }
  };
  await pythons[0].ask('{"data":1}');
  await pythons[1].ask('{"data":1}');
  await batch('pool-python-2', () =>
    queue(
      2,
      onPool(pythons, (w, i) => w.ask(inputs[i])),
    ),
  );
  clear();
  await batch('whole-job.pool-python-2', () => queue(2, whole(onPool(pythons, (w, i) => w.ask(inputs[i])))));
  pythons.forEach((p) => p.end());
  const zygotes = [0, 1].map(() => {
    const c = spawn(PYTHON, [zygote], { stdio: ['pipe', 'pipe', 'inherit'] });
    let got;
    createInterface({ input: c.stdout }).on('line', (l) => got(l));
    return {
      free: true,
      ask: (line) =>
        new Promise((ok) => {
          got = ok;
          c.stdin.write(line + '\n');
        }),
      end: () => c.stdin.end(),
    };
  });
  await zygotes[0].ask('{"data":1}');
  await zygotes[1].ask('{"data":1}');
  clear();
  await batch('whole-job.fork-server-2', () => queue(2, whole(onPool(zygotes, (w, i) => w.ask(inputs[i])))));
  zygotes.forEach((p) => p.end());

  const threads = [0, 1].map(() => {
    const w = new Worker(fileURLToPath(import.meta.url));
    return {
      free: true,
      w,
      ask: (m) =>
        new Promise((ok) => {
          w.once('message', ok);
          w.postMessage(m);
        }),
    };
  });
  await Promise.all(threads.map((t) => new Promise((ok) => t.w.once('message', ok))));
  await batch('pool-worker-threads-2', () =>
    queue(
      2,
      onPool(threads, (w, i) => w.ask({ data: obs[i].value })),
    ),
  );
  await Promise.all(threads.map((t) => t.w.terminate()));

  // The same batch again: all of it in the cache.
  const hit = whole(async () => {
    throw new Error('not in the cache');
  });
  await batch('whole-job.all-cached', async () => {
    for (let i = 0; i < N; i++) await hit(i);
  });
  F['cached.lookup+parse'] = stats(timesSync(N, (i) => JSON.parse(q.cached.get(keyOf(i))), 10));
  db.close();
  // The same figures as rows of their own, so that run-all can pair them with the project's.
  for (const [name, f] of Object.entries({ ...F }))
    if (f.engineCpuMsPerJob !== undefined) F[`${name}.engine-cpu`] = one(f.engineCpuMsPerJob, 'ms/job');
  report('08-jobs', F, { jobs: N, rounds });
}
