import { z } from 'zod';
import { call } from '../rpc/contract.ts';
import { Id, Time } from './entities.ts';
import { SecretFacts } from './secrets.ts';

/** Later ones win: every analyzer ← flavors with the same base configuration ← this flavor. */
export const SETTING_SCOPES = ['global', 'base', 'flavor'] as const;
export const SettingScope = z.enum(SETTING_SCOPES);
export type SettingScope = z.infer<typeof SettingScope>;

const Scalar = z.union([z.string().max(2 ** 20), z.number(), z.boolean()]);
export const SettingValue = z.union([Scalar, z.array(Scalar).max(10_000)]);
export type SettingValue = z.infer<typeof SettingValue>;

/** Null takes the value of this scope away; `useSecret` names one that was entered before. */
const GivenValue = z.union([SettingValue, z.object({ useSecret: Id }), z.null()]);
export type GivenValue = z.infer<typeof GivenValue>;

/** What one scope holds for a setting; a secret is only told of. */
const Held = z.object({
  scope: SettingScope,
  /** Null is every engagement. */
  engagementId: Id.nullable(),
  value: SettingValue.nullable(),
  secret: SecretFacts.nullable(),
});

export const SettingField = z.object({
  name: z.string(),
  description: z.string(),
  type: z.enum(['string', 'text', 'number', 'boolean']),
  isMulti: z.boolean(),
  isRequired: z.boolean(),
  isSecret: z.boolean(),
  /** Somebody said so; false is the program's own guess from the name. */
  isMarked: z.boolean(),
  /** `item`: the descriptor declares it · `common`: every analyzer has it. */
  kind: z.enum(['item', 'common']),
  /** What holds without any setting: the descriptor's fixed value or default. Null for a secret. */
  defaultValue: SettingValue.nullable(),
  /** The value of each scope that has one. */
  held: z.array(Held),
  /** What a run gets. Null for a secret and for nothing. */
  effective: SettingValue.nullable(),
  from: z.enum(['flavor', 'base', 'global', 'descriptor', 'none']),
  /** Why the stored value is not used; empty where it is. */
  problem: z.string(),
});
export type SettingField = z.infer<typeof SettingField>;

export const FlavorConfig = z.object({
  flavorId: z.string(),
  name: z.string(),
  version: z.string(),
  engagementId: Id.nullable(),
  /** Flavors that share settings with this one, itself included; null where the descriptor names no base. */
  base: z
    .object({
      name: z.string(),
      flavors: z.array(z.object({ id: z.string(), name: z.string(), version: z.string() })),
    })
    .nullable(),
  fields: z.array(SettingField),
  /** Required settings without a value, and secrets that cannot be read now. */
  missing: z.array(z.string()),
  /** Stored under this flavor and unknown to its descriptor: kept, not used. */
  unknown: z.array(z.string()),
  /** What an earlier version's settings became when this one was found. */
  carried: z
    .object({
      fromId: z.string(),
      fromVersion: z.string(),
      taken: z.array(z.string()),
      left: z.array(z.object({ name: z.string(), reason: z.string() })),
      at: Time,
    })
    .nullable(),
});
export type FlavorConfig = z.infer<typeof FlavorConfig>;

export const NetworkConfig = z.object({
  /** Empty where none is set. A proxy with a password in it is a secret: shown without it. */
  proxyHttp: z.string(),
  proxyHttps: z.string(),
  hasSecretHttp: z.boolean(),
  hasSecretHttps: z.boolean(),
  /** PEM text. */
  cacerts: z.string(),
  certificates: z.array(z.object({ subject: z.string(), validTo: z.string(), isExpired: z.boolean() })),
});
export type NetworkConfig = z.infer<typeof NetworkConfig>;

export const ImportLine = z.object({
  /**
   * `set`: taken over · `adapted`: taken over, not word for word · `left`: not taken over · `empty`: it had no value, or
   * says what holds anyway.
   */
  result: z.enum(['set', 'adapted', 'left', 'empty']),
  /** The worker or base configuration it stands under in the file. */
  where: z.string(),
  setting: z.string(),
  message: z.string(),
});
export type ImportLine = z.infer<typeof ImportLine>;

export const configContract = {
  'config.get': call(z.object({ flavorId: z.string().max(400), engagementId: Id.optional() }), FlavorConfig),
  /**
   * Changes settings of one scope, all or none. `invalid_input` names each wrong value in `details` (setting → what is
   * wrong). `secret` overrides what the names suggest; where a secret stops being one its value is forgotten first.
   */
  'config.set': call(
    z.object({
      flavorId: z.string().max(400),
      scope: z.enum(['base', 'flavor']),
      engagementId: Id.optional(),
      values: z.record(z.string().max(200), GivenValue).default({}),
      secret: z.record(z.string().max(200), z.boolean()).default({}),
    }),
    FlavorConfig,
  ),
  'config.network': call(z.object({}), NetworkConfig),
  'config.setNetwork': call(
    z
      .object({ proxyHttp: z.string().max(2_048), proxyHttps: z.string().max(2_048), cacerts: z.string().max(2 ** 20) })
      .partial(),
    NetworkConfig,
  ),
  /** Settings of a Cortex organisation (its analyzers and base configurations as JSON). Nothing is stored unless `apply`. */
  'config.importCortex': call(
    z.object({ json: z.string().max(16 * 2 ** 20), apply: z.boolean() }),
    z.object({
      isApplied: z.boolean(),
      lines: z.array(ImportLine),
      counts: z.object({
        workers: z.number().int(),
        set: z.number().int(),
        adapted: z.number().int(),
        left: z.number().int(),
        empty: z.number().int(),
        secrets: z.number().int(),
      }),
    }),
  ),
};
