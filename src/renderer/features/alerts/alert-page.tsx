import { IconArrowLeft } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { Button, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { useKeys } from '../../ui/keys.ts';
import { ignoreAlerts, importAlerts, markAlerts } from './actions.ts';
import { AlertActions } from './alert-actions.tsx';
import { AlertFacts } from './alert-facts.tsx';
import { AlertValues } from './alert-values.tsx';
import { MergeDialog } from './merge-dialog.tsx';
import { alertQuery } from './queries.ts';
import { SimilarCases } from './similar-cases.tsx';
import { ObjectRuns } from '../responders/object-runs.tsx';

/** One alert by its address; the same parts as in the preview, with room. */
export function AlertPage({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(alertQuery(id));
  const [, navigate] = useLocation();
  const [caseTemplate, setCaseTemplate] = useState<string>();
  const [isMerging, setMerging] = useState(false);
  const isFree = data?.caseId === null;
  useKeys([
    { keys: 'i', label: 'Import as a new case', run: () => void importAlerts([id], caseTemplate), when: () => isFree },
    { keys: 'm', label: 'Merge into a case…', run: () => setMerging(true), when: () => isFree },
    { keys: 'r', label: 'Mark as read', run: () => void markAlerts([id], true) },
    { keys: 'u', label: 'Mark as unread', run: () => void markAlerts([id], false) },
    { keys: 'g', label: 'Ignore: read, no updates', run: () => void ignoreAlerts([id]) },
    { keys: 'Escape', label: 'Back to the queue', run: () => navigate('/alerts') },
  ]);
  return (
    <>
      <div className="page-head">
        <Button kind="ghost" size="small" isIcon label="Back to the queue" onClick={() => navigate('/alerts')}>
          <IconArrowLeft size={15} stroke={1.75} />
        </Button>
        <h1>Alert</h1>
        <span className="right f12 t3">
          <Kbd keys={['Esc']} /> back to the queue
        </span>
      </div>
      {error && (
        <div className="section">
          <ErrorNote error={error} onRetry={() => void refetch()} />
        </div>
      )}
      {!data && !error && <Skeleton />}
      {data && (
        <>
          <div className="alert-page">
            <section className="scroll" tabIndex={0} aria-label="Alert">
              <AlertFacts alert={data} />
            </section>
            <section className="scroll" tabIndex={0} aria-label="What it brings">
              <AlertValues alert={data} />
              <SimilarCases alert={data} />
              <ObjectRuns
                object={{ type: 'alert', id: data.id }}
                about={`alert ${data.sourceRef}`.slice(0, 80)}
                caseId={data.caseId ?? undefined}
              />
            </section>
          </div>
          <AlertActions
            alert={data}
            caseTemplate={caseTemplate}
            onTemplate={setCaseTemplate}
            onMerge={() => setMerging(true)}
          />
        </>
      )}
      {isMerging && data && (
        <MergeDialog
          ids={[id]}
          engagementId={data.engagementId}
          onClose={() => setMerging(false)}
          onDone={() => setMerging(false)}
        />
      )}
    </>
  );
}
