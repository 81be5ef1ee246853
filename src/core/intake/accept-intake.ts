import type { z } from 'zod';
import type { CasesService } from '../cases/cases.service.ts';
import type { BlobStore } from '../evidence/blob-store.ts';
import { type EvidenceDeps, keepEvidence } from '../observables/keep-evidence.ts';
import type { NewObservable, ObservablesService } from '../observables/observables.service.ts';
import type { Case } from '../../shared/contract/entities.ts';
import type { intakeContract } from '../../shared/contract/intake.ts';
import { AppError } from '../../shared/errors.ts';
import { stricterPap, stricterTlp } from '../../shared/model/marking.ts';
import type { CandidatesRepo, StoredCandidate } from './candidates.repo.ts';
import type { IntakeRecord, IntakeRepo } from './intake.repo.ts';

export interface AcceptDeps extends EvidenceDeps {
  intakes: IntakeRepo;
  candidates: CandidatesRepo;
  cases: CasesService;
  observables: ObservablesService;
  blobs: Pick<BlobStore, 'share' | 'release'>;
}

type AcceptInput = z.output<(typeof intakeContract)['intake.accept']['input']>;
type AcceptOutput = z.output<(typeof intakeContract)['intake.accept']['output']>;

/**
 * Moves an intake into a case, in one transaction: case, evidence, observables, the file's key and the intake's state.
 * Undecided candidates stay behind.
 */
export function acceptIntake(
  deps: AcceptDeps,
  intake: IntakeRecord,
  input: AcceptInput,
  actor: string,
): { output: AcceptOutput; newIds: string[] } {
  return deps.store.transaction({}, () => {
    const caseRow = chooseCase(deps, intake, input, actor);
    const meta = {
      actor,
      reason: `intake ${intake.name}`,
      engagementId: caseRow.engagementId,
      caseId: caseRow.id,
    };
    const shared = {
      tlp: input.tlp === undefined ? caseRow.tlp : stricterTlp(caseRow.tlp, input.tlp),
      pap: input.pap === undefined ? caseRow.pap : stricterPap(caseRow.pap, input.pap),
      tags: input.tags,
      isIoc: input.isIoc,
      isSighted: input.isSighted,
      message: '',
    };
    const evidenceId = keepEvidence(
      deps,
      caseRow.id,
      {
        blobId: intake.blobId!,
        name: intake.name,
        mediaType: intake.mediaType,
        typeLabel: intake.typeLabel,
        intakeId: intake.id,
        sourceJobId: null,
      },
      meta,
    );
    const items: NewObservable[] = deps.candidates.accepted(intake.id).map((c) => toObservable(c, evidenceId, shared));
    // Pasted text is evidence for where values stood, but nothing to run a file analyzer on.
    if (intake.origin !== 'text') items.unshift(fileObservable(intake, evidenceId, shared));
    const newIds: string[] = [];
    for (const item of items) {
      const { id, isNew } = deps.observables.addInTransaction(caseRow, item, meta);
      if (isNew) newIds.push(id);
      if (item.dataType === 'file') adoptReports(deps, intake.id, caseRow.id, id);
    }
    deps.intakes.setAccepted(intake.id, caseRow.id);
    deps.blobs.release({ owner: 'intake', id: intake.id });
    return {
      output: {
        caseId: caseRow.id,
        caseNumber: caseRow.number,
        added: newIds.length,
        alreadyThere: items.length - newIds.length,
        evidenceId,
      },
      newIds,
    };
  });
}

/** What analyzers said of the dropped file before it was accepted goes with it. */
function adoptReports(deps: AcceptDeps, intakeId: string, caseId: string, observableId: string): void {
  const { jobs, reports } = deps.intakes.adoptJobs(intakeId, caseId, observableId);
  deps.counters.add(caseId, 'jobs', jobs);
  for (const report of reports) deps.observables.recordReport({ observableId, ...report });
}

function chooseCase(deps: AcceptDeps, intake: IntakeRecord, input: AcceptInput, actor: string): Case {
  const { caseId, newCaseTitle } = input;
  if ((caseId === undefined) === (newCaseTitle === undefined)) {
    throw new AppError('invalid_input', 'Say either which case it goes into, or the title of a new one.');
  }
  if (caseId === undefined) {
    return deps.cases.create(actor, {
      engagementId: intake.engagementId,
      title: newCaseTitle!,
      description: '',
      severity: 2,
      tlp: input.tlp,
      pap: input.pap,
      tags: [],
    });
  }
  const caseRow = deps.cases.get(caseId);
  if (caseRow.engagementId !== intake.engagementId) {
    throw new AppError('invalid_input', 'That case belongs to another engagement than what was dropped.');
  }
  return caseRow;
}

type SharedPart = Pick<NewObservable, 'tlp' | 'pap' | 'tags' | 'isIoc' | 'isSighted' | 'message'>;

const fileObservable = (intake: IntakeRecord, evidenceId: string, shared: SharedPart): NewObservable => ({
  ...shared,
  dataType: 'file',
  value: intake.name,
  file: { evidenceId, sha256: intake.sha256 },
  marks: [],
  places: [],
});

const toObservable = (candidate: StoredCandidate, evidenceId: string, shared: SharedPart): NewObservable => ({
  ...shared,
  dataType: candidate.dataType,
  value: candidate.value,
  sourceEvidenceId: evidenceId,
  // What a rule refused and an analyst wanted all the same can be told apart for ever.
  marks: candidate.reason === '' ? candidate.marks : [...candidate.marks, 'overruled'],
  places: candidate.places,
});
