import { dirname, join } from 'node:path';
import { existsSync } from 'node:fs';
import { AppError } from '../../../shared/errors.ts';
import type { BlobReader, Logger } from '../../ports.ts';
import type { Broker, RunHandle } from '../broker/broker-client.ts';
import { createFrameReader, decodeJson, encodeFrame, encodeJson } from '../broker/wire.ts';
import type { CodeCache } from '../code-cache.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { decodeRead, FROM_WORKER, MAX_RESULT, TO_WORKER, type WorkerRequest } from './protocol.ts';

interface WorkerAnswer {
  result: unknown;
  /** Bytes that came beside the JSON, in order. */
  attachments: Uint8Array[];
}

interface RequestOptions {
  signal: AbortSignal;
  /** The worker is ended after this long, in milliseconds. */
  wallMs: number;
  file?: BlobReader;
  onProgress?(progress: { read: number; total: number }): void;
}

export interface WorkerPool {
  /**
   * Runs one request in a free worker; waits for one when all are busy. Rejects with AppError `cancelled`, or
   * `unavailable` with `details.cause` = `timeout`, `crashed`, `thrown` or `too_large`.
   */
  request(request: WorkerRequest, options: RequestOptions): Promise<WorkerAnswer>;
  /** Starts one worker so that the first request finds it warm. */
  warm(): void;
  /** How the workers are, for doctor. */
  state(): 'warm' | 'starting' | 'not started' | 'failed';
  lastFailure(): string;
  /** Resolves when all workers and what they started are dead. */
  close(): Promise<void>;
}

/** A worker is replaced after this many requests, so that what a hostile file left in its memory does not stay. */
const REQUESTS_PER_LIFE = 200;
/** What Node takes beside its heap (threads, code, buffers): with less it does not start at all. */
const BESIDE_HEAP_MIB = 1_536;
const STDERR_KEPT = 16 * 1024;
/** More than the JSON result: file artifacts come beside it. */
const MAX_ATTACHMENTS = 512 * 2 ** 20;
/** A worker that has not said that it is up by then never will. */
const START_MS = 60_000;

interface Task {
  request: WorkerRequest;
  options: RequestOptions;
  resolve(answer: WorkerAnswer): void;
  reject(error: Error): void;
}

interface Worker {
  handle: RunHandle;
  isReady: boolean;
  served: number;
  task: Task | undefined;
  /** Hears the frames of the task under way. */
  onFrame: ((kind: number, payload: Buffer) => void) | undefined;
  stderr: string;
  isRetired: boolean;
}

const failure = (cause: 'timeout' | 'crashed' | 'thrown' | 'too_large', message: string): AppError =>
  new AppError('unavailable', message, { details: { cause } });

/** How a worker is started, but for the folder of its analyzers. */
export const workerNode = (
  nodePath: string,
  sourceRoot: string,
  memoryMib: number,
): { file: string; args: string[] } => ({
  file: nodePath,
  args: [
    `--max-old-space-size=${memoryMib}`,
    '--disable-warning=ExperimentalWarning',
    join(sourceRoot, 'src/core/engine/worker/worker.ts'),
  ],
});

export function createWorkerPool(deps: {
  broker: Broker;
  sandbox: Sandbox;
  nodePath: string;
  /** Folder that holds src/ and node_modules/. */
  sourceRoot: string;
  /** Folder that holds analyzers/. */
  bundledRoot: string;
  size: number;
  memoryMib: number;
  logger: Logger;
  codeCache?: CodeCache | undefined;
}): WorkerPool {
  const workers = new Set<Worker>();
  const ends = new Set<Promise<unknown>>();
  const queue: Task[] = [];
  let nextId = 1;
  let isClosed = false;
  let lastFailure = '';

  const analyzersRoot = join(deps.bundledRoot, 'analyzers');
  const node = workerNode(deps.nodePath, deps.sourceRoot, deps.memoryMib);
  const readOnly = [
    deps.nodePath,
    ...['src', 'package.json', 'resources'].map((name) => join(deps.sourceRoot, name)),
    nodeModules(deps.sourceRoot),
    analyzersRoot,
    // Decides that a .js or .ts there is a module.
    join(deps.bundledRoot, 'package.json'),
    ...(deps.codeCache === undefined ? [] : [deps.codeCache.folder]),
  ];

  const start = (): Worker => {
    const worker: Worker = {
      handle: { ended: Promise.resolve({} as never), write: () => undefined, kill: () => undefined },
      isReady: false,
      served: 0,
      task: undefined,
      onFrame: undefined,
      stderr: '',
      isRetired: false,
    };
    const onChunk = createFrameReader(MAX_RESULT + 1024, ({ kind, payload }) => {
      if (kind === FROM_WORKER.ready) {
        worker.isReady = true;
        lastFailure = '';
        pump();
      } else worker.onFrame?.(kind, payload);
    });
    worker.handle = deps.broker.startOwn(
      {
        ...deps.sandbox.wrap({
          command: [node.file, ...node.args, analyzersRoot],
          // TZ as data is UTC: what is shown in the local zone is shown by the window.
          env: { TZ: 'UTC', LANG: 'C.UTF-8', NODE_NO_WARNINGS: '1', ...deps.codeCache?.env },
          readOnly,
          cwd: '/',
          hasNetwork: false,
          limits: { memoryMib: deps.memoryMib * 2 + BESIDE_HEAP_MIB, fileMib: 1, openFiles: 256, processes: 64 },
        }),
        hasStdin: true,
        isStreamed: true,
        outputCap: 0,
        wallMs: 0,
        graceMs: 0,
      },
      {
        stdout(bytes) {
          try {
            onChunk(bytes);
          } catch {
            worker.handle.kill();
          }
        },
        stderr(bytes) {
          worker.stderr = (worker.stderr + bytes.toString('utf8')).slice(-STDERR_KEPT);
        },
      },
    );
    const startTimer = setTimeout(() => {
      if (!worker.isReady) worker.handle.kill();
    }, START_MS);
    startTimer.unref();
    const end = worker.handle.ended.then(({ ended }) => {
      clearTimeout(startTimer);
      workers.delete(worker);
      ends.delete(end);
      const { task } = worker;
      worker.task = undefined;
      if (task !== undefined) task.reject(failure('crashed', crashReason(worker.stderr, ended.signal ?? ended.code)));
      else if (!worker.isReady && !isClosed) {
        // It never came up: nobody would serve the queue, so those who wait are told.
        deps.logger.error('the analysis worker could not start', {
          stderr: worker.stderr.slice(-1_000),
          message: ended.message,
        });
        lastFailure = ended.message || worker.stderr.trim().split('\n').at(-1) || `exit ${ended.code}`;
        for (const waiting of queue.splice(0)) {
          waiting.reject(failure('crashed', `The analysis worker could not be started: ${lastFailure}`));
        }
      }
      pump();
    });
    ends.add(end);
    workers.add(worker);
    return worker;
  };

  const pump = (): void => {
    if (isClosed) return;
    for (const worker of workers) {
      if (queue.length === 0) return;
      if (worker.isReady && worker.task === undefined && !worker.isRetired) {
        const task = queue.shift();
        if (task !== undefined) run(worker, task);
      }
    }
    let starting = 0;
    for (const worker of workers) if (!worker.isReady) starting += 1;
    // A worker that is being ended still counts: two at once would be over the width.
    while (queue.length > starting && workers.size < deps.size) {
      start();
      starting += 1;
    }
  };

  const run = (worker: Worker, task: Task): void => {
    const id = nextId++;
    const { options } = task;
    const attachments: Uint8Array[] = [];
    let pieces: Buffer[] = [];
    let attached = 0;
    worker.task = task;
    worker.served += 1;

    /** Ends the request; `error` without a clean answer means that the process cannot be used again. */
    const settle = (finish: () => void, isReusable: boolean): void => {
      if (worker.task !== task) return;
      clearTimeout(timer);
      options.signal.removeEventListener('abort', onAbort);
      worker.onFrame = undefined;
      worker.task = undefined;
      if (!isReusable || worker.served >= REQUESTS_PER_LIFE) {
        worker.isRetired = true;
        worker.handle.kill();
      }
      // What a caller is told of a stopped worker is true only when it is dead.
      if (isReusable) finish();
      else void worker.handle.ended.then(finish);
      pump();
    };
    const stop = (error: AppError): void => settle(() => task.reject(error), false);
    const onAbort = (): void => stop(new AppError('cancelled', 'The analysis was cancelled.'));
    const timer = setTimeout(
      () =>
        stop(failure('timeout', `The analysis took more than ${Math.round(options.wallMs / 1000)} s and was ended.`)),
      options.wallMs,
    );
    options.signal.addEventListener('abort', onAbort, { once: true });

    const serveRead = async (payload: Buffer): Promise<void> => {
      const { read, offset, length } = decodeRead(payload);
      const head = Buffer.allocUnsafe(4);
      head.writeUInt32LE(read, 0);
      try {
        if (options.file === undefined) throw new Error('no file was lent');
        const bytes = await options.file.read(offset, length);
        if (worker.task === task) worker.handle.write(encodeFrame(TO_WORKER.piece, id, Buffer.concat([head, bytes])));
      } catch (error) {
        const text = Buffer.from(error instanceof Error ? error.message : String(error), 'utf8');
        if (worker.task === task)
          worker.handle.write(encodeFrame(TO_WORKER.pieceError, id, Buffer.concat([head, text])));
      }
    };

    worker.onFrame = (kind, payload) => {
      if (kind === FROM_WORKER.read) void serveRead(payload);
      else if (kind === FROM_WORKER.progress)
        options.onProgress?.(decodeJson(payload) as { read: number; total: number });
      else if (kind === FROM_WORKER.bytes) {
        attached += payload.length;
        if (attached > MAX_ATTACHMENTS)
          return stop(failure('too_large', 'The contained files of the result are too large.'));
        if (payload.length > 0) pieces.push(Buffer.from(payload));
        else {
          attachments.push(Buffer.concat(pieces));
          pieces = [];
        }
      } else if (kind === FROM_WORKER.result) {
        let result: unknown;
        try {
          result = decodeJson(payload);
        } catch {
          return stop(failure('crashed', 'The analysis worker answered with rubbish.'));
        }
        settle(() => task.resolve({ result, attachments }), true);
      } else if (kind === FROM_WORKER.error) {
        const { message } = decodeJson(payload) as { message: string };
        settle(() => task.reject(failure('thrown', message)), true);
      }
      return undefined;
    };
    worker.handle.write(encodeJson(TO_WORKER.request, id, task.request));
  };

  return {
    request(request, options) {
      if (isClosed) return Promise.reject(failure('crashed', 'Osmia is closing.'));
      if (options.signal.aborted) return Promise.reject(new AppError('cancelled', 'The analysis was cancelled.'));
      return new Promise((resolve, reject) => {
        const task: Task = { request, options, resolve, reject };
        // While it waits in the queue an abort only takes it out.
        const onAbort = (): void => {
          const at = queue.indexOf(task);
          if (at < 0) return;
          queue.splice(at, 1);
          reject(new AppError('cancelled', 'The analysis was cancelled.'));
        };
        options.signal.addEventListener('abort', onAbort, { once: true });
        const done = (): void => options.signal.removeEventListener('abort', onAbort);
        task.resolve = (answer) => {
          done();
          resolve(answer);
        };
        task.reject = (error) => {
          done();
          reject(error);
        };
        queue.push(task);
        pump();
      });
    },
    warm() {
      if (!isClosed && workers.size === 0) start();
    },
    state: () => {
      if ([...workers].some((worker) => worker.isReady)) return 'warm';
      if (workers.size > 0) return 'starting';
      return lastFailure === '' ? 'not started' : 'failed';
    },
    lastFailure: () => lastFailure,
    async close() {
      isClosed = true;
      for (const task of queue.splice(0)) task.reject(failure('crashed', 'Osmia is closing.'));
      for (const worker of workers) worker.handle.kill();
      await Promise.all(ends);
    },
  };
}

function crashReason(stderr: string, how: string | number | null): string {
  if (/heap out of memory|allocation failed/i.test(stderr)) return 'The analysis needed too much memory and was ended.';
  return `The analysis worker crashed (${how ?? 'unknown'}).`;
}

/** A checkout inside another one (a workspace of packages) finds its libraries further up. */
function nodeModules(root: string): string {
  for (let folder = root; ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules');
    if (existsSync(path) || folder === dirname(folder)) return path;
  }
}
