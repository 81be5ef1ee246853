import type { RelatedCase } from '../../shared/contract/cases.ts';
import type { CasesService } from './cases.service.ts';
import type { RelatedCasesRepo, SharedValue } from './related-cases.repo.ts';

const SHOWN = 50;
const VALUES_SHOWN = 50;

/**
 * Cases that share observables with this one, the strongest first. A value counts for one divided by the number of
 * cases that have it: what two cases alone share says more than what is everywhere.
 */
export function findRelatedCases(
  deps: { repo: RelatedCasesRepo; cases: CasesService },
  caseId: string,
  isEverywhere: boolean,
): RelatedCase[] {
  const { engagementId } = deps.cases.get(caseId);
  const found = deps.repo.shared(caseId, engagementId, isEverywhere);
  const casesOf = new Map<string, Set<string>>();
  const keyOf = ({ dataType, subjectHash }: SharedValue): string => `${dataType} ${subjectHash}`;
  for (const one of found) {
    const key = keyOf(one);
    const cases = casesOf.get(key);
    if (cases === undefined) casesOf.set(key, new Set([one.caseId]));
    else cases.add(one.caseId);
  }
  const rarity = (one: SharedValue): number => 1 / (casesOf.get(keyOf(one))?.size ?? 1);
  const byCase = Map.groupBy(found, (one) => one.caseId);
  return [...byCase]
    .map(([id, values]) => ({ id, values, weight: values.reduce((sum, one) => sum + rarity(one), 0) }))
    .sort((a, b) => b.weight - a.weight || (a.id < b.id ? 1 : -1))
    .slice(0, SHOWN)
    .map(({ id, values, weight }) => {
      const { number, title, status, resolution, tlp, engagementId: owner, startAt, endAt } = deps.cases.get(id);
      return {
        id,
        number,
        title,
        status,
        resolution,
        tlp,
        engagementId: owner,
        startAt,
        endAt,
        weight,
        shared: values.length,
        iocs: values.filter(({ isIoc }) => isIoc).length,
        values: values
          .toSorted((a, b) => Number(b.isIoc) - Number(a.isIoc) || rarity(b) - rarity(a))
          .slice(0, VALUES_SHOWN)
          .map(({ dataType, value, verdict }) => ({ dataType, value, verdict })),
      };
    });
}
