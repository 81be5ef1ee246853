import type { CaseCounters } from '../cases/case-counters.repo.ts';
import type { BlobStore } from '../evidence/blob-store.ts';
import type { EventBus } from '../events/bus.ts';
import type { ObservablesRepo } from '../observables/observables.repo.ts';
import type { SyncedStore } from '../sync/synced-store.ts';
import type { IntakeRepo } from './intake.repo.ts';

/**
 * An acceptance that is taken back leaves the intake ready, with a key of its own to its bytes and its jobs, so that it
 * goes into the case that was meant; brought again, it is accepted again. Evidence that somebody put in the trash by hand
 * was not wanted: that brings no intake back.
 */
export function keepIntakeState(deps: {
  intakes: IntakeRepo;
  observablesRepo: Pick<ObservablesRepo, 'findSubject'>;
  counters: CaseCounters;
  blobs: Pick<BlobStore, 'share' | 'release'>;
  store: SyncedStore;
  events: EventBus;
}): void {
  const { intakes, observablesRepo, counters, blobs, store, events } = deps;
  store.project('evidence', ({ before, after, meta }) => {
    if (before === undefined || after.intakeId === null) return;
    if ((before.deletedAt === null) === (after.deletedAt === null)) return;
    const intake = intakes.find(after.intakeId);
    if (!intake || intake.blobId !== after.blobId) return;
    const { caseId } = after;
    const owner = { owner: 'intake', id: intake.id } as const;
    const isTakenBack = after.deletedAt !== null && meta.reason === 'undo';
    // One that was taken in by half is ready, and has its case already.
    if (isTakenBack && intake.caseId === caseId) {
      blobs.share(after.blobId, owner);
      intakes.setReadyAgain(intake.id);
      counters.add(caseId, 'jobs', -intakes.takeJobsBack(intake.id, caseId));
    } else if (after.deletedAt === null && intake.state === 'ready' && intake.caseId === null) {
      intakes.setAccepted(intake.id, caseId);
      blobs.release(owner);
      const file = observablesRepo.findSubject(caseId, 'file', intake.sha256);
      if (file) counters.add(caseId, 'jobs', intakes.adoptJobs(intake.id, caseId, file.id).jobs);
    } else return;
    // After the commit: the transaction ends before anybody else has a turn.
    queueMicrotask(() => events.publish('intake', intake.id));
  });
}
