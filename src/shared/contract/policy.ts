import { z } from 'zod';
import { Pap, Tlp } from '../model/marking.ts';
import { call } from '../rpc/contract.ts';
import { DataTypeName, Id, Time } from './entities.ts';

/** The highest marking that may leave (or that one analyzer may see, where it is named). Null sets no limit. */
const CeilingRule = z.object({
  kind: z.literal('ceiling'),
  flavorId: z.string().min(1).max(300).nullable(),
  maxTlp: Tlp.nullable(),
  maxPap: Pap.nullable(),
});

/**
 * `deny`: nothing goes there. `allow`: where there is one such rule, nothing goes anywhere else. `own`: it is ours, so
 * values that never leave may go there.
 */
export const SERVICE_EFFECTS = ['allow', 'deny', 'own'] as const;
const ServiceRule = z.object({
  kind: z.literal('service'),
  /** A host, which names its subdomains too, or the name of a destination. */
  host: z.string().trim().min(1).max(300),
  effect: z.enum(SERVICE_EFFECTS),
});

/**
 * `domain`: it and everything under it, wherever it stands in a value. `network`: an address, `10.0.0.0/8` or
 * `10.0.0.1-10.0.0.9`. `exact`: a value or a hash; a hash stands for the file. `wildcard`: `*` and `?`. `internal`:
 * private addresses and names that only exist inside a network (no pattern).
 */
export const NEVER_MATCHES = ['domain', 'network', 'exact', 'wildcard', 'internal'] as const;
export type NeverMatch = (typeof NEVER_MATCHES)[number];
const NeverRule = z.object({
  kind: z.literal('never'),
  match: z.enum(NEVER_MATCHES),
  pattern: z.string().trim().max(1_000),
});

export const PolicyRuleBody = z.discriminatedUnion('kind', [CeilingRule, ServiceRule, NeverRule]);
export type PolicyRuleBody = z.infer<typeof PolicyRuleBody>;

export const PolicyRule = z.object({
  id: Id,
  /** Null: the whole workspace. */
  engagementId: Id.nullable(),
  rule: PolicyRuleBody,
  /** Why. */
  note: z.string(),
  createdAt: Time,
});
export type PolicyRule = z.infer<typeof PolicyRule>;

const Note = z.string().trim().max(500).default('');

export const policyContract = {
  /** The rules of the workspace and of one engagement; of all engagements without one. The oldest first. */
  'policy.list': call(z.object({ engagementId: Id.optional() }), z.array(PolicyRule)),
  /** `invalid_input` for a pattern that cannot be read; `conflict` for a rule that is there already. */
  'policy.add': call(z.object({ engagementId: Id.nullable(), rule: PolicyRuleBody, note: Note }), PolicyRule),
  'policy.update': call(z.object({ id: Id, rule: PolicyRuleBody, note: Note }), PolicyRule),
  'policy.remove': call(z.object({ id: Id }), z.object({})),
  /** Takes back a removal. */
  'policy.restore': call(z.object({ id: Id }), PolicyRule),
  /** "Would this leave?" Starts nothing, and the value is not kept. */
  'policy.test': call(
    z.object({
      engagementId: Id,
      dataType: DataTypeName,
      value: z.string().min(1).max(65_536),
      tlp: Tlp.optional(),
      pap: Pap.optional(),
    }),
    z.object({
      /** The first rule that keeps it here, or null. */
      never: z.object({ ruleId: Id, words: z.string(), note: z.string() }).nullable(),
      destinations: z.array(
        z.object({
          name: z.string(),
          verdict: z.enum(['allow', 'wait', 'refuse']),
          /** Why not; empty where it may. */
          message: z.string(),
          flavors: z.array(z.string()),
        }),
      ),
    }),
  ),
};
