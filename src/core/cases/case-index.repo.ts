import type { CaseStats } from '../../shared/contract/case-list.ts';
import { isClosed } from '../../shared/model/case-state.ts';
import type { Db } from '../db/open.ts';
import type { SharedRow } from '../sync/registry.ts';
import type { SyncedStore } from '../sync/synced-store.ts';

const TOP = 200;

export interface CaseIndexRepo {
  stats(engagementId: string, actor: string): CaseStats;
}

/**
 * What the list looks up and counts: words of titles, tags, and how many cases there are of each kind. It follows from
 * the cases outside the trash and is written here only, whoever changed them.
 */
export function createCaseIndexRepo(db: Db, store: SyncedStore): CaseIndexRepo {
  const addWords = db.prepare<[number, string]>('INSERT INTO case_words (rowid, title) VALUES (?, ?)');
  const dropWords = db.prepare<[number]>('DELETE FROM case_words WHERE rowid = ?');
  const addTag = db.prepare<[string, string, number]>(
    'INSERT INTO case_tag (engagement_id, tag, number) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const dropTag = db.prepare<[string, string, number]>(
    'DELETE FROM case_tag WHERE engagement_id = ? AND tag = ? AND number = ?',
  );
  const count = db.prepare<[string, string, string, number]>(
    `INSERT INTO case_stat (engagement_id, kind, value, n) VALUES (?, ?, ?, ?)
     ON CONFLICT (engagement_id, kind, value) DO UPDATE SET n = n + excluded.n`,
  );
  const tally = db.prepare<[string, string], { value: string; n: number }>(
    `SELECT value, n FROM case_stat WHERE engagement_id = ? AND kind = ? AND n > 0 ORDER BY n DESC, value LIMIT ${TOP}`,
  );
  const one = db
    .prepare<[string, string, string], number>(
      'SELECT n FROM case_stat WHERE engagement_id = ? AND kind = ? AND value = ?',
    )
    .pluck();
  const inTrash = db
    .prepare<[string], number>(
      'SELECT count(*) FROM (SELECT 1 FROM case_record WHERE engagement_id = ? AND deleted_at IS NOT NULL LIMIT 10000)',
    )
    .pluck();

  store.project('case', ({ before, after }) => {
    const [was, is] = [before && seen(before), seen(after)];
    for (const key of keysOf(was)) if (!keysOf(is).has(key)) change(was!, key, -1);
    for (const key of keysOf(is)) if (!keysOf(was).has(key)) change(is!, key, 1);
    if (was && (was.title !== is?.title || was.number !== is.number)) dropWords.run(was.number);
    if (is && (was?.title !== is.title || was.number !== is.number)) addWords.run(is.number, is.title);
  });

  const change = (row: SharedRow<'case'>, key: string, by: 1 | -1): void => {
    const [kind, value] = split(key);
    count.run(row.engagementId, kind, value, by);
    if (kind === 'tag') (by === 1 ? addTag : dropTag).run(row.engagementId, value, row.number);
  };

  return {
    stats(engagementId, actor) {
      const of = (kind: string): Record<string, number> =>
        Object.fromEntries(tally.all(engagementId, kind).map(({ value, n }) => [value, n]));
      const statuses = of('status');
      const open = (statuses['open'] ?? 0) + (statuses['in_progress'] ?? 0);
      const closed = (statuses['resolved'] ?? 0) + (statuses['duplicated'] ?? 0);
      return {
        all: open + closed,
        open,
        closed,
        mine: one.get(engagementId, 'openAssignee', actor) ?? 0,
        flagged: one.get(engagementId, 'flagged', 'yes') ?? 0,
        inTrash: inTrash.get(engagementId) ?? 0,
        statuses,
        resolutions: of('resolution'),
        severities: of('severity'),
        tlps: of('tlp'),
        paps: of('pap'),
        assignees: tally.all(engagementId, 'assignee'),
        tags: tally.all(engagementId, 'tag'),
      };
    },
  };
}

const seen = (row: SharedRow<'case'>): SharedRow<'case'> | undefined => (row.deletedAt === null ? row : undefined);

/** What a case counts as, as `kind value`; the kinds are those of case_stat. */
function keysOf(row: SharedRow<'case'> | undefined): ReadonlySet<string> {
  if (!row) return new Set();
  return new Set([
    `status ${row.status}`,
    ...(row.resolution === null ? [] : [`resolution ${row.resolution}`]),
    `severity ${row.severity}`,
    `tlp ${row.tlp}`,
    `pap ${row.pap}`,
    `assignee ${row.assignee}`,
    ...(isClosed(row.status) ? [] : [`openAssignee ${row.assignee}`]),
    ...(row.isFlagged ? ['flagged yes'] : []),
    ...row.tags.map((tag) => `tag ${tag}`),
  ]);
}

function split(key: string): [kind: string, value: string] {
  const at = key.indexOf(' ');
  return [key.slice(0, at), key.slice(at + 1)];
}
