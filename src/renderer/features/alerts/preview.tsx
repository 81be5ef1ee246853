import { IconArrowsDiagonal, IconX } from '@tabler/icons-react';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { Button, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { AlertActions } from './alert-actions.tsx';
import { AlertFacts } from './alert-facts.tsx';
import { AlertValues } from './alert-values.tsx';
import { alertQuery } from './queries.ts';
import { SimilarCases } from './similar-cases.tsx';
import { ObjectRuns } from '../responders/object-runs.tsx';

/** Follows the cursor; what one decides by is in it, so that a queue is worked off without leaving the list. */
export function AlertPreview(props: {
  id: string;
  caseTemplate: string | undefined;
  onTemplate(name: string | undefined): void;
  onMerge(): void;
  /** Rows are selected, and their bar has the filled button. */
  isQuiet: boolean;
  onClose(): void;
}) {
  // Held-down J passes many rows: only the one where it rests is asked for.
  const [asked] = useDebouncedValue(props.id, 80);
  const { data, error } = useQuery({ ...alertQuery(asked), placeholderData: keepPreviousData });
  const [, navigate] = useLocation();
  return (
    <aside className="alert-preview" aria-label="Preview">
      <div className="side-head">
        Preview
        <span className="right row" style={{ gap: 2 }}>
          <Button kind="ghost" size="small" isIcon label="Open page" onClick={() => navigate(`/alerts/${props.id}`)}>
            <IconArrowsDiagonal size={15} stroke={1.75} />
          </Button>
          <Button kind="ghost" size="small" isIcon label="Close preview" onClick={props.onClose}>
            <IconX size={15} stroke={1.75} />
          </Button>
        </span>
      </div>
      <div className="scroll grow pane-stop" tabIndex={0} role="region" aria-label="Details">
        {error && (
          <div className="section">
            <ErrorNote error={error} />
          </div>
        )}
        {!data && !error && <Skeleton />}
        {data && (
          <>
            <AlertFacts alert={data} />
            <AlertValues key={data.id} alert={data} />
            <SimilarCases alert={data} />
            <ObjectRuns
              object={{ type: 'alert', id: data.id }}
              about={`alert ${data.sourceRef}`.slice(0, 80)}
              caseId={data.caseId ?? undefined}
            />
          </>
        )}
      </div>
      {data && (
        <AlertActions
          alert={data}
          caseTemplate={props.caseTemplate}
          onTemplate={props.onTemplate}
          onMerge={props.onMerge}
          isQuiet={props.isQuiet}
        />
      )}
    </aside>
  );
}
