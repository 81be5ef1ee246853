import { setImmediate as nextTurn } from 'node:timers/promises';
import { v7 } from 'uuid';
import { AppError } from '../../shared/errors.ts';
import type { Task, TaskAction, TaskOfCase, TaskStatus } from '../../shared/contract/tasks.ts';
import type { CasesService } from '../cases/cases.service.ts';
import { pageOf, parseCursor } from '../db/keyset.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../ports.ts';
import type { ChangeMeta, SyncedStore } from '../sync/synced-store.ts';
import { currentCallGroup } from '../sync/call-group.ts';
import { NEVER_DUE } from './open-tasks.repo.ts';
import { inOrder, isOver, patchOf, placeIn, STEP, type TaskPatch, withStatusRules } from './task-rules.ts';
import { asTask, type StoredTask, type TasksRepo } from './tasks.repo.ts';

export interface NewTask {
  caseId: string;
  title: string;
  description: string;
  group: string;
  /** By default after the last of the case. */
  position?: number | undefined;
  status?: TaskStatus | undefined;
  assignee?: string | undefined;
  isMandatory?: boolean | undefined;
  isFlagged?: boolean | undefined;
  dueAt?: number | null | undefined;
}

type BulkChange = { action: TaskAction } | { assignee: string };

export interface TasksService {
  list(caseId: string): Task[];
  /** `not_found` where there is none, or it is in the trash. */
  get(id: string): Task;
  /** Also in a transaction of the caller's. */
  create(meta: ChangeMeta, input: NewTask): Task;
  update(meta: ChangeMeta, id: string, patch: TaskPatch): Task;
  move(meta: ChangeMeta, id: string, to: { group: string; beforeId: string | null }): Task;
  /** Resolves with how many were changed; what an action does not fit stays. */
  bulk(meta: ChangeMeta, ids: readonly string[], change: BulkChange): Promise<number>;
  /**
   * What closing a case does: what is in progress is completed, what waits is cancelled. Also in a transaction of the
   * caller's. Returns how many there were.
   */
  endOpen(meta: ChangeMeta, caseId: string): number;
  remove(meta: ChangeMeta, id: string): void;
  restore(meta: ChangeMeta, id: string): Task;
  mine(input: { engagementId: string; assignee: string; cursor?: string | undefined; limit: number }): {
    items: TaskOfCase[];
    next: string | null;
  };
  mineCounts(
    actor: string,
    engagementId: string,
    endOfDay: number,
  ): { mine: number; nobody: number; overdue: number; dueToday: number };
  assignees(engagementId: string): string[];
}

const CHUNK = 100;
const MOST_COUNTED = 1_000;
const MOST_NAMES = 100;

export function createTasksService(deps: {
  repo: TasksRepo;
  store: SyncedStore;
  cases: Pick<CasesService, 'get'>;
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
  const setDeleted = (meta: ChangeMeta, id: string, deletedAt: number | null): boolean => {
    const { caseId, deletedAt: before } = stored(id);
    if ((before === null) === (deletedAt === null)) return false;
    store.update('task', id, { deletedAt }, where(meta, caseId));
    told(id, caseId);
    return true;
  };
  const put = (meta: ChangeMeta, before: Task, patch: TaskPatch): boolean => {
    const changes = withStatusRules(before, patch, meta.actor, clock.now());
    const isChanged = store.update('task', before.id, changes, where(meta, before.caseId));
    if (isChanged) told(before.id, before.caseId);
    return isChanged;
  };

  /** One of many; what is gone meanwhile is passed over. */
  const changeOne = (meta: ChangeMeta, id: string, change: BulkChange): boolean => {
    const task = repo.find(id);
    if (!task) return false;
    if ('action' in change) {
      if (change.action === 'trash') return setDeleted(meta, id, clock.now());
      if (change.action === 'restore') return setDeleted(meta, id, null);
    }
    if (task.deletedAt !== null) return false;
    const patch = 'action' in change ? patchFor(task, change.action, meta.actor) : { assignee: change.assignee };
    return patch !== undefined && put(meta, task, patch);
  };

  return {
    list: (caseId) => inOrder(repo.list(cases.get(caseId).id)),
    get: (id) => asTask(living(id)),
    create(meta, { caseId, title, description, group, status = 'waiting', ...rest }) {
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
            assignee: rest.assignee ?? (isStarted ? meta.actor : ''),
            position: rest.position ?? (repo.lastPosition(caseId) ?? -STEP) + STEP,
            isMandatory: rest.isMandatory ?? false,
            isFlagged: rest.isFlagged ?? false,
            startAt: isStarted ? now : null,
            endAt: isOver(status) ? now : null,
            dueAt: rest.dueAt ?? null,
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
    update(meta, id, patch) {
      put(meta, living(id), patch);
      return asTask(stored(id));
    },
    move(meta, id, { group, beforeId }) {
      const task = living(id);
      const inCase = where(meta, task.caseId);
      store.transaction({}, () => {
        if (task.group !== group) store.update('task', id, { group }, inCase);
        for (const { id: each, position } of placeIn(repo.group(task.caseId, group), id, beforeId)) {
          store.update('task', each, { position }, inCase);
        }
      });
      told(id, task.caseId);
      return asTask(stored(id));
    },
    async bulk(meta, ids, change) {
      const txnId = meta.txnId ?? currentCallGroup()?.id ?? v7();
      let changed = 0;
      for (let at = 0; at < ids.length; at += CHUNK) {
        if (at > 0) await nextTurn();
        store.transaction({ txnId }, () => {
          for (const id of ids.slice(at, at + CHUNK)) if (changeOne(meta, id, change)) changed += 1;
        });
      }
      return changed;
    },
    endOpen(meta, caseId) {
      const open = repo.openOf(caseId);
      store.transaction({}, () => {
        for (const task of open) put(meta, task, { status: task.status === 'waiting' ? 'cancelled' : 'completed' });
      });
      return open.length;
    },
    remove(meta, id) {
      setDeleted(meta, id, clock.now());
    },
    restore(meta, id) {
      setDeleted(meta, id, null);
      return asTask(stored(id));
    },
    mine({ engagementId, assignee, cursor, limit }) {
      const from = cursor === undefined ? undefined : parseCursor(cursor);
      const after = from && { dueSort: from.at, id: from.id };
      const found = pageOf(repo.openBy(engagementId, assignee, after, limit + 1), limit, ({ dueSort, id }) => ({
        at: dueSort,
        id,
      }));
      return { items: found.rows.map(withoutSort), next: found.next };
    },
    mineCounts(actor, engagementId, endOfDay) {
      const now = clock.now();
      const count = (assignee: string, dueBefore: number): number =>
        repo.countOpen(engagementId, assignee, dueBefore, MOST_COUNTED);
      const overdue = count(actor, now);
      return {
        mine: count(actor, NEVER_DUE + 1),
        nobody: count('', NEVER_DUE + 1),
        overdue,
        dueToday: Math.max(0, count(actor, endOfDay) - overdue),
      };
    },
    assignees: (engagementId) => repo.assignees(engagementId, MOST_NAMES),
  };
}

function patchFor(task: Task, action: TaskAction, actor: string): TaskPatch | undefined {
  return action === 'trash' || action === 'restore' ? undefined : patchOf(task, action, actor);
}

function withoutSort(row: TaskOfCase & { dueSort: number }): TaskOfCase {
  const { dueSort: _, ...task } = row;
  return task;
}
