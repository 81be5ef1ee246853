import type { Task, TaskAction, TaskStatus } from '../../shared/contract/tasks.ts';
import type { SharedPatch } from '../sync/registry.ts';

export type TaskPatch = Pick<
  SharedPatch<'task'>,
  | 'title'
  | 'description'
  | 'group'
  | 'status'
  | 'assignee'
  | 'isMandatory'
  | 'isFlagged'
  | 'dueAt'
  | 'startAt'
  | 'endAt'
>;

export const isOver = (status: TaskStatus): boolean => status === 'completed' || status === 'cancelled';

/**
 * What follows from a change of state (reference: thehive.md 1.3): starting leaves its time and takes a task of nobody,
 * ending leaves its time and takes the flag off, opening again removes the end and keeps the first start.
 */
export function withStatusRules(before: Task, patch: TaskPatch, actor: string, now: number): TaskPatch {
  const changes: TaskPatch = { ...patch };
  if (patch.status === undefined || patch.status === before.status) return changes;
  if (patch.status === 'in_progress') {
    changes.startAt ??= before.startAt ?? now;
    if (before.assignee === '') changes.assignee ??= actor;
  }
  if (isOver(patch.status)) changes.isFlagged ??= false;
  if (isOver(patch.status) !== isOver(before.status) && changes.endAt === undefined)
    changes.endAt = isOver(patch.status) ? now : null;
  return changes;
}

/** What an action on many does to one of them; undefined where it does not fit. */
export function patchOf(
  task: Task,
  action: Exclude<TaskAction, 'trash' | 'restore'>,
  actor: string,
): TaskPatch | undefined {
  switch (action) {
    case 'start':
      return task.status === 'waiting' ? { status: 'in_progress' } : undefined;
    case 'take':
      if (isOver(task.status)) return undefined;
      return { assignee: actor, status: 'in_progress' };
    case 'complete':
      return isOver(task.status) ? undefined : { status: 'completed' };
    case 'cancel':
      return isOver(task.status) ? undefined : { status: 'cancelled' };
    case 'reopen':
      // One that was never begun waits again: opening it is not work on it.
      return isOver(task.status) ? { status: task.startAt === null ? 'waiting' : 'in_progress' } : undefined;
    case 'flag':
      return { isFlagged: true };
    case 'unflag':
      return { isFlagged: false };
  }
}

/** Between two tasks there is room for ten moves or so before the group is numbered anew. */
export const STEP = 1_024;

/**
 * Positions that put `id` before `beforeId` (null: last) in a group: of `id` alone where there is room between its
 * neighbours, else of the whole group.
 */
export function placeIn(
  group: readonly { id: string; position: number }[],
  id: string,
  beforeId: string | null,
): { id: string; position: number }[] {
  const others = group.filter((task) => task.id !== id);
  const found = beforeId === null ? -1 : others.findIndex((task) => task.id === beforeId);
  const at = found === -1 ? others.length : found;
  const below = others[at - 1]?.position;
  const above = others[at]?.position;
  if (below === undefined && above === undefined) return [{ id, position: 0 }];
  if (above === undefined) return [{ id, position: below! + STEP }];
  if (below === undefined) return [{ id, position: above - STEP }];
  const middle = Math.floor((below + above) / 2);
  if (middle > below && middle < above) return [{ id, position: middle }];
  const all = [...others.slice(0, at), { id, position: 0 }, ...others.slice(at)];
  return all.map((task, index) => ({ id: task.id, position: index * STEP }));
}

/** Groups in the order in which they came to the case, in each by position. Takes tasks in the order they came. */
export function inOrder(tasks: readonly Task[]): Task[] {
  const groups = new Map<string, Task[]>();
  for (const task of tasks) {
    const group = groups.get(task.group);
    if (group) group.push(task);
    else groups.set(task.group, [task]);
  }
  return [...groups.values()].flatMap((group) =>
    group.sort((a, b) => a.position - b.position || (a.id < b.id ? -1 : 1)),
  );
}
