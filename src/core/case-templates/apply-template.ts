import type { CaseTemplate, TemplateField, TemplatePreview } from '../../shared/contract/case-templates.ts';
import type { Case } from '../../shared/contract/entities.ts';
import { AppError } from '../../shared/errors.ts';
import { fillCase, type TypedCase } from '../../shared/model/fill-case.ts';
import { foldTag, normaliseTags } from '../../shared/model/tag.ts';
import type { CasesService } from '../cases/cases.service.ts';
import type { CustomFieldsService } from '../custom-fields/custom-fields.service.ts';
import type { SyncedStore } from '../sync/synced-store.ts';
import type { TasksService } from '../tasks/tasks.service.ts';
import type { CaseTemplatesService } from './case-templates.service.ts';

export interface NewCaseInput extends TypedCase {
  engagementId?: string | undefined;
  templateId?: string | undefined;
  /** Put on the case after those of the template, whose values they replace. Names of fields that exist. */
  fields?: readonly TemplateField[] | undefined;
}

export interface TemplateApplier {
  /** Opens a case, from a template where one is named: the one way in which new cases are made (window, CLI, alerts). */
  openCase(actor: string, input: NewCaseInput): Case;
  preview(templateId: string, caseId: string): TemplatePreview;
  /**
   * Puts what a template holds on a case that is there: tags united, tasks and fields that it does not have, description
   * and summary where it has none. Title, severity, marking and star stay. One group in the change log.
   */
  applyTemplate(actor: string, templateId: string, caseId: string): Case;
}

const DAY = 86_400_000;
const DEFAULT_GROUP = 'default';

export function createTemplateApplier(deps: {
  templates: CaseTemplatesService;
  cases: CasesService;
  tasks: Pick<TasksService, 'list' | 'create'>;
  fields: Pick<CustomFieldsService, 'findByName' | 'values' | 'setById'>;
  store: Pick<SyncedStore, 'transaction'>;
}): TemplateApplier {
  const { templates, cases, tasks, fields, store } = deps;

  const addTasks = (actor: string, to: Case, list: CaseTemplate['tasks']): void => {
    for (const { title, group, description, assignee, isMandatory, dueDays } of list) {
      const dueAt = dueDays === null ? null : to.startAt + dueDays * DAY;
      const where = { caseId: to.id, group: group === '' ? DEFAULT_GROUP : group };
      tasks.create({ actor }, { ...where, title, description, assignee, isMandatory, dueAt });
    }
  };

  const addFields = (actor: string, to: Case, list: readonly TemplateField[]): void => {
    const meta = { actor, caseId: to.id, engagementId: to.engagementId };
    for (const { name, value } of list) {
      const field = fields.findByName(name);
      if (field === undefined) throw new AppError('invalid_input', `There is no custom field named ${name}.`);
      fields.setById(meta, { owner: 'case', ownerId: to.id }, field.id, value);
    }
  };

  const preview: TemplateApplier['preview'] = (templateId, caseId) => {
    const template = templates.get(templateId);
    const to = cases.get(caseId);
    const known = new Set(tasks.list(caseId).map((task) => `${task.group}\0${task.title}`));
    const missing = template.tasks.filter(
      ({ group, title }) => !known.has(`${group === '' ? DEFAULT_GROUP : group}\0${title}`),
    );
    const there = new Map(fields.values('case', caseId).map((field) => [field.name, field.value]));
    // A field that is there and empty takes the template's value.
    const wanted = template.fields.filter(({ name, value }) => {
      const now = there.get(name);
      return now === undefined || (now === null && value !== null);
    });
    const tags = new Set(to.tags.map(foldTag));
    return {
      tags: template.tags.filter((tag) => !tags.has(foldTag(tag))),
      tasks: missing,
      knownTasks: template.tasks.length - missing.length,
      fields: wanted,
      knownFields: template.fields.length - wanted.length,
      description: to.description.trim() === '' && template.description.trim() !== '',
      summary: to.summary.trim() === '' && template.summary.trim() !== '',
    };
  };

  return {
    openCase(actor, input) {
      const template = input.templateId === undefined ? undefined : templates.get(input.templateId);
      const filled = fillCase(input, template);
      return store.transaction({}, () => {
        const made = cases.create(actor, { ...filled, engagementId: input.engagementId });
        const own = new Map((input.fields ?? []).map((field) => [field.name, field]));
        const first = (template?.fields ?? []).map((field) => own.get(field.name) ?? field);
        const named = new Set(first.map(({ name }) => name));
        addFields(actor, made, [...first, ...[...own.values()].filter(({ name }) => !named.has(name))]);
        addTasks(actor, made, template?.tasks ?? []);
        return cases.get(made.id);
      });
    },
    preview,
    applyTemplate(actor, templateId, caseId) {
      const template = templates.get(templateId);
      const adds = preview(templateId, caseId);
      const to = cases.get(caseId);
      store.transaction({}, () => {
        const patch = {
          ...(adds.tags.length === 0 ? {} : { tags: normaliseTags([...to.tags, ...adds.tags]) }),
          ...(adds.description ? { description: template.description } : {}),
          ...(adds.summary ? { summary: template.summary } : {}),
        };
        if (Object.keys(patch).length > 0) cases.update(actor, caseId, patch, `template ${template.name}`);
        addFields(actor, to, adds.fields);
        addTasks(actor, to, adds.tasks);
      });
      return cases.get(caseId);
    },
  };
}
