import { useState } from 'react';
import { useLocation } from 'wouter';
import { useEngagement } from './engagement.ts';
import { undoable } from './undoable.ts';

/** Opens the demo case, made first where there is none; one undo takes it away again. */
export function useOpenDemo(): { open(): void; isBusy: boolean; error: unknown } {
  const engagement = useEngagement();
  const [, navigate] = useLocation();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const open = (): void => {
    if (isBusy) return;
    setBusy(true);
    setError(undefined);
    undoable(
      ({ isNew }) => (isNew ? 'Demo case made' : ''),
      'demo.open',
      engagement ? { engagementId: engagement.id } : {},
    )
      .then(({ caseNumber }) => navigate(`/cases/${caseNumber}`), setError)
      .finally(() => setBusy(false));
  };
  return { open, isBusy, error };
}
