import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex, Readable } from 'node:stream';
import { hasArtifacts, prepareJobFolder, readReportFile, wipeJobFolder } from './job-folder.ts';
import { findByToken, groupIsAlive, isAlive, runMark, signal } from './process-tree.ts';
import { watchFolder } from './watch-folder.ts';
import { watchTree } from './watch-tree.ts';
import { ownArch, seccompFilter, type SocketRule } from '../sandbox/seccomp-filter.ts';
import { type Ended, type EndCause, encodeEnded, type ReportFile, type StartSpec, TAIL_BYTES } from './protocol.ts';

export interface RunEvents {
  stdout(bytes: Buffer): void;
  stderr(bytes: Buffer): void;
  /** Called once, when the tree is dead; the payload of an `ended` frame. */
  ended(payload: Buffer): void;
}

export interface Run {
  readonly folder: string | undefined;
  /** Resolves when the tree is dead. */
  readonly dead: Promise<void>;
  write(bytes: Buffer): void;
  endStdin(): void;
  kill(cause: EndCause): void;
  pause(): void;
  resume(): void;
}

/** How long a killed tree may take to vanish before it is reported as surviving, in milliseconds. */
const DEATH_MS = 5_000;

/** Starts a process tree. Where it cannot be started `ended` is called with `spawn_failed` and nothing is returned. */
export function startRun(spec: StartSpec, events: RunEvents): Run | undefined {
  let child: ChildProcess;
  try {
    if (spec.folder !== undefined) prepareJobFolder(spec.folder.path, spec.folder.inputJson);
    child = spawn(spec.file, spec.args, {
      cwd: spec.cwd,
      env: { ...spec.env, OSMIA_RUN: runMark(spec.token) },
      detached: true,
      stdio: [
        spec.hasStdin ? 'pipe' : 'ignore',
        'pipe',
        'pipe',
        ...(spec.isNamespace || spec.seccomp !== undefined ? (['pipe', 'pipe'] as const) : []),
        ...(spec.seccomp === undefined ? [] : (['pipe'] as const)),
      ],
    });
  } catch (error) {
    events.ended(encodeEnded(failedToStart(error), Buffer.alloc(0)));
    return undefined;
  }
  return follow(child, spec, events);
}

function failedToStart(error: unknown): Ended {
  return {
    cause: 'spawn_failed',
    code: null,
    signal: null,
    message: error instanceof Error ? error.message : String(error),
    stdout: '',
    stderr: '',
    survivors: 0,
    reportFile: 'none',
    isFolderGone: false,
  };
}

function follow(child: ChildProcess, spec: StartSpec, events: RunEvents): Run {
  const { pid } = child;
  const dead = Promise.withResolvers<void>();
  const stdout = createTail();
  const stderr = createTail();
  let cause: EndCause = 'exited';
  let hasEnded = false;
  let firstInside: number | undefined;
  let hard: NodeJS.Timeout | undefined;

  const killNow = (): void => {
    if (pid === undefined) return;
    if (spec.isNamespace) {
      if (firstInside !== undefined) signal(firstInside, 'SIGKILL');
      signal(pid, 'SIGKILL');
    } else signal(-pid, 'SIGKILL');
    for (const escaped of findByToken(spec.token, pid)) signal(escaped, 'SIGKILL');
  };
  const kill = (why: EndCause): void => {
    if (hasEnded || pid === undefined) return;
    if (cause === 'exited') cause = why;
    if (spec.isNamespace || spec.graceMs === 0) return killNow();
    signal(-pid, 'SIGTERM');
    hard ??= setTimeout(killNow, spec.graceMs);
  };
  const watches: (() => void)[] = [];
  if (spec.folder !== undefined)
    watches.push(watchFolder(spec.folder.path, spec.folder.capBytes, () => kill('folder_cap')));
  if (spec.tree !== undefined && pid !== undefined) watches.push(watchTree(pid, spec.tree, kill));
  const stopWatching = (): void => {
    for (const stop of watches) stop();
  };
  const wall = spec.wallMs > 0 ? setTimeout(() => kill('timeout'), spec.wallMs) : undefined;

  const take = (stream: Readable | null, tail: Tail, pass: (bytes: Buffer) => void): void => {
    stream?.on('error', () => undefined);
    stream?.on('data', (bytes: Buffer) => {
      if (spec.isStreamed) return pass(bytes);
      tail.push(bytes);
      if (tail.total() > spec.outputCap) kill('output_cap');
    });
  };
  take(child.stdout, stdout, events.stdout);
  take(child.stderr, stderr, events.stderr);
  child.stdin?.on('error', () => undefined);
  if (spec.isNamespace) {
    let info = '';
    (child.stdio[3] as Readable).on('data', (bytes: Buffer) => {
      info += bytes.toString('latin1');
      const match = /"child-pid":\s*(\d+)/.exec(info);
      if (match !== null) firstInside = Number(match[1]);
    });
    // [Note: Go-ahead] in bwrap.ts. A run that is to end gets none, and our end of the pipe closes with this process.
    const goAhead = child.stdio[4] as Duplex;
    goAhead.on('error', () => undefined);
    goAhead.once('data', () => {
      if (cause === 'exited') goAhead.end('go\n');
      else goAhead.destroy();
    });
    child.once('exit', () => goAhead.destroy());
  }
  if (spec.seccomp !== undefined) {
    const filter = (child.stdio as unknown[])[5] as Duplex;
    filter.on('error', () => undefined);
    filter.end(filterFor(spec.seccomp));
  }

  const finish = async (code: number | null, signalName: string | null): Promise<void> => {
    if (hasEnded) return;
    hasEnded = true;
    clearTimeout(wall);
    stopWatching();
    const survivors = await untilDead(spec, pid, () => ({ firstInside, wasKilled: cause !== 'exited' }), killNow);
    clearTimeout(hard);
    // What was written is in the pipes still; with all writers dead they end by themselves.
    await Promise.race([Promise.all([drained(child.stdout), drained(child.stderr)]), later(1_000)]);
    let report: { state: ReportFile; bytes: Buffer } = { state: 'none', bytes: Buffer.alloc(0) };
    if (spec.folder !== undefined) report = readReportFile(spec.folder.path, spec.folder.reportCap);
    const ended: Ended = {
      cause,
      code,
      signal: signalName,
      message: '',
      stdout: stdout.text(),
      stderr: stderr.text(),
      survivors,
      reportFile: report.state,
      // Spares the core a question for each job without file artifacts.
      isFolderGone: spec.folder !== undefined && !hasArtifacts(spec.folder.path) && wipeJobFolder(spec.folder.path),
    };
    events.ended(encodeEnded(ended, report.bytes));
    dead.resolve();
  };

  child.on('error', (error) => {
    if (pid !== undefined) return;
    hasEnded = true;
    clearTimeout(wall);
    stopWatching();
    events.ended(encodeEnded(failedToStart(error), Buffer.alloc(0)));
    dead.resolve();
  });
  // Not `close`: a child of the child may hold the pipes open for ever.
  child.on('exit', (code, name) => void finish(code, name));

  return {
    folder: spec.folder?.path,
    dead: dead.promise,
    write: (bytes) => void child.stdin?.write(bytes),
    endStdin: () => void child.stdin?.end(),
    kill,
    pause() {
      if (!spec.isStreamed) return;
      child.stdout?.pause();
      child.stderr?.pause();
    },
    resume() {
      if (!spec.isStreamed) return;
      child.stdout?.resume();
      child.stderr?.resume();
    },
  };
}

/** Waits until nothing of the tree runs. Returns how many processes could not be ended. */
async function untilDead(
  spec: StartSpec,
  pid: number | undefined,
  facts: () => { firstInside: number | undefined; wasKilled: boolean },
  killNow: () => void,
): Promise<number> {
  if (pid === undefined) return 0;
  const noneLeft = (): boolean => findByToken(spec.token, pid).length === 0;
  const isOver = (): boolean => {
    if (!spec.isNamespace) return !groupIsAlive(pid) && noneLeft();
    const { firstInside, wasKilled } = facts();
    // Killed in its first milliseconds, bwrap leaves a child that waits for it for ever: it is not tied to it yet.
    if (wasKilled || firstInside === undefined) return noneLeft();
    return !isAlive(firstInside);
  };
  const deadline = performance.now() + DEATH_MS;
  // The program is over, so whatever it left behind is not wanted any more.
  for (let wait = 1; !isOver(); wait = Math.min(wait * 2, 50)) {
    if (performance.now() > deadline) return Math.max(1, findByToken(spec.token, pid).length);
    killNow();
    await later(wait);
  }
  return 0;
}

const filters = new Map<SocketRule, Buffer>();

/** Empty where there is none for this processor; the sandbox does not ask for it there. */
function filterFor(rule: SocketRule): Buffer {
  const arch = ownArch();
  const filter = filters.get(rule) ?? (arch === undefined ? Buffer.alloc(0) : seccompFilter(arch, rule, true));
  filters.set(rule, filter);
  return filter;
}

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const drained = (stream: Readable | null): Promise<void> =>
  new Promise((resolve) => {
    if (stream === null || stream.closed || stream.readableEnded) resolve();
    else stream.once('close', () => resolve());
  });

interface Tail {
  push(bytes: Buffer): void;
  total(): number;
  text(): string;
}

/** Keeps the last TAIL_BYTES of a stream, where the error message of a failed program stands. */
function createTail(): Tail {
  let kept: Buffer[] = [];
  let size = 0;
  let total = 0;
  return {
    push(bytes) {
      kept.push(bytes);
      size += bytes.length;
      total += bytes.length;
      if (size < TAIL_BYTES * 2) return;
      const tail = Buffer.from(Buffer.concat(kept).subarray(-TAIL_BYTES));
      kept = [tail];
      size = tail.length;
    },
    total: () => total,
    text: () => Buffer.concat(kept).subarray(-TAIL_BYTES).toString('utf8'),
  };
}
