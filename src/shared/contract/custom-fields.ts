import { z } from 'zod';
import { call } from '../rpc/contract.ts';
import { Id, Time } from './entities.ts';
import { CUSTOM_FIELD_TYPES } from './responders.ts';

export const FieldType = z.enum(CUSTOM_FIELD_TYPES);

/** Null is a field that is there and not filled in yet. A date is UTC milliseconds. */
export const FieldContent = z.union([z.string().max(65_536), z.number(), z.boolean()]).nullable();
export type FieldContent = z.infer<typeof FieldContent>;

export const CustomField = z.object({
  id: Id,
  /** Its key: unique, never changed. */
  name: z.string(),
  displayName: z.string(),
  description: z.string(),
  type: FieldType,
  /** The only values that it may have; empty is "any". */
  options: z.array(z.string()),
  /** Asked for when a case that has it is closed. */
  isMandatory: z.boolean(),
  /** Cases and alerts that have it. */
  uses: z.number().int(),
  templates: z.number().int(),
  createdAt: Time,
  updatedAt: Time,
});
export type CustomField = z.infer<typeof CustomField>;

export const CustomFieldValue = z.object({
  id: Id,
  fieldId: Id,
  name: z.string(),
  displayName: z.string(),
  type: FieldType,
  options: z.array(z.string()),
  description: z.string(),
  isMandatory: z.boolean(),
  value: FieldContent,
  position: z.number().int(),
});
export type CustomFieldValue = z.infer<typeof CustomFieldValue>;

const Owner = z.object({ owner: z.enum(['case', 'alert']), ownerId: Id });
const Options = z.array(z.string().trim().min(1).max(500)).max(500);
export const FieldKey = z
  .string()
  .trim()
  .max(100)
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N} _.:-]{0,99}$/u,
    'A name starts with a letter or a digit and goes on with those, spaces, - _ . or :.',
  );

export const customFieldsContract = {
  /** By display name. */
  'customFields.list': call(z.object({}), z.array(CustomField)),
  'customFields.create': call(
    z.object({
      name: FieldKey,
      displayName: z.string().trim().max(200).default(''),
      description: z.string().max(10_000).default(''),
      type: FieldType,
      options: Options.default([]),
      isMandatory: z.boolean().default(false),
    }),
    CustomField,
  ),
  'customFields.update': call(
    z.object({
      id: Id,
      patch: z
        .object({
          displayName: z.string().trim().min(1).max(200),
          description: z.string().max(10_000),
          options: Options,
          isMandatory: z.boolean(),
        })
        .partial(),
    }),
    CustomField,
  ),
  /** Only one that nothing uses: `conflict` says what does. */
  'customFields.remove': call(z.object({ id: Id }), z.object({})),
  /** Those of a case or an alert, in their order. */
  'customFields.values': call(Owner, z.array(CustomFieldValue)),
  /** Adds the field where it is not there yet. `invalid_input` says in a sentence why a value does not fit. */
  'customFields.set': call(Owner.extend({ fieldId: Id, value: FieldContent }), z.array(CustomFieldValue)),
  'customFields.unset': call(Owner.extend({ fieldId: Id }), z.array(CustomFieldValue)),
  /** Every field that is there, in the new order. */
  'customFields.arrange': call(Owner.extend({ fieldIds: z.array(Id).max(1_000) }), z.array(CustomFieldValue)),
};
