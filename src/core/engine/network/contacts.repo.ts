import type { Db } from '../../db/open.ts';
import type { Contact } from './contact.ts';

/** What runs contacted, kept with their jobs. */
export interface ContactsRepo {
  /** Inside the caller's transaction. A job that is tried again adds to what its earlier attempt sent. */
  add(jobId: string, contacts: readonly Contact[], now: number): void;
  /** Of one job, in the order of the bytes that were sent. */
  ofJob(jobId: string): Contact[];
}

export function createContactsRepo(db: Db): ContactsRepo {
  const insert = db.prepare<[Contact & { jobId: string; now: number }]>(
    `INSERT INTO egress_contact (job_id, host, port, allowed, refused, bytes_sent, bytes_received, reason, at)
     VALUES (@jobId, @host, @port, @allowed, @refused, @bytesSent, @bytesReceived, @reason, @now)
     ON CONFLICT (job_id, host, port) DO UPDATE SET allowed = allowed + excluded.allowed, refused = refused + excluded.refused,
       bytes_sent = bytes_sent + excluded.bytes_sent, bytes_received = bytes_received + excluded.bytes_received,
       reason = coalesce(excluded.reason, reason), at = excluded.at`,
  );
  const ofJob = db.prepare<[string], Contact>(
    `SELECT host, port, allowed, refused, bytes_sent AS bytesSent, bytes_received AS bytesReceived, reason
     FROM egress_contact WHERE job_id = ? ORDER BY bytes_sent DESC, host, port`,
  );
  return {
    add(jobId, contacts, now) {
      for (const contact of contacts) insert.run({ ...contact, jobId, now });
    },
    ofJob: (jobId) => ofJob.all(jobId),
  };
}
