import type { CsvMapping } from '../../../shared/contract/alerts.ts';
import type { Taxonomy } from '../../../shared/model/report.ts';
import type { ProposedArtifact } from '../process/read-output.ts';

/** What the core and a worker say to each other (frames of broker/wire.ts; the id is that of the request). */
export const TO_WORKER = { request: 1, piece: 2, pieceError: 3 } as const;
export const FROM_WORKER = { ready: 10, read: 11, progress: 12, bytes: 13, result: 14, error: 15 } as const;

/** A file that the core lends for one request. */
export interface LentFile {
  size: number;
  name: string;
  contentType?: string;
}

export type WorkerRequest =
  | { op: 'inspect'; file: LentFile; derive: boolean }
  | { op: 'partText'; file: LentFile; part: string; offset: number; length: number }
  | { op: 'partBytes'; file: LentFile; part: string }
  | { op: 'openZip'; file: LentFile; passwords: string[] }
  | { op: 'zipEntry'; file: LentFile; index: number; password: string | null }
  | { op: 'lockZip'; file: LentFile; name: string; password: string; method: 'aes' | 'classic' }
  | { op: 'classify'; items: { text: string; dataType: string | null }[] }
  /** Alerts of a file; their files are the attachments of the answer, in order. */
  | { op: 'alerts'; file: LentFile; mapping: CsvMapping | null }
  /** MITRE's STIX bundle. */
  | { op: 'attackBundle'; file: LentFile }
  | {
      op: 'analyze';
      /** Absolute path of a bundled analyzer's program. */
      program: string;
      file: LentFile | null;
      input: {
        dataType: string;
        data: string | null;
        tlp: number;
        pap: number;
        message: string;
        parameters: Record<string, unknown>;
        config: Record<string, unknown>;
      };
      secrets: string[];
    }
  /** Parses and tidies a large output.json, which is lent as a file. */
  | { op: 'report'; file: LentFile; secrets: string[] };

/**
 * What `analyze` and `report` answer. The last attachment is the JSON of `{ summary, full, operations }`; those before
 * it are the bytes of file artifacts, in order.
 */
export type ReportAnswer =
  | { isSuccess: true; taxonomies: Taxonomy[]; artifacts: ProposedArtifact[]; repairs: string[] }
  | { isSuccess: false; message: string };

/** The largest frame a worker may send: its result. */
export const MAX_RESULT = 64 * 2 ** 20;

/** A read request: number of the read (u32), offset (f64), length (u32). */
export function encodeRead(read: number, offset: number, length: number): Buffer {
  const payload = Buffer.allocUnsafe(16);
  payload.writeUInt32LE(read, 0);
  payload.writeDoubleLE(offset, 4);
  payload.writeUInt32LE(length, 12);
  return payload;
}

export const decodeRead = (payload: Buffer): { read: number; offset: number; length: number } => ({
  read: payload.readUInt32LE(0),
  offset: payload.readDoubleLE(4),
  length: payload.readUInt32LE(12),
});
