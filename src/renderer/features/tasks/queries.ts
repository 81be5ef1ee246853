import { useMutation } from '@tanstack/react-query';
import { callCore, type Input } from '../../api/client.ts';
import { callQuery } from '../../api/query.ts';

export const tasksQuery = (caseId: string) => callQuery('tasks.list', { caseId }, ['task'], caseId);

export const taskLogsQuery = (taskId: string, caseId: string) => callQuery('tasks.logs', { taskId }, ['task'], caseId);

export const useCreateTask = () =>
  useMutation({ mutationFn: (input: Input<'tasks.create'>) => callCore('tasks.create', input) });

export const useUpdateTask = () =>
  useMutation({ mutationFn: (input: Input<'tasks.update'>) => callCore('tasks.update', input) });

export const useRemoveTask = () => useMutation({ mutationFn: (id: string) => callCore('tasks.remove', { id }) });

export const restoreTask = (id: string): Promise<unknown> => callCore('tasks.restore', { id });

export const useAddLog = () =>
  useMutation({ mutationFn: (input: Input<'tasks.addLog'>) => callCore('tasks.addLog', input) });
