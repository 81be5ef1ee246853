import { AppError } from '../../shared/errors.ts';
import type { TaskStatus } from '../../shared/contract/tasks.ts';
import type { Records } from '../records.ts';
import type { ChangeMeta } from '../sync/synced-store.ts';
import { withoutTag } from './tag-owner.ts';

/** What it takes to take an operation back. It is stored with the operation, so it names rows, not objects. */
export type Undo =
  | { what: 'tag'; owner: 'case' | 'observable' | 'alert'; id: string; tag: string }
  | { what: 'task'; id: string }
  | {
      what: 'taskStatus';
      id: string;
      after: TaskStatus;
      before: { status: TaskStatus; startAt: number | null; endAt: number | null; assignee: string };
    }
  | { what: 'log'; id: string }
  | {
      what: 'field';
      owner: 'case' | 'alert';
      ownerId: string;
      name: string;
      before: string | number | boolean | null;
      after: string | number | boolean | null;
    }
  | { what: 'read'; id: string }
  | { what: 'observable'; id: string }
  | { what: 'assignee'; id: string; before: string; after: string };

const changed = (what: string): AppError =>
  new AppError('conflict', `${what} was changed since. Nothing was undone; change it by hand.`);

/** Inside the caller's transaction. Throws `conflict` where what the operation made is not as it left it. */
export function undoInTransaction(
  records: Records,
  undo: Exclude<Undo, { what: 'observable' }>,
  meta: ChangeMeta,
): void {
  const { cases, tasks, taskLogs, alerts, customFields } = records;
  switch (undo.what) {
    case 'tag':
      withoutTag(records, undo, meta);
      return;
    case 'task':
      tasks.remove(meta, undo.id);
      return;
    case 'taskStatus':
      if (tasks.get(undo.id).status !== undo.after) throw changed('The task');
      tasks.update(meta, undo.id, undo.before);
      return;
    case 'log':
      taskLogs.remove(meta, undo.id);
      return;
    case 'field':
      if (customFields.valueOf(undo.owner, undo.ownerId, undo.name) !== undo.after)
        throw changed(`The field ${undo.name}`);
      customFields.putBack(meta, undo, undo.before ?? undefined);
      return;
    case 'read':
      if (!alerts.get(undo.id).isRead) throw changed('The alert');
      alerts.update(meta, undo.id, { isRead: false });
      return;
    case 'assignee':
      if (cases.get(undo.id).assignee !== undo.after) throw changed('The assignee');
      cases.update(meta.actor, undo.id, { assignee: undo.before }, meta.reason);
      return;
  }
}
