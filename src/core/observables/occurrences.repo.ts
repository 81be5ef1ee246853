import type { Db } from '../db/open.ts';

export interface NoteWith {
  noteId: string;
  taskId: string | null;
  title: string;
  before: string;
  after: string;
}

export interface OccurrencesRepo {
  /** Notes of a case whose text holds one of these, in any case; at most 50, each with the words around the first. */
  notesWith(caseId: string, texts: readonly string[]): NoteWith[];
  /** The intake that a piece of evidence came by, where it is still there. */
  intakeOf(evidenceId: string): string | null;
  /** The analyzer of a job, where the job is still there. */
  analyzerOf(jobId: string): string | undefined;
}

/** More notes than this in one case are not looked through. */
const MAX_NOTES = 2_000;
const MAX_FOUND = 50;
const AROUND = 60;

export function createOccurrencesRepo(db: Db): OccurrencesRepo {
  const notes = db.prepare<
    [Record<string, unknown>],
    { id: string; task_id: string | null; title: string; body: string; at: number; length: number }
  >(
    `SELECT id, task_id, title, substr(body, max(1, at - ${AROUND}), length + ${2 * AROUND}) AS body,
       min(at - 1, ${AROUND}) AS at, length
     FROM (SELECT n.id, n.task_id, n.title, n.body, n.created_at, t.value AS text, length(t.value) AS length,
             instr(lower(n.body), lower(t.value)) AS at
           FROM (SELECT id, task_id, title, body, created_at FROM note
                 WHERE case_id = @caseId AND deleted_at IS NULL ORDER BY created_at DESC LIMIT ${MAX_NOTES}) n
           JOIN json_each(@texts) t)
     WHERE at > 0 GROUP BY id ORDER BY created_at LIMIT ${MAX_FOUND}`,
  );
  const intake = db
    .prepare<[string], string>('SELECT i.id FROM evidence e JOIN intake i ON i.id = e.intake_id WHERE e.id = ?')
    .pluck();
  const analyzer = db.prepare<[string], string>('SELECT flavor_name FROM job WHERE id = ?').pluck();
  return {
    notesWith: (caseId, texts) =>
      notes.all({ caseId, texts: JSON.stringify(texts) }).map((row) => ({
        noteId: row.id,
        taskId: row.task_id,
        title: row.title,
        before: row.body.slice(0, row.at),
        after: row.body.slice(row.at + row.length),
      })),
    intakeOf: (evidenceId) => intake.get(evidenceId) ?? null,
    analyzerOf: (jobId) => analyzer.get(jobId),
  };
}
