import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { useLocation } from 'wouter';
import { IconTrash } from '@tabler/icons-react';
import { AppError } from '../../../shared/errors.ts';
import type { Case } from '../../../shared/contract/entities.ts';
import { frameStore } from '../../state/frame-store.ts';
import { Button, Empty, Skeleton, Tabs } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { countsQuery } from '../timeline/queries.ts';
import { CaseHead } from './case-head.tsx';
import { MergeBanner } from './merge-banner.tsx';
import { caseQuery, restoreTrashed } from './queries.ts';
import './cases.css';

export const CASE_TABS = [
  'overview',
  'notes',
  'tasks',
  'observables',
  'evidence',
  'timeline',
  'graph',
  'jobs',
  'activity',
] as const;
export type CaseTab = (typeof CASE_TABS)[number];
const isTab = (text: string): text is CaseTab => (CASE_TABS as readonly string[]).includes(text);

/** One case: its head, editable in place, and the chosen tab, which the caller composes. */
export function CasePage(props: { number: number; tab: string; renderTab(tab: CaseTab, found: Case): ReactNode }) {
  const { data: found, error, refetch } = useQuery(caseQuery(props.number));
  const { data: timeline } = useQuery({ ...countsQuery(found?.id ?? ''), enabled: found !== undefined });
  const [, navigate] = useLocation();
  const tab = isTab(props.tab) ? props.tab : 'overview';
  const engagementId = found?.engagementId;
  useEffect(() => {
    // The top bar follows the case, so that what is dropped here goes to the same client.
    if (engagementId !== undefined) frameStore.getState().chooseEngagement(engagementId);
  }, [engagementId]);
  const trashedId = trashedCaseOf(error);
  if (trashedId !== undefined) return <InTrash number={props.number} id={trashedId} />;
  if (error)
    return (
      <div className="section">
        <ErrorNote error={error} onRetry={() => void refetch()} />
      </div>
    );
  if (!found) return <Skeleton />;
  return (
    <>
      <CaseHead found={found} />
      <MergeBanner found={found} />
      <Tabs
        label={`Case #${found.number}`}
        value={tab}
        options={[
          { value: 'overview', label: 'Overview' },
          { value: 'notes', label: 'Notes', count: found.counts.notes },
          { value: 'tasks', label: 'Tasks', count: found.counts.tasks },
          { value: 'observables', label: 'Observables', count: found.counts.observables },
          { value: 'evidence', label: 'Evidence', count: found.counts.evidence },
          { value: 'timeline', label: 'Timeline', count: timeline?.events },
          { value: 'graph', label: 'Graph' },
          { value: 'jobs', label: 'Jobs', count: found.counts.jobs },
          { value: 'activity', label: 'Activity' },
        ]}
        onChange={(next) => navigate(`/cases/${found.number}${next === 'overview' ? '' : `/${next}`}`)}
      />
      {props.renderTab(tab, found)}
    </>
  );
}

/** The id of a case that is in the trash, where that is why it cannot be shown. */
function trashedCaseOf(error: unknown): string | undefined {
  const details: unknown = error instanceof AppError ? error.details : undefined;
  const id =
    typeof details === 'object' && details !== null ? (details as Record<string, unknown>)['trashedCaseId'] : undefined;
  return typeof id === 'string' ? id : undefined;
}

function InTrash({ number, id }: { number: number; id: string }) {
  return (
    <Empty
      icon={IconTrash}
      title={`Case #${number} is in the trash`}
      actions={
        <Button kind="primary" onClick={() => void restoreTrashed([{ kind: 'case', id }])}>
          Restore it
        </Button>
      }
    >
      Nothing of it is lost: restored, it is as it was.
    </Empty>
  );
}
