// (b, scale) The same queries on 1k, 10k and 100k observables: what must stay O(log n), and what does not.
// Arguments: the sizes (1000 10000 100000; 1000000 takes 80 s to build). Data base: table + 3 indexes + counters + FTS5 words + FTS5 trigram.
import Database from 'better-sqlite3-multiple-ciphers';
import { existsSync, statSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { OUT, QUICK, ms, observable, one, report, rng, stats, timesSync, words } from './lib.mjs';

const asked = process.argv.length > 2 ? process.argv.slice(2) : (process.env.BENCH_SIZES?.split(',') ?? []);
const sizes = asked.length > 0 ? asked.map(Number) : QUICK ? [1000, 10000] : [1000, 10000, 100000];
const F = {};
const home = join(OUT, 'scale');
mkdirSync(home, { recursive: true });

function build(n) {
  const file = join(home, `${n}.db`);
  if (existsSync(file)) return file; // kept between runs: the data is seeded
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = OFF');
  db.pragma('cache_size = -262144');
  db.exec(`CREATE TABLE observable(id INTEGER PRIMARY KEY, case_id INT NOT NULL, type TEXT NOT NULL, value TEXT NOT NULL, tlp INT NOT NULL, ioc INT NOT NULL, message TEXT NOT NULL, tags TEXT NOT NULL, created INT NOT NULL);
    CREATE TABLE counter(name TEXT PRIMARY KEY, n INT NOT NULL) WITHOUT ROWID;
    CREATE VIRTUAL TABLE w USING fts5(value, message, tags, content='observable', content_rowid='id', tokenize="unicode61 tokenchars '-_'");
    CREATE VIRTUAL TABLE g USING fts5(value, content='observable', content_rowid='id', tokenize='trigram', detail='none');`);
  const ins = db.prepare(
    'INSERT INTO observable(case_id,type,value,tlp,ioc,message,tags,created) VALUES(?,?,?,?,?,?,?,?)',
  );
  const r = rng(11),
    pool = [];
  db.transaction(() => {
    for (let i = 0; i < n; i++) {
      // One observable in twenty was seen before in another case: what "seen in other cases" must find.
      const o = i > 100 && r() < 0.05 ? pool[r.int(pool.length)] : observable(r);
      if (pool.length < 5000) pool.push(o);
      ins.run(
        1 + Math.floor(i / 100),
        o.type,
        o.value,
        r.int(4),
        r.int(2),
        `${words(r, 8)} note${r.int(n)}`,
        `src:${words(r, 1)} fam:${words(r, 1)}`,
        1700000000000 + i * 1000,
      );
    }
    db.exec(`CREATE INDEX o_case ON observable(case_id, type, value);
      CREATE INDEX o_value ON observable(value, type);
      CREATE INDEX o_created ON observable(created);
      CREATE INDEX o_type ON observable(type);
      INSERT INTO counter SELECT type, count(*) FROM observable GROUP BY type;
      INSERT INTO w(w) VALUES('rebuild');
      INSERT INTO g(g) VALUES('rebuild');`);
  })();
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
  return file;
}

for (const n of sizes) {
  const s = ms();
  const file = build(n);
  const K = `n=${n}.`;
  F[`${K}build`] = one(ms() - s, 'ms (0 when kept)');
  F[`${K}size`] = one(statSync(file).size / n, 'bytes/row');

  // A connection opened, and its first page of 50 read: the data part of "start-up to a usable list".
  F[`${K}open+first-page`] = stats(
    timesSync(
      QUICK ? 10 : 100,
      () => {
        const d = new Database(file, { readonly: true });
        d.pragma('cache_size = -65536');
        d.prepare('SELECT * FROM observable ORDER BY created DESC LIMIT 50').all();
        d.close();
      },
      2,
    ),
  );

  const db = new Database(file, { readonly: true });
  db.pragma('cache_size = -65536');
  db.pragma('mmap_size = 1073741824');
  const r = rng(5),
    Q = QUICK ? 200 : 5000;
  const value = db.prepare('SELECT value FROM observable WHERE id = ?').pluck();
  const hits = Array.from({ length: Q }, () => value.get(1 + r.int(n)));
  const go = (name, sql, args, count = Q) => {
    const st = db.prepare(sql);
    F[K + name] = stats(timesSync(count, (i) => st.all(...args(i)), Math.min(50, count)));
  };
  go('lookup.id', 'SELECT * FROM observable WHERE id = ?', () => [1 + r.int(n)]);
  go('lookup.value.hit', 'SELECT * FROM observable WHERE value = ? LIMIT 50', (i) => [hits[i % Q]]);
  go('lookup.value.miss', 'SELECT * FROM observable WHERE value = ?', (i) => [`${i}.absent.example`]);
  go('page.keyset', 'SELECT * FROM observable WHERE created < ? ORDER BY created DESC LIMIT 50', () => [
    1700000000000 + r.int(n) * 1000,
  ]);
  go('page.offset-middle', 'SELECT * FROM observable ORDER BY created DESC LIMIT 50 OFFSET ?', () => [n >> 1], 20);
  go('case.100-observables', 'SELECT * FROM observable WHERE case_id = ?', () => [1 + r.int(n / 100)], Q / 5);
  go(
    'case.seen-elsewhere',
    'SELECT a.id, b.case_id FROM observable a JOIN observable b ON b.value = a.value AND b.type = a.type AND b.case_id <> a.case_id WHERE a.case_id = ?',
    () => [1 + r.int(n / 100)],
    Q / 10,
  );
  go('count.scan-by-type', 'SELECT type, count(*) FROM observable GROUP BY type', () => [], 10);
  go('count.kept-counter', 'SELECT name, n FROM counter', () => [], Q / 5);
  const note = () => `note${r.int(n)}`;
  go('fts.rare-word', 'SELECT rowid FROM w WHERE w MATCH ? LIMIT 50', () => [note()], Q / 5);
  go(
    'fts.whole-indicator',
    'SELECT rowid FROM w WHERE w MATCH ? LIMIT 50',
    (i) => [`value:"${String(hits[i % Q]).replaceAll('"', '""')}"`],
    Q / 25,
  );
  go('fts.prefix', 'SELECT rowid FROM w WHERE w MATCH ? LIMIT 50', () => [`${r.hex(4)}*`], Q / 25);
  go(
    'fts.common-word.newest-50',
    'SELECT rowid FROM w WHERE w MATCH ? ORDER BY rowid DESC LIMIT 50',
    () => ['beacon'],
    Q / 25,
  );
  go('fts.common-word.bm25-50', 'SELECT rowid FROM w WHERE w MATCH ? ORDER BY rank LIMIT 50', () => ['beacon'], 10);
  go(
    'fts.two-common-words.newest-50',
    'SELECT rowid FROM w WHERE w MATCH ? ORDER BY rowid DESC LIMIT 50',
    () => ['beacon phishing'],
    50,
  );
  go(
    'trigram.substring-8',
    'SELECT rowid FROM g WHERE value LIKE ? LIMIT 50',
    (i) => [`%${String(hits[i % Q]).slice(2, 10)}%`],
    Math.min(100, Q / 25),
  );
  go('like.scan', 'SELECT id FROM observable WHERE value LIKE ? LIMIT 50', (i) => [`%absent${i}%`], 5);
  db.close();
}
report('03-scale', F, { sizes });
