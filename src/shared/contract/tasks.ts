import { z } from 'zod';
import { call } from '../rpc/contract.ts';
import { Evidence, Id, page, Time } from './entities.ts';

export const TASK_STATUSES = ['waiting', 'in_progress', 'completed', 'cancelled'] as const;
export const TaskStatus = z.enum(TASK_STATUSES);
export type TaskStatus = z.infer<typeof TaskStatus>;

export const Task = z.object({
  id: Id,
  caseId: Id,
  title: z.string(),
  /** In lists its beginning only; `tasks.get` has all of it. */
  description: z.string(),
  group: z.string(),
  status: TaskStatus,
  assignee: z.string(),
  position: z.number().int(),
  isMandatory: z.boolean(),
  isFlagged: z.boolean(),
  startAt: Time.nullable(),
  endAt: Time.nullable(),
  dueAt: Time.nullable(),
  createdAt: Time,
  updatedAt: Time,
  /** Lines in its log. */
  logs: z.number().int(),
});
export type Task = z.infer<typeof Task>;

/** A line of a task's log: a note that belongs to the task. */
export const TaskLog = z.object({
  id: Id,
  taskId: Id,
  caseId: Id,
  message: z.string(),
  attachments: z.array(Evidence.pick({ id: true, name: true, size: true, mediaType: true, observableId: true })),
  createdAt: Time,
  updatedAt: Time,
});
export type TaskLog = z.infer<typeof TaskLog>;

/** A task of another case than the one on the screen. */
export const TaskOfCase = Task.extend({ caseNumber: z.number().int(), caseTitle: z.string() });
export type TaskOfCase = z.infer<typeof TaskOfCase>;

/** A task of the library: what a case can take over. */
export const TaskTemplate = z.object({
  id: Id,
  title: z.string(),
  description: z.string(),
  group: z.string(),
  isMandatory: z.boolean(),
  /** Due so many hours after it was added; null for no due date. */
  dueHours: z.number().int().nullable(),
  createdAt: Time,
  updatedAt: Time,
});
export type TaskTemplate = z.infer<typeof TaskTemplate>;

const Title = z.string().trim().min(1, 'A task needs a title.').max(500);
const Description = z.string().max(1_000_000);
const Group = z.string().trim().min(1).max(200);
const Assignee = z.string().trim().max(200);
const Message = z.string().max(1_000_000);
const Attachments = z.array(Id).max(50).default([]);
const limit = z.number().int().min(1).max(1_000).default(200);

const TemplateFields = z.object({
  title: Title,
  description: Description,
  group: Group,
  isMandatory: z.boolean(),
  dueHours: z.number().int().min(1).max(87_600).nullable(),
});

export const TASK_ACTIONS = [
  'start',
  'complete',
  'cancel',
  'reopen',
  'flag',
  'unflag',
  /** Makes it mine and starts it. */
  'take',
  'trash',
  'restore',
] as const;
export type TaskAction = (typeof TASK_ACTIONS)[number];

export const tasksContract = {
  /** Group after group, in the order in which the groups came to the case; in a group by position. 10,000 at most. */
  'tasks.list': call(z.object({ caseId: Id }), z.array(Task)),
  'tasks.get': call(z.object({ id: Id }), Task),
  'tasks.create': call(
    z.object({
      caseId: Id,
      title: Title,
      description: Description.default(''),
      group: Group.default('default'),
      /** By default after the last of the case. */
      position: z.number().int().min(-1e12).max(1e12).optional(),
      assignee: Assignee.default(''),
      isMandatory: z.boolean().default(false),
      isFlagged: z.boolean().default(false),
      dueAt: Time.nullable().default(null),
    }),
    Task,
  ),
  /** Starting sets the start and, where nobody has it, the assignee; closing sets the end, opening again removes it. */
  'tasks.update': call(
    z.object({
      id: Id,
      patch: z
        .object({
          title: Title,
          description: Description,
          group: Group,
          status: TaskStatus,
          assignee: Assignee,
          isMandatory: z.boolean(),
          isFlagged: z.boolean(),
          dueAt: Time.nullable(),
        })
        .partial(),
    }),
    Task,
  ),
  /** Into a group, before another task of it, or at its end. */
  'tasks.move': call(z.object({ id: Id, group: Group, beforeId: Id.nullable() }), Task),
  /** Many at once; those that an action does not fit are left as they are. */
  'tasks.bulk': call(
    z.object({
      ids: z.array(Id).min(1).max(10_000),
      change: z.union([z.object({ action: z.enum(TASK_ACTIONS) }), z.object({ assignee: Assignee })]),
    }),
    z.object({ changed: z.number().int() }),
  ),
  /** Into the trash. */
  'tasks.remove': call(z.object({ id: Id }), z.object({})),
  'tasks.restore': call(z.object({ id: Id }), Task),
  /** Open tasks over all cases of an engagement: of the caller, or of nobody. What is due first comes first. */
  'tasks.mine': call(
    z.object({
      engagementId: Id,
      whose: z.enum(['mine', 'nobody']).default('mine'),
      cursor: z.string().max(200).optional(),
      limit,
    }),
    page(TaskOfCase),
  ),
  /** Counts stop at 1,000. `endOfDay`: when today ends where the reader is. */
  'tasks.mineCounts': call(
    z.object({ engagementId: Id, endOfDay: Time }),
    z.object({
      mine: z.number().int(),
      nobody: z.number().int(),
      overdue: z.number().int(),
      dueToday: z.number().int(),
    }),
  ),
  /** Who the caller is here, and whom open tasks and cases of the engagement belong to (a hundred at most). */
  'tasks.people': call(z.object({ engagementId: Id }), z.object({ me: z.string(), names: z.array(z.string()) })),
  'tasks.logs': call(
    z.object({
      taskId: Id,
      isNewestFirst: z.boolean().default(false),
      cursor: z.string().max(200).optional(),
      limit,
    }),
    page(TaskLog),
  ),
  /** Text, files or both. A line on a task that waits starts it; with `close` it is the last one. */
  'tasks.addLog': call(
    z.object({
      taskId: Id,
      message: Message.default(''),
      attachments: Attachments,
      close: z.boolean().default(false),
      /** The window that writes: its draft goes. */
      writer: z.union([z.uuid(), z.literal('')]).default(''),
    }),
    TaskLog,
  ),
  'tasks.updateLog': call(z.object({ id: Id, message: Message, attachments: Attachments }), TaskLog),
  'tasks.removeLog': call(z.object({ id: Id }), z.object({})),
  'tasks.restoreLog': call(z.object({ id: Id }), TaskLog),
  'taskTemplates.list': call(z.object({}), z.array(TaskTemplate)),
  'taskTemplates.create': call(
    z.object({
      title: Title,
      description: Description.default(''),
      group: Group.default('default'),
      isMandatory: z.boolean().default(false),
      dueHours: TemplateFields.shape.dueHours.default(null),
    }),
    TaskTemplate,
  ),
  /** Keeps a task of a case in the library. */
  'taskTemplates.fromTask': call(z.object({ taskId: Id }), TaskTemplate),
  'taskTemplates.update': call(z.object({ id: Id, patch: TemplateFields.partial() }), TaskTemplate),
  'taskTemplates.remove': call(z.object({ id: Id }), z.object({})),
  'taskTemplates.restore': call(z.object({ id: Id }), TaskTemplate),
  /** One task each, in the order given. */
  'taskTemplates.addToCase': call(z.object({ caseId: Id, ids: z.array(Id).min(1).max(200) }), z.array(Task)),
};
