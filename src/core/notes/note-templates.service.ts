import { v7 } from 'uuid';
import type { NoteTemplate } from '../../shared/contract/notes.ts';
import { AppError } from '../../shared/errors.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../ports.ts';
import type { SharedPatch } from '../sync/registry.ts';
import type { SyncedStore } from '../sync/synced-store.ts';
import type { NoteTemplatesRepo, StoredTemplate } from './note-templates.repo.ts';

type TemplatePatch = Pick<SharedPatch<'noteTemplate'>, 'name' | 'body'>;

export interface NoteTemplatesService {
  list(): NoteTemplate[];
  /** `conflict` where another template has the name. */
  create(actor: string, fields: { name: string; body: string }): NoteTemplate;
  update(actor: string, id: string, patch: TemplatePatch): NoteTemplate;
  remove(actor: string, id: string): void;
  restore(actor: string, id: string): NoteTemplate;
}

export function createNoteTemplatesService(deps: {
  repo: NoteTemplatesRepo;
  store: SyncedStore;
  events: EventBus;
  clock: Clock;
}): NoteTemplatesService {
  const { repo, store, events, clock } = deps;

  const found = (id: string): StoredTemplate => {
    const template = repo.find(id);
    if (!template) throw new AppError('not_found', 'That template is not in this workspace.');
    return template;
  };
  const view = (id: string): NoteTemplate => {
    const { deletedAt: _, ...template } = found(id);
    return template;
  };
  const refuseSameName = (name: string, id?: string): void => {
    const wanted = name.toLowerCase();
    if (repo.list().some((each) => each.id !== id && each.name.toLowerCase() === wanted)) {
      throw new AppError('conflict', `There is a note template ${name} already. Choose another name.`);
    }
  };
  const put = (actor: string, id: string, patch: SharedPatch<'noteTemplate'>): NoteTemplate => {
    if (store.update('noteTemplate', id, patch, { actor })) events.publish('note', id);
    return view(id);
  };

  return {
    list: () => repo.list(),
    create(actor, { name, body }) {
      refuseSameName(name);
      const id = v7();
      const now = clock.now();
      store.insert('noteTemplate', { id, name, body, createdAt: now, updatedAt: now, deletedAt: null }, { actor });
      events.publish('note', id);
      return view(id);
    },
    update(actor, id, patch) {
      if (found(id).deletedAt !== null) throw new AppError('not_found', 'That template is in the trash.');
      if (patch.name !== undefined) refuseSameName(patch.name, id);
      return put(actor, id, patch);
    },
    remove(actor, id) {
      found(id);
      put(actor, id, { deletedAt: clock.now() });
    },
    restore(actor, id) {
      refuseSameName(found(id).name, id);
      return put(actor, id, { deletedAt: null });
    },
  };
}
