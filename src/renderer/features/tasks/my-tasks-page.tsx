import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { IconBooks, IconChecklist } from '@tabler/icons-react';
import { useCallback, useMemo, useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { TaskAction, TaskOfCase } from '../../../shared/contract/tasks.ts';
import { useEngagement } from '../../state/engagement.ts';
import { undoable } from '../../state/undoable.ts';
import { Button, Check, Empty, Segmented, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count, plural } from '../../ui/format.ts';
import { Hint } from '../../ui/kbd.tsx';
import { useKeys } from '../../ui/keys.ts';
import { usePrefs } from '../../ui/prefs.ts';
import { Text } from '../../ui/text.tsx';
import { useNow } from '../../ui/use-now.ts';
import { stepCursor, VirtualGrid } from '../../ui/virtual-grid.tsx';
import { endOfDay } from './end-of-day.ts';
import { LibraryDialog } from './library-dialog.tsx';
import { mineCountsQuery, myTasksQuery } from './queries.ts';
import { Due, Took } from './task-rows.tsx';
import { bulkDone, TASK_ICONS, TASK_WORDS } from './task-words.ts';
import './tasks.css';

type Whose = 'mine' | 'nobody';
const MOST_COUNTED = 1_000;

/** Open tasks over all cases of the engagement: mine, and those of nobody to take. What is due first comes first. */
export default function MyTasksPage() {
  const engagement = useEngagement();
  const clock = usePrefs((prefs) => prefs.clock);
  const [whose, setWhose] = useState<Whose>('mine');
  const [cursor, setCursor] = useState(0);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [isLibraryOpen, setLibraryOpen] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const [, navigate] = useLocation();
  const day = endOfDay(useNow(), clock);
  const id = engagement?.id ?? '';
  const query = useInfiniteQuery({ ...myTasksQuery(id, whose), enabled: engagement !== undefined });
  const { data: counts } = useQuery({ ...mineCountsQuery(id, day), enabled: engagement !== undefined });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const rows = useMemo(() => query.data?.pages.flatMap(({ items }) => items) ?? [], [query.data]);
  const at = Math.min(cursor, rows.length - 1);
  const current = rows[at];
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const open = (task: TaskOfCase | undefined): void => {
    if (task) navigate(`/cases/${task.caseNumber}/tasks/${task.id}`);
  };
  const toggle = (taskId: string): void => {
    const next = new Set(selected);
    if (!next.delete(taskId)) next.add(taskId);
    setSelected(next);
  };
  const act = (action: TaskAction): void => {
    const ids = selected.size > 0 ? [...selected] : current ? [current.id] : [];
    if (ids.length === 0) return;
    setSelected(new Set());
    undoable(bulkDone(action), 'tasks.bulk', { ids, change: { action } }).then(() => setFailure(undefined), setFailure);
  };
  const show = (next: Whose): void => {
    setWhose(next);
    setCursor(0);
    setSelected(new Set());
  };
  useKeys([
    { keys: 'j', run: () => setCursor(stepCursor(rows, at, 1)) },
    { keys: 'k', run: () => setCursor(stepCursor(rows, at, -1)) },
    { keys: 'ArrowDown', run: () => setCursor(stepCursor(rows, at, 1)) },
    { keys: 'ArrowUp', run: () => setCursor(stepCursor(rows, at, -1)) },
    { keys: 'Enter', run: () => open(current) },
    { keys: 'x', run: () => current && toggle(current.id) },
    { keys: 's', label: 'Start the task', run: () => act('start') },
    { keys: 'c', label: 'Complete the task', run: () => act('complete') },
    { keys: 't', label: 'Take the task', run: () => act('take') },
    { keys: 'Escape', run: () => setSelected(new Set()) },
  ]);
  return (
    <>
      <div className="page-head">
        <h1>Tasks</h1>
        <span className="f12 t3 el">
          {counts && (
            <>
              {counts.overdue === 0 ? 'none overdue' : `${count(counts.overdue)} overdue`}
              {counts.dueToday > 0 && `, ${count(counts.dueToday)} due today`}
            </>
          )}
        </span>
        <span className="right" />
        <Button onClick={() => setLibraryOpen(true)}>
          <IconBooks size={15} stroke={1.75} aria-hidden="true" />
          Library…
        </Button>
      </div>
      <div className="toolbar">
        <Segmented<Whose>
          label="Whose tasks"
          value={whose}
          options={[
            { value: 'mine', label: 'Mine', count: counts?.mine },
            { value: 'nobody', label: 'Of nobody', count: counts?.nobody },
          ]}
          onChange={show}
        />
        <span className="right" />
        {selected.size > 0 && <span className="m f12">{count(selected.size)} selected</span>}
        {rows.length > 0 && (
          <>
            {whose === 'nobody' ? (
              <Button size="small" keys="t" onClick={() => act('take')}>
                Take
              </Button>
            ) : (
              <Button size="small" keys="s" onClick={() => act('start')}>
                Start
              </Button>
            )}
            <Button size="small" keys="c" onClick={() => act('complete')}>
              Complete
            </Button>
          </>
        )}
      </div>
      {(query.error ?? failure) !== null && (query.error ?? failure) !== undefined && (
        <div className="section">
          <ErrorNote error={query.error ?? failure} onRetry={() => void query.refetch()} />
        </div>
      )}
      {query.isPending ? (
        <Skeleton lines={5} />
      ) : rows.length === 0 ? (
        <Empty
          icon={IconChecklist}
          title={whose === 'mine' ? 'Nothing to do' : 'Every open task has somebody'}
          actions={
            whose === 'mine' &&
            counts !== undefined &&
            counts.nobody > 0 && <Button onClick={() => show('nobody')}>Show {count(counts.nobody)} of nobody</Button>
          }
        >
          {whose === 'mine'
            ? 'Open tasks that are yours, over all cases of the engagement, what is due first at the top. Take one of nobody, or add tasks in a case.'
            : 'Open tasks without an assignee come here, to be taken.'}
        </Empty>
      ) : (
        <VirtualGrid
          label="Tasks"
          rows={rows}
          rowKey={(row) => row.id}
          rowHeight={() => 30}
          columns="14px 14px minmax(160px, 1fr) 96px minmax(60px, 0.25fr) minmax(140px, 0.5fr) 116px 84px"
          head={
            <>
              <span role="columnheader">
                <span className="visually-hidden">Select</span>
              </span>
              <span role="columnheader">
                <span className="visually-hidden">State</span>
              </span>
              <span role="columnheader">Task</span>
              <span role="columnheader">State</span>
              <span role="columnheader">Group</span>
              <span role="columnheader">Case</span>
              <span role="columnheader">Due</span>
              <span role="columnheader" className="num">
                Since
              </span>
            </>
          }
          cursor={at}
          onCursor={setCursor}
          onOpen={(index) => open(rows[index])}
          onEnd={loadMore}
          isSelected={(row) => selected.has(row.id)}
          renderRow={(row) => <Cells task={row} isSelected={selected.has(row.id)} onSelect={() => toggle(row.id)} />}
        />
      )}
      <div className="hints">
        <span>
          {(counts?.[whose] ?? 0) >= MOST_COUNTED
            ? `${count(MOST_COUNTED)} and more`
            : plural(counts?.[whose] ?? 0, 'task')}
        </span>
        <span className="right row loose">
          <Hint keys={['Enter']}>Open</Hint>
          <Hint keys={['T']}>Take</Hint>
          <Hint keys={['S']}>Start</Hint>
          <Hint keys={['C']}>Complete</Hint>
          <Hint keys={['X']}>Select</Hint>
        </span>
      </div>
      <LibraryDialog isOpen={isLibraryOpen} onClose={() => setLibraryOpen(false)} />
    </>
  );
}

function Cells({ task, isSelected, onSelect }: { task: TaskOfCase; isSelected: boolean; onSelect(): void }) {
  const Icon = TASK_ICONS[task.status];
  return (
    <>
      <span role="gridcell">
        <Check label={`Select ${task.title}`} state={isSelected ? 'on' : 'off'} onToggle={onSelect} isInGrid />
      </span>
      <span role="gridcell" className="t3">
        <Icon size={14} stroke={1.75} aria-hidden="true" />
      </span>
      <span role="gridcell" className="row tight">
        <Link href={`/cases/${task.caseNumber}/tasks/${task.id}`} className="m el" tabIndex={-1} title={task.title}>
          <Text>{task.title}</Text>
        </Link>
        {task.isMandatory && <span className="tag task-tag">mandatory</span>}
      </span>
      <span role="gridcell" className="f12 t2">
        {TASK_WORDS[task.status]}
      </span>
      <span role="gridcell" className="f12 t2 el">
        <Text>{task.group}</Text>
      </span>
      <span role="gridcell" className="f12 t2 el" title={task.caseTitle}>
        <span className="mono t3">#{task.caseNumber}</span> <Text>{task.caseTitle}</Text>
      </span>
      <span role="gridcell" className="f12">
        <Due task={task} />
      </span>
      <span role="gridcell" className="f12 t3 num">
        <Took task={task} />
      </span>
    </>
  );
}
