import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Output } from '../api/client.ts';
import { callQuery } from '../api/query.ts';
import { type CurrentBasis, type Stale, staleness } from '../../shared/model/staleness.ts';

export type BasisFacts = Output<'reports.bases'>['bases'][number];

export interface Freshness {
  /** Why a report should be asked for again at `now`; null while it is good, or before anything is known. */
  staleOf(report: { flavorId: string; at: number; basisId: number | null }, now: number): Stale | null;
  basisOf(basisId: number | null): BasisFacts | undefined;
}

/** Engagements may have settings and keys of their own. */
export const basesQuery = (engagementId: string) =>
  callQuery('reports.bases', { engagementId }, ['analyzers', 'settings']);

const lineage = (of: { source: string; name: string }): string => `${of.source}/${of.name}`;

/**
 * What verdicts on the screen rest on, and whether that still holds. Asked once for all of them; the engagement is that
 * of the reports, which need not be the one that the window is in.
 */
export function useFreshness(engagementId: string | undefined): Freshness {
  const { data } = useQuery({ ...basesQuery(engagementId ?? ''), enabled: engagementId !== undefined });
  return useMemo(() => freshnessOf(data), [data]);
}

function freshnessOf(data: Output<'reports.bases'> | undefined): Freshness {
  const bases = new Map(data?.bases.map((basis) => [basis.id, basis]));
  const current = new Map<string, CurrentBasis>(data?.current.map((each) => [lineage(each), each]));
  const lineages = new Map(data?.current.map((each) => [each.flavorId, lineage(each)]));
  for (const basis of bases.values()) lineages.set(basis.flavorId, lineage(basis));
  return {
    basisOf: (basisId) => (basisId === null ? undefined : bases.get(basisId)),
    staleOf({ flavorId, at, basisId }, now) {
      const name = lineages.get(flavorId);
      // A report that came after the bases were asked for rests on what is here now.
      if (name === undefined) return null;
      const basis = basisId === null ? undefined : bases.get(basisId);
      return staleness({ at, basis }, current.get(name), Math.max(now, at));
    },
  };
}
