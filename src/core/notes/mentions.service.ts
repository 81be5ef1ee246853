import type { Observable } from '../../shared/contract/entities.ts';
import type { Mention, MentionRef } from '../../shared/contract/notes.ts';
import type { Task } from '../../shared/contract/tasks.ts';
import { AppError } from '../../shared/errors.ts';
import type { CasesService } from '../cases/cases.service.ts';
import type { ObservablesService } from '../observables/observables.service.ts';
import type { CaseName, MentionsRepo } from './mentions.repo.ts';

export interface MentionsService {
  /** What may be meant after `#` or `@` in a text of a case; never of another engagement. */
  find(caseId: string, sign: '#' | '@', text: string): Mention[];
  /** What refs point to now; without those that are gone. */
  resolve(refs: readonly MentionRef[]): Mention[];
}

const CASES = 8;
const OBSERVABLES = 6;
const TASKS = 4;

export function createMentionsService(deps: {
  repo: MentionsRepo;
  cases: Pick<CasesService, 'get'>;
  /** Of an engagement, by words of their titles; the newest where there are none. */
  findCases(engagementId: string, text: string, limit: number): CaseName[];
  observables: Pick<ObservablesService, 'get' | 'list'>;
  /** Of one case. */
  tasksOf(caseId: string): Task[];
}): MentionsService {
  const { repo, cases, observables } = deps;

  const casesLike = (engagementId: string, text: string, limit: number): Mention[] => {
    if (/^\d{1,15}$/.test(text)) return repo.casesByNumber(engagementId, text, limit).map(ofCase);
    return deps.findCases(engagementId, text, limit).map(ofCase);
  };

  const resolveOne = ({ kind, id }: MentionRef): Mention | undefined => {
    switch (kind) {
      case 'case': {
        const found = repo.caseName(id);
        return found && ofCase(found);
      }
      case 'observable': {
        const found = unlessGone(() => observables.get(id));
        return found && ofObservable(found);
      }
      case 'task': {
        const found = repo.task(id);
        return found && ofTask(found, found.caseNumber);
      }
      case 'evidence': {
        const found = repo.evidence(id);
        if (!found) return undefined;
        const path =
          found.observableId === null ? `/cases/${found.caseNumber}/evidence` : `/observables/${found.observableId}`;
        return { ...NOTHING, kind, id, label: found.name, detail: `#${found.caseNumber}`, path };
      }
    }
  };

  return {
    find(caseId, sign, raw) {
      const caseRow = cases.get(caseId);
      const text = raw.trim();
      if (sign === '#') return casesLike(caseRow.engagementId, text, CASES);
      const values = observables.list({ caseId, ...(text === '' ? {} : { text }), limit: OBSERVABLES }).items;
      const wanted = text.toLowerCase();
      const tasks = deps
        .tasksOf(caseId)
        .filter(({ title }) => title.toLowerCase().includes(wanted))
        .slice(0, TASKS);
      const found = [...values.map(ofObservable), ...tasks.map((task) => ofTask(task, caseRow.number))];
      return text === '' ? found : [...found, ...casesLike(caseRow.engagementId, text, TASKS)];
    },
    resolve: (refs) => refs.map(resolveOne).filter((found) => found !== undefined),
  };
}

const NOTHING = { dataType: null, verdict: null } as const;

const ofCase = ({ id, number, title }: CaseName): Mention => ({
  ...NOTHING,
  kind: 'case',
  id,
  label: `#${number}`,
  detail: title,
  path: `/cases/${number}`,
});

const ofObservable = ({ id, value, dataType, verdict }: Observable): Mention => ({
  kind: 'observable',
  id,
  label: value,
  detail: '',
  path: `/observables/${id}`,
  dataType,
  verdict,
});

const ofTask = ({ id, title }: { id: string; title: string }, caseNumber: number): Mention => ({
  ...NOTHING,
  kind: 'task',
  id,
  label: title,
  detail: `#${caseNumber}`,
  path: `/cases/${caseNumber}/tasks/${id}`,
});

function unlessGone<T>(get: () => T): T | undefined {
  try {
    return get();
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return undefined;
    throw error;
  }
}
