import { v7 } from 'uuid';
import { AppError } from '../../shared/errors.ts';
import type { Task, TaskLog, TaskStatus } from '../../shared/contract/tasks.ts';
import type { CasesService } from '../cases/cases.service.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../ports.ts';
import type { SharedPatch } from '../sync/registry.ts';
import type { ChangeMeta, SyncedStore } from '../sync/synced-store.ts';
import { asLog, asTask, type StoredLog, type StoredTask, type TasksRepo } from './tasks.repo.ts';

type TaskPatch = Pick<
  SharedPatch<'task'>,
  'title' | 'description' | 'group' | 'status' | 'assignee' | 'dueAt' | 'startAt' | 'endAt'
>;

export interface TasksService {
  list(caseId: string): Task[];
  /** `not_found` where there is none, or it is in the trash. */
  get(id: string): Task;
  create(
    meta: ChangeMeta,
    input: { caseId: string; title: string; description: string; group: string; status?: TaskStatus },
  ): Task;
  update(meta: ChangeMeta, id: string, patch: TaskPatch): Task;
  remove(meta: ChangeMeta, id: string): void;
  restore(meta: ChangeMeta, id: string): Task;
  logs(taskId: string): TaskLog[];
  getLog(id: string): TaskLog;
  /** A line on a task that waits starts it. */
  addLog(meta: ChangeMeta, taskId: string, message: string): TaskLog;
  removeLog(meta: ChangeMeta, id: string): void;
}

const isOver = (status: TaskStatus): boolean => status === 'completed' || status === 'cancelled';

export function createTasksService(deps: {
  repo: TasksRepo;
  store: SyncedStore;
  cases: CasesService;
  events: EventBus;
  clock: Clock;
}): TasksService {
  const { repo, store, cases, events, clock } = deps;

  const where = (meta: ChangeMeta, caseId: string): ChangeMeta => ({
    ...meta,
    caseId,
    engagementId: cases.get(caseId).engagementId,
  });
  const told = (id: string, caseId: string): void => {
    events.publish('task', id, caseId);
    events.publish('case', caseId, caseId);
  };
  const stored = (id: string): StoredTask => {
    const task = repo.find(id);
    if (!task) throw new AppError('not_found', 'That task is not in this workspace.');
    return task;
  };
  const living = (id: string): StoredTask => {
    const task = stored(id);
    if (task.deletedAt !== null) throw new AppError('not_found', 'That task is in the trash.');
    return task;
  };
  const storedLog = (id: string): StoredLog => {
    const log = repo.findLog(id);
    if (!log) throw new AppError('not_found', 'That line is not in this workspace.');
    return log;
  };
  const setDeleted = (meta: ChangeMeta, id: string, deletedAt: number | null): void => {
    const { caseId } = stored(id);
    if (store.update('task', id, { deletedAt }, where(meta, caseId))) told(id, caseId);
  };

  /** Starting and ending leave their times (reference: thehive.md 1.3); opening again keeps the first start. */
  const withStatusRules = (before: Task, patch: TaskPatch, actor: string): TaskPatch => {
    const changes: TaskPatch = { ...patch };
    if (patch.status === undefined || patch.status === before.status) return changes;
    if (patch.status === 'in_progress') {
      changes.startAt ??= before.startAt ?? clock.now();
      if (before.assignee === '') changes.assignee ??= actor;
    }
    if (isOver(patch.status) !== isOver(before.status) && changes.endAt === undefined)
      changes.endAt = isOver(patch.status) ? clock.now() : null;
    return changes;
  };

  const update: TasksService['update'] = (meta, id, patch) => {
    const before = living(id);
    if (store.update('task', id, withStatusRules(before, patch, meta.actor), where(meta, before.caseId)))
      told(id, before.caseId);
    return asTask(stored(id));
  };

  return {
    list: (caseId) => repo.list(cases.get(caseId).id),
    get: (id) => asTask(living(id)),
    create(meta, { caseId, title, description, group, status = 'waiting' }) {
      const id = v7();
      const now = clock.now();
      const isStarted = status !== 'waiting';
      store.transaction({}, () => {
        store.insert(
          'task',
          {
            id,
            caseId,
            title,
            description,
            group,
            status,
            assignee: isStarted ? meta.actor : '',
            position: repo.nextPosition(caseId),
            isMandatory: false,
            startAt: isStarted ? now : null,
            endAt: isOver(status) ? now : null,
            dueAt: null,
            createdAt: now,
            updatedAt: now,
            deletedAt: null,
          },
          where(meta, caseId),
        );
      });
      told(id, caseId);
      return asTask(stored(id));
    },
    update,
    remove: (meta, id) => setDeleted(meta, id, clock.now()),
    restore(meta, id) {
      setDeleted(meta, id, null);
      return asTask(stored(id));
    },
    logs: (taskId) => repo.logs(living(taskId).id),
    getLog(id) {
      const log = storedLog(id);
      if (log.deletedAt !== null) throw new AppError('not_found', 'That line is in the trash.');
      return asLog(log);
    },
    addLog(meta, taskId, message) {
      const task = living(taskId);
      const id = v7();
      const now = clock.now();
      const { caseId } = task;
      store.transaction({}, () => {
        store.insert(
          'note',
          { id, caseId, taskId, title: '', body: message, createdAt: now, updatedAt: now, deletedAt: null },
          where(meta, caseId),
        );
        if (task.status === 'waiting') update(meta, taskId, { status: 'in_progress' });
      });
      told(taskId, caseId);
      return asLog(storedLog(id));
    },
    removeLog(meta, id) {
      const { caseId, taskId } = storedLog(id);
      if (store.update('note', id, { deletedAt: clock.now() }, where(meta, caseId))) told(taskId, caseId);
    },
  };
}
