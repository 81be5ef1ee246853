import type { CASE_STATUSES } from '../../shared/contract/entities.ts';
import type { DataType } from '../../shared/model/data-type.ts';
import type { Tlp } from '../../shared/model/marking.ts';
import type { Level } from '../../shared/model/report.ts';
import { notMergedAway } from '../db/merged-away.ts';
import type { Db } from '../db/open.ts';
import { subjectHash } from './subject-hash.ts';

/** What an observable is, as far as others are compared with it. */
export interface Subject {
  engagementId: string;
  dataType: DataType;
  value: string;
  subjectHash: string;
}

export interface Holder extends Subject {
  id: string;
  caseId: string;
}

export interface SeenElsewhere {
  observableId: string;
  caseId: string;
  caseNumber: number;
  title: string;
  status: (typeof CASE_STATUSES)[number];
  engagementName: string;
  startAt: number;
  addedAt: number;
  dataType: DataType;
  value: string;
  isIoc: boolean;
  isSighted: boolean;
  tlp: Tlp;
  verdict: Level | null;
}

export interface ElsewhereRepo {
  /** The hashes that mean the same: a file also meets the hashes that somebody typed, and a hash the files that have it. */
  relatedHashes(dataType: DataType, value: string, hash: string): string[];
  /** Who holds a subject within the engagement: not in the trash, not marked as not worth comparing. At most MOST_COUNTED + 2. */
  holders(engagementId: string, hash: string): Holder[];
  /** Keeps how many other cases hold what an observable is; returns by how much the number of rows changed (-1, 0, 1). */
  put(holder: Pick<Holder, 'id' | 'caseId' | 'engagementId'>, others: number): number;
  /** 1 where it was kept. */
  drop(observableId: string): number;
  /** The observables of a case that are compared with others. */
  ofCase(caseId: string): Iterable<Holder>;
  moveVerdict(observableId: string, caseId: string, engagementId: string): void;
  list(subject: Subject & { caseId: string }, isEverywhere: boolean, limit: number): SeenElsewhere[];
  /** Cases of the engagement (or of the workspace) that are not in the trash. */
  countCases(engagementId: string | undefined): number;
}

/** More other cases than this are "50 and more". */
export const MOST_COUNTED = 50;

interface HolderRow {
  id: string;
  case_id: string;
  engagement_id: string;
  data_type: DataType;
  value: string;
  subject_hash: string;
}

const toHolder = (row: HolderRow): Holder => ({
  id: row.id,
  caseId: row.case_id,
  engagementId: row.engagement_id,
  dataType: row.data_type,
  value: row.value,
  subjectHash: row.subject_hash,
});

export function createElsewhereRepo(db: Db): ElsewhereRepo {
  const hashesOfFile = db.prepare<[string], { md5: string; sha1: string; sha256: string }>(
    'SELECT md5, sha1, sha256 FROM blob WHERE sha256 = ?',
  );
  const filesByMd5 = db.prepare<[string], string>('SELECT sha256 FROM blob WHERE md5 = ?').pluck();
  const filesBySha1 = db.prepare<[string], string>('SELECT sha256 FROM blob WHERE sha1 = ?').pluck();
  const columns = 'o.id, o.case_id, o.engagement_id, o.data_type, o.value, o.subject_hash';
  const holders = db.prepare<[string, string], HolderRow>(
    `SELECT ${columns} FROM observable o JOIN case_record c ON c.id = o.case_id
     WHERE o.engagement_id = ? AND o.subject_hash = ? AND o.deleted_at IS NULL AND o.ignore_similarity = 0
       AND c.deleted_at IS NULL AND ${notMergedAway('c')} LIMIT ${MOST_COUNTED + 2}`,
  );
  const known = db.prepare<[string], number>('SELECT others FROM observable_elsewhere WHERE observable_id = ?').pluck();
  const put = db.prepare<[string, string, string, number]>(
    `INSERT INTO observable_elsewhere (observable_id, case_id, engagement_id, others) VALUES (?, ?, ?, ?)
     ON CONFLICT (observable_id) DO UPDATE SET case_id = excluded.case_id, engagement_id = excluded.engagement_id,
       others = excluded.others`,
  );
  const drop = db.prepare<[string]>('DELETE FROM observable_elsewhere WHERE observable_id = ?');
  const ofCase = db.prepare<[string], HolderRow>(
    `SELECT ${columns} FROM observable o WHERE o.case_id = ? AND o.deleted_at IS NULL AND o.ignore_similarity = 0`,
  );
  const moveVerdict = db.prepare<[string, string, string]>(
    'UPDATE observable_verdict SET case_id = ?, engagement_id = ? WHERE observable_id = ?',
  );
  const found = (engagements: string): string => `
    SELECT o.id AS observableId, o.case_id AS caseId, c.number AS caseNumber, c.title, c.status, e.name AS engagementName,
      c.start_at AS startAt, o.created_at AS addedAt, o.data_type AS dataType, o.value, o.is_ioc AS isIoc,
      o.is_sighted AS isSighted, o.tlp, v.level AS verdict
    FROM observable o JOIN case_record c ON c.id = o.case_id AND c.deleted_at IS NULL AND ${notMergedAway('c')}
    JOIN engagement e ON e.id = o.engagement_id LEFT JOIN observable_verdict v ON v.observable_id = o.id
    WHERE o.engagement_id IN (${engagements}) AND o.subject_hash IN (SELECT value FROM json_each(@hashes))
      AND o.case_id <> @caseId AND o.deleted_at IS NULL AND o.ignore_similarity = 0
    ORDER BY o.num DESC LIMIT @limit`;
  type FoundRow = Omit<SeenElsewhere, 'isIoc' | 'isSighted'> & { isIoc: number; isSighted: number };
  const within = db.prepare<[Record<string, unknown>], FoundRow>(found('@engagementId'));
  const everywhere = db.prepare<[Record<string, unknown>], FoundRow>(
    found('SELECT id FROM engagement WHERE deleted_at IS NULL'),
  );
  const casesWithin = db
    .prepare<[string], number>('SELECT count(*) FROM case_record WHERE engagement_id = ? AND deleted_at IS NULL')
    .pluck();
  const casesEverywhere = db.prepare<[], number>('SELECT count(*) FROM case_record WHERE deleted_at IS NULL').pluck();

  const relatedHashes: ElsewhereRepo['relatedHashes'] = (dataType, value, hash) => {
    if (dataType === 'file') {
      const file = hashesOfFile.get(hash);
      if (!file) return [hash];
      return [
        hash,
        ...[file.sha256, file.sha1, file.md5].map((each) => subjectHash({ dataType: 'hash', value: each })),
      ];
    }
    if (dataType !== 'hash') return [hash];
    const text = value.toLowerCase();
    if (text.length === 64) return [hash, text];
    if (text.length === 40) return [hash, ...filesBySha1.all(text)];
    return text.length === 32 ? [hash, ...filesByMd5.all(text)] : [hash];
  };

  return {
    relatedHashes,
    holders: (engagementId, hash) => holders.all(engagementId, hash).map(toHolder),
    put({ id, caseId, engagementId }, others) {
      const before = known.get(id);
      put.run(id, caseId, engagementId, others);
      return before === undefined ? 1 : 0;
    },
    drop: (observableId) => drop.run(observableId).changes,
    *ofCase(caseId) {
      // All at once: nothing may be written while a statement is read row by row.
      for (const row of ofCase.all(caseId)) yield toHolder(row);
    },
    moveVerdict: (observableId, caseId, engagementId) => {
      moveVerdict.run(caseId, engagementId, observableId);
    },
    list(subject, isEverywhere, limit) {
      const hashes = JSON.stringify(relatedHashes(subject.dataType, subject.value, subject.subjectHash));
      const input = { hashes, caseId: subject.caseId, limit };
      const rows = isEverywhere ? everywhere.all(input) : within.all({ ...input, engagementId: subject.engagementId });
      return rows.map((row) => ({ ...row, isIoc: row.isIoc === 1, isSighted: row.isSighted === 1 }));
    },
    countCases: (engagementId) =>
      (engagementId === undefined ? casesEverywhere.get() : casesWithin.get(engagementId)) ?? 0,
  };
}
