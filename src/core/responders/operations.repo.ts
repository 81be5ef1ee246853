import type { Operation } from '../../shared/contract/responders.ts';
import type { Db } from '../db/open.ts';
import type { Undo } from './undo-operation.ts';

export interface StoredOperation extends Omit<Operation, 'canUndo'> {
  undo: Undo | null;
}

interface Row {
  id: string;
  job_id: string;
  position: number;
  type: string;
  fields: string;
  status: Operation['status'];
  message: string;
  undo: string | null;
  at: number;
}

export interface OperationsRepo {
  insert(operation: StoredOperation): void;
  find(id: string): StoredOperation | undefined;
  /** In the order in which the responder gave them. */
  ofJob(jobId: string): StoredOperation[];
  /** Jobs with operations that were not tried yet, the oldest first. */
  waitingJobs(): string[];
  put(id: string, state: Pick<StoredOperation, 'status' | 'message' | 'undo' | 'at'>): void;
}

export function createOperationsRepo(db: Db): OperationsRepo {
  const insert = db.prepare<[string, string, number, string, string, string, string, string | null, number]>(
    'INSERT INTO operation (id, job_id, position, type, fields, status, message, undo, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const find = db.prepare<[string], Row>('SELECT * FROM operation WHERE id = ?');
  const ofJob = db.prepare<[string], Row>('SELECT * FROM operation WHERE job_id = ? ORDER BY position');
  const waiting = db
    .prepare<[], string>(`SELECT job_id FROM operation WHERE status = 'waiting' GROUP BY job_id ORDER BY min(id)`)
    .pluck();
  const put = db.prepare<[string, string, string | null, number, string]>(
    'UPDATE operation SET status = ?, message = ?, undo = ?, at = ? WHERE id = ?',
  );
  const json = (undo: Undo | null): string | null => (undo === null ? null : JSON.stringify(undo));
  return {
    insert(op) {
      const { id, jobId, position, type, status, message, at } = op;
      insert.run(id, jobId, position, type, JSON.stringify(op.fields), status, message, json(op.undo), at);
    },
    find(id) {
      const row = find.get(id);
      return row && toOperation(row);
    },
    ofJob: (jobId) => ofJob.all(jobId).map(toOperation),
    waitingJobs: () => waiting.all(),
    put: (id, { status, message, undo, at }) => void put.run(status, message, json(undo), at, id),
  };
}

const toOperation = (row: Row): StoredOperation => ({
  id: row.id,
  jobId: row.job_id,
  position: row.position,
  type: row.type,
  fields: JSON.parse(row.fields) as Record<string, unknown>,
  status: row.status,
  message: row.message,
  undo: row.undo === null ? null : (JSON.parse(row.undo) as Undo),
  at: row.at,
});
