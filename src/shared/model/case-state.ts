import type { Case } from '../contract/entities.ts';

export const isClosed = (status: Case['status']): boolean => status === 'resolved' || status === 'duplicated';

/** How long a case took, or has taken until `now`, in milliseconds; from its start, which may be before it was made. */
export const handlingTime = ({ startAt, endAt }: Pick<Case, 'startAt' | 'endAt'>, now: number): number =>
  Math.max(0, (endAt ?? now) - startAt);
