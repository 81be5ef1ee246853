import { v7 } from 'uuid';
import type { CaseTemplate, TemplateBody } from '../../shared/contract/case-templates.ts';
import { AppError } from '../../shared/errors.ts';
import { fitValue } from '../../shared/model/field-value.ts';
import { normaliseTags } from '../../shared/model/tag.ts';
import type { CustomFieldsService } from '../custom-fields/custom-fields.service.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../ports.ts';
import type { SyncedStore } from '../sync/synced-store.ts';
import { type CaseTemplatesRepo, MAX_TEMPLATES } from './case-templates.repo.ts';
import { readTemplateFile, type TemplateDraft } from './read-template-file.ts';
import { templateFileName, writeTemplateFile } from './write-template-file.ts';

type Taken = 'refuse' | 'replace' | 'keepBoth';

export interface CaseTemplatesService {
  list(): CaseTemplate[];
  /** `not_found` where there is none, or it is in the trash. */
  get(id: string): CaseTemplate;
  /** Whatever its case; `not_found` names those that are there. */
  getByName(name: string): CaseTemplate;
  /** `conflict` where the name is taken, `invalid_input` where a field does not exist or cannot have its value. */
  create(actor: string, name: string, body: TemplateBody): CaseTemplate;
  update(actor: string, id: string, name: string, body: TemplateBody): CaseTemplate;
  duplicate(actor: string, id: string): CaseTemplate;
  remove(actor: string, id: string): void;
  export(id: string, shape: 'thehive4' | 'thehive3'): { fileName: string; text: string; lost: string[] };
  /** All of a file or nothing of it; `invalid_input` names every fault and where it is. */
  import(
    actor: string,
    input: { fileName: string; text: string; taken: Taken },
  ): { templates: CaseTemplate[]; madeFields: string[]; notes: string[] };
}

export function createCaseTemplatesService(deps: {
  repo: CaseTemplatesRepo;
  fields: Pick<CustomFieldsService, 'findByName' | 'create'>;
  store: SyncedStore;
  events: EventBus;
  clock: Clock;
}): CaseTemplatesService {
  const { repo, fields, store, events, clock } = deps;

  const get = (id: string): CaseTemplate => {
    const found = repo.find(id);
    if (found === undefined)
      throw new AppError('not_found', 'That case template is not in this workspace, or is in the trash.');
    return found;
  };

  const refuseTaken = (name: string, id?: string): void => {
    const known = repo.findByName(name);
    if (known !== undefined && known.id !== id)
      throw new AppError('conflict', `There is a case template named ${known.name} already.`, {
        details: { name: known.name },
      });
  };

  /** Each field once, known, with a value that it can hold. */
  const checked = (body: TemplateBody): TemplateBody => {
    const seen = new Set<string>();
    const checkedFields = body.fields.map(({ name, value }) => {
      const field = fields.findByName(name);
      if (field === undefined) throw new AppError('invalid_input', `There is no custom field named ${name}.`);
      if (seen.has(name)) throw new AppError('invalid_input', `The field ${field.displayName} is there twice.`);
      seen.add(name);
      if (value === null) return { name, value };
      const fit = fitValue(field.displayName, field.type, field.options, value);
      if ('problem' in fit) throw new AppError('invalid_input', fit.problem);
      return { name, value: fit.value };
    });
    return { ...body, tags: normaliseTags(body.tags), fields: checkedFields };
  };

  const create: CaseTemplatesService['create'] = (actor, name, body) => {
    refuseTaken(name);
    if (repo.list().length >= MAX_TEMPLATES)
      throw new AppError('too_large', `A workspace holds ${MAX_TEMPLATES} case templates.`);
    const id = v7();
    const now = clock.now();
    store.insert(
      'caseTemplate',
      { id, name, ...checked(body), createdAt: now, updatedAt: now, deletedAt: null },
      { actor },
    );
    events.publish('template', id);
    return get(id);
  };

  const update: CaseTemplatesService['update'] = (actor, id, name, body) => {
    get(id);
    refuseTaken(name, id);
    if (store.update('caseTemplate', id, { name, ...checked(body) }, { actor })) events.publish('template', id);
    return get(id);
  };

  const freeName = (name: string, suffix: string): string => {
    const candidate = (number: number): string =>
      `${name.slice(0, 180)} ${number === 1 ? suffix : `${suffix} ${number}`}`;
    let number = 1;
    while (repo.findByName(candidate(number)) !== undefined) number += 1;
    return candidate(number);
  };

  const importOne = (actor: string, draft: TemplateDraft, taken: Taken): CaseTemplate => {
    const known = repo.findByName(draft.name);
    if (known === undefined) return create(actor, draft.name, draft.body);
    if (taken === 'replace') return update(actor, known.id, known.name, draft.body);
    if (taken === 'keepBoth') return create(actor, freeName(draft.name, 'imported'), draft.body);
    return create(actor, draft.name, draft.body);
  };

  return {
    list: repo.list,
    get,
    getByName(name) {
      const found = repo.findByName(name.trim());
      if (found !== undefined) return found;
      const names = repo.list().map((each) => each.name);
      const there = names.length === 0 ? 'There are none yet' : `There are: ${names.slice(0, 20).join(', ')}`;
      throw new AppError('not_found', `There is no case template named ${name}. ${there}.`);
    },
    create,
    update,
    duplicate(actor, id) {
      const { id: _, name, createdAt: __, updatedAt: ___, ...body } = get(id);
      return create(actor, freeName(name, 'copy'), body);
    },
    remove(actor, id) {
      get(id);
      store.update('caseTemplate', id, { deletedAt: clock.now() }, { actor });
      events.publish('template', id);
    },
    export(id, shape) {
      const template = get(id);
      const types = new Map(template.fields.map(({ name }) => [name, fields.findByName(name)?.type ?? 'string']));
      return { fileName: templateFileName(template.name), ...writeTemplateFile(template, types, shape) };
    },
    import(actor, { fileName, text, taken }) {
      const { drafts, notes } = readTemplateFile(fileName, text);
      const madeFields: string[] = [];
      const templates = store.transaction({}, () => {
        for (const { name, displayName, type, description } of drafts.flatMap((draft) => draft.newFields)) {
          if (fields.findByName(name) !== undefined) continue;
          const rest = { options: [], isMandatory: false };
          fields.create(actor, { name, displayName, type, description, ...rest });
          madeFields.push(name);
        }
        return drafts.map((draft) => importOne(actor, draft, taken));
      });
      return { templates, madeFields, notes };
    },
  };
}
