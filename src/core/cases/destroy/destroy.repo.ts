import type { Db } from '../../db/open.ts';
import { createStatementCache } from '../../db/statement-cache.ts';
import { SHARED_ENTITIES } from '../../sync/registry.ts';
import type { CaseEntity } from '../merge/copy-rules.ts';
import type { MergeSource } from '../merge/merge-record.ts';

/** A destruction that was begun and is not over. */
export interface Destroying {
  caseId: string;
  number: number;
  engagementId: string;
  actor: string;
  hashes: string[];
}

/** A run of the case that something outside it rests on, and where it goes. */
interface Heir {
  jobId: string;
  caseId: string | null;
  observableId: string | null;
  intakeId: string | null;
}

/** Runs that are not over. */
const UNFINISHED = `status IN ('queued','waiting','running')`;

/** Every full-text index: a deleted row leaves its words in the index until that is merged. */
const WORD_TABLES = [
  'search_case',
  'search_task',
  'search_note',
  'search_alert',
  'search_report',
  'search_evidence',
  'search_event',
  'search_observable',
  'search_grams',
  'case_words',
  'timeline_words',
] as const;

/** Pages of an index that are merged before others have a turn. */
const MERGED_PAGES = 500;

/** What is not shared of a case; written and deleted here only for its destruction. */
export function createDestroyRepo(db: Db) {
  const prepared = createStatementCache(db);
  const ids = (sql: string, ...values: unknown[]): string[] =>
    prepared(sql)
      .pluck()
      .all(...values) as string[];
  const count = (sql: string, ...values: unknown[]): number =>
    prepared(sql)
      .pluck()
      .get(...values) as number;
  const run = (sql: string, ...values: unknown[]): number => prepared(sql).run(...values).changes;

  const whereOf = (entity: CaseEntity): string =>
    entity === 'caseMergePart'
      ? '(case_id = @id OR merge_id IN (SELECT id FROM case_merge WHERE case_id = @id))'
      : 'case_id = @id';

  return {
    begun: (caseId: string): Destroying | undefined => {
      const row = prepared('SELECT * FROM destroying WHERE case_id = ?').get(caseId) as BegunRow | undefined;
      return row && toBegun(row);
    },
    allBegun: (): Destroying[] => (prepared('SELECT * FROM destroying ORDER BY at').all() as BegunRow[]).map(toBegun),
    begin: (it: Destroying, at: number): void =>
      void run(
        'INSERT INTO destroying (case_id, number, engagement_id, actor, hashes, at) VALUES (?, ?, ?, ?, ?, ?)',
        it.caseId,
        it.number,
        it.engagementId,
        it.actor,
        JSON.stringify(it.hashes),
        at,
      ),

    /** Ids of rows, in the trash or not, at most `limit`. */
    rows(entity: CaseEntity, caseId: string, limit: number): string[] {
      const { table } = SHARED_ENTITIES[entity];
      const some = (state: string, n: number): string[] =>
        prepared(`SELECT id FROM ${table} WHERE ${whereOf(entity)} AND deleted_at IS ${state} LIMIT ${n}`)
          .pluck()
          .all({ id: caseId }) as string[];
      // Both halves have an index where there may be many.
      const living = some('NULL', limit);
      return living.length > 0 ? living : some('NOT NULL', limit);
    },
    countRows: (entity: CaseEntity, caseId: string): number =>
      prepared(`SELECT count(*) FROM ${SHARED_ENTITIES[entity].table} WHERE ${whereOf(entity)}`)
        .pluck()
        .get({ id: caseId }) as number,
    fieldValues: (caseId: string): string[] =>
      ids(`SELECT id FROM custom_field_value WHERE owner_type = 'case' AND owner_id = ?`, caseId),
    /** Assets of the engagement that no other case has, nor an event of one. */
    assetsOfNoOther: (caseId: string): string[] =>
      ids(
        `SELECT DISTINCT mine.asset_id FROM case_asset mine WHERE mine.case_id = @id
           AND NOT EXISTS (SELECT 1 FROM case_asset other WHERE other.asset_id = mine.asset_id AND other.case_id <> @id)
           AND NOT EXISTS (SELECT 1 FROM timeline_link l
             WHERE l.kind = 'asset' AND l.target = mine.asset_id AND l.case_id <> @id)`,
        { id: caseId },
      ),
    alertValuesOf: (observableId: string): string[] =>
      ids('SELECT id FROM alert_observable WHERE observable_id = ?', observableId),
    hashes: (caseId: string): string[] =>
      ids(
        'SELECT DISTINCT b.sha256 FROM evidence e JOIN blob b ON b.id = e.blob_id WHERE e.case_id = ? ORDER BY 1',
        caseId,
      ),
    /** Stored files whose only key is the case's. */
    ownFiles: (caseId: string): number =>
      count(
        `SELECT count(*) FROM blob_key k WHERE k.owner = 'case' AND k.owner_id = @id AND NOT EXISTS (
           SELECT 1 FROM blob_key o WHERE o.blob_id = k.blob_id AND NOT (o.owner = 'case' AND o.owner_id = @id))`,
        { id: caseId },
      ),
    sent: (caseId: string): number => count('SELECT count(*) FROM egress_entry WHERE case_id = ?', caseId),

    unfinishedJobs: (caseId: string): number =>
      count(`SELECT count(*) FROM job WHERE case_id = ? AND ${UNFINISHED}`, caseId) +
      count(
        `SELECT count(*) FROM intake i JOIN job j ON j.intake_id = i.id
         WHERE i.case_id = ? AND j.case_id IS NULL AND j.${UNFINISHED}`,
        caseId,
      ),
    countJobs: (caseId: string): number => count('SELECT count(*) FROM job WHERE case_id = ?', caseId),
    /** Each run once: where a report of it stands, its answer was used again, or a value came from it. */
    heirs(caseId: string): Heir[] {
      const found = new Map<string, Heir>();
      const add = (sql: string): void => {
        for (const heir of prepared(sql).all({ id: caseId }) as Heir[]) {
          if (!found.has(heir.jobId)) found.set(heir.jobId, heir);
        }
      };
      // Only merging puts a report on a row of another case, and only then is the whole table of them read.
      if (prepared('SELECT 1 FROM case_merge LIMIT 1').get() !== undefined) {
        add(
          `SELECT j.id AS jobId, o.case_id AS caseId, o.id AS observableId, NULL AS intakeId
           FROM observable_report r JOIN job j ON j.id = r.job_id AND j.case_id = @id
           JOIN observable o ON o.id = r.observable_id WHERE o.case_id <> @id`,
        );
        add(
          `SELECT j.id AS jobId, o.case_id AS caseId, NULL AS observableId, NULL AS intakeId
           FROM job j JOIN observable o ON o.source_job_id = j.id WHERE j.case_id = @id AND o.case_id <> @id`,
        );
      }
      add(
        `SELECT j.id AS jobId, u.case_id AS caseId, u.observable_id AS observableId, u.intake_id AS intakeId
         FROM job j JOIN report r ON r.id = j.report_id AND r.job_id = j.id
         JOIN job u ON u.report_id = r.id AND u.id <> j.id WHERE j.case_id = @id AND u.case_id IS NOT @id`,
      );
      return [...found.values()];
    },
    handOver: ({ jobId, caseId, observableId, intakeId }: Heir): void =>
      void run(
        'UPDATE job SET case_id = ?, observable_id = ?, intake_id = ? WHERE id = ?',
        caseId,
        observableId,
        intakeId,
        jobId,
      ),
    filesOfJob: (jobId: string): string[] =>
      ids('SELECT f.blob_id FROM job j JOIN report_file f ON f.report_id = j.report_id WHERE j.id = ?', jobId),
    /** Cases that hold what this one held, by merging; their count of runs has this one's in it. */
    mergedInto: (caseId: string): string[] =>
      ids(
        `WITH RECURSIVE made (id) AS (
           VALUES (?) UNION SELECT c.row_id FROM copied_row c JOIN made ON c.origin_id = made.id LIMIT 500
         ) SELECT made.id FROM made JOIN case_record c ON c.id = made.id WHERE c.id <> ?`,
        caseId,
        caseId,
      ),
    merges: (caseId: string): { id: string; sources: MergeSource[] }[] =>
      (
        prepared('SELECT id, sources FROM case_merge WHERE case_id = ? AND undone_at IS NULL').all(caseId) as {
          id: string;
          sources: string;
        }[]
      ).map(({ id, sources }) => ({ id, sources: JSON.parse(sources) as MergeSource[] })),
    /** Of an alert that a merge brought: the case it was in before. */
    alertOrigin: (caseId: string, alertId: string): string | undefined =>
      prepared(
        `SELECT k.origin_id FROM copied_row k JOIN case_record c ON c.id = k.origin_id
         WHERE k.row_id = ? AND k.origin_id <> ?`,
      )
        .pluck()
        .get(alertId, caseId) as string | undefined,

    /** Runs of the case and of what was taken into it; with the report where nothing else uses that. */
    jobs: (caseId: string, limit: number): { id: string; reportId: string | null }[] =>
      prepared(
        `SELECT id, report_id AS reportId FROM job WHERE case_id = @id
         UNION ALL SELECT j.id, j.report_id FROM intake i JOIN job j ON j.intake_id = i.id
           WHERE i.case_id = @id AND j.case_id IS NULL LIMIT ${limit}`,
      ).all({ id: caseId }) as { id: string; reportId: string | null }[],
    deleteJob: (id: string): void => void run('DELETE FROM job WHERE id = ?', id),
    isReportUsed: (id: string): boolean => prepared('SELECT 1 FROM job WHERE report_id = ?').get(id) !== undefined,
    deleteReport: (id: string): void => void run('DELETE FROM report WHERE id = ?', id),

    /** What was dropped and taken into the case; `heir` is another case that has the file from the same dropping. */
    intakes: (caseId: string): { id: string; heir: string | null }[] =>
      prepared(
        `SELECT i.id, (SELECT e.case_id FROM evidence e
           WHERE e.blob_id = i.blob_id AND e.intake_id = i.id AND e.case_id <> i.case_id LIMIT 1) AS heir
         FROM intake i WHERE i.case_id = ?`,
      ).all(caseId) as { id: string; heir: string | null }[],
    handOverIntake: (id: string, caseId: string): void =>
      void run('UPDATE intake SET case_id = ? WHERE id = ?', caseId, id),
    deleteIntake: (id: string): void => void run('DELETE FROM intake WHERE id = ?', id),

    /** Blanks what the next changes of the case say, after `seq`; undefined when there are none. */
    blankChanges(caseId: string, seq: number, limit: number): number | undefined {
      const page = prepared('SELECT seq FROM change WHERE case_id = ? AND seq > ? ORDER BY seq LIMIT ?')
        .pluck()
        .all(caseId, seq, limit) as number[];
      for (const one of page) run(`UPDATE change SET before = NULL, after = NULL, reason = '' WHERE seq = ?`, one);
      return page.at(-1);
    },
    blankCustody(caseId: string, position: number, limit: number): number | undefined {
      const page = prepared('SELECT position FROM custody WHERE case_id = ? AND position > ? ORDER BY position LIMIT ?')
        .pluck()
        .all(caseId, position, limit) as number[];
      for (const one of page)
        run(`UPDATE custody SET name = '', detail = '{}' WHERE case_id = ? AND position = ?`, caseId, one);
      return page.at(-1);
    },

    wordTables: WORD_TABLES,
    /** Rewrites a part of an index without the words of deleted rows; false when nothing is left to do. */
    mergeWords(table: (typeof WORD_TABLES)[number], isFirst: boolean): boolean {
      const written = prepared('SELECT total_changes()').pluck();
      const before = written.get() as number;
      run(`INSERT INTO ${table} (${table}, rank) VALUES ('merge', ?)`, isFirst ? -MERGED_PAGES : MERGED_PAGES);
      // The insert itself counts as one.
      return (written.get() as number) - before >= 2;
    },

    /** What is kept by the case's id or counted for it, values that nothing has any more, and the notice itself. */
    finish({ caseId, number, engagementId, actor, hashes }: Destroying, id: string, at: number): void {
      for (const table of ['draft', 'case_counter', 'timeline_count', 'timeline_link']) {
        run(`DELETE FROM ${table} WHERE case_id = ?`, caseId);
      }
      run(
        'DELETE FROM observable_tagged WHERE list IN (SELECT num FROM observable_tag_list WHERE scope_id = ?)',
        caseId,
      );
      run('DELETE FROM observable_tag_list WHERE scope_id = ? OR (scope_id = ? AND n <= 0)', caseId, engagementId);
      run('DELETE FROM case_stat WHERE engagement_id = ? AND n <= 0', engagementId);
      run('DELETE FROM kept_count WHERE engagement_id = ? AND things = 0 AND measured = 0 AND total = 0', engagementId);
      run('DELETE FROM queue_lane WHERE owner = ?', caseId);
      run('DELETE FROM destroying WHERE case_id = ?', caseId);
      run(
        `INSERT INTO deletion_record (id, entity, row_id, label, hashes, actor, reason, at) VALUES (?, 'case', ?, ?, ?, ?, '', ?)`,
        id,
        caseId,
        `#${number}`,
        JSON.stringify(hashes),
        actor,
        at,
      );
    },
    /** Nothing that was deleted stays readable in the file beside the database. */
    emptyLog: (): void => void db.pragma('wal_checkpoint(TRUNCATE)'),
  };
}

export type DestroyRepo = ReturnType<typeof createDestroyRepo>;

interface BegunRow {
  case_id: string;
  number: number;
  engagement_id: string;
  actor: string;
  hashes: string;
}

const toBegun = (row: BegunRow): Destroying => ({
  caseId: row.case_id,
  number: row.number,
  engagementId: row.engagement_id,
  actor: row.actor,
  hashes: JSON.parse(row.hashes) as string[],
});
