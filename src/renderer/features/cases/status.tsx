import { IconCircle, IconCircleCheck, IconCircleHalf2, IconCopyCheck } from '@tabler/icons-react';
import type { Case } from '../../../shared/contract/entities.ts';
import { RESOLUTION_WORDS } from './case-filter-words.ts';
import { CASE_STATUS_WORDS } from './status-words.ts';

const ICONS = { open: IconCircle, in_progress: IconCircleHalf2, resolved: IconCircleCheck, duplicated: IconCopyCheck };

/** A closed case says how it ended. */
export function StatusMark({ status, resolution }: Pick<Case, 'status' | 'resolution'>) {
  const Icon = ICONS[status];
  return (
    <span className="row tight f12" title={CASE_STATUS_WORDS[status]}>
      <Icon size={14} stroke={1.75} className="t2" aria-hidden="true" />
      <span className="el">
        {status === 'resolved' && resolution ? RESOLUTION_WORDS[resolution] : CASE_STATUS_WORDS[status]}
      </span>
    </span>
  );
}
