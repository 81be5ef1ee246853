import type { TreeCaps } from './watch-tree.ts';
import type { SocketRule } from '../sandbox/seccomp-filter.ts';

/** What the core and the broker say to each other (frames of wire.ts; the id is that of the run). */
export const TO_BROKER = { start: 1, stdin: 2, endStdin: 3, kill: 4, wipe: 5 } as const;
export const FROM_BROKER = { ready: 10, stdout: 12, stderr: 13, ended: 14, wiped: 15 } as const;

/** One process tree to start. Nothing is inherited: not the environment, not a file descriptor. */
export interface StartSpec {
  /** Absolute path of the executable. */
  file: string;
  args: string[];
  env: Record<string, string>;
  cwd: string;
  /** Whether standard input is a pipe (workers) or closed (analyzers). */
  hasStdin: boolean;
  /** Output is passed on as it comes (workers), or its tail is kept for the end (analyzers). */
  isStreamed: boolean;
  /** The tree is killed when either stream has written more, in bytes. Streamed output is not capped here. */
  outputCap: number;
  /** The tree is killed after this long, in milliseconds; 0 is never. */
  wallMs: number;
  /** Between SIGTERM and SIGKILL, in milliseconds. Inside a namespace the tree is killed at once. */
  graceMs: number;
  /** bwrap with `--info-fd 3`: the tree is dead when the first process of the namespace is. */
  isNamespace: boolean;
  /** What the tree may use together; it is killed when it uses more. */
  tree?: TreeCaps;
  /** The filter of system calls that the sandbox reads from fd 5. */
  seccomp?: SocketRule;
  /** Also in the environment as OSMIA_RUN; outside a namespace it finds processes that left the group. */
  token: string;
  /**
   * A job folder in Cortex's layout to make before the start and to read the report from afterwards. The tree is killed
   * when the folder holds more than `capBytes`, or too many files.
   */
  folder?: { path: string; inputJson: string; reportCap: number; capBytes: number };
}

export type EndCause =
  | 'exited'
  | 'timeout'
  | 'killed'
  | 'output_cap'
  | 'folder_cap'
  | 'process_cap'
  | 'memory_cap'
  | 'spawn_failed'
  | 'broker_lost';

export type ReportFile = 'none' | 'ok' | 'too_large' | 'not_a_file' | 'unreadable';

/** How a run ended. When this is sent the whole tree is dead, except where `survivors` says otherwise. */
export interface Ended {
  cause: EndCause;
  code: number | null;
  signal: string | null;
  /** Why it could not be started. */
  message: string;
  /** The last part of what it wrote, UTF-8 repaired. */
  stdout: string;
  stderr: string;
  survivors: number;
  reportFile: ReportFile;
  /** The job folder held nothing else that anybody could ask for, and is removed already. */
  isFolderGone: boolean;
}

/** Of the tail that is kept of each stream, in bytes. */
export const TAIL_BYTES = 64 * 1024;

/** The largest frame either side accepts: a report of 64 MiB with its head. */
export const MAX_FRAME = 80 * 2 ** 20;

/** The payload of `ended`: length of the JSON (u32), JSON, the report's bytes. */
export function encodeEnded(ended: Ended, report: Uint8Array): Buffer {
  const head = Buffer.from(JSON.stringify(ended), 'utf8');
  const length = Buffer.allocUnsafe(4);
  length.writeUInt32LE(head.length, 0);
  return Buffer.concat([length, head, report]);
}

export function decodeEnded(payload: Buffer): { ended: Ended; report: Buffer } {
  const length = payload.readUInt32LE(0);
  return {
    ended: JSON.parse(payload.toString('utf8', 4, 4 + length)) as Ended,
    report: payload.subarray(4 + length),
  };
}
