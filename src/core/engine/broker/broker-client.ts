import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { GateAllowed } from '../../jobs/gate.ts';
import type { Logger } from '../../ports.ts';
import { decodeEnded, type Ended, FROM_BROKER, MAX_FRAME, type StartSpec, TO_BROKER } from './protocol.ts';
import { limitMemoryTogether } from './memory-scope.ts';
import { findByToken, signal } from './process-tree.ts';
import { createFrameReader, decodeJson, encodeFrame, encodeJson } from './wire.ts';

export type RunSpec = Omit<StartSpec, 'token'>;

export interface RunHandle {
  /** Resolves when the tree is dead; never rejects. `report` holds output.json where there was a job folder. */
  readonly ended: Promise<{ ended: Ended; report: Buffer }>;
  write(bytes: Uint8Array): void;
  kill(): void;
}

interface Streams {
  stdout?(bytes: Buffer): void;
  stderr?(bytes: Buffer): void;
}

export interface Broker {
  /** The Node that runs it, and other programs of ours. */
  readonly nodePath: string;
  /** Starts somebody's analyzer; the gate must have said yes to exactly this job. */
  startAnalyzer(permit: GateAllowed, job: { id: string; flavorId: string }, spec: RunSpec): RunHandle;
  /** Starts a program of ours: the worker, and the probes of the sandbox and the interpreters. */
  startOwn(spec: RunSpec, streams?: Streams): RunHandle;
  /** Removes a job folder; false when something of it is left. */
  wipe(path: string): Promise<boolean>;
  /** Whether what it starts shares a limit on memory, by the user's systemd. */
  isMemoryShared(): boolean;
  /** The process id of the running broker, for tests and doctor. */
  pid(): number | undefined;
  /** Ends everything it started and waits for it. */
  close(): Promise<void>;
}

interface Pending {
  token: string;
  streams: Streams;
  resolve(result: { ended: Ended; report: Buffer }): void;
}

interface Life {
  child: ChildProcess;
  pipe: Duplex;
  runs: Map<number, Pending>;
  wipes: Map<number, (isGone: boolean) => void>;
  gone: Promise<void>;
  isMemoryShared: boolean;
}

/**
 * The core's end of the broker. A broker that dies takes its runs with it: they end as `broker_lost`, and the next start
 * brings up a new one, unless that happened moments ago.
 */
export function createBroker(deps: {
  nodePath: string;
  program: string;
  logger: Logger;
  monotonic(): number;
  /** Environment of the broker itself; nothing that it starts inherits it. */
  env?: Record<string, string>;
}): Broker {
  let life: Life | undefined;
  let nextId = 1;
  let isClosed = false;
  let lastLoss = Number.NEGATIVE_INFINITY;
  let losses = 0;

  const lost = (reason: string): { ended: Ended; report: Buffer } => ({
    ended: {
      cause: 'broker_lost',
      code: null,
      signal: null,
      message: reason,
      stdout: '',
      stderr: '',
      survivors: 0,
      reportFile: 'none',
      isFolderGone: false,
    },
    report: Buffer.alloc(0),
  });

  const begin = (): Life => {
    const child = spawn(
      deps.nodePath,
      // Each start copies the page tables of this process, so it is kept small.
      ['--max-old-space-size=256', '--max-semi-space-size=1', '--disable-warning=ExperimentalWarning', deps.program],
      {
        env: deps.env ?? {},
        cwd: '/',
        // A group of its own: Ctrl+C in a terminal is for the host to handle, in order.
        detached: true,
        stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      },
    );
    const pipe = child.stdio[3] as Duplex;
    const gone = Promise.withResolvers<void>();
    const self: Life = { child, pipe, runs: new Map(), wipes: new Map(), gone: gone.promise, isMemoryShared: false };
    if (child.pid !== undefined && process.platform === 'linux')
      void limitMemoryTogether(child.pid, process.env).then((isDone) => (self.isMemoryShared = isDone));
    const onChunk = createFrameReader(MAX_FRAME, ({ kind, id, payload }) => {
      if (kind === FROM_BROKER.stdout) self.runs.get(id)?.streams.stdout?.(payload);
      else if (kind === FROM_BROKER.stderr) self.runs.get(id)?.streams.stderr?.(payload);
      else if (kind === FROM_BROKER.ended) {
        const run = self.runs.get(id);
        self.runs.delete(id);
        run?.resolve(decodeEnded(payload));
      } else if (kind === FROM_BROKER.wiped) {
        self.wipes.get(id)?.((decodeJson(payload) as { isGone: boolean }).isGone);
        self.wipes.delete(id);
      }
    });
    const end = (reason: string): void => {
      if (life === self) life = undefined;
      pipe.destroy();
      if (self.runs.size > 0 && !isClosed) {
        losses = deps.monotonic() - lastLoss < 60_000 ? losses + 1 : 1;
        lastLoss = deps.monotonic();
        deps.logger.error('the broker ended while runs were under way', { reason, runs: self.runs.size });
      }
      for (const run of self.runs.values()) {
        // Namespaces die with the broker once they stand; the rest has to be looked for.
        for (const pid of findByToken(run.token)) signal(pid, 'SIGKILL');
        run.resolve(lost(reason));
      }
      self.runs.clear();
      for (const done of self.wipes.values()) done(false);
      self.wipes.clear();
      gone.resolve();
    };
    pipe.on('data', (chunk: Buffer) => {
      try {
        onChunk(chunk);
      } catch (error) {
        child.kill('SIGKILL');
        end(error instanceof Error ? error.message : String(error));
      }
    });
    pipe.on('error', () => undefined);
    child.stderr?.on('data', (bytes: Buffer) =>
      deps.logger.warn('the broker said', { text: bytes.toString('utf8').slice(0, 2_000) }),
    );
    child.on('error', (error) => end(`the broker could not be started: ${error.message}`));
    child.on('exit', (code, name) => end(`the broker ended (${name ?? code})`));
    return self;
  };

  const start = (spec: RunSpec, streams: Streams): RunHandle => {
    const id = nextId++;
    const ended = Promise.withResolvers<{ ended: Ended; report: Buffer }>();
    if (isClosed) {
      ended.resolve(lost('Osmia is closing.'));
      return { ended: ended.promise, write: () => undefined, kill: () => undefined };
    }
    if (losses > 1 && deps.monotonic() - lastLoss < 10_000) {
      ended.resolve(lost('The process that starts analyzers keeps failing. Osmia tries again in some seconds.'));
      return { ended: ended.promise, write: () => undefined, kill: () => undefined };
    }
    life ??= begin();
    const mine = life;
    const token = randomBytes(12).toString('hex');
    mine.runs.set(id, { token, streams, resolve: ended.resolve });
    mine.pipe.write(encodeJson(TO_BROKER.start, id, { ...spec, token } satisfies StartSpec));
    return {
      ended: ended.promise,
      write: (bytes) => void (mine.runs.has(id) && mine.pipe.write(encodeFrame(TO_BROKER.stdin, id, bytes))),
      kill: () => void (mine.runs.has(id) && mine.pipe.write(encodeFrame(TO_BROKER.kill, id, new Uint8Array(0)))),
    };
  };

  return {
    nodePath: deps.nodePath,
    startAnalyzer(permit, job, spec) {
      GateAllowed.check(permit, job.id, job.flavorId);
      return start(spec, {});
    },
    startOwn: (spec, streams = {}) => start(spec, streams),
    wipe(path) {
      const mine = life;
      if (mine === undefined) return Promise.resolve(false);
      const id = nextId++;
      return new Promise((resolve) => {
        mine.wipes.set(id, resolve);
        mine.pipe.write(encodeFrame(TO_BROKER.wipe, id, Buffer.from(path, 'utf8')));
      });
    },
    isMemoryShared: () => life?.isMemoryShared === true,
    pid: () => life?.child.pid,
    async close() {
      isClosed = true;
      const mine = life;
      if (mine === undefined) return;
      mine.pipe.end();
      await mine.gone;
    },
  };
}
