import { z } from 'zod';
import { TechniqueId } from '../model/technique-id.ts';
import { call } from '../rpc/contract.ts';
import { Id, Time } from './entities.ts';

/** The ATT&CK data that is imported; nothing of it is shipped. */
export const AttackPack = z.object({
  /** As the file calls it: `Enterprise ATT&CK`. */
  name: z.string(),
  version: z.string(),
  /** The copyright notice of the file itself. */
  notice: z.string(),
  importedAt: Time,
  sha256: z.string(),
  fileName: z.string(),
  techniques: z.number().int(),
  tactics: z.number().int(),
});
export type AttackPack = z.infer<typeof AttackPack>;

export const Tactic = z.object({ shortName: z.string(), id: z.string(), name: z.string(), position: z.number().int() });
export type Tactic = z.infer<typeof Tactic>;

export const Technique = z.object({
  id: z.string(),
  name: z.string(),
  /** Short names. */
  tactics: z.array(z.string()),
  platforms: z.array(z.string()),
  description: z.string(),
  url: z.string(),
  /** Withdrawn by MITRE. */
  isOld: z.boolean(),
});
export type Technique = z.infer<typeof Technique>;

export const CaseTechnique = z.object({
  id: Id,
  caseId: Id,
  technique: z.string(),
  /** From the imported data; empty where there is none. */
  name: z.string(),
  /** Short name; empty where nobody said. */
  tactic: z.string(),
  occurredAt: Time.nullable(),
  description: z.string(),
  observableIds: z.array(Id),
  /** Events of the case that name it. */
  events: z.number().int(),
  /** The first and last of those. */
  firstAt: Time.nullable(),
  lastAt: Time.nullable(),
  createdAt: Time,
  updatedAt: Time,
});
export type CaseTechnique = z.infer<typeof CaseTechnique>;

const Tactics = z.string().trim().max(60);
const Description = z.string().max(100_000);

export const attackContract = {
  'attack.pack': call(z.object({}), AttackPack.nullable()),
  /** In their order, each with all its techniques; empty without a pack. */
  'attack.tactics': call(z.object({}), z.array(Tactic)),
  /** By id, or words of the name; at most 50. */
  'attack.search': call(z.object({ text: z.string().max(200), tactic: Tactics.optional() }), z.array(Technique)),
  'attack.technique': call(z.object({ technique: TechniqueId }), Technique.nullable()),
  /** From MITRE's STIX bundle. Only for local clients, or a file that the host let the user choose. */
  'attack.import': call(
    z.union([z.object({ path: z.string().max(4_096) }), z.object({ token: z.string().max(200) })]),
    AttackPack,
  ),
  /** The same, piece by piece, for a page without a host of its own. */
  'attack.importBegin': call(
    z.object({ name: z.string().max(300), size: z.number().int().nonnegative() }),
    z.object({ upload: Id }),
  ),
  'attack.importAppend': call(z.object({ upload: Id, base64: z.string().max(8_000_000) }), z.object({})),
  'attack.importFinish': call(z.object({ upload: Id }), AttackPack),

  /** On one case, by tactic and id. */
  'techniques.list': call(z.object({ caseId: Id }), z.array(CaseTechnique)),
  /** Several may be the same technique, each with its own description. */
  'techniques.add': call(
    z.object({
      caseId: Id,
      technique: TechniqueId,
      tactic: Tactics.default(''),
      occurredAt: Time.nullable().default(null),
      description: Description.default(''),
      observableIds: z.array(Id).max(200).default([]),
    }),
    CaseTechnique,
  ),
  'techniques.update': call(
    z.object({
      id: Id,
      patch: z
        .object({
          technique: TechniqueId,
          tactic: Tactics,
          occurredAt: Time.nullable(),
          description: Description,
          observableIds: z.array(Id).max(200),
        })
        .partial(),
    }),
    CaseTechnique,
  ),
  'techniques.remove': call(z.object({ id: Id }), z.object({})),
  'techniques.restore': call(z.object({ id: Id }), CaseTechnique),
  /** Cases of an engagement with a technique (or a sub-technique of it), the newest first. */
  'techniques.cases': call(
    z.object({
      technique: TechniqueId,
      engagementId: Id.optional(),
      cursor: z.string().max(200).optional(),
      limit: z.number().int().min(1).max(200).default(50),
    }),
    z.object({
      items: z.array(
        z.object({ id: Id, number: z.number().int(), title: z.string(), techniques: z.array(z.string()) }),
      ),
      next: z.string().nullable(),
    }),
  ),
};
