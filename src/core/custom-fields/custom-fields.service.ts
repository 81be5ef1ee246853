import { v7 } from 'uuid';
import type { CustomField, customFieldsContract, FieldContent } from '../../shared/contract/custom-fields.ts';
import type { CustomFieldType } from '../../shared/contract/responders.ts';
import { AppError } from '../../shared/errors.ts';
import { fitValue } from '../../shared/model/field-value.ts';
import type { z } from 'zod';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../ports.ts';
import type { ChangeMeta, SyncedStore } from '../sync/synced-store.ts';
import type { CustomFieldsRepo, FieldOwner, FieldValue, StoredField } from './custom-fields.repo.ts';

type Input<K extends keyof typeof customFieldsContract> = z.output<(typeof customFieldsContract)[K]['input']>;
type Target = { owner: FieldOwner; ownerId: string };
/** A field that is not there reads as undefined, one that is not filled in as null. */
type Value = FieldContent;

export interface CustomFieldsService {
  list(): CustomField[];
  findByName(name: string): CustomField | undefined;
  create(actor: string, input: Input<'customFields.create'>): CustomField;
  update(actor: string, id: string, patch: Input<'customFields.update'>['patch']): CustomField;
  /** `conflict` while something uses it. */
  remove(actor: string, id: string): void;
  values(owner: FieldOwner, ownerId: string): FieldValue[];
  /** Puts a field on a case or an alert, or changes its value; null empties it. `invalid_input` says why not. */
  setById(meta: ChangeMeta, target: Target, fieldId: string, value: Value): void;
  unset(meta: ChangeMeta, target: Target, fieldId: string): void;
  /** `conflict` where the list is not the list of those that are there. */
  arrange(meta: ChangeMeta, target: Target, fieldIds: readonly string[]): void;
  /**
   * Sets a field by its name; one that does not exist is made with that type. Returns what it was before (undefined:
   * had none). Throws `invalid_input` where the value does not fit the field.
   */
  set(
    meta: ChangeMeta,
    target: Target & { name: string },
    type: CustomFieldType,
    value: unknown,
  ): { before: Value | undefined; value: Value };
  /** Puts an earlier value back; undefined takes the field off. */
  putBack(meta: ChangeMeta, target: Target & { name: string }, before: Value | undefined): void;
  valueOf(owner: FieldOwner, ownerId: string, name: string): Value | undefined;
}

/** More definitions than this and no list of them helps anybody. */
const MAX_FIELDS = 2_000;

export function createCustomFieldsService(deps: {
  repo: CustomFieldsRepo;
  store: SyncedStore;
  /** How many case templates name a field. */
  templatesWith(name: string): number;
  events: EventBus;
  clock: Clock;
}): CustomFieldsService {
  const { repo, store, events, clock } = deps;

  store.project('customFieldValue', ({ before, after }) => {
    const was = before !== undefined && before.deletedAt === null;
    const is = after.deletedAt === null;
    if (was !== is) repo.countUse(after.fieldId, is ? 1 : -1);
  });

  const shown = ({ deletedAt, ...field }: StoredField): CustomField => {
    if (deletedAt !== null) throw new Error('What is in the trash is not shown.');
    return { ...field, templates: deps.templatesWith(field.name) };
  };

  const living = (id: string): StoredField => {
    const field = repo.find(id);
    if (field === undefined || field.deletedAt !== null)
      throw new AppError('not_found', 'That custom field is not in this workspace, or is in the trash.');
    return field;
  };

  const livingByName = (name: string): StoredField | undefined => {
    const field = repo.findByName(name);
    return field?.deletedAt === null ? field : undefined;
  };

  const create = (actor: string, input: Input<'customFields.create'>): CustomField => {
    const known = repo.findByName(input.name);
    if (known !== undefined && known.deletedAt === null) {
      throw new AppError('conflict', `There is a custom field named ${input.name} already.`);
    }
    if (repo.list().length >= MAX_FIELDS)
      throw new AppError('too_large', `A workspace holds ${MAX_FIELDS} custom fields.`);
    const displayName = input.displayName === '' ? input.name : input.displayName;
    const options = checkedOptions(displayName, input.type, input.options);
    const now = clock.now();
    // Named one by one: a caller inside the core may hand over a whole field, whose id and counts are not ours.
    const { name, type, description, isMandatory } = input;
    const row = { name, displayName, description, type, options, isMandatory };
    // The name of one in the trash: it comes back as this one.
    const id = known?.id ?? v7();
    if (known === undefined) {
      store.insert('customField', { id, ...row, createdAt: now, updatedAt: now, deletedAt: null }, { actor });
    } else store.update('customField', id, { ...row, deletedAt: null }, { actor });
    events.publish('field', id);
    return shown(living(id));
  };

  const write = (meta: ChangeMeta, fieldId: string, { owner, ownerId }: Target, value: Value | undefined): void => {
    const known = repo.findValue(owner, ownerId, fieldId);
    const now = clock.now();
    const end = (): number => (repo.values(owner, ownerId).at(-1)?.position ?? -1) + 1;
    if (known !== undefined) {
      const back = known.deletedAt === null ? {} : { deletedAt: null, position: end() };
      store.update('customFieldValue', known.id, value === undefined ? { deletedAt: now } : { value, ...back }, meta);
    } else if (value !== undefined) {
      const row = { ownerType: owner, ownerId, fieldId, value, position: end() };
      store.insert('customFieldValue', { id: v7(), ...row, createdAt: now, updatedAt: now, deletedAt: null }, meta);
    }
  };

  const told = ({ owner, ownerId }: Target, meta: ChangeMeta): void => {
    events.publish(owner, ownerId, owner === 'case' ? ownerId : (meta.caseId ?? null));
  };

  const fitted = (field: StoredField, raw: unknown): Value => {
    if (raw === null) return null;
    const fit = fitValue(field.displayName, field.type, field.options, raw);
    if ('problem' in fit) throw new AppError('invalid_input', fit.problem);
    return fit.value;
  };

  const valueOf = (owner: FieldOwner, ownerId: string, name: string): Value | undefined => {
    const field = livingByName(name);
    const known = field && repo.findValue(owner, ownerId, field.id);
    return known === undefined || known.deletedAt !== null ? undefined : known.value;
  };

  return {
    list: () => repo.list().map(shown),
    findByName(name) {
      const field = livingByName(name);
      return field && shown(field);
    },
    create,
    update(actor, id, patch) {
      const { displayName, type } = living(id);
      const options = patch.options && checkedOptions(patch.displayName ?? displayName, type, patch.options);
      if (store.update('customField', id, { ...patch, options }, { actor })) events.publish('field', id);
      return shown(living(id));
    },
    remove(actor, id) {
      const { displayName, uses, templates } = shown(living(id));
      if (uses + templates > 0) {
        throw new AppError(
          'conflict',
          `${displayName} is on ${uses} ${uses === 1 ? 'case or alert' : 'cases and alerts'} and in ${templates} ${templates === 1 ? 'template' : 'templates'}. Take it off there first.`,
        );
      }
      store.update('customField', id, { deletedAt: clock.now() }, { actor });
      events.publish('field', id);
    },
    values: (owner, ownerId) => repo.values(owner, ownerId),
    valueOf,
    setById(meta, target, fieldId, raw) {
      const field = living(fieldId);
      const value = fitted(field, raw);
      store.transaction({}, () => write(meta, fieldId, target, value));
      told(target, meta);
    },
    unset(meta, target, fieldId) {
      store.transaction({}, () => write(meta, fieldId, target, undefined));
      told(target, meta);
    },
    arrange(meta, target, fieldIds) {
      const there = repo.values(target.owner, target.ownerId);
      const wanted = new Set(fieldIds);
      if (wanted.size !== there.length || there.some(({ fieldId }) => !wanted.has(fieldId))) {
        throw new AppError('conflict', 'The fields were changed meanwhile. Look at them again.');
      }
      const idOf = new Map(there.map(({ fieldId, id }) => [fieldId, id]));
      store.transaction({}, () => {
        [...wanted].forEach((fieldId, position) => {
          store.update('customFieldValue', idOf.get(fieldId)!, { position }, meta);
        });
      });
      told(target, meta);
    },
    set(meta, { owner, ownerId, name }, type, raw) {
      const known = livingByName(name);
      // The value first: a field must not be made for one that it cannot hold.
      const value = fitted(known ?? { ...NEW_FIELD, displayName: name, type }, raw);
      const before = valueOf(owner, ownerId, name);
      store.transaction({}, () => {
        const fieldId = known?.id ?? create(meta.actor, { ...NEW_FIELD, name, type }).id;
        write(meta, fieldId, { owner, ownerId }, value);
      });
      told({ owner, ownerId }, meta);
      return { before, value };
    },
    putBack(meta, { owner, ownerId, name }, before) {
      const field = livingByName(name);
      if (field === undefined) throw new AppError('not_found', `There is no field named ${name} any more.`);
      write(meta, field.id, { owner, ownerId }, before);
      told({ owner, ownerId }, meta);
    },
  };
}

const NEW_FIELD = {
  id: '',
  name: '',
  displayName: '',
  description: '',
  type: 'string' as const,
  options: [] as string[],
  isMandatory: false,
  uses: 0,
  createdAt: 0,
  updatedAt: 0,
  deletedAt: null,
};

function checkedOptions(label: string, type: CustomFieldType, options: readonly string[]): string[] {
  const checked = [...new Set(options.map((option) => option.trim()).filter((option) => option !== ''))];
  for (const option of checked) {
    const fit = fitValue(`Each option of ${label}`, type, [], option);
    if ('problem' in fit) throw new AppError('invalid_input', `“${option}”: ${fit.problem}`);
  }
  return checked;
}
