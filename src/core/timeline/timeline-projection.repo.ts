import type { Db } from '../db/open.ts';
import type { SharedRow } from '../sync/registry.ts';
import type { SyncedStore } from '../sync/synced-store.ts';

type Event = SharedRow<'timelineEvent'>;

const isThere = (row: Event | undefined): row is Event => row?.deletedAt === null;
const wordsOf = (row: Event): string =>
  [row.title, row.description, row.given, ...row.tags, ...row.techniques].join('\n');
const namesOf = (row: Event): string[] => [
  'all',
  ...(row.isStarred ? ['starred'] : []),
  `kind:${row.kind}`,
  `source:${row.source}`,
];
const linksOf = (row: Event): [kind: string, target: string][] => [
  ...row.assetIds.map((id): [string, string] => ['asset', id]),
  ...row.observableIds.map((id): [string, string] => ['observable', id]),
  ...row.techniques.map((id): [string, string] => ['technique', id]),
];

/** Keeps the words, links and counts of events that are not in the trash. */
export function keepTimeline(db: Db, store: SyncedStore): void {
  const insertWords = db.prepare<[number, string]>('INSERT INTO timeline_words (rowid, words) VALUES (?, ?)');
  const deleteWords = db.prepare<[number]>('DELETE FROM timeline_words WHERE rowid = ?');
  const insertLink = db.prepare<[string, string, string, string]>(
    'INSERT OR IGNORE INTO timeline_link (case_id, kind, target, event_id) VALUES (?, ?, ?, ?)',
  );
  const deleteLinks = db.prepare<[string]>('DELETE FROM timeline_link WHERE event_id = ?');
  const count = db.prepare<[string, string, number]>(
    `INSERT INTO timeline_count (case_id, name, n) VALUES (?, ?, ?)
     ON CONFLICT (case_id, name) DO UPDATE SET n = n + excluded.n`,
  );
  store.project('timelineEvent', ({ id, rowid, before, after }) => {
    const was = isThere(before) ? before : undefined;
    const is = isThere(after) ? after : undefined;
    if (was) for (const name of namesOf(was)) count.run(was.caseId, name, -1);
    if (is) for (const name of namesOf(is)) count.run(is.caseId, name, 1);
    const words = is && wordsOf(is);
    if (words !== (was && wordsOf(was))) {
      if (was) deleteWords.run(rowid);
      if (words !== undefined) insertWords.run(rowid, words);
    }
    const links = is ? linksOf(is) : [];
    if (JSON.stringify(links) !== JSON.stringify(was ? linksOf(was) : [])) {
      deleteLinks.run(id);
      for (const [kind, target] of links) insertLink.run(after.caseId, kind, target, id);
    }
  });
}
