import { z } from 'zod';
import { Pap, Tlp } from '../model/marking.ts';
import { call } from '../rpc/contract.ts';
import { Case, Id, Time } from './entities.ts';
import { FieldContent, FieldKey } from './custom-fields.ts';
import { Tags } from './tags.ts';

export const TemplateTask = z.object({
  title: z.string().trim().min(1, 'A task needs a title.').max(500),
  group: z.string().trim().max(200).default(''),
  description: z.string().max(1_000_000).default(''),
  /** Empty: nobody. */
  assignee: z.string().trim().max(200).default(''),
  isMandatory: z.boolean().default(false),
  /** Days after the start of the case. */
  dueDays: z.number().int().min(0).max(3_650).nullable().default(null),
});
export type TemplateTask = z.infer<typeof TemplateTask>;

export const TemplateField = z.object({
  /** Of the custom field. */
  name: FieldKey,
  /** Null: the field is on the case, for somebody to fill in. */
  value: FieldContent.default(null),
});
export type TemplateField = z.infer<typeof TemplateField>;

/** What a template says; null and empty leave it to whoever opens the case. */
export const TemplateBody = z.object({
  displayName: z.string().trim().max(200).default(''),
  titlePrefix: z.string().trim().max(200).default(''),
  description: z.string().max(1_000_000).default(''),
  summary: z.string().max(1_000_000).default(''),
  severity: z.number().int().min(1).max(4).nullable().default(null),
  tlp: Tlp.nullable().default(null),
  pap: Pap.nullable().default(null),
  isFlagged: z.boolean().default(false),
  tags: Tags.default([]),
  tasks: z.array(TemplateTask).max(500).default([]),
  fields: z.array(TemplateField).max(200).default([]),
});
export type TemplateBody = z.output<typeof TemplateBody>;

export const TemplateName = z.string().trim().min(1, 'A template needs a name.').max(200);

export const CaseTemplate = z.object({
  id: Id,
  /** Unique, whatever its case. */
  name: z.string(),
  displayName: z.string(),
  titlePrefix: z.string(),
  description: z.string(),
  summary: z.string(),
  severity: z.number().int().nullable(),
  tlp: Tlp.nullable(),
  pap: Pap.nullable(),
  isFlagged: z.boolean(),
  tags: z.array(z.string()),
  tasks: z.array(TemplateTask),
  fields: z.array(TemplateField),
  createdAt: Time,
  updatedAt: Time,
});
export type CaseTemplate = z.infer<typeof CaseTemplate>;

/** What a template would add to a case that is there: its title, severity and marking stay. */
export const TemplatePreview = z.object({
  tags: z.array(z.string()),
  tasks: z.array(TemplateTask),
  /** Tasks that the case has already, by group and title. */
  knownTasks: z.number().int(),
  fields: z.array(TemplateField),
  knownFields: z.number().int(),
  description: z.boolean(),
  summary: z.boolean(),
});
export type TemplatePreview = z.infer<typeof TemplatePreview>;

export const MAX_TEMPLATE_BYTES = 3_000_000;

export const caseTemplatesContract = {
  /** By name. */
  'caseTemplates.list': call(z.object({}), z.array(CaseTemplate)),
  /** `conflict` where the name is taken. */
  'caseTemplates.create': call(TemplateBody.extend({ name: TemplateName }), CaseTemplate),
  'caseTemplates.update': call(z.object({ id: Id, name: TemplateName, body: TemplateBody }), CaseTemplate),
  /** "NAME copy". */
  'caseTemplates.duplicate': call(z.object({ id: Id }), CaseTemplate),
  /** Into the trash. */
  'caseTemplates.remove': call(z.object({ id: Id }), z.object({})),
  'caseTemplates.preview': call(z.object({ id: Id, caseId: Id }), TemplatePreview),
  'caseTemplates.apply': call(z.object({ id: Id, caseId: Id }), Case),
  /** As a file for TheHive 4 and Osmia (`thehive4`), or for TheHive 3. `lost` says what that shape cannot hold. */
  'caseTemplates.export': call(
    z.object({ id: Id, shape: z.enum(['thehive4', 'thehive3']) }),
    z.object({ fileName: z.string(), text: z.string(), lost: z.array(z.string()) }),
  ),
  /**
   * Templates from the text of a file, one or a list; all or none. Custom fields that are not there are made. A name
   * that is taken: `conflict` (`refuse`), the other one is changed (`replace`), or it gets another name (`keepBoth`).
   */
  'caseTemplates.import': call(
    z.object({
      fileName: z.string().max(500),
      text: z.string().max(MAX_TEMPLATE_BYTES),
      taken: z.enum(['refuse', 'replace', 'keepBoth']).default('refuse'),
    }),
    z.object({ templates: z.array(CaseTemplate), madeFields: z.array(z.string()), notes: z.array(z.string()) }),
  ),
};
