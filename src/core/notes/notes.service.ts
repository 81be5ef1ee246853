import { v7 } from 'uuid';
import type { CasesService } from '../cases/cases.service.ts';
import type { EventBus } from '../events/bus.ts';
import type { BlobStore } from '../evidence/blob-store.ts';
import type { Clock } from '../ports.ts';
import type { SharedPatch } from '../sync/registry.ts';
import type { ChangeMeta, SyncedStore } from '../sync/synced-store.ts';
import { displayName } from '../display-name.ts';
import type { Case, Note } from '../../shared/contract/entities.ts';
import type { NoteLine } from '../../shared/contract/notes.ts';
import { AppError } from '../../shared/errors.ts';
import type { DraftsService } from './drafts.service.ts';
import { imageTypeOf } from './image-type.ts';
import { searchNotes } from './note-search.ts';
import { asNote, type NotesRepo, type StoredNote } from './notes.repo.ts';
import type { RevisionsService } from './revisions.service.ts';

interface NoteInput {
  id?: string | undefined;
  caseId: string;
  title: string;
  body: string;
  baseUpdatedAt?: number | undefined;
  /** The window that saves, and the draft that it took up from another: both drafts go. */
  writer: string;
  adopted?: { writer: string; savedAt: number } | undefined;
}

export interface NotesService {
  list(caseId: string): Note[];
  index(caseId: string, text: string, limit: number): { items: NoteLine[]; isPartial: boolean };
  /** `not_found` where there is none, or it is in the trash. */
  get(id: string): Note;
  save(actor: string, input: NoteInput): Note;
  pin(actor: string, id: string, isPinned: boolean): Note;
  /** Makes an old version the newest. */
  revert(actor: string, id: string, revisionId: string): Note;
  remove(actor: string, id: string): void;
  restore(actor: string, id: string): Note;
  addImage(actor: string, input: { caseId: string; name: string; bytes: Uint8Array }): Promise<{ imageId: string }>;
  image(imageId: string): Promise<{ mediaType: string; bytes: Uint8Array }>;
}

const MAX_IMAGE_BYTES = 10 * 2 ** 20;

export function createNotesService(deps: {
  repo: NotesRepo;
  drafts: DraftsService;
  revisions: RevisionsService;
  store: SyncedStore;
  cases: CasesService;
  blobs: BlobStore;
  events: EventBus;
  clock: Clock;
}): NotesService {
  const { repo, drafts, revisions, store, cases, blobs, events, clock } = deps;

  const metaOf = (actor: string, { id, engagementId }: Case): ChangeMeta => ({ actor, engagementId, caseId: id });

  const told = (note: Pick<Note, 'id' | 'caseId'>): void => {
    events.publish('note', note.id, note.caseId);
    events.publish('case', note.caseId, note.caseId);
  };

  const findOrThrow = (id: string): StoredNote => {
    const note = repo.find(id);
    if (!note) throw new AppError('not_found', 'That note is not in this workspace.');
    return note;
  };

  const living = (id: string): StoredNote => {
    const note = findOrThrow(id);
    if (note.deletedAt !== null) throw new AppError('not_found', 'That note is in the trash.');
    return note;
  };

  const put = (actor: string, note: StoredNote, patch: SharedPatch<'note'>, reason = ''): Note => {
    if (store.update('note', note.id, patch, { ...metaOf(actor, cases.get(note.caseId)), reason })) told(note);
    return asNote(findOrThrow(note.id));
  };

  const create = (actor: string, input: NoteInput): string => {
    const { caseId, title, body } = input;
    const id = v7();
    const now = clock.now();
    store.transaction({}, () => {
      store.insert(
        'note',
        {
          id,
          caseId,
          taskId: null,
          title,
          body,
          isPinned: false,
          attachments: [],
          createdAt: now,
          updatedAt: now,
          deletedAt: null,
        },
        metaOf(actor, cases.get(caseId)),
      );
      drafts.discard({ caseId, noteId: null, writer: input.writer }, input.adopted);
    });
    return id;
  };

  const change = (actor: string, id: string, input: NoteInput): void => {
    const { caseId, title, body, baseUpdatedAt } = input;
    const note = findOrThrow(id);
    if (note.caseId !== caseId) throw new AppError('invalid_input', 'That note belongs to another case.');
    if (note.deletedAt !== null) {
      throw new AppError('conflict', 'The note is in the trash. Restore it, or save this as a new note.');
    }
    if (baseUpdatedAt !== undefined && note.updatedAt > baseUpdatedAt) {
      throw new AppError(
        'conflict',
        'The note was changed elsewhere since you opened it. Your text is kept as a draft.',
        {
          details: { updatedAt: note.updatedAt },
        },
      );
    }
    store.transaction({}, () => {
      store.update('note', id, { title, body }, metaOf(actor, cases.get(caseId)));
      drafts.discard({ caseId, noteId: id, writer: input.writer }, input.adopted);
    });
  };

  /** Into or out of the trash. */
  const setDeleted = (actor: string, id: string, deletedAt: number | null): StoredNote => {
    const note = findOrThrow(id);
    if ((note.deletedAt === null) === (deletedAt === null)) return note;
    store.update('note', id, { deletedAt }, metaOf(actor, cases.get(note.caseId)));
    told(note);
    return findOrThrow(id);
  };

  return {
    list: (caseId) => repo.list(cases.get(caseId).id),
    index(caseId, text, limit) {
      const { id } = cases.get(caseId);
      if (text.trim() !== '') return searchNotes(repo.texts(id), text, limit);
      const items = repo.lines(id, limit + 1);
      return { items: items.slice(0, limit), isPartial: items.length > limit };
    },
    get: (id) => asNote(living(id)),
    pin: (actor, id, isPinned) => put(actor, living(id), { isPinned }),
    revert(actor, id, revisionId) {
      const note = living(id);
      const { title, body } = revisions.get(id, revisionId);
      return put(actor, note, { title, body }, 'an earlier version');
    },
    save(actor, input) {
      let { id } = input;
      if (id === undefined) id = create(actor, input);
      else {
        try {
          change(actor, id, input);
        } catch (error) {
          // Whatever the answer is, what was typed is not lost.
          if (error instanceof AppError && error.code === 'conflict') {
            drafts.save({ caseId: input.caseId, noteId: id, writer: input.writer }, input, input.adopted);
          }
          throw error;
        }
      }
      const note = asNote(findOrThrow(id));
      told(note);
      return note;
    },
    remove(actor, id) {
      setDeleted(actor, id, clock.now());
    },
    restore: (actor, id) => asNote(setDeleted(actor, id, null)),
    async addImage(actor, { caseId, name, bytes }) {
      const caseRow = cases.get(caseId);
      if (bytes.length > MAX_IMAGE_BYTES) {
        throw new AppError('too_large', 'A picture in a note may have 10 MB. Add a larger one as evidence.');
      }
      const mediaType = imageTypeOf(bytes);
      if (!mediaType) {
        throw new AppError('invalid_input', 'That is no PNG, JPEG, GIF or WebP picture. Add other files as evidence.');
      }
      const blob = await blobs.put(bytes, { owner: 'case', id: caseId });
      const imageId = v7();
      store.insert(
        'noteImage',
        {
          id: imageId,
          caseId,
          blobId: blob.id,
          name: displayName(name),
          mediaType,
          createdAt: clock.now(),
          deletedAt: null,
        },
        metaOf(actor, caseRow),
      );
      return { imageId };
    },
    async image(imageId) {
      const image = repo.findImage(imageId);
      if (!image) throw new AppError('not_found', 'That picture is not in this workspace.');
      const reader = await blobs.open(image.blobId);
      try {
        return { mediaType: image.mediaType, bytes: await reader.read(0, reader.size) };
      } finally {
        await reader.close();
      }
    },
  };
}
