import type { Case } from '../../shared/contract/entities.ts';
import { AppError } from '../../shared/errors.ts';
import type { CasesService } from '../cases/cases.service.ts';
import type { EngagementsService } from '../engagements/engagements.service.ts';
import type { IntakeService } from '../intake/intake.service.ts';
import type { JobsService } from '../jobs/jobs.service.ts';
import type { NotesService } from '../notes/notes.service.ts';
import type { ObservablesService } from '../observables/observables.service.ts';
import type { Clock, Logger } from '../ports.ts';
import type { TasksService } from '../tasks/tasks.service.ts';
import type { Demo } from './read-demo.ts';

export interface DemoService {
  open(
    actor: string,
    engagementId: string | undefined,
    signal: AbortSignal,
  ): Promise<{ caseId: string; caseNumber: number; isNew: boolean }>;
}

const DAY = 86_400_000;
const PAGE = 1_000;

/** Makes the demo case the way an analyst makes a case: the mail through Intake, then tasks, a note and local analyzers. */
export function createDemoService(deps: {
  read(): Demo;
  engagements: Pick<EngagementsService, 'resolve'>;
  intake: Pick<IntakeService, 'fromStream' | 'wait' | 'candidates' | 'decide' | 'accept'>;
  cases: Pick<CasesService, 'list' | 'get' | 'update'>;
  observables: Pick<ObservablesService, 'list' | 'update'>;
  tasks: Pick<TasksService, 'create'>;
  notes: Pick<NotesService, 'save'>;
  jobs: Pick<JobsService, 'plan' | 'run'>;
  clock: Clock;
  logger: Logger;
}): DemoService {
  const { engagements, intake, cases, observables, tasks, notes, jobs, clock, logger } = deps;
  /** Two windows that ask at once get the same case. */
  const making = new Map<string, Promise<Case>>();

  const find = (actor: string, engagementId: string, title: string): Case | undefined =>
    cases
      .list(actor, { engagementId, filter: { tags: { all: ['demo'] } }, sort: '-start', limit: 20 })
      .items.find((each) => each.title === title);

  const takeMail = async (demo: Demo, engagementId: string, signal: AbortSignal): Promise<string> => {
    const { mailName: name, mailBytes } = demo;
    const stream = (async function* () {
      yield mailBytes;
    })();
    const size = mailBytes.length;
    const id = await intake.fromStream({ engagementId, name, origin: 'file', size, stream }, signal);
    const { state } = await intake.wait(id, signal);
    if (state !== 'ready') throw new AppError('unavailable', 'The demo mail could not be read. Try again.');
    const { items } = intake.candidates(id, -1, PAGE);
    const seqs = items.filter(({ decision }) => decision === 'undecided').map(({ seq }) => seq);
    if (seqs.length > 0) intake.decide({ id, seqs, decision: 'accept' });
    return id;
  };

  const analyse = async (caseId: string): Promise<void> => {
    const { items } = observables.list({ caseId, limit: PAGE });
    const sheet = await jobs.plan({ subjects: items.map(({ id }) => ({ observableId: id })), withRemote: false });
    const { rows, verdicts } = sheet.localIndex;
    await jobs.run(
      sheet.id,
      rows.filter((_, position) => verdicts[position] === 'a'),
    );
  };

  const make = async (actor: string, demo: Demo, engagementId: string, signal: AbortSignal): Promise<Case> => {
    const id = await takeMail(demo, engagementId, signal);
    const { title, description, severity, tags } = demo;
    const marks = { isIoc: false, isSighted: false };
    const { caseId } = await intake.accept(actor, { id, newCaseTitle: title, tags: [], ...marks });
    const made = cases.update(actor, caseId, { description, severity, tags });
    for (const { dueDays, ...task } of demo.tasks) {
      const dueAt = dueDays === null ? null : made.startAt + dueDays * DAY;
      tasks.create({ actor }, { caseId, ...task, dueAt });
    }
    for (const note of demo.notes) notes.save(actor, { caseId, writer: '', ...note });
    const wanted = new Set(demo.iocs);
    const { items } = observables.list({ caseId, limit: PAGE });
    const iocs = items.filter(({ value }) => wanted.has(value)).map((each) => each.id);
    if (iocs.length > 0) await observables.update(actor, iocs, { isIoc: true });
    // The case is there in any way: without an analyzer it is only quieter.
    await analyse(caseId).catch((error: unknown) =>
      logger.warn('the demo case was not analysed', { error: String(error) }),
    );
    return cases.get(caseId);
  };

  return {
    async open(actor, wanted, signal) {
      const { id } = engagements.resolve(wanted);
      const demo = deps.read();
      const begun = clock.monotonic();
      const known = find(actor, id, demo.title);
      if (known !== undefined) return { caseId: known.id, caseNumber: known.number, isNew: false };
      const running = making.get(id) ?? make(actor, demo, id, signal).finally(() => making.delete(id));
      making.set(id, running);
      const made = await running;
      logger.info('demo case made', { ms: Math.round(clock.monotonic() - begun) });
      return { caseId: made.id, caseNumber: made.number, isNew: true };
    },
  };
}
