import type { DataType } from '../../shared/model/data-type.ts';
import type { Level } from '../../shared/model/report.ts';
import type { Db } from '../db/open.ts';
import { createGatheredSums } from '../sync/gathered-sums.ts';
import type { Gathered } from '../sync/synced-store.ts';

/** What is counted of a case. Not-analysed is what the four levels leave of `observables`. */
type CaseCounterName =
  | 'observables'
  | 'ioc'
  | 'sighted'
  | 'elsewhere'
  | 'ignored'
  | 'evidence'
  | 'notes'
  | 'tasks'
  | 'tasksOpen'
  | 'tasksDone'
  | 'jobs'
  | `type:${DataType}`
  | Level;

export type CaseCounts = Readonly<Partial<Record<CaseCounterName, number>>>;

/** Counters are kept by the transaction that changes what they count; no list counts rows. */
export interface CaseCounters extends Gathered {
  add(caseId: string, name: CaseCounterName, delta: number): void;
  /** For projections: stored by `write`. */
  gather(caseId: string, name: CaseCounterName, delta: number): void;
  ofCase(caseId: string): CaseCounts;
  /** Added up over the cases; kept until something is written. Not for use inside a transaction. */
  ofEngagement(engagementId: string): CaseCounts;
}

export function createCaseCounters(db: Db): CaseCounters {
  const add = db.prepare<[string, string, number]>(
    `INSERT INTO case_counter (case_id, name, value) VALUES (?, ?, ?)
     ON CONFLICT (case_id, name) DO UPDATE SET value = value + excluded.value`,
  );
  const ofCase = db.prepare<[string], { name: string; value: number }>(
    'SELECT name, value FROM case_counter WHERE case_id = ?',
  );
  const ofEngagement = db.prepare<[string], { name: string; value: number }>(
    `SELECT k.name, sum(k.value) AS value FROM case_record c JOIN case_counter k ON k.case_id = c.id
     WHERE c.engagement_id = ? AND c.deleted_at IS NULL GROUP BY k.name`,
  );
  // Changes with every row written on this connection, so equal numbers mean that nothing was.
  const written = db.prepare<[], number>('SELECT total_changes()').pluck();
  const known = new Map<string, { at: number; counts: CaseCounts }>();

  const toCounts = (rows: { name: string; value: number }[]): CaseCounts =>
    Object.fromEntries(rows.map(({ name, value }) => [name, value]));
  const sums = createGatheredSums<[caseId: string, name: CaseCounterName]>(([caseId, name], delta) =>
    add.run(caseId, name, delta),
  );
  return {
    gather(caseId, name, delta) {
      if (delta !== 0) sums.add([caseId, name], delta);
    },
    write: sums.write,
    forget: sums.forget,
    add(caseId, name, delta) {
      if (delta !== 0) add.run(caseId, name, delta);
    },
    ofCase(caseId) {
      sums.write();
      return toCounts(ofCase.all(caseId));
    },
    ofEngagement(engagementId) {
      const at = written.get()!;
      const before = known.get(engagementId);
      if (before?.at === at) return before.counts;
      const counts = toCounts(ofEngagement.all(engagementId));
      known.set(engagementId, { at, counts });
      return counts;
    },
  };
}

/** Observables without any verdict. */
export const notAnalysed = (counts: CaseCounts): number =>
  (counts.observables ?? 0) -
  (counts.malicious ?? 0) -
  (counts.suspicious ?? 0) -
  (counts.safe ?? 0) -
  (counts.info ?? 0);
