// (b) What SQLite gives one process through better-sqlite3: commits, bulk inserts, report cache, quota ledger.
// Argument: observables in the bulk load (100000). The disk is BENCH_TMP or the temp folder.
import Database from 'better-sqlite3-multiple-ciphers';
import { createHash } from 'node:crypto';
import { openSync, writeSync, fdatasyncSync, closeSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { QUICK, ms, observable, one, report, rng, scratch, stats, timesSync, words } from './lib.mjs';

const N = Number(process.argv[2] ?? (QUICK ? 20000 : 100000));
const dir = scratch('sqlite');
const F = {};
const open = (name, sync = 'NORMAL') => {
  const db = new Database(join(dir, name));
  db.pragma('journal_mode = WAL');
  db.pragma(`synchronous = ${sync}`);
  db.pragma('cache_size = -65536');
  return db;
};
const size = (db) => {
  db.pragma('wal_checkpoint(TRUNCATE)');
  return statSync(db.name).size;
};

// The disk itself: 4 KiB written and fdatasync'ed, appended.
{
  const fd = openSync(join(dir, 'raw'), 'w'),
    page = Buffer.alloc(4096, 1);
  F['disk.write4k+fdatasync'] = stats(
    timesSync(
      QUICK ? 100 : 1000,
      () => {
        writeSync(fd, page);
        fdatasyncSync(fd);
      },
      10,
    ),
  );
  closeSync(fd);
}

const TABLE =
  'CREATE TABLE observable(id INTEGER PRIMARY KEY, case_id INT NOT NULL, type TEXT NOT NULL, value TEXT NOT NULL, tlp INT NOT NULL, ioc INT NOT NULL, message TEXT NOT NULL, tags TEXT NOT NULL, created INT NOT NULL)';
const INDEXES = [
  'CREATE UNIQUE INDEX o_case ON observable(case_id, type, value)',
  'CREATE INDEX o_value ON observable(value)',
  'CREATE INDEX o_created ON observable(created)',
];
const INSERT = 'INSERT INTO observable(case_id,type,value,tlp,ioc,message,tags,created) VALUES(?,?,?,?,?,?,?,?)';
const fts = (tokenizer) =>
  `CREATE VIRTUAL TABLE f USING fts5(value, message, tags, content='observable', content_rowid='id', tokenize="${tokenizer}")`;
const TRIGGER =
  'CREATE TRIGGER o_ai AFTER INSERT ON observable BEGIN INSERT INTO f(rowid,value,message,tags) VALUES(new.id,new.value,new.message,new.tags); END';

const r = rng(7);
const rows = Array.from({ length: N }, (_, i) => {
  const o = observable(r);
  return [
    1 + (i % 200),
    o.type,
    o.value,
    r.int(4),
    r.int(2),
    words(r, 8),
    `src:${words(r, 1)} fam:${words(r, 1)}`,
    1700000000000 + i * 1000,
  ];
});

// One row, one transaction.
for (const sync of ['NORMAL', 'FULL']) {
  const db = open(`single-${sync}`, sync);
  db.exec(TABLE);
  INDEXES.forEach((x) => db.exec(x));
  db.exec(fts("unicode61 tokenchars '-_'"));
  db.exec(TRIGGER);
  const ins = db.prepare(INSERT),
    n = QUICK ? 500 : sync === 'FULL' ? 3000 : 10000;
  F[`insert+commit.${sync}`] = stats(timesSync(n, (i) => ins.run(...rows[i]), 0));
  db.close();
}

// Bulk load of N rows: one transaction with more and more to maintain; then ways to keep the full-text index.
// Best of REPS is given: this is the limit, not the typical case.
const WORDS_FTS = fts("unicode61 tokenchars '-_'"),
  TRIGRAM = fts('trigram'),
  REBUILD = "INSERT INTO f(f) VALUES('rebuild')";
const REPS = QUICK ? 1 : 3;
let serial = 0;
function bulk(name, { before = [], after = [], chunk = N, sweep = false }) {
  let best = 0,
    bytes = 0,
    blocks;
  for (let rep = 0; rep < REPS; rep++) {
    const db = open(`bulk-${serial++}`);
    [TABLE, ...before].forEach((x) => db.exec(x));
    const ins = db.prepare(INSERT);
    const index =
      sweep &&
      db.prepare('INSERT INTO f(rowid,value,message,tags) SELECT id,value,message,tags FROM observable WHERE id > ?');
    const t = [],
      s = ms();
    for (let i = 0; i < N; i += chunk) {
      const c = ms();
      db.transaction(() => {
        for (let k = i; k < Math.min(N, i + chunk); k++) ins.run(...rows[k]);
        if (sweep) index.run(i);
        after.forEach((x) => db.exec(x));
      })();
      t.push(ms() - c);
    }
    const rate = N / ((ms() - s) / 1000);
    if (rate > best) {
      best = rate;
      bytes = size(db) / N;
      blocks = t;
    }
    db.close();
  }
  F[`bulk.${name}`] = one(best, 'rows/s');
  F[`bulk.${name}.size`] = one(bytes, 'bytes/row');
  if (chunk < N) F[`bulk.${name}.block-per-chunk`] = stats(blocks);
}
bulk('table', {});
bulk('table+3idx', { before: INDEXES });
bulk('table+3idx-after', { after: INDEXES });
bulk('3idx+words.trigger', { before: [...INDEXES, WORDS_FTS, TRIGGER] });
bulk('3idx+words.sweep', { before: [...INDEXES, WORDS_FTS], sweep: true });
bulk('3idx+words.all-after', { before: [WORDS_FTS], after: [...INDEXES, REBUILD] });
bulk('3idx+trigram.trigger', { before: [...INDEXES, TRIGRAM, TRIGGER] });
bulk('3idx+trigram.all-after', { before: [TRIGRAM], after: [...INDEXES, REBUILD] });
for (const chunk of [1000, 100]) {
  bulk(`3idx+words.trigger.chunk-${chunk}`, { before: [...INDEXES, WORDS_FTS, TRIGGER], chunk });
  bulk(`3idx+words.sweep.chunk-${chunk}`, { before: [...INDEXES, WORDS_FTS], sweep: true, chunk });
}

// Report cache: key = sha256(analyzer, type, value, parameters), body a JSON report of about 4 KiB.
{
  const M = QUICK ? 5000 : 100000;
  const db = open('cache');
  db.exec(
    'CREATE TABLE report(key BLOB PRIMARY KEY, analyzer TEXT NOT NULL, created INT NOT NULL, expires INT NOT NULL, body BLOB NOT NULL)',
  );
  const ins = db.prepare('INSERT INTO report VALUES(?,?,?,?,?)');
  const key = (i) => createHash('sha256').update(`VirusTotal_GetReport_3_1\0ip\0${i}\0{"polling":60}`).digest();
  const body = (i) =>
    JSON.stringify({
      success: true,
      summary: { taxonomies: [{ level: 'safe', namespace: 'VT', predicate: 'Score', value: `${i}/90` }] },
      full: { notes: words(r, 500), n: i },
    });
  db.transaction(() => {
    for (let i = 0; i < M; i++) ins.run(key(i), 'VT', i, 2e12, body(i));
  })();
  F['cache.size'] = one(size(db) / M, 'bytes/report');
  const get = db.prepare('SELECT body FROM report WHERE key = ? AND expires > ?');
  const q = Array.from({ length: 20000 }, () => r.int(M));
  F['cache.hit'] = stats(
    timesSync(20000, (i) => JSON.parse(get.get(key(q[i]), Date.now()).body)),
    'ms',
  );
  F['cache.hit.no-parse'] = stats(
    timesSync(20000, (i) => get.get(key(q[i]), Date.now())),
    'ms',
  );
  F['cache.miss'] = stats(
    timesSync(20000, (i) => get.get(key(-1 - i), Date.now())),
    'ms',
  );
  F['cache.key-sha256'] = stats(
    timesSync(20000, (i) => key(i)),
    'ms',
  );
  const put = db.prepare('INSERT OR REPLACE INTO report VALUES(?,?,?,?,?)');
  const b = body(1);
  F['cache.put+commit.NORMAL'] = stats(timesSync(QUICK ? 500 : 5000, (i) => put.run(key(M + i), 'VT', i, 2e12, b), 0));
  db.close();
}

// Quota ledger: check and take one unit, atomically, durable at each call; against counting past jobs as Cortex does.
for (const sync of ['NORMAL', 'FULL']) {
  const db = open(`quota-${sync}`, sync);
  db.exec(
    'CREATE TABLE quota(analyzer TEXT, window INT, used INT NOT NULL, max INT NOT NULL, PRIMARY KEY(analyzer, window)) WITHOUT ROWID',
  );
  const ins = db.prepare('INSERT INTO quota VALUES(?,?,0,1000000000)');
  for (let i = 0; i < 100; i++) ins.run(`analyzer${i}`, 1);
  const take = db.prepare(
    'UPDATE quota SET used = used + 1 WHERE analyzer = ? AND window = 1 AND used < max RETURNING used',
  );
  const n = QUICK ? 500 : sync === 'FULL' ? 3000 : 20000;
  const t = timesSync(n, (i) => take.get(`analyzer${i % 100}`), 0);
  F[`quota.take.${sync}`] = stats(t);
  F[`quota.takes.${sync}`] = one(n / (t.reduce((a, b) => a + b) / 1000), 'tx/s');
  db.close();
}
{
  const db = open('quota-count');
  const M = QUICK ? 5000 : 100000;
  db.exec(
    'CREATE TABLE job(id INTEGER PRIMARY KEY, analyzer TEXT, created INT); CREATE INDEX j ON job(analyzer, created)',
  );
  const ins = db.prepare('INSERT INTO job(analyzer,created) VALUES(?,?)');
  db.transaction(() => {
    for (let i = 0; i < M; i++) ins.run(`analyzer${i % 10}`, i);
  })();
  const c = db.prepare('SELECT count(*) AS n FROM job WHERE analyzer = ? AND created >= 0');
  F['quota.count-past-jobs(10k-in-window)'] = stats(timesSync(QUICK ? 50 : 500, (i) => c.get(`analyzer${i % 10}`), 5));
  db.close();
}
report('02-sqlite', F, { observables: N });
