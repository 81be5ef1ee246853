import type { Task } from '../../../shared/contract/tasks.ts';

export const TASK_WORDS: Readonly<Record<Task['status'], string>> = {
  waiting: 'To do',
  in_progress: 'In progress',
  completed: 'Closed',
  cancelled: 'Cancelled',
};
