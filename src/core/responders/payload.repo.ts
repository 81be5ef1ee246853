import type { Db } from '../db/open.ts';

/** Evidence that goes along with an object. */
export interface SentFile {
  evidenceId: string;
  blobId: string;
  /** As the responder sees it. */
  name: string;
  contentType: string;
}

export interface Payload {
  /** JSON of the object, as it was shown. */
  object: string;
  previewId: string;
  actor: string;
  attachments: SentFile[];
}

export interface PayloadRepo {
  insert(jobId: string, payload: Payload): void;
  find(jobId: string): Payload | undefined;
  /** The job that a confirmation made of an object, if it did. */
  jobOf(previewId: string, objectId: string): string | undefined;
}

export function createPayloadRepo(db: Db): PayloadRepo {
  const insert = db.prepare<[string, string, string, string, string]>(
    'INSERT INTO responder_payload (job_id, preview_id, object, actor, attachments) VALUES (?, ?, ?, ?, ?)',
  );
  // What may have acted is never tried again by itself.
  const once = db.prepare<[string]>('UPDATE job SET max_attempts = 1 WHERE id = ?');
  const find = db.prepare<[string], { object: string; previewId: string; actor: string; attachments: string }>(
    'SELECT object, preview_id AS previewId, actor, attachments FROM responder_payload WHERE job_id = ?',
  );
  const jobOf = db
    .prepare<[string, string], string>(
      `SELECT p.job_id FROM responder_payload p JOIN job j ON j.id = p.job_id WHERE p.preview_id = ? AND j.object_id = ?`,
    )
    .pluck();
  return {
    insert(jobId, { previewId, object, actor, attachments }) {
      insert.run(jobId, previewId, object, actor, JSON.stringify(attachments));
      once.run(jobId);
    },
    find(jobId) {
      const row = find.get(jobId);
      return row && { ...row, attachments: JSON.parse(row.attachments) as SentFile[] };
    },
    jobOf: (previewId, objectId) => jobOf.get(previewId, objectId),
  };
}
