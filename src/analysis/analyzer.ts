import type { Taxonomy } from '../shared/model/report.ts';
import type { ByteSource } from './byte-source.ts';

/** What a bundled analyzer gets: Cortex's input.json, with the file as a byte source instead of a path. */
export interface AnalyzerInput {
  dataType: string;
  /** The observable's value; absent for files. */
  data?: string;
  file?: { name: string; contentType: string; source: ByteSource };
  /** Numbers 0–3, as in Cortex. */
  tlp: number;
  pap: number;
  message: string;
  parameters: Record<string, unknown>;
  config: Record<string, unknown>;
}

export interface ValueArtifact {
  dataType: string;
  data: string;
  tags?: string[];
  message?: string;
}

export interface FileArtifact {
  dataType: 'file';
  filename: string;
  contentType?: string;
  bytes: Uint8Array;
  tags?: string[];
  message?: string;
}

export interface AnalyzerOutput {
  summary: { taxonomies: Taxonomy[] };
  /**
   * Must be a plain JSON object. Its `sentence`, where there is one, opens the report: plain words for somebody who is no
   * analyst, at most 300 characters, values defanged.
   */
  full: Record<string, unknown>;
  artifacts: (ValueArtifact | FileArtifact)[];
  operations?: Record<string, unknown>[];
}

/**
 * The default export of a bundled analyzer's program. It runs in a warm, sandboxed worker with no network and no file
 * system, so it touches nothing but its input. A thrown error fails the job with its message.
 */
export interface Analyzer {
  run(input: AnalyzerInput, signal: AbortSignal): Promise<AnalyzerOutput>;
}
