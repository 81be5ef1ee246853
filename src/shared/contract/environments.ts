import { z } from 'zod';
import { call } from '../rpc/contract.ts';
import { Reason, Time } from './entities.ts';

const EnvironmentId = z
  .string()
  .length(32)
  .regex(/^[0-9a-f]{32}$/);

/** A Python environment for one set of requirements; flavors that ask for the same share it. */
export const PythonEnvironment = z.object({
  id: EnvironmentId,
  /** `none`: not made yet · `broken`: made, and its Python is gone. */
  state: z.enum(['none', 'making', 'ready', 'broken']),
  requirements: z.array(z.string()),
  /** Lines of requirements.txt that are not taken over, and why. */
  ignored: z.array(z.string()),
  /** Flavors that run in it. */
  flavorIds: z.array(z.string()),
  python: z.object({ path: z.string(), version: z.string() }).nullable(),
  packages: z.array(z.object({ name: z.string(), version: z.string(), sha256: z.string() })),
  /** Where its packages came from. */
  hosts: z.array(z.string()),
  bytes: z.number().int(),
  createdAt: Time.nullable(),
  /** What is being done now. */
  step: z.string().nullable(),
  /** Why the last attempt came to nothing. */
  failure: Reason.nullable(),
});
export type PythonEnvironment = z.infer<typeof PythonEnvironment>;

export const environmentsContract = {
  /** Those that are made, and those that a flavor asks for. */
  'environments.list': call(z.object({}), z.array(PythonEnvironment)),
  /** The Pythons of this machine; `cannot` says why one cannot make environments. */
  'environments.pythons': call(
    z.object({}),
    z.array(z.object({ path: z.string(), version: z.string(), cannot: Reason.nullable() })),
  ),
  /** What making one would send, and to whom. Sends nothing. */
  'environments.plan': call(
    z.object({ id: EnvironmentId, python: z.string().max(4_096).optional(), index: z.url().max(2_048).optional() }),
    z.object({
      python: z.object({ path: z.string(), version: z.string() }),
      requirements: z.array(z.string()),
      ignored: z.array(z.string()),
      /** Hosts that learn which packages are asked for; empty where everything is on this disk. */
      hosts: z.array(z.string()),
      /** False: the packages of the earlier one are used again, without a link. */
      needsLink: z.boolean(),
    }),
  ),
  /**
   * Begins to make it and returns at once. `hasConsent`: somebody saw the plan; it holds whatever the engagements say,
   * because nothing of a case leaves. The fetching is a row of the egress ledger.
   */
  'environments.make': call(
    z.object({
      id: EnvironmentId,
      python: z.string().max(4_096).optional(),
      index: z.url().max(2_048).optional(),
      hasConsent: z.literal(true),
    }),
    PythonEnvironment,
  ),
  /** Resolves when nothing is being done with it any more. */
  'environments.wait': call(z.object({ id: EnvironmentId }), PythonEnvironment),
  'environments.cancel': call(z.object({ id: EnvironmentId }), z.object({})),
  'environments.remove': call(z.object({ id: EnvironmentId }), z.object({})),
};
