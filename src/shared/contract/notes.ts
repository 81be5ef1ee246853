import { z } from 'zod';
import { call } from '../rpc/contract.ts';
import { DataTypeName, Id, Note, page, Time } from './entities.ts';
import { Level } from '../model/report.ts';

const Title = z.string().max(500);
const Body = z.string().max(4_000_000);
const cursor = z.string().max(200).optional();

/** One line of the list of notes: enough to find one, without its text. */
export const NoteLine = Note.omit({ body: true }).extend({
  /** How the text begins. */
  extract: z.string(),
  characters: z.number().int(),
});
export type NoteLine = z.infer<typeof NoteLine>;

/**
 * Whose draft. Two windows on one note each have their own (`writer`), so that neither types over the other's; `noteId`
 * null is a new note, with `taskId` the next line of that task's log.
 */
const DraftOf = z.object({
  caseId: Id,
  noteId: Id.nullable(),
  taskId: Id.optional(),
  writer: z.union([z.uuid(), z.literal('')]).default(''),
});

/** A draft that another window or an earlier run left, as it was when this one took it up. */
const Adopted = z.object({ writer: z.string().max(36), savedAt: Time });

export const Draft = z.object({
  title: z.string(),
  body: z.string(),
  savedAt: Time,
  writer: z.string(),
  /** Other drafts of the same note, the newest first, twenty at most. */
  others: z.array(z.object({ writer: z.string(), savedAt: Time, extract: z.string() })),
});
export type Draft = z.infer<typeof Draft>;

export const Revision = z.object({
  /** Names it in `notes.revision`. */
  id: Id,
  at: Time,
  actor: z.string(),
  reason: z.string(),
  title: z.string(),
  characters: z.number().int(),
  isFirst: z.boolean(),
});
export type Revision = z.infer<typeof Revision>;

export const NoteTemplate = z.object({
  id: Id,
  name: z.string(),
  body: z.string(),
  createdAt: Time,
  updatedAt: Time,
});
export type NoteTemplate = z.infer<typeof NoteTemplate>;
const TemplateName = z.string().trim().min(1, 'A template needs a name.').max(200);

export const MENTION_KINDS = ['case', 'observable', 'task', 'evidence'] as const;
/** What a note can point to; in its text `[words](osmia:KIND/ID)`. */
export const MentionRef = z.object({ kind: z.enum(MENTION_KINDS), id: Id });
export type MentionRef = z.infer<typeof MentionRef>;

export const Mention = MentionRef.extend({
  /** The number of a case, the title of a task, the name of a file; for an observable its value. */
  label: z.string(),
  /** What stands beside it: the title of a case, the case of a task. */
  detail: z.string(),
  /** Where it opens. */
  path: z.string(),
  dataType: DataTypeName.nullable(),
  verdict: Level.nullable(),
});
export type Mention = z.infer<typeof Mention>;

export const notesContract = {
  /** Every note of the case itself, with its text. For a screen `notes.index` is enough. */
  'notes.list': call(z.object({ caseId: Id }), z.array(Note)),
  /**
   * The notes of the case itself: pinned ones first, then by their last change. `text` keeps those that hold all its
   * words; `isPartial` says that the case has more text than one search reads.
   */
  'notes.index': call(
    z.object({
      caseId: Id,
      text: z.string().max(500).default(''),
      limit: z.number().int().min(1).max(1_000).default(500),
    }),
    z.object({ items: z.array(NoteLine), isPartial: z.boolean() }),
  ),
  'notes.get': call(z.object({ id: Id }), Note),
  /** Creates without `id`. `baseUpdatedAt` is what the editor started from: a newer note is a `conflict`, nothing lost. */
  'notes.save': call(
    z.object({
      id: Id.optional(),
      caseId: Id,
      title: Title.default(''),
      body: Body,
      baseUpdatedAt: Time.optional(),
      /** The window that saves: its draft goes. */
      writer: DraftOf.shape.writer,
      adopted: Adopted.optional(),
    }),
    Note,
  ),
  'notes.pin': call(z.object({ id: Id, isPinned: z.boolean() }), Note),
  'notes.remove': call(z.object({ id: Id }), z.object({})),
  'notes.restore': call(z.object({ id: Id }), Note),
  /** Every version that was saved, the newest first. */
  'notes.revisions': call(
    z.object({ id: Id, cursor, limit: z.number().int().min(1).max(200).default(50) }),
    page(Revision),
  ),
  /** A version as it was. */
  'notes.revision': call(
    z.object({ id: Id, revisionId: Id }),
    z.object({ title: z.string(), body: z.string(), at: Time, actor: z.string() }),
  ),
  /** Makes an old version the newest; what it replaces stays in the history. */
  'notes.revert': call(z.object({ id: Id, revisionId: Id }), Note),
  /** The newest draft, or that of `writer`. */
  'drafts.get': call(DraftOf, Draft.nullable()),
  /** Kept at once, dropped when the note is saved. */
  'drafts.save': call(
    DraftOf.extend({ title: Title, body: Body, adopted: Adopted.optional() }),
    z.object({ savedAt: Time }),
  ),
  'drafts.discard': call(DraftOf.extend({ adopted: Adopted.optional() }), z.object({})),
  /** A pasted picture: PNG, JPEG, GIF or WebP by content, 10 MB at most. Show it in Markdown as `![](osmia-image:ID)`. */
  'notes.addImage': call(
    z.object({ caseId: Id, name: z.string().max(500), base64: z.base64().max(14_000_000) }),
    z.object({ imageId: Id }),
  ),
  'notes.image': call(z.object({ imageId: Id }), z.object({ mediaType: z.string(), base64: z.string() }), {
    trusted: true,
  }),
  /** What somebody may mean after `#` (cases) or `@` (observables and tasks of the case, cases); a dozen at most. */
  'mentions.find': call(
    z.object({ caseId: Id, sign: z.enum(['#', '@']), text: z.string().max(200) }),
    z.array(Mention),
  ),
  /** What mentions point to now. What is gone is not in the answer. */
  'mentions.resolve': call(z.object({ refs: z.array(MentionRef).max(500) }), z.array(Mention)),
  'noteTemplates.list': call(z.object({}), z.array(NoteTemplate)),
  /** `conflict` where another template has the name. */
  'noteTemplates.create': call(z.object({ name: TemplateName, body: z.string().max(1_000_000) }), NoteTemplate),
  'noteTemplates.update': call(
    z.object({ id: Id, patch: z.object({ name: TemplateName, body: z.string().max(1_000_000) }).partial() }),
    NoteTemplate,
  ),
  'noteTemplates.remove': call(z.object({ id: Id }), z.object({})),
  'noteTemplates.restore': call(z.object({ id: Id }), NoteTemplate),
};
