import { z } from 'zod';
import { Pap, Tlp } from '../model/marking.ts';
import { call } from '../rpc/contract.ts';
import { DataTypeName, Id, Time } from './entities.ts';
import { Tags } from './tags.ts';

export const Place = z.object({
  part: z.string(),
  offset: z.number().int(),
  length: z.number().int(),
  text: z.string(),
  line: z.number().int().optional(),
  page: z.number().int().optional(),
});

export interface PartNode {
  path: string;
  name: string;
  kind: 'file' | 'section';
  mediaType: string;
  description: string;
  size: number;
  md5?: string | undefined;
  sha1?: string | undefined;
  sha256?: string | undefined;
  warnings: string[];
  children: PartNode[];
}
export const PartNode: z.ZodType<PartNode> = z.object({
  path: z.string(),
  name: z.string(),
  kind: z.enum(['file', 'section']),
  mediaType: z.string(),
  description: z.string(),
  size: z.number(),
  md5: z.string().optional(),
  sha1: z.string().optional(),
  sha256: z.string().optional(),
  warnings: z.array(z.string()),
  get children() {
    return z.array(PartNode);
  },
});

export const Coverage = z.object({
  parts: z.number().int(),
  skipped: z.array(z.object({ part: z.string(), reason: z.string() })),
});

export const Intake = z.object({
  id: Id,
  engagementId: Id,
  name: z.string(),
  origin: z.enum(['file', 'text', 'image']),
  state: z.enum(['receiving', 'inspecting', 'ready', 'failed', 'accepted']),
  /** Bytes taken in so far and in all (null while unknown), then bytes inspected. */
  progress: z.object({ done: z.number(), total: z.number().nullable() }),
  size: z.number(),
  md5: z.string(),
  sha1: z.string(),
  sha256: z.string(),
  mediaType: z.string(),
  typeLabel: z.string(),
  receivedAt: Time,
  inspectMs: z.number().nullable(),
  error: z.string().nullable(),
  tree: PartNode.nullable(),
  coverage: Coverage.nullable(),
  counts: z.object({
    toDecide: z.number().int(),
    accepted: z.number().int(),
    skipped: z.number().int(),
    rejected: z.number().int(),
  }),
  /** The same bytes, earlier: in cases (with how many reports) or as an intake not yet accepted. */
  seenBefore: z.array(
    z.object({
      caseId: Id.nullable(),
      caseNumber: z.number().int().nullable(),
      title: z.string(),
      at: Time,
      observableId: Id.nullable(),
      reports: z.number().int(),
    }),
  ),
  caseId: Id.nullable(),
});
export type Intake = z.infer<typeof Intake>;

export const Candidate = z.object({
  /** Its number in this intake; keeps its meaning for ever. */
  seq: z.number().int(),
  dataType: DataTypeName,
  value: z.string(),
  places: z.array(Place),
  marks: z.array(z.string()),
  decision: z.enum(['undecided', 'accept', 'skip', 'rejected']),
  /** For a rejected one: why it is none. */
  reason: z.string(),
  /** Numbers of cases of this engagement that hold the value. */
  seenIn: z.array(z.number().int()),
});
export type Candidate = z.infer<typeof Candidate>;

/** A URL or mail also yields its host (`--derive` of the command line). */
const derive = z.boolean().default(false);

export const intakeContract = {
  /** Bytes by pieces, for what has no path and no HTTP (pasted text and images, a CLI's standard input). */
  'intake.begin': call(
    z.object({
      engagementId: Id.optional(),
      name: z.string().max(4_096),
      origin: z.enum(['file', 'text', 'image']),
      size: z.number().int().nonnegative().optional(),
      derive,
    }),
    z.object({ id: Id }),
  ),
  'intake.append': call(z.object({ id: Id, base64: z.base64().max(1_400_000) }), z.object({})),
  'intake.finish': call(z.object({ id: Id }), Intake),
  /** A file the host let the user choose; the window never sends a path. */
  'intake.fromGrant': call(z.object({ engagementId: Id.optional(), token: z.string().max(200) }), Intake),
  /** Only for clients on this machine's private socket (`forbidden` otherwise). */
  'intake.fromPath': call(z.object({ engagementId: Id.optional(), path: z.string().max(4_096), derive }), Intake),
  'intake.list': call(z.object({ engagementId: Id.optional() }), z.array(Intake)),
  'intake.get': call(z.object({ id: Id }), Intake),
  /** Resolves when the intake is ready, accepted or failed. */
  'intake.wait': call(z.object({ id: Id }), Intake),
  'intake.candidates': call(
    z.object({ id: Id, after: z.number().int().default(-1), limit: z.number().int().min(1).max(5_000).default(2_000) }),
    z.object({ items: z.array(Candidate), next: z.number().int().nullable() }),
    { trusted: true },
  ),
  /** Sets decisions, or the type of a candidate; a rejected one may be overruled by accepting it. */
  'intake.decide': call(
    z.object({
      id: Id,
      seqs: z.array(z.number().int()).min(1).max(100_000),
      decision: z.enum(['undecided', 'accept', 'skip']).optional(),
      dataType: DataTypeName.optional(),
    }),
    Intake,
  ),
  'intake.accept': call(
    z.object({
      id: Id,
      /** Exactly one of the two. */
      caseId: Id.optional(),
      newCaseTitle: z.string().trim().min(1).max(500).optional(),
      tlp: Tlp.optional(),
      pap: Pap.optional(),
      tags: Tags.default([]),
      isIoc: z.boolean().default(false),
      isSighted: z.boolean().default(false),
    }),
    z.object({
      caseId: Id,
      caseNumber: z.number().int(),
      added: z.number().int(),
      alreadyThere: z.number().int(),
      evidenceId: Id.nullable(),
    }),
  ),
  'intake.discard': call(z.object({ id: Id }), z.object({})),
  'intake.partText': call(
    z.object({
      id: Id,
      part: z.string().max(16_384),
      offset: z.number().int().nonnegative().default(0),
      length: z.number().int().min(1).max(262_144).default(65_536),
    }),
    z.object({
      text: z.string(),
      /** UTF-8 byte offset of `text` in the part, and the number of its first line. */
      offset: z.number().int(),
      line: z.number().int(),
      totalBytes: z.number().int(),
      mediaType: z.string(),
    }),
  ),
  /** Hex view: raw bytes of the dropped file itself. */
  'intake.bytes': call(
    z.object({ id: Id, offset: z.number().int().nonnegative(), length: z.number().int().min(1).max(65_536) }),
    z.object({ base64: z.string(), size: z.number() }),
  ),
  /** One value typed by hand: its type, or why it is none. */
  'intake.classify': call(
    z.object({ text: z.string().min(1).max(65_536), dataType: DataTypeName.optional() }),
    z.union([
      z.object({ dataType: DataTypeName, value: z.string(), marks: z.array(z.string()) }),
      z.object({ reason: z.string() }),
    ]),
  ),
};
