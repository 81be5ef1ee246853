import { z } from 'zod';
import { RELATION_KINDS } from '../model/relation-kind.ts';
import { Level } from '../model/report.ts';
import { call } from '../rpc/contract.ts';
import { DataTypeName, Id, Time } from './entities.ts';

export const RelationKindName = z.enum(RELATION_KINDS);

export const Relation = z.object({
  id: Id,
  caseId: Id,
  fromId: Id,
  toId: Id,
  kind: RelationKindName,
  note: z.string(),
  createdAt: Time,
  updatedAt: Time,
});
export type Relation = z.infer<typeof Relation>;

/** The observable at the other end. */
const RelatedObservable = z.object({
  id: Id,
  dataType: DataTypeName,
  value: z.string(),
  verdict: Level.nullable(),
  isIoc: z.boolean(),
});
export type RelatedObservable = z.infer<typeof RelatedObservable>;

const Note = z.string().trim().max(4_000);

export const relationsContract = {
  /**
   * What an observable is linked with, in both directions. `derived` follows from evidence and reports: it is computed,
   * never stored, and cannot be changed; at most 200 of them, `isMore` says that there are more.
   */
  'relations.of': call(
    z.object({ observableId: Id }),
    z.object({
      stored: z.array(z.object({ relation: Relation, direction: z.enum(['from', 'to']), other: RelatedObservable })),
      derived: z.array(
        z.object({
          kind: z.enum(['contains', 'contained-in', 'reported', 'reported-by']),
          /** Why: the name of the file, or of the analyzer. */
          why: z.string(),
          jobId: Id.nullable(),
          other: RelatedObservable,
        }),
      ),
      isMore: z.boolean(),
    }),
  ),
  /** Of a whole case, for the graph; at most 10,000. */
  'relations.list': call(z.object({ caseId: Id }), z.object({ items: z.array(Relation), isMore: z.boolean() })),
  /** Both ends in one case. The same link again is the one that is there, with the note it was given now. */
  'relations.add': call(
    z.object({ fromId: Id, toIds: z.array(Id).min(1).max(500), kind: RelationKindName, note: Note.default('') }),
    z.array(Relation),
  ),
  'relations.update': call(
    z.object({ id: Id, patch: z.object({ kind: RelationKindName, note: Note }).partial() }),
    Relation,
  ),
  /** Into the trash. */
  'relations.remove': call(z.object({ ids: z.array(Id).min(1).max(500) }), z.object({ removed: z.number().int() })),
  'relations.restore': call(z.object({ ids: z.array(Id).min(1).max(500) }), z.object({ restored: z.number().int() })),
};
