import { setImmediate as nextTurn } from 'node:timers/promises';
import { v7 } from 'uuid';
import type { z } from 'zod';
import type { CaseCounters } from '../cases/case-counters.repo.ts';
import type { CasesService } from '../cases/cases.service.ts';
import type { BlobStore } from '../evidence/blob-store.ts';
import { type EvidenceDeps, keepEvidence } from '../observables/keep-evidence.ts';
import type { NewObservable, ObservablesService } from '../observables/observables.service.ts';
import { currentCallGroup } from '../sync/call-group.ts';
import type { ChangeMeta } from '../sync/synced-store.ts';
import type { Case } from '../../shared/contract/entities.ts';
import type { intakeContract } from '../../shared/contract/intake.ts';
import { AppError } from '../../shared/errors.ts';
import { stricterPap, stricterTlp } from '../../shared/model/marking.ts';
import type { CandidatesRepo, StoredCandidate } from './candidates.repo.ts';
import type { IntakeRecord, IntakeRepo } from './intake.repo.ts';

export interface AcceptDeps extends EvidenceDeps {
  counters: CaseCounters;
  intakes: IntakeRepo;
  candidates: CandidatesRepo;
  cases: CasesService;
  observables: ObservablesService;
  blobs: Pick<BlobStore, 'share' | 'release'>;
}

type AcceptInput = z.output<(typeof intakeContract)['intake.accept']['input']>;
type AcceptOutput = z.output<(typeof intakeContract)['intake.accept']['output']>;

/** Up to this many observables an acceptance is one transaction; beyond it, groups leave room for other calls. */
const ONE_TRANSACTION = 2_000;
const GROUP = 100;

/**
 * Moves an intake into a case: case, evidence, observables, the file's key and the intake's state, in one transaction.
 * Undecided candidates stay behind.
 *
 * With very many candidates the first transaction makes case and evidence and notes the case in the intake, groups of
 * observables follow, and the last one accepts. Ended in between (a crash, `signal`), the intake is still ready;
 * accepting it again goes on in the same case and doubles nothing.
 */
export async function acceptIntake(
  deps: AcceptDeps,
  intake: IntakeRecord,
  input: AcceptInput,
  actor: string,
  signal: AbortSignal,
): Promise<{ output: AcceptOutput; newIds: string[] }> {
  const txnId = currentCallGroup()?.id ?? v7();
  const newIds: string[] = [];
  const begun = deps.store.transaction({ txnId }, () => {
    const plan = beginAcceptance(deps, intake, input, actor);
    const first = plan.items.length > ONE_TRANSACTION ? GROUP : plan.items.length;
    addItems(deps, intake, plan, plan.items.slice(0, first), newIds);
    if (first === plan.items.length) finishAcceptance(deps, intake, plan.caseRow);
    else deps.intakes.setTarget(intake.id, plan.caseRow.id);
    return { ...plan, first };
  });
  const { caseRow, evidenceId, items, first } = begun;
  for (let at = first; at < items.length; at += GROUP) {
    await nextTurn();
    if (signal.aborted) {
      throw new AppError('cancelled', 'Only a part was taken into the case. Accept it again to go on there.');
    }
    deps.store.transaction({ txnId }, () => {
      addItems(deps, intake, begun, items.slice(at, at + GROUP), newIds);
      if (at + GROUP >= items.length) finishAcceptance(deps, intake, caseRow);
    });
  }
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
}

interface Plan {
  caseRow: Case;
  evidenceId: string;
  items: NewObservable[];
  meta: ChangeMeta;
}

function beginAcceptance(deps: AcceptDeps, intake: IntakeRecord, input: AcceptInput, actor: string): Plan {
  const caseRow = chooseCase(deps, intake, input, actor);
  const meta = { actor, reason: `intake ${intake.name}`, engagementId: caseRow.engagementId, caseId: caseRow.id };
  const shared = {
    tlp: input.tlp === undefined ? caseRow.tlp : stricterTlp(caseRow.tlp, input.tlp),
    pap: input.pap === undefined ? caseRow.pap : stricterPap(caseRow.pap, input.pap),
    tags: input.tags,
    isIoc: input.isIoc,
    isSighted: input.isSighted,
    message: '',
  };
  const { name, mediaType, typeLabel } = intake;
  const blob = { blobId: intake.blobId!, name, mediaType, typeLabel, intakeId: intake.id, sourceJobId: null };
  const evidenceId = keepEvidence(deps, caseRow.id, blob, meta);
  const items = deps.candidates.accepted(intake.id).map((candidate) => toObservable(candidate, evidenceId, shared));
  // Pasted text is evidence for where values stood, but nothing to run a file analyzer on.
  if (intake.origin !== 'text') items.unshift(fileObservable(intake, evidenceId, shared));
  return { caseRow, evidenceId, items, meta };
}

function addItems(deps: AcceptDeps, intake: IntakeRecord, plan: Plan, items: NewObservable[], newIds: string[]): void {
  for (const item of items) {
    const { id, isNew } = deps.observables.addInTransaction(plan.caseRow, item, plan.meta);
    if (isNew) newIds.push(id);
    if (item.dataType === 'file') adoptReports(deps, intake.id, plan.caseRow.id, id);
  }
}

function finishAcceptance(deps: AcceptDeps, intake: IntakeRecord, caseRow: Case): void {
  deps.intakes.setAccepted(intake.id, caseRow.id);
  deps.blobs.release({ owner: 'intake', id: intake.id });
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
  // A large acceptance that was interrupted goes on where it began, unless that was thrown away.
  if (intake.caseId !== null && deps.store.find('case', intake.caseId)?.deletedAt === null) {
    return deps.cases.get(intake.caseId);
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
