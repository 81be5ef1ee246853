import { z } from 'zod';
import { Pap, Tlp } from '../model/marking.ts';
import { call } from '../rpc/contract.ts';
import { Flavor, Id, Job, page, Reason, Time } from './entities.ts';

/** What a responder can be triggered on; `thehive:<type>` in a descriptor. */
export const OBJECT_TYPES = ['case', 'case_task', 'case_task_log', 'case_artifact', 'alert'] as const;
export const ObjectType = z.enum(OBJECT_TYPES);
export type ObjectType = z.infer<typeof ObjectType>;

export const ObjectRef = z.object({ type: ObjectType, id: Id });
export type ObjectRef = z.infer<typeof ObjectRef>;

export const CUSTOM_FIELD_TYPES = ['string', 'integer', 'float', 'boolean', 'date', 'url'] as const;
export type CustomFieldType = (typeof CUSTOM_FIELD_TYPES)[number];

export const Responder = Flavor.extend({
  takes: z.array(ObjectType),
  /** For observables: the data types it names; empty is "any". */
  artifactTypes: z.array(z.string()),
  /** Its dry run does everything but act, and gets no network. Others can only show their input. */
  hasDryRun: z.boolean(),
  /** Files of the case can go along. */
  takesAttachments: z.boolean(),
  isOurs: z.boolean(),
  /** What it asks for each time. */
  parameters: z.array(z.object({ name: z.string(), label: z.string(), help: z.string(), isLong: z.boolean() })),
});
export type Responder = z.infer<typeof Responder>;

export const Attachment = z.object({
  evidenceId: Id,
  name: z.string(),
  /** As it is called in what is sent: nothing that opens with a click keeps its ending. */
  sentAs: z.string(),
  size: z.number().int(),
  sha256: z.string(),
});
export type Attachment = z.infer<typeof Attachment>;

export const PreviewItem = z.object({
  /** Names this object in `responders.run`. */
  index: z.number().int(),
  object: ObjectRef,
  label: z.string(),
  caseId: Id.nullable(),
  tlp: Tlp,
  pap: Pap,
  verdict: z.enum(['allowed', 'waiting', 'refused']),
  reason: Reason.nullable(),
  instead: z.string().nullable(),
  /** The main facts of the object, in words. */
  fields: z.array(z.object({ label: z.string(), value: z.string() })),
  /** The exact object, as indented JSON. */
  objectJson: z.string(),
  /** Its size as it is sent, in bytes of UTF-8. */
  bytes: z.number().int(),
  attachments: z.array(Attachment),
});
export type PreviewItem = z.infer<typeof PreviewItem>;

export const Preview = z.object({
  id: Id,
  createdAt: Time,
  responder: Responder,
  /** The name under which the ledger will have it; empty where nothing leaves. */
  destination: z.string(),
  /** The rest of input.json, as indented JSON; values of secrets are replaced. */
  settingsJson: z.string(),
  items: z.array(PreviewItem),
});
export type Preview = z.infer<typeof Preview>;

export const OPERATION_STATUSES = ['waiting', 'applied', 'failed', 'skipped', 'undone'] as const;
export const Operation = z.object({
  id: Id,
  jobId: Id,
  position: z.number().int(),
  type: z.string(),
  fields: z.record(z.string(), z.unknown()),
  status: z.enum(OPERATION_STATUSES),
  /** What it did, or why not; in words. */
  message: z.string(),
  canUndo: z.boolean(),
  at: Time,
});
export type Operation = z.infer<typeof Operation>;

/** A job of a responder, with what it was triggered on and what came of it. */
export const ResponderRun = z.object({
  job: Job,
  object: ObjectRef,
  /** One line that names it; of an observable its type and its value. */
  label: z.string(),
  actor: z.string(),
  attachments: z.number().int(),
  operations: z.array(Operation),
  /** What its report says, in one line. */
  said: z.string(),
});
export type ResponderRun = z.infer<typeof ResponderRun>;

const Objects = z.array(ObjectRef).min(1).max(500);

export const respondersContract = {
  'responders.list': call(z.object({}), z.array(Responder)),
  /** Those that take every one of the objects. */
  'responders.for': call(z.object({ objects: Objects }), z.array(Responder)),
  /**
   * What a run would send, exactly, and what the gate says of it. Starts nothing. It is kept for ten minutes so that
   * `responders.run` sends what was shown.
   */
  'responders.preview': call(
    z.object({
      responderId: z.string().max(400),
      objects: Objects,
      evidenceIds: z.array(Id).max(20).default([]),
      parameters: z.record(z.string().max(41), z.string().max(65_536)).default({}),
    }),
    Preview,
    { trusted: true },
  ),
  /** Runs the responder without network and with `dryRun` set, where it can; otherwise says what is missing to run it. */
  'responders.dryRun': call(
    z.object({ previewId: Id, index: z.number().int() }),
    z.object({
      /** False for a responder that knows no dry run: only its settings were looked at. */
      hasRun: z.boolean(),
      isOk: z.boolean(),
      messages: z.array(z.string()),
      /** What it says that it would do. */
      full: z.record(z.string(), z.unknown()).nullable(),
    }),
  ),
  /** One job an object. The same preview and index asked for again answers with the job that is there. */
  'responders.run': call(z.object({ previewId: Id, indexes: z.array(z.number().int()).min(1).max(500) }), z.array(Job)),
  'responders.runs': call(
    z.object({
      object: ObjectRef.optional(),
      caseId: Id.optional(),
      cursor: z.string().max(200).optional(),
      limit: z.number().int().min(1).max(500).default(100),
    }),
    page(ResponderRun),
  ),
  'responders.get': call(
    z.object({ jobId: Id }),
    ResponderRun.extend({ objectJson: z.string(), full: z.record(z.string(), z.unknown()).nullable() }),
  ),
  /** Takes an applied operation back; `conflict` where what it made was changed since. */
  'operations.undo': call(z.object({ id: Id }), Operation),
  /** Tries one that failed again. */
  'operations.apply': call(z.object({ id: Id }), Operation),
};
