import type { Db } from '../db/open.ts';

interface SourceRow {
  name: string;
  path: string;
  /** Of a folder whose descriptors do not say it themselves. */
  kind: 'analyzer' | 'responder';
}

export interface AnalyzersRepo {
  sources(): SourceRow[];
  addSource(source: SourceRow, now: number): void;
  /** False when there was none. */
  removeSource(name: string): boolean;
}

export function createAnalyzersRepo(db: Db): AnalyzersRepo {
  const sources = db.prepare<[], SourceRow>('SELECT name, path, kind FROM analyzer_source ORDER BY added_at, name');
  const add = db.prepare<[string, string, string, number]>(
    'INSERT INTO analyzer_source (name, path, kind, added_at) VALUES (?, ?, ?, ?)',
  );
  const remove = db.prepare<[string]>('DELETE FROM analyzer_source WHERE name = ?');
  return {
    sources: () => sources.all(),
    addSource: ({ name, path, kind }, now) => void add.run(name, path, kind, now),
    removeSource: (name) => remove.run(name).changes > 0,
  };
}
