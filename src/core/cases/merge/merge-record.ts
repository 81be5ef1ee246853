import type { CASE_STATUSES, Impact, Resolution } from '../../../shared/contract/entities.ts';

/** What a merge changed of a source, as it was before, so that un-merge puts exactly that back. */
export interface MergeSource {
  caseId: string;
  before: {
    status: (typeof CASE_STATUSES)[number];
    resolution: Resolution | null;
    impact: Impact | null;
    endAt: number | null;
    isFlagged: boolean;
    mergedInto: string | null;
  };
}

/** A row, and the row of another case that was made of it. */
export type CopiedPair = readonly [originId: string, rowId: string];

/** Pairs that stand in one row of the log. */
export const PAIRS_A_PART = 500;
