import { z } from 'zod';
import { call } from '../rpc/contract.ts';
import { DataTypeName, Id, Time } from './entities.ts';

const SetMember = z.object({
  flavorId: z.string().min(1).max(400),
  /** Only these of the types that it takes; empty is all of them. */
  dataTypes: z.array(DataTypeName).max(100).default([]),
});

const SetFields = z.object({
  name: z.string().trim().min(1, 'A set needs a name.').max(200),
  description: z.string().trim().max(2_000).default(''),
  members: z.array(SetMember).max(500),
});

/** Without the defaults: what is not named stays. */
const SetPatch = z.object({
  name: SetFields.shape.name.optional(),
  description: z.string().trim().max(2_000).optional(),
  members: SetFields.shape.members.optional(),
});

/** A named group of analyzers that is run in one action. */
export const AnalyzerSet = z.object({
  id: Id,
  name: z.string(),
  description: z.string(),
  members: z.array(
    SetMember.extend({
      /** The flavor that is run now: a later version where the named one is gone; null where none is there. */
      runsId: z.string().nullable(),
      name: z.string(),
      version: z.string(),
    }),
  ),
  /** Types of observables that it does something for. */
  dataTypes: z.array(z.string()),
  createdAt: Time,
  updatedAt: Time,
});
export type AnalyzerSet = z.infer<typeof AnalyzerSet>;

export const setsContract = {
  'sets.list': call(z.object({}), z.array(AnalyzerSet)),
  /** `conflict` where another set has the name. */
  'sets.create': call(SetFields, AnalyzerSet),
  'sets.update': call(z.object({ id: Id, patch: SetPatch }), AnalyzerSet),
  'sets.remove': call(z.object({ id: Id }), z.object({})),
  /** Undo of `sets.remove`. */
  'sets.restore': call(z.object({ id: Id }), AnalyzerSet),
};
