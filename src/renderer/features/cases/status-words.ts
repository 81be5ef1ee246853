import type { Case } from '../../../shared/contract/entities.ts';

export const CASE_STATUS_WORDS: Readonly<Record<Case['status'], string>> = {
  open: 'New',
  in_progress: 'In progress',
  resolved: 'Resolved',
  duplicated: 'Duplicate',
};
