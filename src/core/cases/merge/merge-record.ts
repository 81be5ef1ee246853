import type { Impact, Resolution } from '../../../shared/contract/entities.ts';
import type { CASE_STATUSES } from '../../../shared/contract/entities.ts';

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

/** A row of a source, the row of the result it went into, and what that row's content was then (see `contentMark`). */
export type CopiedPair = readonly [originId: string, rowId: string, mark: string];
