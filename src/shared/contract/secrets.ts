import { z } from 'zod';
import { call } from '../rpc/contract.ts';
import { Id, Time } from './entities.ts';

/** `keychain`: of the operating system · `vault`: a sealed file of the workspace · `memory`: until the workspace is locked. */
export const SECRET_PLACES = ['keychain', 'vault', 'memory'] as const;
export const SecretPlace = z.enum(SECRET_PLACES);
export type SecretPlace = z.infer<typeof SecretPlace>;

/** A setting that a secret is the value of. */
export const SecretUse = z.object({
  scope: z.enum(['global', 'base', 'flavor']),
  /** The flavor's full id, the base's name, or '' for the settings of all. */
  target: z.string(),
  setting: z.string(),
  /** Null is every engagement. */
  engagementId: Id.nullable(),
  /** The flavors that get it in a run. */
  flavors: z.array(z.object({ id: z.string(), name: z.string(), version: z.string() })),
});
export type SecretUse = z.infer<typeof SecretUse>;

/** Everything that is ever said of a secret; the value is in no answer. */
export const SecretFacts = z.object({
  id: Id,
  place: SecretPlace,
  /** The last four characters; null where that would be too much of it, or it cannot be read now. */
  lastFour: z.string().nullable(),
  isReadable: z.boolean(),
  /** Why it cannot be read, and what to do; empty where it can. */
  problem: z.string(),
  setAt: Time,
  /** Of the last test: when, and what came of it. */
  testedAt: Time.nullable(),
  testResult: z.enum(['accepted', 'failed']).nullable(),
  testMessage: z.string(),
});
export type SecretFacts = z.infer<typeof SecretFacts>;

const ListedSecret = SecretFacts.extend({ usedBy: z.array(SecretUse) });

export const SecretText = z.string().min(1, 'A secret cannot be empty.').max(65_536);

export const secretsContract = {
  'secrets.list': call(
    z.object({}),
    z.object({
      places: z.array(z.object({ place: SecretPlace, isUsable: z.boolean(), reason: z.string() })),
      /** Where the next one goes. */
      preferred: SecretPlace,
      secrets: z.array(ListedSecret),
    }),
  ),
  /** A new value under the same uses; the old one is gone from its place when this returns. */
  'secrets.replace': call(z.object({ id: Id, value: SecretText }), SecretFacts),
  /** Reads it back from its place (never from memory alone). Whether a service takes it, a test run of an analyzer says. */
  'secrets.check': call(z.object({ id: Id }), SecretFacts),
  /** Takes it out of its place and out of every setting that used it. */
  'secrets.delete': call(z.object({ id: Id }), z.object({})),
  'secrets.move': call(z.object({ id: Id, place: SecretPlace }), SecretFacts),
  /** Where new ones go. `secret.no_place` where that place cannot be used here. */
  'secrets.prefer': call(z.object({ place: SecretPlace }), z.object({ preferred: SecretPlace })),
  /** Asks places that failed again (an unlocked keychain). */
  'secrets.retry': call(z.object({}), z.object({ unreadable: z.number().int() })),
  /** Before a text leaves Osmia: which secrets stand in it, in any common encoding. */
  'secrets.scan': call(
    z.object({ text: z.string().max(64 * 2 ** 20) }),
    z.object({ found: z.array(z.object({ id: Id, label: z.string() })) }),
    { trusted: true },
  ),
};
