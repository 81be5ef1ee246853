import type { tasksContract } from '../../shared/contract/tasks.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { DraftsService } from '../notes/drafts.service.ts';
import type { CallContext } from '../ports.ts';
import type { TaskLogsService } from './task-logs.service.ts';
import type { TaskTemplatesService } from './task-templates.service.ts';
import type { TasksService } from './tasks.service.ts';

export function createTasksApi(deps: {
  tasks: TasksService;
  logs: TaskLogsService;
  templates: TaskTemplatesService;
  drafts: Pick<DraftsService, 'discard'>;
}): Handlers<typeof tasksContract, CallContext> {
  const { tasks, logs, templates, drafts } = deps;
  return {
    'tasks.list': (_ctx, { caseId }) => tasks.list(caseId),
    'tasks.get': (_ctx, { id }) => tasks.get(id),
    'tasks.create': ({ actor }, input) => tasks.create({ actor }, input),
    'tasks.update': ({ actor }, { id, patch }) => tasks.update({ actor }, id, patch),
    'tasks.move': ({ actor }, { id, group, beforeId }) => tasks.move({ actor }, id, { group, beforeId }),
    'tasks.bulk': async ({ actor }, { ids, change }) => ({ changed: await tasks.bulk({ actor }, ids, change) }),
    'tasks.remove': ({ actor }, { id }) => {
      tasks.remove({ actor }, id);
      return {};
    },
    'tasks.restore': ({ actor }, { id }) => tasks.restore({ actor }, id),
    'tasks.mine': ({ actor }, { whose, ...input }) => tasks.mine({ ...input, assignee: whose === 'mine' ? actor : '' }),
    'tasks.mineCounts': ({ actor }, { engagementId, endOfDay }) => tasks.mineCounts(actor, engagementId, endOfDay),
    'tasks.people': ({ actor }, { engagementId }) => ({ me: actor, names: tasks.assignees(engagementId) }),
    'tasks.logs': (_ctx, input) => logs.list(input),
    'tasks.addLog': ({ actor }, { taskId, writer, ...line }) => {
      const log = logs.add({ actor }, taskId, line);
      drafts.discard({ caseId: log.caseId, noteId: null, taskId, writer });
      return log;
    },
    'tasks.updateLog': ({ actor }, { id, ...line }) => logs.update({ actor }, id, line),
    'tasks.removeLog': ({ actor }, { id }) => {
      logs.remove({ actor }, id);
      return {};
    },
    'tasks.restoreLog': ({ actor }, { id }) => logs.restore({ actor }, id),
    'taskTemplates.list': () => templates.list(),
    'taskTemplates.create': ({ actor }, fields) => templates.create({ actor }, fields),
    'taskTemplates.fromTask': ({ actor }, { taskId }) => templates.fromTask({ actor }, taskId),
    'taskTemplates.update': ({ actor }, { id, patch }) => templates.update({ actor }, id, patch),
    'taskTemplates.remove': ({ actor }, { id }) => {
      templates.remove({ actor }, id);
      return {};
    },
    'taskTemplates.restore': ({ actor }, { id }) => templates.restore({ actor }, id),
    'taskTemplates.addToCase': ({ actor }, { caseId, ids }) => templates.addToCase({ actor }, caseId, ids),
  };
}
