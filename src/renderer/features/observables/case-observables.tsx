import { useMemo } from 'react';
import type { Case } from '../../../shared/contract/entities.ts';
import { ObservablesView } from './observables-view.tsx';

/** The Observables tab of a case. */
export function CaseObservables({ found }: { found: Case }) {
  const { id, number, tlp, pap, engagementId } = found;
  const scope = useMemo(() => ({ caseId: id }), [id]);
  const marking = useMemo(() => ({ tlp, pap }), [tlp, pap]);
  return (
    <ObservablesView
      scope={scope}
      engagementId={engagementId}
      about={`case #${number}`}
      backTo={`/cases/${number}/observables`}
      marking={marking}
    />
  );
}
