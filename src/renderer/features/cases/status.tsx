import { IconCircle, IconCircleCheck, IconCircleHalf2, IconCopyCheck } from '@tabler/icons-react';
import { CASE_STATUSES } from '../../../shared/contract/entities.ts';
import type { CaseStatus } from './queries.ts';

export const CASE_STATUS_WORDS: Readonly<Record<CaseStatus, string>> = {
  open: 'New',
  in_progress: 'In progress',
  resolved: 'Resolved',
  duplicated: 'Duplicate',
};

const ICONS = { open: IconCircle, in_progress: IconCircleHalf2, resolved: IconCircleCheck, duplicated: IconCopyCheck };

export const CASE_STATUS_OPTIONS = CASE_STATUSES.map((value) => ({ value, label: CASE_STATUS_WORDS[value] }));

export function StatusMark({ status }: { status: CaseStatus }) {
  const Icon = ICONS[status];
  return (
    <span className="row tight f12">
      <Icon size={14} stroke={1.75} className="t2" aria-hidden="true" />
      {CASE_STATUS_WORDS[status]}
    </span>
  );
}
