import type { AttackData } from '../analysis/attack/read-bundle.ts';
import type { ParsedAlerts } from '../analysis/alerts/parsed-alert.ts';
import type { OpenedZip } from '../analysis/containers/locked-zip.ts';
import type { Finding, Inspection } from '../analysis/inspection.ts';
import type { CsvMapping } from '../shared/contract/alerts.ts';

export type { Finding, Inspection, ParsedAlerts };

/** What a host lends the core. Nothing in the core reads the clock, the keychain or the log any other way. */
export interface Clock {
  /** UTC milliseconds; may jump. */
  now(): number;
  /** Milliseconds that never go back; only differences mean something. */
  monotonic(): number;
  /**
   * Milliseconds since the computer started, sleep included, and what names that start ('' where nothing does). No step of
   * the wall clock changes it. Absent where a host has no such thing.
   */
  uptime?(): { boot: string; ms: number };
  /** IANA name of the local zone, e.g. `Europe/Madrid`. */
  zone(): string;
}

export interface Logger {
  info(message: string, facts?: Record<string, unknown>): void;
  warn(message: string, facts?: Record<string, unknown>): void;
  error(message: string, facts?: Record<string, unknown>): void;
}

/** The OS keychain. Every method rejects with an AppError where the keychain is missing or locked: never "no secret". */
export interface SecretStore {
  /** Whether it can be used here, and why not; never hangs (5 s at most). */
  probe(): Promise<{ isUsable: boolean; backend: string; reason: string }>;
  get(account: string): Promise<string | undefined>;
  set(account: string, secret: string): Promise<void>;
  delete(account: string): Promise<void>;
}

/** Random access to the clear bytes of a sealed blob. `close` drops the key and the file handle. */
export interface BlobReader {
  readonly size: number;
  read(offset: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/**
 * Our analysis code, reached through the sandboxed worker (never imported by the core). Every method rejects with an
 * AppError: `cancelled`, or `unavailable` with the reason when the worker crashed, ran out of time or memory.
 */
export interface AnalysisWorker {
  inspect(
    file: BlobReader,
    options: { name: string; contentType?: string; derive?: boolean },
    signal: AbortSignal,
    onProgress?: (progress: { read: number; total: number }) => void,
  ): Promise<Inspection>;
  partText(
    file: BlobReader,
    options: { name: string; contentType?: string },
    part: string,
    range: { offset: number; length: number },
    signal: AbortSignal,
  ): Promise<{ text: string; offset: number; line: number; totalBytes: number; mediaType: string }>;
  partBytes(
    file: BlobReader,
    options: { name: string; contentType?: string },
    part: string,
    signal: AbortSignal,
  ): Promise<{ name: string; mediaType: string; bytes: Uint8Array }>;
  /** Alerts of a MISP or TheHive file, a table or a mail; `files` are the bytes that their observables count. */
  readAlerts(
    file: BlobReader,
    options: { name: string; mapping: CsvMapping | null },
    signal: AbortSignal,
  ): Promise<ParsedAlerts & { files: Uint8Array[] }>;
  /** The files of a ZIP archive, and which of the passwords opens it ('' is one); or why it cannot be read. */
  openZip(
    file: BlobReader,
    options: { name: string },
    passwords: readonly string[],
    signal: AbortSignal,
  ): Promise<OpenedZip | { reason: string }>;
  zipEntry(
    file: BlobReader,
    options: { name: string },
    index: number,
    password: string | null,
    signal: AbortSignal,
  ): Promise<{ bytes: Uint8Array } | { reason: string }>;
  /** The file as the one entry of an archive behind a password. */
  lockZip(
    file: BlobReader,
    options: { name: string },
    lock: { password: string; method: 'aes' | 'classic' },
    signal: AbortSignal,
  ): Promise<Uint8Array>;
  classify(
    text: string,
    dataType: string | undefined,
    signal: AbortSignal,
  ): Promise<{ dataType: string; value: string; marks: string[] } | { reason: string }>;
  /** The same of many, in order: a call costs far more than a value. */
  classifyAll(
    items: readonly { text: string; dataType?: string | undefined }[],
    signal: AbortSignal,
  ): Promise<({ dataType: string; value: string; marks: string[] } | { reason: string })[]>;
  /** Techniques and tactics of MITRE's STIX bundle; says in a sentence why a file is none. */
  attackBundle(file: BlobReader, name: string, signal: AbortSignal): Promise<AttackData>;
}

/** Who calls, as the host knows it. */
export interface CallContext {
  /** `local` is a client on the private socket or in this process (may name paths); `window` may not. */
  client: 'local' | 'window';
  /** Shown in the change log. */
  actor: string;
  /** Names what the call changes; without one the core makes one up. */
  group?: string;
  /** Turns a token that the host gave the window into the path that the user chose; once only. */
  resolveGrant(token: string): string | undefined;
}
