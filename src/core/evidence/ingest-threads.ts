import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { fromWireError } from '../../shared/errors.ts';
import { abandonRing, createChunkRing, leaveRing } from './chunk-ring.ts';
import type { HelperJob, IngestAnswer, IngestJob } from './ingest-job.ts';
import { cancelledIngest, type Digests } from './ingest-pass.ts';

/** From this size on a second core pays for itself. */
const SPLIT_BYTES = 4 * 1024 * 1024;
/** A small mail need not wait for a disk image. */
const MAX_LANES = 2;

/** The one place that knows where the threads' code lies: beside this module, in a checkout and in a bundle. */
function threadUrl(name: 'ingest-thread' | 'ingest-helper-thread'): URL {
  return new URL(`./${name}${extname(new URL(import.meta.url).pathname)}`, import.meta.url);
}

export interface IngestThreads {
  run(job: {
    path: string;
    target: string;
    dataKey: Uint8Array;
    maxBytes: number;
    /** Bytes to expect; only decides whether a second core helps. */
    sizeHint: number;
    signal: AbortSignal | undefined;
    onProgress: ((done: number, total: number) => void) | undefined;
  }): Promise<Digests>;
  /** Cancels what runs and ends the threads. */
  close(): Promise<void>;
}

interface Lane {
  reader: Worker;
  helper: Worker | undefined;
  isBusy: boolean;
}

/** Threads that read, hash and seal files. They start with the first file and keep no process alive. */
export function createIngestThreads(): IngestThreads {
  const lanes = new Set<Lane>();
  const queue: (() => void)[] = [];
  const closing = new AbortController();
  const running = new Set<Promise<unknown>>();

  const takeLane = async (): Promise<Lane> => {
    for (;;) {
      if (closing.signal.aborted) throw cancelledIngest();
      for (const lane of lanes) {
        if (lane.isBusy) continue;
        lane.isBusy = true;
        return lane;
      }
      if (lanes.size < MAX_LANES) {
        const lane: Lane = { reader: startThread('ingest-thread'), helper: undefined, isBusy: true };
        lanes.add(lane);
        return lane;
      }
      await new Promise<void>((resolve) => queue.push(resolve));
    }
  };

  const leaveLane = (lane: Lane): void => {
    lane.isBusy = false;
    queue.shift()?.();
  };

  const dropLane = async (lane: Lane): Promise<void> => {
    lanes.delete(lane);
    await Promise.all([lane.reader.terminate(), lane.helper?.terminate()]);
  };

  const run: IngestThreads['run'] = async ({ sizeHint, signal, onProgress, ...rest }) => {
    const lane = await takeLane();
    const cancel = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    const stop = (): void => void Atomics.store(new Int32Array(cancel), 0, 1);
    const stopSignal = signal ? AbortSignal.any([signal, closing.signal]) : closing.signal;
    stopSignal.addEventListener('abort', stop);
    try {
      if (stopSignal.aborted) throw cancelledIngest();
      const ring = sizeHint >= SPLIT_BYTES && availableParallelism() > 1 ? createChunkRing() : undefined;
      return await runOnLane(lane, { ...rest, cancel, ring }, onProgress);
    } catch (error) {
      if (error instanceof ThreadDied) await dropLane(lane);
      throw error;
    } finally {
      stopSignal.removeEventListener('abort', stop);
      leaveLane(lane);
    }
  };

  return {
    run(job) {
      const done = run(job).finally(() => running.delete(done));
      running.add(done);
      return done;
    },
    async close() {
      closing.abort();
      for (const resume of queue.splice(0)) resume();
      await Promise.allSettled(running);
      await Promise.all([...lanes].map(dropLane));
    },
  };
}

class ThreadDied extends Error {}

function startThread(name: 'ingest-thread' | 'ingest-helper-thread'): Worker {
  const thread = new Worker(threadUrl(name), { name: `osmia ${name}` });
  thread.unref();
  return thread;
}

function runOnLane(lane: Lane, job: IngestJob, onProgress?: (done: number, total: number) => void): Promise<Digests> {
  if (job.ring) lane.helper ??= startThread('ingest-helper-thread');
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      for (const thread of [lane.reader, lane.helper]) {
        thread?.off('message', onMessage).off('error', onDeath).off('exit', onExit);
        thread?.unref();
      }
      act();
    };
    const onDeath = (error: unknown): void => {
      if (job.ring) {
        abandonRing(job.ring);
        leaveRing(job.ring);
      }
      settle(() => reject(new ThreadDied('a thread that takes in files died', { cause: error })));
    };
    const onExit = (code: number): void => onDeath(new Error(`exit code ${code}`));
    const onMessage = (message: IngestAnswer): void => {
      if (message.t === 'progress') onProgress?.(message.done, message.total);
      else if (message.t === 'done') settle(() => resolve(message.digests));
      else if (message.t === 'failed') settle(() => reject(fromWireError(message.error)));
      else settle(() => reject(Object.assign(new Error(message.message), { stack: message.stack })));
    };
    for (const thread of [lane.reader, lane.helper]) {
      thread?.ref();
      thread?.on('error', onDeath).on('exit', onExit);
    }
    lane.reader.on('message', onMessage);
    if (job.ring) lane.helper?.postMessage({ ring: job.ring, dataKey: job.dataKey } satisfies HelperJob);
    lane.reader.postMessage(job);
  });
}
