import type { Db } from '../db/open.ts';

export interface CaseName {
  id: string;
  number: number;
  title: string;
}

/** Small look-ups for mentions, each by an index. */
export interface MentionsRepo {
  /** Cases of an engagement whose number begins with these digits, the lowest first. */
  casesByNumber(engagementId: string, digits: string, limit: number): CaseName[];
  caseName(id: string): CaseName | undefined;
  task(id: string): { id: string; title: string; caseNumber: number } | undefined;
  evidence(id: string): { id: string; name: string; caseNumber: number; observableId: string | null } | undefined;
}

/** Case numbers have at most so many digits more than what was typed. */
const MORE_DIGITS = 6;

export function createMentionsRepo(db: Db): MentionsRepo {
  const range = db.prepare<[number, number, string, number], CaseName>(
    `SELECT id, number, title FROM case_record
     WHERE number BETWEEN ? AND ? AND +engagement_id = ? AND deleted_at IS NULL ORDER BY number LIMIT ?`,
  );
  const caseName = db.prepare<[string], CaseName>(
    'SELECT id, number, title FROM case_record WHERE id = ? AND deleted_at IS NULL',
  );
  const task = db.prepare<[string], { id: string; title: string; caseNumber: number }>(
    `SELECT t.id, t.title, c.number AS caseNumber FROM task t JOIN case_record c ON c.id = t.case_id
     WHERE t.id = ? AND t.deleted_at IS NULL AND c.deleted_at IS NULL`,
  );
  const evidence = db.prepare<[string], { id: string; name: string; caseNumber: number; observableId: string | null }>(
    `SELECT e.id, e.name, c.number AS caseNumber, o.id AS observableId
     FROM evidence e JOIN case_record c ON c.id = e.case_id JOIN blob b ON b.id = e.blob_id
     LEFT JOIN observable o ON o.case_id = e.case_id AND o.data_type = 'file' AND o.subject_hash = b.sha256
       AND o.deleted_at IS NULL
     WHERE e.id = ? AND e.deleted_at IS NULL AND c.deleted_at IS NULL`,
  );
  return {
    casesByNumber(engagementId, digits, limit) {
      const found: CaseName[] = [];
      let from = Number(digits);
      let width = 1;
      for (let more = 0; more <= MORE_DIGITS && found.length < limit; more += 1) {
        if (!Number.isSafeInteger(from + width)) break;
        found.push(...range.all(from, from + width - 1, engagementId, limit - found.length));
        from *= 10;
        width *= 10;
      }
      return found;
    },
    caseName: (id) => caseName.get(id),
    task: (id) => task.get(id),
    evidence: (id) => evidence.get(id),
  };
}
