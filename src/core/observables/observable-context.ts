import type { z } from 'zod';
import type { observablesContract } from '../../shared/contract/observables.ts';
import { AppError } from '../../shared/errors.ts';
import { defang } from '../../shared/model/defang.ts';
import type { ElsewhereRepo } from './elsewhere.repo.ts';
import type { EvidenceRepo } from './evidence.repo.ts';
import type { ObservableState, ObservablesRepo } from './observables.repo.ts';
import type { OccurrencesRepo } from './occurrences.repo.ts';

type Output<K extends keyof typeof observablesContract> = z.input<
  Extract<(typeof observablesContract)[K], { kind: 'call' }>['output']
>;

export interface ObservableContext {
  /** Which other cases hold it. */
  elsewhere(id: string, isEverywhere: boolean): Output<'observables.elsewhere'>;
  /** Where its value stands in its own case. */
  occurrences(id: string): Output<'observables.occurrences'>;
}

const MAX_ELSEWHERE = 200;
/** A longer value is not looked for in notes. */
const MAX_LOOKED_FOR = 2_000;

/** What is around one observable. */
export function createObservableContext(deps: {
  repo: Pick<ObservablesRepo, 'findState' | 'places'>;
  elsewhere: ElsewhereRepo;
  evidence: EvidenceRepo;
  occurrences: OccurrencesRepo;
}): ObservableContext {
  const { repo, elsewhere, evidence, occurrences } = deps;
  const living = (id: string): ObservableState => {
    const row = repo.findState(id);
    if (row?.deletedAt === null) return row;
    throw new AppError('not_found', 'That observable is not in this workspace, or is in the trash.');
  };
  return {
    elsewhere(id, isEverywhere) {
      const row = living(id);
      const ofCases = elsewhere.countCases(isEverywhere ? undefined : row.engagementId);
      if (row.ignoreSimilarity) return { items: [], isMore: false, cases: 1, ofCases, isIgnored: true };
      const found = elsewhere.list(row, isEverywhere, MAX_ELSEWHERE + 1);
      const items = found.slice(0, MAX_ELSEWHERE).map((each) => ({
        ...each,
        match: each.dataType === row.dataType ? ('same' as const) : ('hash' as const),
      }));
      return {
        items,
        isMore: found.length > MAX_ELSEWHERE,
        cases: 1 + new Set(found.map(({ caseId }) => caseId)).size,
        ofCases,
        isIgnored: false,
      };
    },
    occurrences(id) {
      const row = living(id);
      const { evidenceId, sourceJobId } = row;
      const texts = [...new Set([row.value, defang(row.dataType, row.value)])];
      const analyzer = sourceJobId === null ? undefined : occurrences.analyzerOf(sourceJobId);
      return {
        notes: row.value.length > MAX_LOOKED_FOR ? [] : occurrences.notesWith(row.caseId, texts),
        evidence: evidenceId === null ? null : (evidence.find(evidenceId) ?? null),
        intakeId: evidenceId === null ? null : occurrences.intakeOf(evidenceId),
        places: repo.places(id),
        report: sourceJobId === null || analyzer === undefined ? null : { jobId: sourceJobId, analyzer },
      };
    },
  };
}
