import type { Level, Taxonomy } from '../../shared/model/report.ts';
import type { Db } from '../db/open.ts';

/** A run that made a report of its own. */
export interface RunOfSubject {
  jobId: string;
  reportId: string;
  flavorId: string;
  version: string;
  caseNumber: number | null;
  at: number;
  level: Level | null;
  taxonomies: Taxonomy[];
  basisId: number | null;
}

/** One thing within one engagement. */
export interface SubjectKey {
  engagementId: string;
  subjectHash: string;
}

export interface HistoryRepo {
  subjectOfObservable(id: string): SubjectKey | undefined;
  /** Names of analyzers that have reports about it; at most 300. */
  analyzersOf(subject: SubjectKey): string[];
  /** The newest first. */
  runsOf(subject: SubjectKey, flavorName: string, limit: number): RunOfSubject[];
  /** The newest report of each flavor about some observables. */
  newestOf(observableIds: readonly string[]): {
    observableId: string;
    engagementId: string;
    flavorId: string;
    at: number;
    basisId: number | null;
  }[];
}

/** As the index says it, word for word: only then SQLite takes it. */
const OWN_RUNS = `engagement_id = @engagementId AND subject_hash = @subjectHash
  AND status = 'done' AND is_cached = 0 AND kind = 'analyzer'`;

const MAX_ANALYZERS = 300;

export function createHistoryRepo(db: Db): HistoryRepo {
  const subject = db.prepare<[string], SubjectKey>(
    'SELECT engagement_id AS engagementId, subject_hash AS subjectHash FROM observable WHERE id = ? AND deleted_at IS NULL',
  );
  // One step through the index for each name, however many runs it has.
  const analyzers = db
    .prepare<[SubjectKey], string>(
      `WITH RECURSIVE names (name) AS (
         SELECT min(flavor_name) FROM job WHERE ${OWN_RUNS}
         UNION ALL
         SELECT (SELECT min(flavor_name) FROM job WHERE ${OWN_RUNS} AND flavor_name > names.name) FROM names
         WHERE names.name IS NOT NULL
       )
       SELECT name FROM names WHERE name IS NOT NULL LIMIT ${MAX_ANALYZERS}`,
    )
    .pluck();
  const runs = db.prepare<
    [SubjectKey & { flavorName: string; limit: number }],
    Omit<RunOfSubject, 'taxonomies'> & { taxonomies: string }
  >(
    `SELECT j.id AS jobId, j.report_id AS reportId, j.flavor_id AS flavorId, j.flavor_version AS version,
       c.number AS caseNumber, r.created_at AS at, r.level, r.taxonomies, r.basis_id AS basisId
     FROM (SELECT * FROM job WHERE ${OWN_RUNS} AND flavor_name = @flavorName AND report_id IS NOT NULL
           ORDER BY ended_at DESC LIMIT @limit) j
     JOIN report r ON r.id = j.report_id LEFT JOIN case_record c ON c.id = j.case_id
     ORDER BY j.ended_at DESC, j.id DESC`,
  );
  const newest = db.prepare<[string], ReturnType<HistoryRepo['newestOf']>[number]>(
    `SELECT p.observable_id AS observableId, o.engagement_id AS engagementId, p.flavor_id AS flavorId,
       p.reported_at AS at, p.basis_id AS basisId
     FROM json_each(?) ids JOIN observable o ON o.id = ids.value AND o.deleted_at IS NULL
     JOIN observable_report p ON p.observable_id = o.id`,
  );
  return {
    subjectOfObservable: (id) => subject.get(id),
    analyzersOf: (key) => analyzers.all(key),
    runsOf: (key, flavorName, limit) =>
      runs
        .all({ ...key, flavorName, limit })
        .map((run) => ({ ...run, taxonomies: JSON.parse(run.taxonomies) as Taxonomy[] })),
    newestOf: (ids) => newest.all(JSON.stringify(ids)),
  };
}
