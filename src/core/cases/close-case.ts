import type { Closing } from '../../shared/contract/case-list.ts';
import type { Case } from '../../shared/contract/entities.ts';
import type { Task } from '../../shared/contract/tasks.ts';
import { AppError } from '../../shared/errors.ts';
import { isClosed } from '../../shared/model/case-state.ts';
import type { SyncedStore } from '../sync/synced-store.ts';
import type { TasksService } from '../tasks/tasks.service.ts';
import type { CasesService } from './cases.service.ts';
import type { EmptyFieldsRepo } from './empty-fields.repo.ts';

export interface CloseCheck {
  openTasks: { id: string; title: string; group: string; isStarted: boolean; isMandatory: boolean }[];
  emptyFields: { id: string; name: string; displayName: string }[];
}

export interface CaseClosing {
  check(id: string): CloseCheck;
  /** Tasks and case in one transaction. Errors: `conflict` for what stands in the way, named. */
  close(actor: string, id: string, closing: Closing): Case;
  /** Back to work on it: in progress, without end, resolution and impact. The summary stays. */
  reopen(actor: string, id: string): Case;
}

const isOpen = ({ status }: Task): boolean => status === 'waiting' || status === 'in_progress';

/** How a case ends and begins again (reference: thehive.md 2.3, close flow). */
export function createCaseClosing(deps: {
  cases: CasesService;
  tasks: TasksService;
  fields: EmptyFieldsRepo;
  store: SyncedStore;
}): CaseClosing {
  const { cases, tasks, fields, store } = deps;

  const check = (id: string): CloseCheck => ({
    openTasks: tasks
      .list(id)
      .filter(isOpen)
      .map(({ id: taskId, title, group, status, isMandatory }) => ({
        id: taskId,
        title,
        group,
        isStarted: status === 'in_progress',
        isMandatory,
      }))
      .sort((a, b) => Number(b.isMandatory) - Number(a.isMandatory)),
    emptyFields: fields.ofCase(id),
  });

  return {
    check,
    close(actor, id, { resolution, impact, summary, closeTasks }) {
      const before = cases.get(id);
      if (isClosed(before.status)) throw new AppError('conflict', `Case #${before.number} is closed already.`);
      const { openTasks, emptyFields } = check(id);
      const mandatory = openTasks.filter(({ isMandatory }) => isMandatory);
      if (mandatory.length > 0) throw new AppError('conflict', `Finish what is mandatory first: ${names(mandatory)}.`);
      if (openTasks.length > 0 && !closeTasks) {
        throw new AppError(
          'conflict',
          `Tasks are open: ${names(openTasks)}. Close them with the case, or finish them.`,
        );
      }
      if (emptyFields.length > 0) {
        const empty = names(emptyFields.map(({ displayName }) => ({ title: displayName })));
        throw new AppError('conflict', `Fill what is mandatory first: ${empty}.`);
      }
      return store.transaction({}, () => {
        tasks.endOpen({ actor }, id);
        return cases.update(actor, id, { status: 'resolved', resolution, impact, summary });
      });
    },
    reopen(actor, id) {
      const before = cases.get(id);
      if (!isClosed(before.status)) throw new AppError('conflict', `Case #${before.number} is open.`);
      return cases.update(actor, id, { status: 'in_progress' });
    },
  };
}

const NAMED = 3;

function names(list: readonly { title: string }[]): string {
  const some = list.slice(0, NAMED).map(({ title }) => `“${title}”`);
  return list.length > NAMED ? `${some.join(', ')} and ${list.length - NAMED} more` : some.join(', ');
}
