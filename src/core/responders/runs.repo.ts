import type { ObjectRef } from '../../shared/contract/responders.ts';
import type { Db } from '../db/open.ts';
import { createStatementCache } from '../db/statement-cache.ts';
import type { JobRow } from '../engine/job-row.ts';
import type { OperationJob } from './operations.service.ts';

export interface RunRow {
  jobId: string;
  object: ObjectRef;
  label: string;
  actor: string;
  attachments: number;
}

export interface RunsRepo {
  /** The newest first, `limit` rows at most. */
  list(
    filter: { object?: ObjectRef | undefined; caseId?: string | undefined; before?: string | undefined },
    limit: number,
  ): RunRow[];
  find(jobId: string): RunRow | undefined;
  job(jobId: string): OperationJob | undefined;
}

interface Row {
  id: string;
  object_type: ObjectRef['type'];
  object_id: string;
  label: string;
  actor: string;
  attachments: number;
}

const SELECT = `SELECT j.id, j.object_type, j.object_id, p.actor,
    iif(j.object_type = 'case_artifact', json_extract(p.object, '$.dataType') || ' ', '') || j.value AS label, json_array_length(p.attachments) AS attachments
  FROM responder_payload p JOIN job j ON j.id = p.job_id`;

export function createRunsRepo(db: Db): RunsRepo {
  const prepared = createStatementCache(db);
  const byId = db.prepare<[string], Row>(`${SELECT} WHERE p.job_id = ?`);
  const job = db.prepare<[string], JobRow & { actor: string }>(
    'SELECT j.*, p.actor FROM responder_payload p JOIN job j ON j.id = p.job_id WHERE p.job_id = ?',
  );
  return {
    list({ object, caseId, before }, limit) {
      const terms: string[] = [];
      const values: string[] = [];
      const add = (term: string, value: string | undefined): void => {
        if (value === undefined) return;
        terms.push(term);
        values.push(value);
      };
      add('j.object_id = ?', object?.id);
      add('j.object_type = ?', object?.type);
      add('j.case_id = ?', caseId);
      // Ids are in the order of their making.
      add('p.job_id < ?', before);
      const where = terms.length === 0 ? '' : `WHERE ${terms.join(' AND ')}`;
      const rows = prepared(`${SELECT} ${where} ORDER BY p.job_id DESC LIMIT ?`).all(...values, limit) as Row[];
      return rows.map(toRun);
    },
    find(jobId) {
      const row = byId.get(jobId);
      return row && toRun(row);
    },
    job(jobId) {
      const row = job.get(jobId);
      if (row === undefined || row.object_id === null) return undefined;
      return {
        id: row.id,
        name: row.flavor_name,
        caseId: row.case_id,
        object: { type: row.object_type as ObjectRef['type'], id: row.object_id },
        actor: row.actor,
      };
    },
  };
}

const toRun = (row: Row): RunRow => ({
  jobId: row.id,
  object: { type: row.object_type, id: row.object_id },
  label: row.label,
  actor: row.actor,
  attachments: row.attachments,
});
