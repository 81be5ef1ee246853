import { IconArrowLeft, IconTrash } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { Trashed } from '../../../shared/contract/trash.ts';
import { useEngagement } from '../../state/engagement.ts';
import { Button, Empty, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { plural } from '../../ui/format.ts';
import { Hint } from '../../ui/kbd.tsx';
import { useKeys } from '../../ui/keys.ts';
import { Text } from '../../ui/text.tsx';
import { When } from '../../ui/time.tsx';
import { stepCursor, VirtualGrid } from '../../ui/virtual-grid.tsx';
import { DestroyDialog } from './destroy-dialog.tsx';
import { caseQuery, restoreTrashed, trashOfCaseQuery, trashQuery } from './queries.ts';
import './cases.css';

const KIND_WORDS = {
  case: 'Case',
  observable: 'Observable',
  note: 'Note',
  task: 'Task',
  evidence: 'Evidence',
} as const;

/** Cases that were moved to the trash, of the engagement. */
export function TrashPage() {
  const engagement = useEngagement();
  const [, navigate] = useLocation();
  const query = useInfiniteQuery({ ...trashQuery(engagement?.id ?? ''), enabled: engagement !== undefined });
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  return (
    <TrashList
      title="Trash"
      about={engagement?.name ?? ''}
      rows={rows}
      isPending={query.isPending}
      error={query.error}
      empty="A case that is moved to the trash keeps everything it holds, and comes back whole."
      onEnd={() => {
        if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
      }}
      onBack={() => navigate('/cases')}
    />
  );
}

/** What was moved to the trash within one case. */
export function CaseTrashPage({ number }: { number: number }) {
  const { data: found, error } = useQuery(caseQuery(number));
  const query = useQuery({ ...trashOfCaseQuery(found?.id ?? ''), enabled: found !== undefined });
  const [, navigate] = useLocation();
  return (
    <TrashList
      title={`Trash of #${number}`}
      about={found?.title ?? ''}
      rows={query.data ?? []}
      isPending={query.isPending && !error}
      error={error ?? query.error}
      empty="Observables, notes, tasks and evidence of this case that are moved to the trash show here."
      onBack={() => navigate(`/cases/${number}`)}
    />
  );
}

function TrashList(props: {
  title: string;
  about: string;
  rows: readonly Trashed[];
  isPending: boolean;
  error: unknown;
  empty: string;
  onEnd?: () => void;
  onBack(): void;
}) {
  const { rows } = props;
  const [cursor, setCursor] = useState(0);
  const [toDestroy, setToDestroy] = useState<Trashed>();
  const at = Math.min(cursor, rows.length - 1);
  const restore = (row: Trashed | undefined): void => {
    if (row) void restoreTrashed([{ kind: row.kind, id: row.id }]);
  };
  const destroy = (row: Trashed | undefined): void => {
    if (row?.kind === 'case') setToDestroy(row);
  };
  useKeys([
    { keys: 'j', run: () => setCursor(stepCursor(rows, at, 1)) },
    { keys: 'k', run: () => setCursor(stepCursor(rows, at, -1)) },
    { keys: 'ArrowDown', run: () => setCursor(stepCursor(rows, at, 1)) },
    { keys: 'ArrowUp', run: () => setCursor(stepCursor(rows, at, -1)) },
    { keys: 'Enter', label: 'Restore', run: () => restore(rows[at]) },
    { keys: 'Delete', label: 'Destroy…', run: () => destroy(rows[at]) },
    { keys: 'Escape', run: props.onBack },
  ]);
  return (
    <>
      <div className="page-head">
        <Button kind="ghost" isIcon label="Back" onClick={props.onBack}>
          <IconArrowLeft size={16} stroke={1.75} />
        </Button>
        <h1>{props.title}</h1>
        <span className="f12 t3 el">
          <Text>{props.about}</Text>
        </span>
        <span className="right" />
        <Link className="lnk f12" href="/cases">
          Cases
        </Link>
      </div>
      {props.error !== null && props.error !== undefined ? (
        <div className="section">
          <ErrorNote error={props.error} />
        </div>
      ) : props.isPending ? (
        <Skeleton lines={4} />
      ) : rows.length === 0 ? (
        <Empty icon={IconTrash} title="The trash is empty">
          {props.empty}
        </Empty>
      ) : (
        <VirtualGrid
          label={props.title}
          rows={rows}
          rowKey={(row) => row.id}
          rowHeight={() => 40}
          columns="92px minmax(160px, 1fr) 150px 130px 180px"
          head={
            <>
              <span role="columnheader">Kind</span>
              <span role="columnheader">Name</span>
              <span role="columnheader">Moved by</span>
              <span role="columnheader">When</span>
              <span role="columnheader">
                <span className="visually-hidden">Actions</span>
              </span>
            </>
          }
          cursor={at}
          onCursor={setCursor}
          onOpen={(index) => restore(rows[index])}
          {...(props.onEnd ? { onEnd: props.onEnd } : {})}
          renderRow={(row) => (
            <>
              <span role="gridcell" className="f12 t2">
                {KIND_WORDS[row.kind]}
              </span>
              <span role="gridcell" className="row">
                {row.kind === 'case' && <span className="mono t3">#{row.caseNumber}</span>}
                <span className="m el">
                  <Text>{row.label === '' ? 'Without a title' : row.label}</Text>
                </span>
              </span>
              <span role="gridcell" className="f12 t2 el">
                <Text>{row.deletedBy}</Text>
              </span>
              <span role="gridcell" className="f12 t3">
                <When at={row.deletedAt} />
              </span>
              <span role="gridcell" className="row">
                <Button size="small" label={`Restore ${row.label}`} tabIndex={-1} onClick={() => restore(row)}>
                  Restore
                </Button>
                {row.kind === 'case' && (
                  <Button size="small" label={`Destroy ${row.label}…`} tabIndex={-1} onClick={() => destroy(row)}>
                    Destroy…
                  </Button>
                )}
              </span>
            </>
          )}
        />
      )}
      {toDestroy && (
        <DestroyDialog
          key={toDestroy.id}
          caseId={toDestroy.id}
          number={toDestroy.caseNumber}
          onClose={() => setToDestroy(undefined)}
        />
      )}
      <div className="hints">
        <span>{plural(rows.length, 'thing')} in the trash</span>
        <span className="right row loose">
          <Hint keys={['Enter']}>Restore</Hint>
          {rows[at]?.kind === 'case' && <Hint keys={['Del']}>Destroy…</Hint>}
          <Hint keys={['Esc']}>Back</Hint>
        </span>
      </div>
    </>
  );
}
