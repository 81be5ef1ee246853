import type { Intake } from '../../shared/contract/intake.ts';
import type { EvidenceRepo } from '../observables/evidence.repo.ts';
import type { CandidatesRepo, DecisionCounts } from './candidates.repo.ts';
import type { IntakeRecord, IntakeRepo } from './intake.repo.ts';

export interface IntakeViews {
  /** What a client is shown of an intake. */
  view(intake: IntakeRecord): Intake;
  /** After candidates or decisions changed. */
  forgetCounts(id: string): void;
}

export function createIntakeViews(deps: {
  intakes: IntakeRepo;
  candidates: CandidatesRepo;
  evidenceRepo: EvidenceRepo;
  /** Of one that is arriving or being inspected. */
  progressOf(id: string): { done: number; total: number | null } | undefined;
}): IntakeViews {
  const { intakes, candidates, evidenceRepo } = deps;
  const counted = new Map<string, DecisionCounts>();

  const countsOf = (id: string): DecisionCounts => {
    let counts = counted.get(id);
    if (!counts) {
      counts = candidates.counts(id);
      counted.set(id, counts);
    }
    return counts;
  };

  const seenBefore = (intake: IntakeRecord): Intake['seenBefore'] => [
    ...evidenceRepo.casesWith(intake.engagementId, intake.sha256).filter(({ caseId }) => caseId !== intake.caseId),
    ...intakes.earlier(intake.engagementId, intake.sha256, intake.id).map(({ name, at, reports }) => ({
      caseId: null,
      caseNumber: null,
      title: name,
      at,
      observableId: null,
      reports,
    })),
  ];

  return {
    view(intake) {
      const { blobId: _blob, zone: _zone, ...shown } = intake;
      const running = deps.progressOf(intake.id);
      return {
        ...shown,
        progress: running ? { done: running.done, total: running.total } : { done: intake.size, total: intake.size },
        counts: countsOf(intake.id),
        seenBefore: intake.sha256 === '' ? [] : seenBefore(intake),
      };
    },
    forgetCounts(id) {
      counted.delete(id);
    },
  };
}
