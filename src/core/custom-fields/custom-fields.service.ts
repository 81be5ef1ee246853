import { v7 } from 'uuid';
import type { CustomFieldType } from '../../shared/contract/responders.ts';
import { AppError } from '../../shared/errors.ts';
import type { Clock } from '../ports.ts';
import type { ChangeMeta, SyncedStore } from '../sync/synced-store.ts';
import type { CustomField, CustomFieldsRepo, FieldValue } from './custom-fields.repo.ts';

type Value = FieldValue['value'];

export interface CustomFieldsService {
  values(owner: 'case' | 'alert', ownerId: string): FieldValue[];
  /**
   * Sets a field by its name; one that does not exist is made with that type. Returns what it was before (undefined:
   * had none). Throws `invalid_input` where the value does not fit the field.
   */
  set(
    meta: ChangeMeta,
    target: { owner: 'case' | 'alert'; ownerId: string; name: string },
    type: CustomFieldType,
    value: unknown,
  ): { before: Value | undefined; value: Value };
  /** Puts an earlier value back; undefined takes the field off. */
  putBack(
    meta: ChangeMeta,
    target: { owner: 'case' | 'alert'; ownerId: string; name: string },
    before: Value | undefined,
  ): void;
  valueOf(owner: 'case' | 'alert', ownerId: string, name: string): Value | undefined;
}

const MAX_TEXT = 65_536;

export function createCustomFieldsService(deps: {
  repo: CustomFieldsRepo;
  store: SyncedStore;
  clock: Clock;
}): CustomFieldsService {
  const { repo, store, clock } = deps;

  const make = (meta: ChangeMeta, name: string, type: CustomFieldType): CustomField => {
    const now = clock.now();
    const field = { id: v7(), name, type, options: [] };
    store.insert(
      'customField',
      {
        ...field,
        displayName: name,
        description: '',
        isMandatory: false,
        createdAt: now,
        updatedAt: now,
        deletedAt: null,
      },
      { ...meta, engagementId: null, caseId: null },
    );
    return field;
  };

  const write = (
    meta: ChangeMeta,
    field: CustomField,
    owner: 'case' | 'alert',
    ownerId: string,
    value: Value | undefined,
  ): void => {
    const known = repo.findValue(owner, ownerId, field.id);
    const now = clock.now();
    if (known !== undefined) {
      store.update(
        'customFieldValue',
        known.id,
        value === undefined ? { deletedAt: now } : { value, deletedAt: null },
        meta,
      );
    } else if (value !== undefined) {
      const position = (repo.values(owner, ownerId).at(-1)?.position ?? -1) + 1;
      const row = { ownerType: owner, ownerId, fieldId: field.id, value, position };
      store.insert('customFieldValue', { id: v7(), ...row, createdAt: now, updatedAt: now, deletedAt: null }, meta);
    }
  };

  const valueOf = (owner: 'case' | 'alert', ownerId: string, name: string): Value | undefined => {
    const field = repo.findByName(name);
    const known = field && repo.findValue(owner, ownerId, field.id);
    return known === undefined || known.deletedAt !== null ? undefined : known.value;
  };

  return {
    values: (owner, ownerId) => repo.values(owner, ownerId),
    valueOf,
    set(meta, { owner, ownerId, name }, type, raw) {
      const known = repo.findByName(name);
      const value = fit(name, known?.type ?? type, raw);
      if (known !== undefined && known.options.length > 0 && !known.options.includes(String(value))) {
        throw new AppError('invalid_input', `${name} may only be one of: ${known.options.join(', ')}.`);
      }
      const before = valueOf(owner, ownerId, name);
      store.transaction({}, () => write(meta, known ?? make(meta, name, type), owner, ownerId, value));
      return { before, value };
    },
    putBack(meta, { owner, ownerId, name }, before) {
      const field = repo.findByName(name);
      if (field === undefined) throw new AppError('not_found', `There is no field named ${name} any more.`);
      write(meta, field, owner, ownerId, before);
    },
  };
}

/** The value as the field's type has it; what does not fit is refused, never bent. */
function fit(name: string, type: CustomFieldType, raw: unknown): Value {
  const no = (): AppError => new AppError('invalid_input', `${name} is ${WORDS[type]}, and this value is none.`);
  switch (type) {
    case 'string':
    case 'url':
      if (typeof raw === 'string') return raw.slice(0, MAX_TEXT);
      if (typeof raw === 'number' || typeof raw === 'boolean') return String(raw);
      throw no();
    case 'boolean':
      if (typeof raw === 'boolean') return raw;
      if (raw === 'true' || raw === 'false') return raw === 'true';
      throw no();
    case 'integer':
    case 'float':
    case 'date': {
      const number = typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : raw;
      if (typeof number !== 'number' || !Number.isFinite(number)) throw no();
      if (type !== 'float' && !Number.isSafeInteger(number)) throw no();
      return number;
    }
  }
}

const WORDS: Readonly<Record<CustomFieldType, string>> = {
  string: 'a text',
  url: 'an address',
  boolean: 'yes or no',
  integer: 'a whole number',
  float: 'a number',
  date: 'a date in milliseconds',
};
