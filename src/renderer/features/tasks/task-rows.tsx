import { IconAlertTriangle, IconFlag, IconFlagFilled, IconGripVertical, IconPaperclip } from '@tabler/icons-react';
import type { Task } from '../../../shared/contract/tasks.ts';
import { Check } from '../../ui/controls.tsx';
import { count } from '../../ui/format.ts';
import { Text } from '../../ui/text.tsx';
import { Age, ShortTime } from '../../ui/time.tsx';
import { useNow } from '../../ui/use-now.ts';
import { elapsed, isOver, TASK_ICONS, TASK_WORDS } from './task-words.ts';

export const TASK_COLUMNS = '14px 14px 14px 16px minmax(140px, 1fr) 92px minmax(64px, 0.3fr) 108px 84px 44px';

export function TaskHead({ state, onToggleAll }: { state: 'on' | 'off' | 'mixed'; onToggleAll(): void }) {
  return (
    <>
      <span role="columnheader">
        <span className="visually-hidden">Drag</span>
      </span>
      <span role="columnheader">
        <Check label="Select all" state={state} onToggle={onToggleAll} />
      </span>
      <span role="columnheader">
        <span className="visually-hidden">State</span>
      </span>
      <span role="columnheader">
        <span className="visually-hidden">Flag</span>
      </span>
      <span role="columnheader">Task</span>
      <span role="columnheader">State</span>
      <span role="columnheader">Assignee</span>
      <span role="columnheader">Due</span>
      <span role="columnheader" className="num">
        Took
      </span>
      <span role="columnheader" className="num">
        Log
      </span>
    </>
  );
}

export function TaskCells(props: {
  task: Task;
  isSelected: boolean;
  /** Where tasks have no group heads, each says its group. */
  showsGroup: boolean;
  onSelect(): void;
  onFlag(): void;
  onDrag(event: React.DragEvent): void;
}) {
  const { task } = props;
  const Icon = TASK_ICONS[task.status];
  const Flag = task.isFlagged ? IconFlagFilled : IconFlag;
  return (
    <>
      <span role="gridcell">
        <span className="t3 task-grip" draggable title="Drag to put in order (Alt ↑ ↓)" onDragStart={props.onDrag}>
          <IconGripVertical size={14} stroke={1.75} aria-hidden="true" />
        </span>
      </span>
      <span role="gridcell">
        <Check
          label={`Select ${task.title}`}
          state={props.isSelected ? 'on' : 'off'}
          onToggle={props.onSelect}
          isInGrid
        />
      </span>
      <span role="gridcell" className="t3">
        <Icon size={14} stroke={1.75} aria-hidden="true" />
      </span>
      <span role="gridcell" className="row">
        <button
          type="button"
          className={task.isFlagged ? 't1' : 't3'}
          tabIndex={-1}
          aria-pressed={task.isFlagged}
          aria-label={`Flag ${task.title}`}
          onClick={(event) => {
            event.stopPropagation();
            props.onFlag();
          }}
        >
          <Flag size={14} stroke={1.75} />
        </button>
      </span>
      <span role="gridcell" className="row tight" title={task.title}>
        <span className={isOver(task) ? 'el t2' : 'el m'}>
          <Text>{task.title}</Text>
        </span>
        {task.isMandatory && <span className="tag task-tag">mandatory</span>}
        {props.showsGroup && task.group !== 'default' && (
          <span className="f12 t3 el">
            <Text>{task.group}</Text>
          </span>
        )}
      </span>
      <span role="gridcell" className="f12 t2">
        {TASK_WORDS[task.status]}
      </span>
      <span role="gridcell" className="f12 t2 el">
        <Text>{task.assignee === '' ? 'nobody' : task.assignee}</Text>
      </span>
      <span role="gridcell" className="f12">
        <Due task={task} />
      </span>
      <span role="gridcell" className="f12 t3 num">
        <Took task={task} />
      </span>
      <span role="gridcell" className="f12 t3 num">
        {task.logs === 0 ? '' : count(task.logs)}
      </span>
    </>
  );
}

/** When it is due; late is said with an icon and in words. */
export function Due({ task }: { task: Pick<Task, 'dueAt' | 'status'> }) {
  const now = useNow();
  if (task.dueAt === null) return null;
  const isLate = task.dueAt < now && !isOver(task);
  return (
    <span className={isLate ? 'row tight due-late m' : 'row tight t2'}>
      {isLate && <IconAlertTriangle size={13} stroke={1.75} aria-label="Overdue" />}
      <ShortTime at={task.dueAt} />
    </span>
  );
}

/** How long a closed task took, how long ago an open one began. */
export function Took({ task }: { task: Pick<Task, 'startAt' | 'endAt'> }) {
  if (task.startAt === null) return null;
  if (task.endAt === null) return <Age at={task.startAt} />;
  return <>{elapsed(task.endAt - task.startAt)}</>;
}

export function Attached({ name }: { name: string }) {
  return (
    <span className="tag row tight">
      <IconPaperclip size={12} stroke={1.75} aria-hidden="true" />
      <span className="el">
        <Text>{name}</Text>
      </span>
    </span>
  );
}
