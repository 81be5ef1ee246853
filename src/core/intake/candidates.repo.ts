import type { z } from 'zod';
import type { Candidate, Place } from '../../shared/contract/intake.ts';
import type { DataType } from '../../shared/model/data-type.ts';
import type { Db } from '../db/open.ts';

export type StoredCandidate = Omit<Candidate, 'seenIn'>;

interface Row {
  seq: number;
  data_type: DataType;
  value: string;
  places: string;
  marks: string;
  decision: Candidate['decision'];
  reason: string;
}

const rowToCandidate = (row: Row): StoredCandidate => ({
  seq: row.seq,
  dataType: row.data_type,
  value: row.value,
  places: JSON.parse(row.places) as z.infer<typeof Place>[],
  marks: JSON.parse(row.marks) as string[],
  decision: row.decision,
  reason: row.reason,
});

export interface DecisionCounts {
  toDecide: number;
  accepted: number;
  skipped: number;
  rejected: number;
}

export interface CandidatesRepo {
  clear(intakeId: string): void;
  insert(intakeId: string, candidate: StoredCandidate): void;
  /** By number, from `after` on. */
  list(intakeId: string, after: number, limit: number): StoredCandidate[];
  accepted(intakeId: string): StoredCandidate[];
  /** False when there is no such candidate. "Undecided" takes a rejected one back to rejected. */
  decide(intakeId: string, seq: number, decision: Exclude<Candidate['decision'], 'rejected'>): boolean;
  setType(intakeId: string, seq: number, dataType: DataType): boolean;
  counts(intakeId: string): DecisionCounts;
}

export function createCandidatesRepo(db: Db): CandidatesRepo {
  const columns = 'seq, data_type, value, places, marks, decision, reason';
  const clear = db.prepare<[string]>('DELETE FROM candidate WHERE intake_id = ?');
  const insert = db.prepare<[string, number, string, string, string, string, string, string]>(
    `INSERT INTO candidate (intake_id, ${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const list = db.prepare<[string, number, number], Row>(
    `SELECT ${columns} FROM candidate WHERE intake_id = ? AND seq > ? ORDER BY seq LIMIT ?`,
  );
  const accepted = db.prepare<[string], Row>(
    `SELECT ${columns} FROM candidate WHERE intake_id = ? AND decision = 'accept' ORDER BY seq`,
  );
  const decide = db.prepare<[string, string, string, number]>(
    `UPDATE candidate SET decision = CASE WHEN ? = 'undecided' AND reason <> '' THEN 'rejected' ELSE ? END
     WHERE intake_id = ? AND seq = ?`,
  );
  const setType = db.prepare<[string, string, number]>(
    'UPDATE candidate SET data_type = ? WHERE intake_id = ? AND seq = ?',
  );
  const counts = db.prepare<[string], { decision: Candidate['decision']; n: number }>(
    'SELECT decision, count(*) AS n FROM candidate WHERE intake_id = ? GROUP BY decision',
  );
  return {
    clear(intakeId) {
      clear.run(intakeId);
    },
    insert(intakeId, candidate) {
      insert.run(
        intakeId,
        candidate.seq,
        candidate.dataType,
        candidate.value,
        JSON.stringify(candidate.places),
        JSON.stringify(candidate.marks),
        candidate.decision,
        candidate.reason,
      );
    },
    list: (intakeId, after, limit) => list.all(intakeId, after, limit).map(rowToCandidate),
    accepted: (intakeId) => accepted.all(intakeId).map(rowToCandidate),
    decide: (intakeId, seq, decision) => decide.run(decision, decision, intakeId, seq).changes > 0,
    setType: (intakeId, seq, dataType) => setType.run(dataType, intakeId, seq).changes > 0,
    counts(intakeId) {
      const by = Object.fromEntries(counts.all(intakeId).map(({ decision, n }) => [decision, n]));
      return {
        toDecide: by['undecided'] ?? 0,
        accepted: by['accept'] ?? 0,
        skipped: by['skip'] ?? 0,
        rejected: by['rejected'] ?? 0,
      };
    },
  };
}
