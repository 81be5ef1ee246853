import { v7 } from 'uuid';
import type { Task, TaskLog } from '../../shared/contract/tasks.ts';
import { AppError } from '../../shared/errors.ts';
import type { CasesService } from '../cases/cases.service.ts';
import { pageOf, parseCursor } from '../db/keyset.ts';
import type { EventBus } from '../events/bus.ts';
import type { EvidenceRepo } from '../observables/evidence.repo.ts';
import type { Clock } from '../ports.ts';
import type { ChangeMeta, SyncedStore } from '../sync/synced-store.ts';
import { asLog, type StoredLog, type TaskLogsRepo } from './task-logs.repo.ts';
import type { TasksService } from './tasks.service.ts';

interface Line {
  message: string;
  /** Evidence of the case of the task. */
  attachments?: readonly string[] | undefined;
}

export interface TaskLogsService {
  list(input: { taskId: string; isNewestFirst: boolean; cursor?: string | undefined; limit: number }): {
    items: TaskLog[];
    next: string | null;
  };
  /** `not_found` where there is none, or it is in the trash. */
  get(id: string): TaskLog;
  /** Text, files or both. A line on a task that waits starts it; `close` ends it together with the line. */
  add(meta: ChangeMeta, taskId: string, line: Line & { close?: boolean }): TaskLog;
  update(meta: ChangeMeta, id: string, line: Line): TaskLog;
  remove(meta: ChangeMeta, id: string): void;
  restore(meta: ChangeMeta, id: string): TaskLog;
}

export function createTaskLogsService(deps: {
  repo: TaskLogsRepo;
  tasks: Pick<TasksService, 'get' | 'update'>;
  cases: Pick<CasesService, 'get'>;
  evidence: Pick<EvidenceRepo, 'find'>;
  store: SyncedStore;
  events: EventBus;
  clock: Clock;
}): TaskLogsService {
  const { repo, tasks, cases, evidence, store, events, clock } = deps;

  const stored = (id: string): StoredLog => {
    const log = repo.find(id);
    if (!log) throw new AppError('not_found', 'That line is not in this workspace.');
    return log;
  };
  const living = (id: string): StoredLog => {
    const log = stored(id);
    if (log.deletedAt !== null) throw new AppError('not_found', 'That line is in the trash.');
    return log;
  };
  const where = (meta: ChangeMeta, caseId: string): ChangeMeta => ({
    ...meta,
    caseId,
    engagementId: cases.get(caseId).engagementId,
  });
  const told = (task: Pick<Task, 'id' | 'caseId'>): void => {
    events.publish('task', task.id, task.caseId);
    events.publish('case', task.caseId, task.caseId);
  };
  /** The line as it is stored; refuses an empty one and files of another case. */
  const checked = (caseId: string, { message, attachments = [] }: Line): { body: string; attachments: string[] } => {
    const files = [...new Set(attachments)];
    if (message.trim() === '' && files.length === 0) {
      throw new AppError('invalid_input', 'Write something, or add a file.');
    }
    for (const id of files) {
      if (evidence.find(id)?.caseId !== caseId) {
        throw new AppError('invalid_input', 'A file of a line must be evidence of its case.');
      }
    }
    return { body: message, attachments: files };
  };
  const setDeleted = (meta: ChangeMeta, id: string, deletedAt: number | null): TaskLog => {
    const log = stored(id);
    const { caseId } = log;
    if (store.update('note', id, { deletedAt }, where(meta, caseId))) told({ id: log.taskId, caseId });
    return asLog(stored(id));
  };

  return {
    list({ taskId, isNewestFirst, cursor, limit }) {
      const after = cursor === undefined ? undefined : parseCursor(cursor);
      const rows = repo.list(tasks.get(taskId).id, isNewestFirst, after, limit + 1);
      const { rows: items, next } = pageOf(rows, limit, ({ createdAt, id }) => ({ at: createdAt, id }));
      return { items, next };
    },
    get: (id) => asLog(living(id)),
    add(meta, taskId, { close = false, ...line }) {
      const task = tasks.get(taskId);
      const { caseId } = task;
      const { body, attachments } = checked(caseId, line);
      const id = v7();
      const now = clock.now();
      store.transaction({}, () => {
        store.insert(
          'note',
          {
            id,
            caseId,
            taskId,
            title: '',
            body,
            isPinned: false,
            attachments,
            createdAt: now,
            updatedAt: now,
            deletedAt: null,
          },
          where(meta, caseId),
        );
        if (task.status === 'waiting') tasks.update(meta, taskId, { status: 'in_progress' });
        if (close) tasks.update(meta, taskId, { status: 'completed' });
      });
      told(task);
      return asLog(stored(id));
    },
    update(meta, id, line) {
      const { taskId, caseId } = living(id);
      if (store.update('note', id, checked(caseId, line), where(meta, caseId))) told({ id: taskId, caseId });
      return asLog(stored(id));
    },
    remove(meta, id) {
      setDeleted(meta, id, clock.now());
    },
    restore: (meta, id) => setDeleted(meta, id, null),
  };
}
