import { createRelatedCasesRepo } from '../../src/core/cases/related-cases.repo.ts';
import { createIntakeTexts } from '../../src/core/search/intake-text.repo.ts';
import { createSearchRepo } from '../../src/core/search/search.repo.ts';
import { createSearchService } from '../../src/core/search/search.service.ts';
import { type BigWorkspace } from '../bench/big-workspace.ts';
import { drawFrom } from '../bench/seeded-values.ts';

export type Question = () => unknown;

/** What a person asks a workspace all day, each as the screen asks it. */
export function questionsOf(workspace: Omit<BigWorkspace, 'close' | 'dir'>): Record<string, Question> {
  const { db, records, clock, engagementId, observables, caseIds } = workspace;
  const draw = drawFrom(5);
  const any = () => draw.pick(observables);
  const search = createSearchService({
    repo: createSearchRepo(db),
    intakeTexts: createIntakeTexts(db),
    engagements: records.engagements,
    clock,
  });
  const never = new AbortController().signal;
  const find = (text: string): Promise<unknown> =>
    search.find({ text, isEverywhere: false, limit: 5, kinds: ['observable', 'case'] }, never);
  const related = createRelatedCasesRepo(db);
  return {
    'search: a value': () => find(any().value),
    'search: a rare word': () => find(`note${draw.int(observables.length)}`),
    'search: a common word': () => find('beacon'),
    'search: two common words': () => find('beacon phishing'),
    'search: the beginning of a word': () => find(draw.hex(4)),
    'search: filters': () => find('type:ip is:ioc beacon'),
    'observable by id': () => records.observables.get(any().id),
    'observable by value': () => records.observables.casesWith(engagementId, any().dataType, any().value),
    'observables of a case': () => records.observables.list({ caseId: any().caseId, limit: 50 }),
    'related cases': () => related.shared(draw.pick(caseIds), engagementId, false),
    'counters of a case': () => records.counters.ofCase(draw.pick(caseIds)),
  };
}

const ASKED = 40;

/** Processor time of this thread in µs for asking a question some times; never 0. */
export async function spentOn(question: Question): Promise<number> {
  for (let i = 0; i < 3; i += 1) await question();
  const since = process.threadCpuUsage();
  for (let i = 0; i < ASKED; i += 1) await question();
  const { user, system } = process.threadCpuUsage(since);
  // Below this the clock of the processor says nothing.
  return Math.max(user + system, 4_000);
}
