import { useQuery } from '@tanstack/react-query';
import {
  IconBooks,
  IconChevronLeft,
  IconFilterOff,
  IconListDetails,
  IconLayoutList,
  IconLayoutRows,
} from '@tabler/icons-react';
import { useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { Task, TaskAction } from '../../../shared/contract/tasks.ts';
import { undoable } from '../../state/undoable.ts';
import { Button, Empty, FilterChip, FilterField, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Hint } from '../../ui/kbd.tsx';
import { useKeys } from '../../ui/keys.ts';
import { Text } from '../../ui/text.tsx';
import { useNow } from '../../ui/use-now.ts';
import { stepCursor, VirtualGrid } from '../../ui/virtual-grid.tsx';
import { LibraryDialog } from './library-dialog.tsx';
import { NewTask } from './new-task.tsx';
import { peopleQuery, taskTemplatesQuery, tasksQuery } from './queries.ts';
import { TaskDetail } from './task-detail.tsx';
import {
  filterTasks,
  fits,
  groupRows,
  isTask,
  stepPlace,
  TASK_FILTERS,
  type TaskFilter,
  type TaskPlace,
} from './task-order.ts';
import { TASK_COLUMNS, TaskCells, TaskHead } from './task-rows.tsx';
import { TaskSelection } from './task-selection.tsx';
import { useTaskView } from './task-view.ts';
import { bulkDone, isOver } from './task-words.ts';
import { useAltArrows } from './use-alt-arrows.ts';
import { useTaskDrag } from './use-task-drag.ts';
import './tasks.css';

/** Where the detail pane becomes an overlay, in CSS pixels. */
const NARROW = 1_200;

const FILTER_WORDS: Readonly<Record<TaskFilter, string>> = {
  mine: 'Mine',
  in_progress: 'In progress',
  waiting: 'Waiting',
  completed: 'Completed',
  flagged: 'Flagged',
  overdue: 'Overdue',
};

/** What is to be done in a case: a line each, the current one beside the list with its log, or on a page of its own. */
export default function TasksTab(props: {
  caseId: string;
  caseNumber: number;
  engagementId: string;
  taskId: string | undefined;
}) {
  const { caseId, caseNumber, engagementId, taskId } = props;
  const { data, error, refetch } = useQuery(tasksQuery(caseId));
  const { data: library } = useQuery(taskTemplatesQuery);
  const [, navigate] = useLocation();
  const base = `/cases/${caseNumber}/tasks`;
  const groups = useMemo(
    () => [...new Set([...(data ?? []).map(({ group }) => group), ...(library ?? []).map(({ group }) => group)])],
    [data, library],
  );
  useKeys([{ keys: 'Escape', run: () => navigate(base) }], taskId !== undefined);
  if (error)
    return (
      <div className="section">
        <ErrorNote error={error} onRetry={() => void refetch()} />
      </div>
    );
  if (!data) return <Skeleton />;
  const place = { engagementId, about: `a task of case #${caseNumber}`, groups };
  if (taskId !== undefined)
    return (
      <section className="task-page" aria-label="Task">
        <div className="toolbar">
          <Button kind="ghost" size="small" onClick={() => navigate(base)}>
            <IconChevronLeft size={14} stroke={1.75} aria-hidden="true" />
            All tasks
          </Button>
        </div>
        <div className="scroll grow">
          <div className="task-column">
            <TaskDetail key={taskId} id={taskId} caseId={caseId} {...place} />
          </div>
        </div>
      </section>
    );
  return <TaskList {...place} caseId={caseId} tasks={data} onOpen={(id) => navigate(`${base}/${id}`)} />;
}

function TaskList(props: {
  caseId: string;
  engagementId: string;
  about: string;
  groups: readonly string[];
  tasks: readonly Task[];
  onOpen(id: string): void;
}) {
  const { caseId, engagementId, tasks } = props;
  const { data: people } = useQuery(peopleQuery(engagementId));
  const { layout, setLayout } = useTaskView();
  const [filters, setFilters] = useState<ReadonlySet<TaskFilter>>(new Set());
  const [text, setText] = useState('');
  const [currentId, setCurrentId] = useState<string>();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  // On a narrow screen it would lie over the list: there it waits for Space.
  const [isDrawerOpen, setDrawerOpen] = useState(() => window.innerWidth > NARROW);
  const [isLibraryOpen, setLibraryOpen] = useState(false);
  const [isAssignOpen, setAssignOpen] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const field = useRef<HTMLInputElement>(null);
  const finder = useRef<HTMLInputElement>(null);
  const [, navigate] = useLocation();
  const now = useNow();
  const at = { me: people?.me ?? '', now };
  const shown = filterTasks(tasks, filters, text, at);
  const rows = layout === 'groups' ? groupRows(shown, tasks) : shown.map((task) => ({ task }));
  const found = rows.findIndex((row) => isTask(row) && row.task.id === currentId);
  const cursor = found === -1 ? rows.findIndex(isTask) : found;
  const row = rows[cursor];
  const current = isTask(row) ? row.task : undefined;
  const isFiltered = filters.size > 0 || text.trim() !== '';

  const act = (change: Promise<unknown>): void => {
    change.then(() => setFailure(undefined), setFailure);
  };
  const goTo = (index: number): void => {
    const next = rows[index];
    if (isTask(next)) setCurrentId(next.task.id);
  };
  const step = (by: 1 | -1): void => goTo(stepCursor(rows, cursor, by, (each) => !isTask(each)));
  const targets = (): string[] => (selected.size > 0 ? [...selected] : current ? [current.id] : []);
  const bulk = (action: TaskAction): void => {
    const ids = targets();
    if (ids.length === 0) return;
    act(undoable(bulkDone(action), 'tasks.bulk', { ids, change: { action } }));
    if (action === 'trash') setSelected(new Set());
  };
  const assign = (assignee: string): void => {
    setAssignOpen(false);
    const ids = targets();
    const words = assignee === '' ? 'nobody' : assignee;
    if (ids.length > 0) act(undoable(`Assigned to ${words}`, 'tasks.bulk', { ids, change: { assignee } }));
  };
  const move = (id: string, place: TaskPlace | undefined): void => {
    if (place) act(undoable('', 'tasks.move', { id, ...place }));
  };
  const toggle = (id: string): void => {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    setSelected(next);
  };
  const flag = (task: Task): void =>
    act(undoable('', 'tasks.update', { id: task.id, patch: { isFlagged: !task.isFlagged } }));
  const clearFilters = (): void => {
    setFilters(new Set());
    setText('');
  };
  const back = (): void => {
    if (selected.size > 0) setSelected(new Set());
    else if (isDrawerOpen && window.innerWidth <= NARROW) setDrawerOpen(false);
    else if (isFiltered) clearFilters();
    else navigate('/cases');
  };
  const drag = useTaskDrag(rows, move);
  useAltArrows((by) => current && move(current.id, stepPlace(tasks, current.id, by)));
  useKeys([
    { keys: 'j', run: () => step(1) },
    { keys: 'k', run: () => step(-1) },
    { keys: 'ArrowDown', run: () => step(1) },
    { keys: 'ArrowUp', run: () => step(-1) },
    { keys: 'x', run: () => current && toggle(current.id) },
    { keys: 'mod+a', run: () => setSelected(new Set(shown.map(({ id }) => id))) },
    { keys: 'Space', run: () => setDrawerOpen(!isDrawerOpen) },
    { keys: 'Enter', run: () => current && props.onOpen(current.id) },
    { keys: 'n', label: 'New task', run: () => field.current?.focus() },
    { keys: 's', label: 'Start the task', run: () => bulk('start') },
    { keys: 'c', label: 'Complete the task', run: () => bulk('complete') },
    { keys: 'o', label: 'Open the task again', run: () => bulk('reopen') },
    { keys: 't', label: 'Take the task', run: () => bulk('take') },
    { keys: 'a', label: 'Assign…', run: () => selected.size > 0 && setAssignOpen(true) },
    { keys: 'shift+f', label: 'Flag the task', run: () => current && flag(current) },
    { keys: 'Delete', label: 'Move to the trash', run: () => bulk('trash') },
    { keys: '/', label: 'Find a task', run: () => finder.current?.focus() },
    { keys: 'Escape', run: back },
  ]);

  const dropClass = (task: Task): string => {
    const over = drag.over && rows[drag.over.index];
    if (!isTask(over) || over.task.id !== task.id) return '';
    return drag.over?.half === 'upper' ? 'drop-above' : 'drop-below';
  };
  const library = <LibraryDialog caseId={caseId} isOpen={isLibraryOpen} onClose={() => setLibraryOpen(false)} />;
  const open = tasks.filter((task) => !isOver(task)).length;
  return (
    <>
      {selected.size > 0 ? (
        <TaskSelection
          selected={selected.size}
          shown={shown.length}
          people={[...new Set([...(people ? [people.me] : []), ...(people?.names ?? [])])]}
          isAssignOpen={isAssignOpen}
          onAssignOpen={setAssignOpen}
          onSelectAll={() => setSelected(new Set(shown.map(({ id }) => id)))}
          onAction={bulk}
          onAssign={assign}
          onClear={() => setSelected(new Set())}
        />
      ) : (
        <div className="toolbar">
          <NewTask caseId={caseId} groups={props.groups} field={field} onMade={setCurrentId} onError={setFailure} />
          <Button size="small" onClick={() => setLibraryOpen(true)}>
            <IconBooks size={14} stroke={1.75} aria-hidden="true" />
            Library…
          </Button>
          <span className="right" />
          <span className="f12 t3">
            {open} of {tasks.length} open
          </span>
          <Button
            kind="ghost"
            size="small"
            isIcon
            label={layout === 'groups' ? 'Show as one list' : 'Show in groups'}
            onClick={() => setLayout(layout === 'groups' ? 'list' : 'groups')}
          >
            {layout === 'groups' ? (
              <IconLayoutList size={15} stroke={1.75} />
            ) : (
              <IconLayoutRows size={15} stroke={1.75} />
            )}
          </Button>
        </div>
      )}
      {tasks.length > 0 && (
        <div className="toolbar task-filters">
          {TASK_FILTERS.map((filter) => (
            <FilterChip
              key={filter}
              label={FILTER_WORDS[filter]}
              count={tasks.filter((task) => fits(task, filter, at)).length}
              isOn={filters.has(filter)}
              onToggle={() => {
                const next = new Set(filters);
                if (!next.delete(filter)) next.add(filter);
                setFilters(next);
              }}
            />
          ))}
          <FilterField label="Filter tasks" value={text} onChange={setText} field={finder} />
        </div>
      )}
      {failure !== undefined && (
        <div className="section">
          <ErrorNote error={failure} />
        </div>
      )}
      {tasks.length === 0 ? (
        <Empty
          icon={IconListDetails}
          title="No task yet"
          actions={<Button onClick={() => setLibraryOpen(true)}>From the library…</Button>}
        >
          Type what is to be done above. A task has a log with files and pictures; responders can add tasks, write to
          their logs and close them.
        </Empty>
      ) : shown.length === 0 ? (
        <Empty
          icon={IconFilterOff}
          title="No task matches"
          actions={<Button onClick={clearFilters}>Clear filters</Button>}
        >
          The filters hide all {tasks.length} of this case.
        </Empty>
      ) : (
        <div className="tasks" data-drawer={isDrawerOpen}>
          <section aria-label="Tasks" {...drag.area}>
            <VirtualGrid
              label="Tasks"
              rows={rows}
              rowKey={(each) => (isTask(each) ? each.task.id : `group ${each.group}`)}
              rowHeight={(each) => (isTask(each) ? 30 : 32)}
              columns={TASK_COLUMNS}
              head={
                <TaskHead
                  state={selected.size === 0 ? 'off' : selected.size < shown.length ? 'mixed' : 'on'}
                  onToggleAll={() => setSelected(selected.size > 0 ? new Set() : new Set(shown.map(({ id }) => id)))}
                />
              }
              cursor={cursor}
              onCursor={goTo}
              onOpen={(index) => {
                const each = rows[index];
                if (isTask(each)) props.onOpen(each.task.id);
              }}
              isSelected={(each) => isTask(each) && selected.has(each.task.id)}
              isGroup={(each) => !isTask(each)}
              rowClass={(each) => (isTask(each) ? dropClass(each.task) : '')}
              renderRow={(each) =>
                isTask(each) ? (
                  <TaskCells
                    task={each.task}
                    isSelected={selected.has(each.task.id)}
                    showsGroup={layout === 'list'}
                    onSelect={() => toggle(each.task.id)}
                    onFlag={() => flag(each.task)}
                    onDrag={(event) => drag.begin(each.task, event)}
                  />
                ) : (
                  <span role="gridcell" className="row">
                    <Text>{each.group}</Text>
                    <span className="t3">
                      {each.open === 0 ? `all ${each.all} closed` : `${each.open} of ${each.all} open`}
                    </span>
                  </span>
                )
              }
            />
          </section>
          {isDrawerOpen && (
            <aside className="scroll task-side" aria-label="Task">
              {current && (
                <TaskDetail
                  key={current.id}
                  id={current.id}
                  caseId={caseId}
                  engagementId={engagementId}
                  about={props.about}
                  groups={props.groups}
                />
              )}
            </aside>
          )}
        </div>
      )}
      <div className="hints">
        <Hint keys={['J', 'K']}>Move</Hint>
        <Hint keys={['Alt', '↑', '↓']}>Put in order</Hint>
        <Hint keys={['N']}>New</Hint>
        <Hint keys={['S']}>Start</Hint>
        <Hint keys={['C']}>Complete</Hint>
        <Hint keys={['X']}>Select</Hint>
        <Hint keys={['Space']}>Detail</Hint>
        <Hint keys={['Enter']}>Open</Hint>
      </div>
      {library}
    </>
  );
}
