import PQueue from 'p-queue';
import { v7 } from 'uuid';
import type { z } from 'zod';
import type { EngagementsService } from '../engagements/engagements.service.ts';
import type { EventBus } from '../events/bus.ts';
import type { AnalysisWorker, BlobReader, Logger } from '../ports.ts';
import type { IntakeTexts } from '../search/intake-text.repo.ts';
import { classify } from '../observables/typed-values.ts';
import type { Candidate, Intake, intakeContract } from '../../shared/contract/intake.ts';
import { AppError } from '../../shared/errors.ts';
import type { DataType } from '../../shared/model/data-type.ts';
import { type AcceptDeps, acceptIntake } from './accept-intake.ts';
import type { BlobStore } from '../evidence/blob-store.ts';
import { displayName } from '../display-name.ts';
import { storeInspection } from './inspection-store.ts';
import type { IntakeRecord } from './intake.repo.ts';
import { createIntakeViews } from './intake-view.ts';
import { createPieceStream, type PieceStream } from './piece-stream.ts';
import { waitForIntake } from './wait-for-intake.ts';

type Contract = typeof intakeContract;
type Input<K extends keyof Contract> = z.output<Contract[K]['input']>;
type Output<K extends keyof Contract> = z.output<Contract[K]['output']>;

interface NewIntake {
  engagementId?: string | undefined;
  name: string;
  origin: Intake['origin'];
  size?: number | undefined;
  /** A URL or mail also yields its host. Forgotten when Osmia ends before the inspection has. */
  derive?: boolean;
}

export interface IntakeService {
  /** Bytes by pieces; `finish` resolves when they are stored and the inspection has begun. */
  begin(input: NewIntake): { id: string };
  append(id: string, piece: Uint8Array): Promise<void>;
  finish(id: string): Promise<Intake>;
  /** A path on this machine. Errors before the first byte is read are thrown and leave nothing behind. */
  fromPath(path: string, engagementId: string | undefined, derive?: boolean): Promise<Intake>;
  /** Resolves with the id when the stream is stored. A stream that ends in an error leaves nothing behind. */
  fromStream(
    input: NewIntake & { stream: AsyncIterable<Uint8Array> },
    signal: AbortSignal | undefined,
  ): Promise<string>;
  list(engagementId: string | undefined): Intake[];
  get(id: string): Intake;
  wait(id: string, signal: AbortSignal): Promise<Intake>;
  candidates(id: string, after: number, limit: number): { items: Candidate[]; next: number | null };
  decide(input: Input<'intake.decide'>): Intake;
  accept(actor: string, input: Input<'intake.accept'>): Promise<Output<'intake.accept'>>;
  discard(id: string): Promise<void>;
  partText(input: Input<'intake.partText'>, signal: AbortSignal): Promise<Output<'intake.partText'>>;
  bytes(id: string, offset: number, length: number): Promise<Output<'intake.bytes'>>;
  classify(text: string, dataType: DataType | undefined, signal: AbortSignal): Promise<Output<'intake.classify'>>;
  /** How many are arriving or being inspected. */
  activeCount(): number;
  /** After a start: inspects again what was being inspected, and says so of what was still arriving. */
  resume(): void;
  /** Waits until nothing is arriving or being inspected; what was is taken up at the next start. */
  close(): Promise<void>;
}

/** What is under way on one intake. */
interface Active {
  done: number;
  total: number | null;
  abort: AbortController;
  lastToldAt: number;
  pieces?: PieceStream;
  settled: Promise<unknown>;
}

const INSPECTIONS_AT_ONCE = 2;
const PROGRESS_EVERY_MS = 150;
/** Intakes that may be arriving by pieces; a client that opens more is broken. */
const MAX_OPEN = 64;

export function createIntakeService(
  deps: AcceptDeps & {
    blobs: BlobStore;
    analysis: AnalysisWorker;
    intakeTexts: IntakeTexts;
    engagements: EngagementsService;
    events: EventBus;
    logger: Logger;
  },
): IntakeService {
  const { intakes, candidates, observables, evidenceRepo, engagements, blobs, analysis, events, clock, store } = deps;
  const active = new Map<string, Active>();
  const deriving = new Set<string>();
  /** Large ones take many turns of the event loop. */
  const accepting = new Map<string, Promise<void>>();
  const closing = new AbortController();
  const queue = new PQueue({ concurrency: INSPECTIONS_AT_ONCE });

  const views = createIntakeViews({
    intakes,
    candidates,
    evidenceRepo,
    progressOf: (id) => active.get(id),
  });
  const { view } = views;

  const changed = (id: string): void => events.publish('intake', id);

  const findOrThrow = (id: string): IntakeRecord => {
    const intake = intakes.find(id);
    if (!intake) throw new AppError('not_found', 'That intake is not there any more.');
    return intake;
  };

  const refuseWhileAccepting = (id: string): void => {
    if (accepting.has(id)) throw new AppError('conflict', 'It is being taken into a case.');
  };

  const readyOrThrow = (id: string): IntakeRecord => {
    const intake = findOrThrow(id);
    refuseWhileAccepting(id);
    if (intake.state === 'ready') return intake;
    throw new AppError('conflict', WHY_NOT_READY[intake.state](intake));
  };

  const track = (id: string, total: number | null): Active => {
    const entry: Active = {
      done: 0,
      total,
      abort: new AbortController(),
      lastToldAt: clock.monotonic(),
      settled: Promise.resolve(),
    };
    active.set(id, entry);
    return entry;
  };

  const progressed = (id: string, entry: Active, done: number, total: number | null): void => {
    entry.done = done;
    entry.total = total;
    if (clock.monotonic() - entry.lastToldAt < PROGRESS_EVERY_MS) return;
    entry.lastToldAt = clock.monotonic();
    changed(id);
  };

  const open = (input: NewIntake): { id: string; entry: Active } => {
    const engagement = engagements.resolve(input.engagementId);
    const id = v7();
    intakes.insert({
      id,
      engagementId: engagement.id,
      name: displayName(input.name),
      origin: input.origin,
      receivedAt: clock.now(),
      zone: clock.zone(),
    });
    if (input.derive) deriving.add(id);
    changed(id);
    return { id, entry: track(id, input.size ?? null) };
  };

  const drop = (id: string): void => {
    store.transaction({}, () => {
      intakes.remove(id);
      blobs.release({ owner: 'intake', id });
    });
    views.forgetCounts(id);
    deriving.delete(id);
    changed(id);
  };

  /** Stores the bytes and queues the inspection. What goes wrong is thrown; the caller decides what is left of it. */
  const receive = async (
    id: string,
    entry: Active,
    source: Parameters<BlobStore['ingest']>[0],
    onFirstByte: () => void = () => undefined,
  ): Promise<void> => {
    try {
      const blob = await blobs.ingest(
        source,
        { owner: 'intake', id },
        {
          signal: entry.abort.signal,
          onProgress: (done, total) => {
            if (done > 0) onFirstByte();
            progressed(id, entry, done, total ?? entry.total);
          },
        },
      );
      intakes.setReceived(id, blob);
    } finally {
      active.delete(id);
    }
    changed(id);
    scheduleInspection(id);
  };

  const fail = (id: string, error: unknown, what: string): void => {
    if (!intakes.find(id)) return;
    if (!(error instanceof AppError)) deps.logger.error(`intake: ${what} failed`, { intake: id, error: String(error) });
    const message =
      error instanceof AppError ? error.message : `Osmia hit a bug while ${what}. The log has the details.`;
    intakes.setFailed(id, message);
    changed(id);
  };

  const inspect = async (id: string): Promise<void> => {
    const intake = intakes.find(id);
    if (intake?.state !== 'inspecting' || intake.blobId === null || closing.signal.aborted) return;
    const entry = track(id, intake.size);
    const startedAt = clock.monotonic();
    const done = Promise.withResolvers<void>();
    entry.settled = done.promise;
    let reader: BlobReader | undefined;
    try {
      reader = await blobs.open(intake.blobId);
      entry.abort.signal.throwIfAborted();
      const inspection = await analysis.inspect(
        reader,
        { name: intake.name, derive: deriving.has(id) },
        entry.abort.signal,
        ({ read, total }) => progressed(id, entry, read, total),
      );
      await storeInspection(deps, intake, inspection, clock.monotonic() - startedAt, entry.abort.signal);
    } catch (error) {
      // Stopped on purpose: discarded, or inspected again at the next start.
      if (!entry.abort.signal.aborted) fail(id, error, 'inspecting');
    } finally {
      await reader?.close();
      active.delete(id);
      deriving.delete(id);
      views.forgetCounts(id);
      changed(id);
      done.resolve();
    }
  };

  const scheduleInspection = (id: string): void => {
    void queue.add(() => inspect(id));
  };

  const withReader = async <T>(intake: IntakeRecord, use: (reader: BlobReader) => Promise<T>): Promise<T> => {
    if (intake.blobId === null) throw new AppError('conflict', 'Its bytes are not here.');
    const reader = await blobs.open(intake.blobId);
    try {
      return await use(reader);
    } finally {
      await reader.close();
    }
  };

  const get = (id: string): Intake => view(findOrThrow(id));

  return {
    begin(input) {
      if ([...active.values()].filter(({ pieces }) => pieces).length >= MAX_OPEN) {
        throw new AppError('unavailable', 'Too much is arriving at once. Finish or discard what was begun.');
      }
      const { id, entry } = open(input);
      const pieces = createPieceStream(entry.abort.signal);
      entry.pieces = pieces;
      entry.settled = receive(id, entry, { stream: pieces }).catch((error: unknown) => {
        entry.abort.abort();
        if (!closing.signal.aborted) fail(id, error, 'taking in the bytes');
      });
      return { id };
    },
    async append(id, piece) {
      const pieces = active.get(id)?.pieces;
      if (!pieces) throw new AppError('conflict', WHY_NO_BYTES(findOrThrow(id)));
      await pieces.push(piece);
    },
    async finish(id) {
      const entry = active.get(id);
      if (!entry?.pieces) throw new AppError('conflict', WHY_NO_BYTES(findOrThrow(id)));
      entry.pieces.end();
      await entry.settled;
      return get(id);
    },
    async fromPath(path, engagementId, derive = false) {
      const { id, entry } = open({ engagementId, name: path, origin: 'file', derive });
      const started = Promise.withResolvers<void>();
      const received = receive(id, entry, { path }, started.resolve);
      let hasStarted = false;
      entry.settled = received.catch((error: unknown) => {
        if (hasStarted && !entry.abort.signal.aborted) fail(id, error, 'taking in the file');
      });
      try {
        await Promise.race([received, started.promise]);
        hasStarted = true;
      } catch (error) {
        drop(id);
        throw error;
      }
      return get(id);
    },
    async fromStream({ stream, ...input }, signal) {
      const { id, entry } = open(input);
      const stop = (): void => entry.abort.abort();
      if (signal?.aborted) stop();
      signal?.addEventListener('abort', stop, { once: true });
      const received = receive(id, entry, { stream });
      entry.settled = received.catch(() => undefined);
      try {
        await received;
        return id;
      } catch (error) {
        drop(id);
        throw error;
      } finally {
        signal?.removeEventListener('abort', stop);
      }
    },
    list: (engagementId) => intakes.list(engagementId).map(view),
    get,
    wait: (id, signal) => waitForIntake({ intakes, events, view }, id, signal),
    candidates(id, after, limit) {
      const { engagementId, caseId } = findOrThrow(id);
      const rows = candidates.list(id, after, limit + 1);
      const items = rows.slice(0, limit);
      return {
        items: items.map((row) => ({
          ...row,
          seenIn: observables.casesWith(engagementId, row.dataType, row.value, caseId ?? undefined),
        })),
        next: rows.length > limit ? items.at(-1)!.seq : null,
      };
    },
    decide({ id, seqs, decision, dataType }) {
      const intake = readyOrThrow(id);
      if (dataType === 'file') throw new AppError('invalid_input', 'A value cannot become a file.');
      store.transaction({}, () => {
        for (const seq of seqs) {
          if (decision !== undefined) candidates.decide(id, seq, decision);
          if (dataType !== undefined) candidates.setType(id, seq, dataType);
        }
      });
      views.forgetCounts(id);
      changed(id);
      return view(intake);
    },
    async accept(actor, input) {
      const intake = readyOrThrow(input.id);
      const running = acceptIntake(deps, intake, input, actor, closing.signal);
      const settled = running.then(
        () => undefined,
        () => undefined,
      );
      accepting.set(intake.id, settled);
      try {
        const { output, newIds } = await running;
        if (output.evidenceId !== null) events.publish('evidence', output.evidenceId, output.caseId);
        events.publish('case', output.caseId, output.caseId);
        observables.announce(output.caseId, newIds);
        return output;
      } finally {
        accepting.delete(intake.id);
        changed(intake.id);
      }
    },
    async discard(id) {
      findOrThrow(id);
      refuseWhileAccepting(id);
      const entry = active.get(id);
      entry?.abort.abort();
      await entry?.settled;
      drop(id);
    },
    async partText({ id, part, offset, length }, signal) {
      const intake = findOrThrow(id);
      return withReader(intake, (reader) =>
        analysis.partText(reader, { name: intake.name }, part, { offset, length }, signal),
      );
    },
    async bytes(id, offset, length) {
      return withReader(findOrThrow(id), async (reader) => {
        const end = Math.min(reader.size, offset + length);
        const bytes = end > offset ? await reader.read(offset, end - offset) : new Uint8Array(0);
        return { base64: Buffer.from(bytes).toString('base64'), size: reader.size };
      });
    },
    classify: (text, dataType, signal) => classify(analysis, { value: text, dataType }, signal),
    activeCount: () => active.size + accepting.size,
    resume() {
      for (const id of intakes.inState('receiving')) {
        intakes.setFailed(id, 'Osmia was closed while this was arriving. Drop it again.');
      }
      for (const id of intakes.inState('inspecting')) scheduleInspection(id);
    },
    async close() {
      closing.abort();
      queue.clear();
      const running = [...active.values()];
      for (const { abort } of running) abort.abort();
      await Promise.all([...running.map(({ settled }) => settled), ...accepting.values()]);
      await queue.onIdle();
    },
  };
}

const WHY_NOT_READY: Record<Intake['state'], (intake: IntakeRecord) => string> = {
  receiving: () => 'It is still arriving.',
  inspecting: () => 'It is still being inspected.',
  ready: () => 'It is ready.',
  failed: ({ error }) => `It could not be taken in: ${error ?? 'no reason is known.'}`,
  accepted: () => 'It is in a case already.',
};

const WHY_NO_BYTES = (intake: IntakeRecord): string =>
  intake.state === 'failed' ? WHY_NOT_READY.failed(intake) : 'This intake takes no bytes any more.';
