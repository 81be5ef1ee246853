import type { notesContract } from '../../shared/contract/cases.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { CallContext } from '../ports.ts';
import type { NotesService } from './notes.service.ts';

export const createNotesApi = (service: NotesService): Handlers<typeof notesContract, CallContext> => ({
  'notes.list': (_ctx, { caseId }) => service.list(caseId),
  'notes.save': (ctx, input) => service.save(ctx.actor, input),
  'notes.remove': (ctx, { id }) => {
    service.remove(ctx.actor, id);
    return {};
  },
  'notes.restore': (ctx, { id }) => service.restore(ctx.actor, id),
  'drafts.get': (_ctx, { caseId, noteId }) => service.findDraft(caseId, noteId),
  'drafts.save': (_ctx, { caseId, noteId, title, body }) => service.saveDraft(caseId, noteId, { title, body }),
  'drafts.discard': (_ctx, { caseId, noteId }) => {
    service.discardDraft(caseId, noteId);
    return {};
  },
  'notes.addImage': (ctx, { caseId, name, base64 }) =>
    service.addImage(ctx.actor, { caseId, name, bytes: Buffer.from(base64, 'base64') }),
  'notes.image': async (_ctx, { imageId }) => {
    const { mediaType, bytes } = await service.image(imageId);
    return { mediaType, base64: Buffer.from(bytes).toString('base64') };
  },
});
