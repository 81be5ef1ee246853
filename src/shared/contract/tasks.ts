import { z } from 'zod';
import { call } from '../rpc/contract.ts';
import { Id, Time } from './entities.ts';

export const TASK_STATUSES = ['waiting', 'in_progress', 'completed', 'cancelled'] as const;
export const TaskStatus = z.enum(TASK_STATUSES);
export type TaskStatus = z.infer<typeof TaskStatus>;

export const Task = z.object({
  id: Id,
  caseId: Id,
  title: z.string(),
  description: z.string(),
  group: z.string(),
  status: TaskStatus,
  assignee: z.string(),
  position: z.number().int(),
  isMandatory: z.boolean(),
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
export const TaskLog = z.object({ id: Id, taskId: Id, caseId: Id, message: z.string(), createdAt: Time });
export type TaskLog = z.infer<typeof TaskLog>;

const Title = z.string().trim().min(1, 'A task needs a title.').max(500);
const Description = z.string().max(1_000_000);

export const tasksContract = {
  /** In their groups' order, then by position. */
  'tasks.list': call(z.object({ caseId: Id }), z.array(Task)),
  'tasks.create': call(
    z.object({
      caseId: Id,
      title: Title,
      description: Description.default(''),
      group: z.string().trim().min(1).max(200).default('default'),
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
          group: z.string().trim().min(1).max(200),
          status: TaskStatus,
          assignee: z.string().max(200),
          dueAt: Time.nullable(),
        })
        .partial(),
    }),
    Task,
  ),
  /** Into the trash. */
  'tasks.remove': call(z.object({ id: Id }), z.object({})),
  'tasks.restore': call(z.object({ id: Id }), Task),
  'tasks.logs': call(z.object({ taskId: Id }), z.array(TaskLog)),
  /** A line on a task that waits starts it. */
  'tasks.addLog': call(
    z.object({ taskId: Id, message: z.string().trim().min(1, 'Write something first.').max(1_000_000) }),
    TaskLog,
  ),
};
