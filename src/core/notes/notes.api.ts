import type { notesContract } from '../../shared/contract/notes.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { CallContext } from '../ports.ts';
import type { DraftsService } from './drafts.service.ts';
import type { MentionsService } from './mentions.service.ts';
import type { NoteTemplatesService } from './note-templates.service.ts';
import type { NotesService } from './notes.service.ts';
import type { RevisionsService } from './revisions.service.ts';

export function createNotesApi(deps: {
  notes: NotesService;
  drafts: DraftsService;
  revisions: RevisionsService;
  templates: NoteTemplatesService;
  mentions: MentionsService;
}): Handlers<typeof notesContract, CallContext> {
  const { notes, drafts, revisions, templates, mentions } = deps;
  return {
    'notes.list': (_ctx, { caseId }) => notes.list(caseId),
    'notes.index': (_ctx, { caseId, text, limit }) => notes.index(caseId, text, limit),
    'notes.get': (_ctx, { id }) => notes.get(id),
    'notes.save': (ctx, input) => notes.save(ctx.actor, input),
    'notes.pin': (ctx, { id, isPinned }) => notes.pin(ctx.actor, id, isPinned),
    'notes.remove': (ctx, { id }) => {
      notes.remove(ctx.actor, id);
      return {};
    },
    'notes.restore': (ctx, { id }) => notes.restore(ctx.actor, id),
    'notes.revisions': (_ctx, { id, cursor, limit }) => revisions.list(id, cursor, limit),
    'notes.revision': (_ctx, { id, revisionId }) => revisions.get(id, revisionId),
    'notes.revert': (ctx, { id, revisionId }) => notes.revert(ctx.actor, id, revisionId),
    'drafts.get': (_ctx, of) => drafts.find(of),
    'drafts.save': (_ctx, { title, body, adopted, ...of }) => drafts.save(of, { title, body }, adopted),
    'drafts.discard': (_ctx, { adopted, ...of }) => {
      drafts.discard(of, adopted);
      return {};
    },
    'notes.addImage': (ctx, { caseId, name, base64 }) =>
      notes.addImage(ctx.actor, { caseId, name, bytes: Buffer.from(base64, 'base64') }),
    'notes.image': async (_ctx, { imageId }) => {
      const { mediaType, bytes } = await notes.image(imageId);
      return { mediaType, base64: Buffer.from(bytes).toString('base64') };
    },
    'mentions.find': (_ctx, { caseId, sign, text }) => mentions.find(caseId, sign, text),
    'mentions.resolve': (_ctx, { refs }) => mentions.resolve(refs),
    'noteTemplates.list': () => templates.list(),
    'noteTemplates.create': (ctx, fields) => templates.create(ctx.actor, fields),
    'noteTemplates.update': (ctx, { id, patch }) => templates.update(ctx.actor, id, patch),
    'noteTemplates.remove': (ctx, { id }) => {
      templates.remove(ctx.actor, id);
      return {};
    },
    'noteTemplates.restore': (ctx, { id }) => templates.restore(ctx.actor, id),
  };
}
