import { z } from 'zod';
import { call } from '../rpc/contract.ts';
import { DataTypeName, Id, Time } from './entities.ts';

export const ASSET_KINDS = [
  'workstation',
  'server',
  'account',
  'mailbox',
  'network-device',
  'cloud-tenant',
  'mobile',
  'other',
] as const;
export const AssetKind = z.enum(ASSET_KINDS);
export type AssetKind = z.infer<typeof AssetKind>;

/** How it stands in a case. */
export const ASSET_STATES = ['unknown', 'suspected', 'compromised', 'cleaned', 'not-affected'] as const;
export const AssetState = z.enum(ASSET_STATES);
export type AssetState = z.infer<typeof AssetState>;

export const IDENTIFIER_TYPES = ['hostname', 'ip', 'mac', 'account', 'sid', 'mail', 'other'] as const;
export const Identifier = z.object({
  type: z.enum(IDENTIFIER_TYPES),
  value: z.string().trim().min(1).max(500),
});
export type Identifier = z.infer<typeof Identifier>;

/** 1 low … 4 critical, as a case's severity. */
const Criticality = z.number().int().min(1).max(4);

export const Asset = z.object({
  id: Id,
  engagementId: Id,
  name: z.string(),
  kind: AssetKind,
  identifiers: z.array(Identifier),
  criticality: Criticality,
  owner: z.string(),
  note: z.string(),
  createdAt: Time,
  updatedAt: Time,
});
export type Asset = z.infer<typeof Asset>;

/** An asset as one case sees it. */
export const CaseAsset = Asset.extend({
  caseId: Id,
  state: AssetState,
  /** Since when it is in that state, as far as is known. */
  stateAt: Time.nullable(),
  events: z.number().int(),
  observables: z.number().int(),
  otherCases: z.number().int(),
});
export type CaseAsset = z.infer<typeof CaseAsset>;

const Name = z.string().trim().min(1, 'An asset needs a name.').max(300);
const Identifiers = z.array(Identifier).max(50);
const Note = z.string().max(100_000);

export const assetsContract = {
  /** All of a case, by name. */
  'assets.list': call(z.object({ caseId: Id }), z.array(CaseAsset)),
  'assets.get': call(
    z.object({ caseId: Id, id: Id }),
    z.object({
      asset: CaseAsset,
      /** Observables of the case whose value is one of its identifiers. */
      observables: z.array(z.object({ id: Id, dataType: DataTypeName, value: z.string() })),
      cases: z.array(z.object({ id: Id, number: z.number().int(), title: z.string(), state: AssetState })),
    }),
  ),
  /** Makes one and puts it in the case. */
  'assets.create': call(
    z.object({
      caseId: Id,
      name: Name,
      kind: AssetKind.default('other'),
      identifiers: Identifiers.default([]),
      criticality: Criticality.default(2),
      owner: z.string().trim().max(200).default(''),
      note: Note.default(''),
      state: AssetState.default('unknown'),
      stateAt: Time.nullable().default(null),
    }),
    CaseAsset,
  ),
  /** Facts are the asset's own, in every case; the state is that of this case. */
  'assets.update': call(
    z.object({
      caseId: Id,
      id: Id,
      patch: z
        .object({
          name: Name,
          kind: AssetKind,
          identifiers: Identifiers,
          criticality: Criticality,
          owner: z.string().trim().max(200),
          note: Note,
          state: AssetState,
          stateAt: Time.nullable(),
        })
        .partial(),
    }),
    CaseAsset,
  ),
  /** Assets of the engagement that the case has not, whose name begins with the text; at most 50. */
  'assets.others': call(
    z.object({ caseId: Id, text: z.string().max(200).default('') }),
    z.array(z.object({ id: Id, name: z.string(), kind: AssetKind })),
  ),
  'assets.link': call(z.object({ caseId: Id, id: Id }), CaseAsset),
  /** Takes it out of this case; without any case it goes to the trash. */
  'assets.unlink': call(z.object({ caseId: Id, id: Id }), z.object({})),
};
