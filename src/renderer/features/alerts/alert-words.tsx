import { IconBellOff, IconCircleCheck, IconCircleDot, IconRefresh } from '@tabler/icons-react';
import type { AlertRow, AlertStatus } from '../../../shared/contract/alerts.ts';

export const STATUS_WORDS: Readonly<Record<AlertStatus, string>> = {
  new: 'New',
  updated: 'Updated',
  imported: 'Imported',
  ignored: 'Ignored',
};

const ICONS = { new: IconCircleDot, updated: IconRefresh, imported: IconCircleCheck, ignored: IconBellOff } as const;

export function StatusIcon({ status }: { status: AlertStatus }) {
  const Found = ICONS[status];
  return <Found size={14} stroke={1.75} aria-hidden="true" />;
}

export function AlertStatusMark({ alert }: { alert: Pick<AlertRow, 'status' | 'isFollowed'> }) {
  return (
    <span className="alert-status" data-status={alert.status}>
      <StatusIcon status={alert.status} />
      {STATUS_WORDS[alert.status]}
      {!alert.isFollowed && alert.status !== 'ignored' && (
        <span title="Not followed: updates are not shown">
          <IconBellOff size={12} stroke={1.75} aria-label="not followed" />
        </span>
      )}
    </span>
  );
}
