import type { WireError } from '../../shared/errors.ts';
import type { ChunkRing } from './chunk-ring.ts';
import type { Digests } from './ingest-pass.ts';

/** What the ingest thread is told; one job at a time. */
export interface IngestJob {
  path: string;
  /** Where the sealed copy goes; the thread creates it and removes it again on failure. */
  target: string;
  dataKey: Uint8Array;
  maxBytes: number;
  /** One Int32, changed from 0 to cancel. */
  cancel: SharedArrayBuffer;
  /** Shared with the helper thread, where there is one. */
  ring: ChunkRing | undefined;
}

/** What the helper thread is told of the same file. */
export interface HelperJob {
  ring: ChunkRing;
  dataKey: Uint8Array;
}

export type IngestAnswer =
  | { t: 'progress'; done: number; total: number }
  | { t: 'done'; digests: Digests }
  | { t: 'failed'; error: WireError }
  /** A bug: what the log gets. */
  | { t: 'bug'; message: string; stack: string };
