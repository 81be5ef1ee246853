import type { Task } from '../../../shared/contract/tasks.ts';
import { isOver } from './task-words.ts';

export const TASK_FILTERS = ['mine', 'in_progress', 'waiting', 'completed', 'flagged', 'overdue'] as const;
export type TaskFilter = (typeof TASK_FILTERS)[number];

/** Where a task goes: into a group, before one of its tasks or at its end. */
export interface TaskPlace {
  group: string;
  beforeId: string | null;
}

/** A row of the list: a task, or the head of a group with how many there are in it. */
export type TaskRow = { task: Task } | { group: string; all: number; open: number };

export const isTask = (row: TaskRow | undefined): row is { task: Task } => row !== undefined && 'task' in row;

export function fits(task: Task, filter: TaskFilter, at: { me: string; now: number }): boolean {
  switch (filter) {
    case 'mine':
      return task.assignee !== '' && task.assignee === at.me;
    case 'in_progress':
    case 'waiting':
    case 'completed':
      return task.status === filter;
    case 'flagged':
      return task.isFlagged;
    case 'overdue':
      return task.dueAt !== null && task.dueAt < at.now && !isOver(task);
  }
}

/** Tasks that fit every filter and hold every word; in the order given. */
export function filterTasks(
  tasks: readonly Task[],
  filters: ReadonlySet<TaskFilter>,
  text: string,
  at: { me: string; now: number },
): Task[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return tasks.filter((task) => {
    const held = `${task.title} ${task.group} ${task.assignee} ${task.description}`.toLowerCase();
    return [...filters].every((filter) => fits(task, filter, at)) && words.every((word) => held.includes(word));
  });
}

/** The shown tasks with a head before each group; `all` are those of the case, which the heads count. */
export function groupRows(shown: readonly Task[], all: readonly Task[]): TaskRow[] {
  const counts = new Map<string, { all: number; open: number }>();
  for (const task of all) {
    const of = counts.get(task.group) ?? { all: 0, open: 0 };
    counts.set(task.group, { all: of.all + 1, open: of.open + (isOver(task) ? 0 : 1) });
  }
  const rows: TaskRow[] = [];
  let group: string | undefined;
  for (const task of shown) {
    if (task.group !== group) {
      group = task.group;
      rows.push({ group, ...(counts.get(group) ?? { all: 0, open: 0 }) });
    }
    rows.push({ task });
  }
  return rows;
}

/** One step up (-1) or down (1) in the order of the case, over the edge of a group into the next one. */
export function stepPlace(tasks: readonly Task[], id: string, by: 1 | -1): TaskPlace | undefined {
  const at = tasks.findIndex((task) => task.id === id);
  const task = tasks[at];
  const beside = tasks[at + by];
  if (!task || !beside) return undefined;
  if (beside.group !== task.group) {
    // The last of the group above, or the first of the one below.
    return { group: beside.group, beforeId: by === 1 ? beside.id : null };
  }
  if (by === -1) return { group: task.group, beforeId: beside.id };
  const after = tasks[at + 2];
  return { group: task.group, beforeId: after?.group === task.group ? after.id : null };
}

/** Where a task lands that is let go on the upper or lower half of a row. */
export function dropPlace(rows: readonly TaskRow[], index: number, half: 'upper' | 'lower'): TaskPlace | undefined {
  const row = rows[index];
  if (row === undefined) return undefined;
  if (!isTask(row)) {
    const first = rows[index + 1];
    return { group: row.group, beforeId: isTask(first) && first.task.group === row.group ? first.task.id : null };
  }
  if (half === 'upper') return { group: row.task.group, beforeId: row.task.id };
  const next = rows[index + 1];
  return { group: row.task.group, beforeId: isTask(next) && next.task.group === row.task.group ? next.task.id : null };
}
