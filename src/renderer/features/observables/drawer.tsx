import { IconArrowsDiagonal, IconCopy, IconX } from '@tabler/icons-react';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { Button, Skeleton } from '../../ui/controls.tsx';
import { copyDefanged } from '../../ui/copy.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { DataTypeMark } from '../../ui/icons.tsx';
import { Resizer } from '../../ui/resizer.tsx';
import { DetailAround, DetailHead, DetailReports } from './detail.tsx';
import { observableQuery } from './queries.ts';

/** Follows the cursor; never takes the focus nor covers the grid (on a wide screen). */
export function Drawer(props: {
  id: string;
  isLinking: boolean;
  onLinking(isLinking: boolean): void;
  onClose(): void;
}) {
  const { id, onClose } = props;
  // Held-down J passes many rows: only the one where it rests is asked for.
  const [asked] = useDebouncedValue(id, 80);
  const { data, error } = useQuery({ ...observableQuery(asked), placeholderData: keepPreviousData });
  const [, navigate] = useLocation();
  return (
    <aside className="drawer" aria-label="Preview">
      <Resizer panel="drawer" side="right" label="Width of the preview" />
      <div className="side-head">
        {data && <DataTypeMark dataType={data.observable.dataType} />}
        <span className="right row" style={{ gap: 2 }}>
          <Button
            kind="ghost"
            size="small"
            isIcon
            label="Copy defanged"
            onClick={() => data && void copyDefanged([data.observable])}
          >
            <IconCopy size={15} stroke={1.75} />
          </Button>
          <Button kind="ghost" size="small" isIcon label="Open page" onClick={() => navigate(`/observables/${id}`)}>
            <IconArrowsDiagonal size={15} stroke={1.75} />
          </Button>
          <Button kind="ghost" size="small" isIcon label="Close preview" onClick={onClose}>
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
            <DetailHead observable={data.observable} jobs={data.jobs} />
            <div style={{ borderBottom: '1px solid var(--o-line)' }}>
              <DetailReports id={data.observable.id} jobs={data.jobs} />
            </div>
            <DetailAround
              key={data.observable.id}
              observable={data.observable}
              isLinking={props.isLinking}
              onLinking={props.onLinking}
            />
          </>
        )}
      </div>
    </aside>
  );
}
