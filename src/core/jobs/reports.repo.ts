import { deflateSync, inflateSync } from 'node:zlib';
import type { ReportBody, Taxonomy } from '../../shared/model/report.ts';
import type { Db } from '../db/open.ts';
import { createBasisRepo } from './basis.repo.ts';
import type { ReportBasis } from './report-basis.ts';

/** A report ready to be stored: the body is compressed already, which must not happen inside a transaction. */
export interface PackedReport {
  id: string;
  level: string | null;
  taxonomies: Taxonomy[];
  /** From `packBody`. */
  body: Buffer;
  /** Of the JSON before compression. */
  bodyBytes: number;
  /** Blobs of its file artifacts, in order. */
  files: string[];
  /** What it is searched for, from `reportWords`. */
  words: string;
  /** What it rests on: the analyzer and its settings as they were in this run. */
  basis: ReportBasis;
}

export interface StoredReport {
  id: string;
  jobId: string;
  flavorId: string;
  taxonomies: Taxonomy[];
  createdAt: number;
}

export interface ReportsRepo {
  insert(report: PackedReport, job: { id: string; flavorId: string }, now: number): void;
  find(id: string): StoredReport | undefined;
  /** Unpacks the body; up to 64 MiB of JSON. */
  body(id: string): ReportBody | undefined;
  /** Of the JSON of its body; 0 where there is no such report. */
  bodyBytes(id: string): number;
  /** Blobs of its file artifacts. */
  files(id: string): string[];
}

/** Below this, packing costs more time than it saves room. Bytes. */
const PACK_FROM = 8_192;
/** `{`: a body that was left as it is. A packed one begins with zlib's own mark, 0x78. */
const BARE = 0x7b;

/** `json` is an object's text in UTF-8. */
export const packBody = (json: Buffer): Buffer => (json.length < PACK_FROM ? json : deflateSync(json));

/** What `packBody` was given. */
export const unpackBody = (body: Buffer): Buffer => (body[0] === BARE ? body : inflateSync(body));

export function createReportsRepo(db: Db): ReportsRepo {
  const bases = createBasisRepo(db);
  const insert = db.prepare<[string, string, string, string | null, string, Buffer, number, number, number]>(
    `INSERT INTO report (id, job_id, flavor_id, level, taxonomies, body, body_bytes, created_at, basis_id)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const insertFile = db.prepare<[string, number, string]>(
    'INSERT INTO report_file (report_id, position, blob_id) VALUES (?, ?, ?)',
  );
  const find = db.prepare<
    [string],
    { id: string; job_id: string; flavor_id: string; taxonomies: string; created_at: number }
  >('SELECT id, job_id, flavor_id, taxonomies, created_at FROM report WHERE id = ?');
  const body = db.prepare<[string], { body: Buffer }>('SELECT body FROM report WHERE id = ?');
  const bytes = db.prepare<[string], number>('SELECT body_bytes FROM report WHERE id = ?').pluck();
  const files = db.prepare<[string], { blob_id: string }>(
    'SELECT blob_id FROM report_file WHERE report_id = ? ORDER BY position',
  );
  return {
    insert(report, job, now) {
      const { id, level, taxonomies, bodyBytes } = report;
      const basisId = bases.idOf(report.basis, now);
      insert.run(id, job.id, job.flavorId, level, JSON.stringify(taxonomies), report.body, bodyBytes, now, basisId);
      report.files.forEach((blobId, position) => void insertFile.run(id, position, blobId));
    },
    find(id) {
      const row = find.get(id);
      return (
        row && {
          id: row.id,
          jobId: row.job_id,
          flavorId: row.flavor_id,
          taxonomies: JSON.parse(row.taxonomies) as Taxonomy[],
          createdAt: row.created_at,
        }
      );
    },
    body(id) {
      const row = body.get(id);
      return row && (JSON.parse(unpackBody(row.body).toString('utf8')) as ReportBody);
    },
    bodyBytes: (id) => bytes.get(id) ?? 0,
    files: (id) => files.all(id).map((row) => row.blob_id),
  };
}
