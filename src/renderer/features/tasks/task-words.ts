import { IconCircleCheck, IconCircleDashed, IconCircleX, IconPlayerPlay } from '@tabler/icons-react';
import type { Task, TaskAction } from '../../../shared/contract/tasks.ts';
import { plural } from '../../ui/format.ts';

export const TASK_WORDS: Readonly<Record<Task['status'], string>> = {
  waiting: 'Waiting',
  in_progress: 'In progress',
  completed: 'Completed',
  cancelled: 'Cancelled',
};

export const TASK_ICONS = {
  waiting: IconCircleDashed,
  in_progress: IconPlayerPlay,
  completed: IconCircleCheck,
  cancelled: IconCircleX,
} as const satisfies Readonly<Record<Task['status'], unknown>>;

export const isOver = ({ status }: Pick<Task, 'status'>): boolean => status === 'completed' || status === 'cancelled';

const DONE: Readonly<Record<TaskAction, string>> = {
  start: 'started',
  complete: 'completed',
  cancel: 'cancelled',
  reopen: 'opened again',
  flag: 'flagged',
  unflag: 'no longer flagged',
  take: 'taken',
  trash: 'moved to the trash',
  restore: 'restored',
};

/** What a toast says of an action on many. */
export const bulkDone =
  (action: TaskAction) =>
  ({ changed }: { changed: number }): string =>
    `${plural(changed, 'task')} ${DONE[action]}`;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long work took: `12 min`, `3 h 20 min`, `2 d 4 h`. */
export function elapsed(ms: number): string {
  if (ms < MINUTE) return `${Math.max(0, Math.round(ms / 1_000))} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  const [big, small, bigWord, smallWord] =
    ms < DAY ? ([HOUR, MINUTE, 'h', 'min'] as const) : ([DAY, HOUR, 'd', 'h'] as const);
  const rest = Math.floor((ms % big) / small);
  return `${Math.floor(ms / big)} ${bigWord}${rest === 0 ? '' : ` ${rest} ${smallWord}`}`;
}
