import type { tasksContract } from '../../shared/contract/tasks.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { CallContext } from '../ports.ts';
import type { TasksService } from './tasks.service.ts';

export const createTasksApi = (service: TasksService): Handlers<typeof tasksContract, CallContext> => ({
  'tasks.list': (_ctx, { caseId }) => service.list(caseId),
  'tasks.create': ({ actor }, input) => service.create({ actor }, input),
  'tasks.update': ({ actor }, { id, patch }) => service.update({ actor }, id, patch),
  'tasks.remove': ({ actor }, { id }) => {
    service.remove({ actor }, id);
    return {};
  },
  'tasks.restore': ({ actor }, { id }) => service.restore({ actor }, id),
  'tasks.logs': (_ctx, { taskId }) => service.logs(taskId),
  'tasks.addLog': ({ actor }, { taskId, message }) => service.addLog({ actor }, taskId, message),
});
