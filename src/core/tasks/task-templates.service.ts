import { v7 } from 'uuid';
import type { Task, TaskTemplate } from '../../shared/contract/tasks.ts';
import { AppError } from '../../shared/errors.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../ports.ts';
import type { SharedPatch } from '../sync/registry.ts';
import type { ChangeMeta, SyncedStore } from '../sync/synced-store.ts';
import { asTaskTemplate, type StoredTaskTemplate, type TaskTemplatesRepo } from './task-templates.repo.ts';
import type { TasksService } from './tasks.service.ts';

type Fields = Omit<TaskTemplate, 'id' | 'createdAt' | 'updatedAt'>;

/** The library of tasks: what a case can take over. */
export interface TaskTemplatesService {
  list(): TaskTemplate[];
  create(meta: ChangeMeta, fields: Fields): TaskTemplate;
  fromTask(meta: ChangeMeta, taskId: string): TaskTemplate;
  update(meta: ChangeMeta, id: string, patch: SharedPatch<'taskTemplate'>): TaskTemplate;
  remove(meta: ChangeMeta, id: string): void;
  restore(meta: ChangeMeta, id: string): TaskTemplate;
  /** One task each, in the order given, together. */
  addToCase(meta: ChangeMeta, caseId: string, ids: readonly string[]): Task[];
}

const HOUR = 3_600_000;

export function createTaskTemplatesService(deps: {
  repo: TaskTemplatesRepo;
  tasks: Pick<TasksService, 'get' | 'create'>;
  store: SyncedStore;
  events: EventBus;
  clock: Clock;
}): TaskTemplatesService {
  const { repo, tasks, store, events, clock } = deps;

  const found = (id: string): StoredTaskTemplate => {
    const template = repo.find(id);
    if (!template) throw new AppError('not_found', 'That task is not in the library.');
    return template;
  };
  const living = (id: string): StoredTaskTemplate => {
    const template = found(id);
    if (template.deletedAt !== null) throw new AppError('not_found', 'That task of the library is in the trash.');
    return template;
  };
  const put = (meta: ChangeMeta, id: string, patch: SharedPatch<'taskTemplate'>): TaskTemplate => {
    if (store.update('taskTemplate', id, patch, meta)) events.publish('task', id);
    return asTaskTemplate(found(id));
  };
  const create: TaskTemplatesService['create'] = (meta, fields) => {
    const id = v7();
    const now = clock.now();
    store.insert('taskTemplate', { ...fields, id, createdAt: now, updatedAt: now, deletedAt: null }, meta);
    events.publish('task', id);
    return asTaskTemplate(found(id));
  };

  return {
    list: () => repo.list(),
    create,
    fromTask(meta, taskId) {
      const { title, description, group, isMandatory } = tasks.get(taskId);
      return create(meta, { title, description, group, isMandatory, dueHours: null });
    },
    update(meta, id, patch) {
      living(id);
      return put(meta, id, patch);
    },
    remove(meta, id) {
      found(id);
      put(meta, id, { deletedAt: clock.now() });
    },
    restore(meta, id) {
      found(id);
      return put(meta, id, { deletedAt: null });
    },
    addToCase(meta, caseId, ids) {
      const templates = ids.map(living);
      return store.transaction({}, () =>
        templates.map(({ title, description, group, isMandatory, dueHours }) =>
          tasks.create(meta, {
            caseId,
            title,
            description,
            group,
            isMandatory,
            dueAt: dueHours === null ? null : clock.now() + dueHours * HOUR,
          }),
        ),
      );
    },
  };
}
