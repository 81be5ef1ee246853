import type { Case, Observable } from '../shared/contract/entities.ts';
import type { Intake } from '../shared/contract/intake.ts';
import type { Subject } from '../shared/contract/jobs.ts';
import { AppError } from '../shared/errors.ts';
import type { DataType } from '../shared/model/data-type.ts';
import type { Pap, Tlp } from '../shared/model/marking.ts';
import type { CliSession } from './session.ts';
import { allCandidates, takeIn } from './take-in.ts';

export interface Where {
  session: CliSession;
  signal: AbortSignal;
  marking: { tlp?: Tlp; pap?: Pap };
  /** Into this case, or into none. */
  caseRecord: Case | undefined;
}

/** What `jobs.plan` takes in one call for decisions and observables. */
const SOME = 10_000;

/** One value, recognised or of the type that was said; `check` may refuse what it turned out to be. */
export async function subjectOfValue(
  where: Where,
  value: string,
  dataType: DataType | undefined,
  check: (dataType: string | undefined) => void,
): Promise<Subject> {
  const { session, signal, caseRecord } = where;
  if (value.trim() === '') throw new AppError('invalid_input', 'The value is empty. Name a file or a value.');
  const known = await session.api['intake.classify']({ text: value, ...(dataType && { dataType }) }, { signal });
  check('reason' in known ? undefined : known.dataType);
  if ('reason' in known) throw new AppError('invalid_input', `That value is no observable: ${known.reason}`);
  if (!caseRecord) return { dataType: known.dataType, value: known.value };
  const added = await session.api['observables.add']({
    caseId: caseRecord.id,
    items: [{ dataType: known.dataType, value: known.value, ...where.marking }],
  });
  const id = added.added[0] ?? added.alreadyThere[0]?.id;
  if (id === undefined) {
    throw new AppError('invalid_input', `Case ${caseRecord.number} did not take it: ${added.refused[0]?.reason ?? ''}`);
  }
  return { observableId: id };
}

/** A file and, if asked, everything found in it. With a case all of it is accepted into the case. */
export async function subjectsOfFile(
  where: Where,
  source: { kind: 'file'; path: string } | { kind: 'stdin' },
  options: { withObservables: boolean },
): Promise<{ intake: Intake; subjects: Subject[] }> {
  const { session, signal, caseRecord } = where;
  const intake = await takeIn(session, source, {
    derive: false,
    signal,
    ...(caseRecord && { engagementId: caseRecord.engagementId }),
  });
  const candidates = options.withObservables
    ? (await allCandidates(session, intake.id, signal)).filter((c) => c.decision !== 'rejected')
    : [];
  if (!caseRecord) {
    const found = candidates.map((c) => ({ dataType: c.dataType, value: c.value }));
    return { intake, subjects: [{ intakeId: intake.id }, ...found] };
  }

  const { api } = session;
  const seqs = options.withObservables
    ? candidates.map((c) => c.seq)
    : (await allCandidates(session, intake.id, signal)).filter((c) => c.decision !== 'rejected').map((c) => c.seq);
  const decision = options.withObservables ? 'accept' : 'skip';
  if (seqs.length > 0) {
    for (let from = 0; from < seqs.length; from += SOME) {
      await api['intake.decide']({ id: intake.id, seqs: seqs.slice(from, from + SOME), decision });
    }
  }
  const accepted = await api['intake.accept']({ id: intake.id, caseId: caseRecord.id, ...where.marking });
  const observables = await observablesOf(session, caseRecord.id, signal);
  const wanted = new Set(candidates.map((c) => `${c.dataType} ${c.value}`));
  const file = observables.find((o) => o.dataType === 'file' && o.evidenceId === accepted.evidenceId);
  const others = observables.filter((o) => o !== file && wanted.has(`${o.dataType} ${o.value}`));
  return {
    intake,
    subjects: [
      file ? { observableId: file.id } : { intakeId: intake.id },
      ...others.map((o) => ({ observableId: o.id })),
    ],
  };
}

async function observablesOf(session: CliSession, caseId: string, signal: AbortSignal): Promise<Observable[]> {
  const all: Observable[] = [];
  let cursor: string | undefined;
  do {
    const page = await session.api['observables.list'](
      { caseId, limit: 1_000, ...(cursor === undefined ? {} : { cursor }) },
      { signal },
    );
    all.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return all;
}
