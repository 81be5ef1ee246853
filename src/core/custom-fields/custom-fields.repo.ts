import type { CustomFieldType } from '../../shared/contract/responders.ts';
import type { Db } from '../db/open.ts';

export interface CustomField {
  id: string;
  name: string;
  type: CustomFieldType;
  /** The only values it may have; empty is "any". */
  options: string[];
}

export interface FieldValue {
  id: string;
  fieldId: string;
  name: string;
  type: CustomFieldType;
  value: string | number | boolean;
  position: number;
  deletedAt: number | null;
}

type Owner = 'case' | 'alert';

export interface CustomFieldsRepo {
  findByName(name: string): CustomField | undefined;
  /** In the order in which they were set. */
  values(owner: Owner, ownerId: string): FieldValue[];
  /** Also finds one in the trash. */
  findValue(owner: Owner, ownerId: string, fieldId: string): FieldValue | undefined;
}

interface ValueRow {
  id: string;
  field_id: string;
  name: string;
  type: CustomFieldType;
  value: string;
  position: number;
  deleted_at: number | null;
}

export function createCustomFieldsRepo(db: Db): CustomFieldsRepo {
  const byName = db.prepare<[string], { id: string; name: string; type: CustomFieldType; options: string }>(
    'SELECT id, name, type, options FROM custom_field WHERE name = ? AND deleted_at IS NULL',
  );
  const select = `SELECT v.id, v.field_id, f.name, f.type, v.value, v.position, v.deleted_at
    FROM custom_field_value v JOIN custom_field f ON f.id = v.field_id`;
  const values = db.prepare<[string, string], ValueRow>(
    `${select} WHERE v.owner_type = ? AND v.owner_id = ? AND v.deleted_at IS NULL ORDER BY v.position, v.id`,
  );
  const value = db.prepare<[string, string, string], ValueRow>(
    `${select} WHERE v.owner_type = ? AND v.owner_id = ? AND v.field_id = ?`,
  );
  return {
    findByName(name) {
      const row = byName.get(name);
      return row && { ...row, options: JSON.parse(row.options) as string[] };
    },
    values: (owner, ownerId) => values.all(owner, ownerId).map(toValue),
    findValue(owner, ownerId, fieldId) {
      const row = value.get(owner, ownerId, fieldId);
      return row && toValue(row);
    },
  };
}

const toValue = (row: ValueRow): FieldValue => ({
  id: row.id,
  fieldId: row.field_id,
  name: row.name,
  type: row.type,
  value: JSON.parse(row.value) as FieldValue['value'],
  position: row.position,
  deletedAt: row.deleted_at,
});
