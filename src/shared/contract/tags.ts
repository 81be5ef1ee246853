import { z } from 'zod';
import { MAX_TAG, MAX_TAGS, normaliseTag, normaliseTags } from '../model/tag.ts';
import { call } from '../rpc/contract.ts';
import { Id, page, Time } from './entities.ts';

/** Tags of anything, in one spelling (see normaliseTag), each once. */
export const Tags = z.array(z.string().trim().min(1).max(MAX_TAG)).max(MAX_TAGS).transform(normaliseTags);

const OneTag = z
  .string()
  .max(MAX_TAG)
  .transform(normaliseTag)
  .refine((tag) => tag !== '', 'A tag needs a letter or a sign.');

/** Lower case, six digits. */
const Colour = z
  .string()
  .max(7)
  .regex(/^#[0-9a-f]{6}$/, 'A colour is written as #rrggbb.');

/** A tag that something carries, or that was given a colour. */
export const TagInfo = z.object({
  name: z.string(),
  /** The user's own, else its taxonomy's; null for none. */
  colour: z.string().nullable(),
  isOwnColour: z.boolean(),
  /** The taxonomy that knows it, if one is switched on. */
  taxonomy: z.string().nullable(),
  cases: z.number().int(),
  observables: z.number().int(),
  alerts: z.number().int(),
});
export type TagInfo = z.infer<typeof TagInfo>;

export const TagSuggestion = z.object({
  tag: z.string(),
  colour: z.string().nullable(),
  /** How many things of the engagement carry it; 0 for one that only a taxonomy knows. */
  uses: z.number().int(),
  /** What its taxonomy says of it. */
  label: z.string(),
});
export type TagSuggestion = z.infer<typeof TagSuggestion>;

export const Taxonomy = z.object({
  id: Id,
  namespace: z.string(),
  description: z.string(),
  version: z.number().int(),
  isEnabled: z.boolean(),
  tags: z.number().int(),
  updatedAt: Time,
});
export type Taxonomy = z.infer<typeof Taxonomy>;

const Changed = z.object({ changed: z.number().int() });

export const tagsContract = {
  /** Most used first, over the whole workspace. */
  'tags.list': call(
    z.object({
      text: z.string().max(MAX_TAG).default(''),
      cursor: z.string().max(400).optional(),
      limit: z.number().int().min(1).max(500).default(200),
    }),
    page(TagInfo),
  ),
  /** What to offer while somebody types: used tags of the engagement first, then taxonomies that are switched on. */
  'tags.suggest': call(
    z.object({
      engagementId: Id.optional(),
      text: z.string().max(MAX_TAG),
      limit: z.number().int().max(50).default(12),
    }),
    z.array(TagSuggestion),
  ),
  /** Every tag in use that has a colour, and every one of the user's own. */
  'tags.colours': call(z.object({}), z.record(z.string(), z.string())),
  /** Null takes the colour off. */
  'tags.colour': call(z.object({ names: z.array(OneTag).min(1).max(1_000), colour: Colour.nullable() }), Changed),
  /** On every case, observable, alert and template; tags that are there already become one. `changed` counts them. */
  'tags.rename': call(z.object({ names: z.array(OneTag).min(1).max(1_000), to: OneTag }), Changed),
  'tags.remove': call(z.object({ names: z.array(OneTag).min(1).max(1_000) }), Changed),
};

/** Larger than any taxonomy that is published. */
export const MAX_TAXONOMY_BYTES = 3_000_000;

export const taxonomiesContract = {
  'taxonomies.list': call(z.object({}), z.array(Taxonomy)),
  /**
   * The text of a MISP taxonomy file. One of the same namespace is replaced and keeps its switch; a new one is on.
   * `invalid_input` says what is wrong and where.
   */
  'taxonomies.import': call(
    z.object({ fileName: z.string().max(500), text: z.string().max(MAX_TAXONOMY_BYTES) }),
    z.object({ taxonomy: Taxonomy, isNew: z.boolean() }),
  ),
  'taxonomies.update': call(z.object({ id: Id, patch: z.object({ isEnabled: z.boolean() }) }), Taxonomy),
  /** Tags that were given stay where they are. */
  'taxonomies.remove': call(z.object({ id: Id }), z.object({})),
};
