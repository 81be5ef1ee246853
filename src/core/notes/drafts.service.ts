import type { Draft } from '../../shared/contract/notes.ts';
import type { CasesService } from '../cases/cases.service.ts';
import type { Clock } from '../ports.ts';
import type { DraftsRepo, StoredDraft } from './drafts.repo.ts';

/** What a draft is of: a note, a new note (`noteId` null), or the next line of a task's log. */
export interface DraftOf {
  caseId: string;
  noteId: string | null;
  taskId?: string | undefined;
  writer: string;
}

/** A draft somebody else left, as it was when this writer took it up. */
type Adopted = { writer: string; savedAt: number } | undefined;

export interface DraftsService {
  /** The newest one, or that of the writer where one is named. */
  find(of: DraftOf): Draft | null;
  save(of: DraftOf, text: { title: string; body: string }, adopted?: Adopted): { savedAt: number };
  /** The writer's, and the one it took up unless that was written on since. */
  discard(of: DraftOf, adopted?: Adopted): void;
}

const OTHERS = 20;
const EXTRACT = 200;

export function createDraftsService(deps: {
  repo: DraftsRepo;
  cases: Pick<CasesService, 'get'>;
  clock: Clock;
}): DraftsService {
  const { repo, cases, clock } = deps;

  const dropAdopted = (of: DraftOf, adopted: Adopted): void => {
    if (adopted === undefined || adopted.writer === of.writer) return;
    const left = repo.find(of.caseId, placeOf(of), adopted.writer);
    if (left?.savedAt === adopted.savedAt) repo.remove(of.caseId, placeOf(of), adopted.writer);
  };

  return {
    find(of) {
      const drafts = repo.list(of.caseId, placeOf(of), OTHERS + 1);
      const chosen = of.writer === '' ? drafts[0] : repo.find(of.caseId, placeOf(of), of.writer);
      if (chosen === undefined) return null;
      const others = drafts.filter(({ writer }) => writer !== chosen.writer).slice(0, OTHERS);
      return { ...chosen, others: others.map(asOther) };
    },
    save(of, { title, body }, adopted) {
      const { id: caseId } = cases.get(of.caseId);
      const savedAt = clock.now();
      repo.put(caseId, placeOf(of), { writer: of.writer, title, body, savedAt });
      dropAdopted(of, adopted);
      return { savedAt };
    },
    discard(of, adopted) {
      repo.remove(of.caseId, placeOf(of), of.writer);
      dropAdopted(of, adopted);
    },
  };
}

const placeOf = ({ noteId, taskId }: DraftOf): string => noteId ?? (taskId === undefined ? '' : `task:${taskId}`);

const asOther = ({ writer, savedAt, title, body }: StoredDraft): Draft['others'][number] => ({
  writer,
  savedAt,
  extract: `${title} ${body}`.trim().slice(0, EXTRACT),
});
