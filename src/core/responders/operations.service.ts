import { v7 } from 'uuid';
import type { ObjectRef, Operation } from '../../shared/contract/responders.ts';
import { AppError } from '../../shared/errors.ts';
import type { EventBus } from '../events/bus.ts';
import type { AnalysisWorker, Clock, Logger } from '../ports.ts';
import type { Records } from '../records.ts';
import type { ChangeMeta } from '../sync/synced-store.ts';
import { prepareOperation } from './apply-operation.ts';
import type { OperationsRepo, StoredOperation } from './operations.repo.ts';
import { undoInTransaction } from './undo-operation.ts';

/** The job that operations came from. */
export interface OperationJob {
  id: string;
  name: string;
  caseId: string | null;
  object: ObjectRef;
  /** Who confirmed the run. */
  actor: string;
}

export interface OperationsService {
  ofJob(jobId: string): Operation[];
  /** Applies what waits, one by one, each in a transaction of its own with its state. Never rejects. */
  applyWaiting(): Promise<void>;
  /** Tries one that failed again. `conflict` where it is in another state. */
  apply(id: string): Promise<Operation>;
  undo(actor: string, id: string): Promise<Operation>;
  /** Resolves when nothing is being applied. What still waits then is applied in the next life. */
  settled(): Promise<void>;
}

/** Longer ones are cut in the message; the whole is in the report. */
const MAX_TYPE = 200;

export function createOperationsService(deps: {
  repo: OperationsRepo;
  records: Records;
  analysis: AnalysisWorker;
  jobOf(jobId: string): OperationJob | undefined;
  events: EventBus;
  clock: Clock;
  logger: Logger;
}): OperationsService {
  const { repo, records, events, clock, logger } = deps;
  let underWay: Promise<void> = Promise.resolve();
  let isClosing = false;

  const metaOf = (job: OperationJob, actor: string, operation: StoredOperation, isUndo = false): ChangeMeta => ({
    actor,
    reason: `${isUndo ? 'Undo of ' : ''}${job.name}: ${operation.type}`,
    caseId: job.caseId,
  });
  const tell = (operation: StoredOperation, job: OperationJob): void =>
    events.publish('operation', operation.jobId, job.caseId);

  const applyOne = async (operation: StoredOperation, job: OperationJob): Promise<void> => {
    const { id } = operation;
    try {
      const run = await prepareOperation(deps, job.object, operation, metaOf(job, job.actor, operation));
      records.store.transaction({}, () => repo.put(id, { ...run(), at: clock.now() }));
    } catch (error) {
      if (!(error instanceof AppError))
        logger.error('an operation could not be applied', { operation: id, error: String(error) });
      const message =
        error instanceof AppError ? error.message : 'Osmia hit a bug while it applied this. The log has it.';
      repo.put(id, { status: 'failed', message, undo: null, at: clock.now() });
    }
    tell(operation, job);
  };

  const applyAll = async (): Promise<void> => {
    for (const jobId of repo.waitingJobs()) {
      const job = deps.jobOf(jobId);
      for (const operation of repo.ofJob(jobId)) {
        if (isClosing) return;
        if (operation.status === 'waiting' && job !== undefined) await applyOne(operation, job);
      }
    }
  };

  /** One at a time, in order: an operation may build on the one before it. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = underWay.then(work);
    underWay = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  };

  const find = (id: string): { operation: StoredOperation; job: OperationJob } => {
    const operation = repo.find(id);
    const job = operation && deps.jobOf(operation.jobId);
    if (operation === undefined || job === undefined) throw new AppError('not_found', 'There is no such operation.');
    return { operation, job };
  };
  const answer = (id: string): Operation => asOperation(find(id).operation);

  return {
    ofJob: (jobId) => repo.ofJob(jobId).map(asOperation),
    applyWaiting: () =>
      inTurn(applyAll).catch((error: unknown) => {
        logger.error('operations could not be applied', { error: String(error) });
      }),
    apply: (id) =>
      inTurn(async () => {
        const { operation, job } = find(id);
        if (operation.status !== 'failed')
          throw new AppError('conflict', `This operation is ${operation.status}; only a failed one is tried again.`);
        await applyOne(operation, job);
        return answer(id);
      }),
    undo: (actor, id) =>
      inTurn(async () => {
        const { operation, job } = find(id);
        const { undo } = operation;
        if (operation.status !== 'applied' || undo === null)
          throw new AppError('conflict', `This operation is ${operation.status}; there is nothing to undo.`);
        const undone = { status: 'undone' as const, message: `Undone. Before: ${operation.message}`, undo: null };
        if (undo.what === 'observable') {
          await records.observables.remove(actor, [undo.id]);
          repo.put(id, { ...undone, at: clock.now() });
        } else {
          records.store.transaction({}, () => {
            undoInTransaction(records, undo, metaOf(job, actor, operation, true));
            repo.put(id, { ...undone, at: clock.now() });
          });
        }
        tell(operation, job);
        return answer(id);
      }),
    settled() {
      isClosing = true;
      return underWay;
    },
  };
}

/** Inside the transaction that stores the report: what is asked for is never lost between the two. */
export function storeOperations(
  repo: Pick<OperationsRepo, 'insert'>,
  jobId: string,
  asked: readonly Readonly<Record<string, unknown>>[],
  now: number,
): void {
  for (const [position, one] of asked.entries()) {
    const { type, ...fields } = one;
    const name = typeof type === 'string' ? type.slice(0, MAX_TYPE) : '(no type)';
    const state = { status: 'waiting' as const, message: 'Waits to be applied.', undo: null, at: now };
    repo.insert({ id: v7(), jobId, position, type: name, fields, ...state });
  }
}

const asOperation = ({ undo, ...operation }: StoredOperation): Operation => ({
  ...operation,
  canUndo: operation.status === 'applied' && undo !== null,
});
