import { IconArrowBackUp, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { undoable } from '../../state/undoable.ts';
import { Button, Empty, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Text } from '../../ui/text.tsx';
import { Age } from '../../ui/time.tsx';
import { trashedQuery } from './queries.ts';

/** Alerts that somebody threw away; while they are here their source's updates do not reach them. */
export function TrashPane({ engagementId }: { engagementId: string | undefined }) {
  const { data, error } = useQuery(trashedQuery(engagementId));
  if (error)
    return (
      <div className="section">
        <ErrorNote error={error} />
      </div>
    );
  if (!data) return <Skeleton />;
  if (data.length === 0)
    return (
      <Empty icon={IconTrash} title="The trash is empty">
        Alerts that you move to the trash lie here and can be taken back. Updates do not reach them meanwhile.
      </Empty>
    );
  return (
    <div className="scroll grow pane-stop" tabIndex={0} role="region" aria-label="Trash">
      {data.map((alert) => (
        <div key={alert.id} className="run-row">
          <span className="f12 t3">
            <Age at={alert.deletedAt} />
          </span>
          <span className="m el" title={alert.title}>
            <Text>{alert.title}</Text>
          </span>
          <span className="f12 t3 el">
            <Text>{`${alert.type} · ${alert.source}`}</Text>
          </span>
          <Button
            size="small"
            label={`Restore ${alert.title}`}
            onClick={() => void undoable('1 alert taken back from the trash', 'alerts.restore', { ids: [alert.id] })}
          >
            <IconArrowBackUp size={14} stroke={1.75} aria-hidden="true" />
            Restore
          </Button>
        </div>
      ))}
    </div>
  );
}
