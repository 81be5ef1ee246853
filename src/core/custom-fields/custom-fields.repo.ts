import type { CustomField, CustomFieldValue, FieldContent } from '../../shared/contract/custom-fields.ts';
import type { CustomFieldType } from '../../shared/contract/responders.ts';
import type { Db } from '../db/open.ts';

export type FieldOwner = 'case' | 'alert';

/** A definition without what templates say of it. */
export type StoredField = Omit<CustomField, 'templates'> & { deletedAt: number | null };

export interface FieldValue extends CustomFieldValue {
  deletedAt: number | null;
}

export interface CustomFieldsRepo {
  /** By display name. */
  list(): StoredField[];
  /** Also one in the trash. */
  find(id: string): StoredField | undefined;
  findByName(name: string): StoredField | undefined;
  /** In the order in which they are shown. */
  values(owner: FieldOwner, ownerId: string): FieldValue[];
  /** Also finds one in the trash. */
  findValue(owner: FieldOwner, ownerId: string, fieldId: string): FieldValue | undefined;
  /** How many cases and alerts have it; kept in the writer's transaction. */
  countUse(fieldId: string, by: 1 | -1): void;
}

interface FieldRow {
  id: string;
  name: string;
  display_name: string;
  description: string;
  type: CustomFieldType;
  options: string;
  is_mandatory: number;
  uses: number;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
}

interface ValueRow
  extends Pick<FieldRow, 'name' | 'display_name' | 'description' | 'type' | 'options' | 'is_mandatory'> {
  id: string;
  field_id: string;
  value: string;
  position: number;
  deleted_at: number | null;
}

export function createCustomFieldsRepo(db: Db): CustomFieldsRepo {
  const definition = `SELECT f.id, f.name, f.display_name, f.description, f.type, f.options, f.is_mandatory,
    coalesce(u.uses, 0) AS uses, f.created_at, f.updated_at, f.deleted_at
    FROM custom_field f LEFT JOIN custom_field_use u ON u.field_id = f.id`;
  const all = db.prepare<[], FieldRow>(
    `${definition} WHERE f.deleted_at IS NULL ORDER BY f.display_name COLLATE NOCASE, f.name LIMIT 10000`,
  );
  const byId = db.prepare<[string], FieldRow>(`${definition} WHERE f.id = ?`);
  const byName = db.prepare<[string], FieldRow>(`${definition} WHERE f.name = ?`);
  const select = `SELECT v.id, v.field_id, f.name, f.display_name, f.description, f.type, f.options, f.is_mandatory, v.value,
    v.position, v.deleted_at
    FROM custom_field_value v JOIN custom_field f ON f.id = v.field_id`;
  const values = db.prepare<[string, string], ValueRow>(
    `${select} WHERE v.owner_type = ? AND v.owner_id = ? AND v.deleted_at IS NULL ORDER BY v.position, v.id`,
  );
  const value = db.prepare<[string, string, string], ValueRow>(
    `${select} WHERE v.owner_type = ? AND v.owner_id = ? AND v.field_id = ?`,
  );
  const use = db.prepare(
    `INSERT INTO custom_field_use (field_id, uses) VALUES (?, ?)
     ON CONFLICT (field_id) DO UPDATE SET uses = uses + excluded.uses`,
  );
  return {
    list: () => all.all().map(toField),
    find(id) {
      const row = byId.get(id);
      return row && toField(row);
    },
    findByName(name) {
      const row = byName.get(name);
      return row && toField(row);
    },
    values: (owner, ownerId) => values.all(owner, ownerId).map(toValue),
    findValue(owner, ownerId, fieldId) {
      const row = value.get(owner, ownerId, fieldId);
      return row && toValue(row);
    },
    countUse: (fieldId, by) => void use.run(fieldId, by),
  };
}

const toField = (row: FieldRow): StoredField => ({
  id: row.id,
  name: row.name,
  displayName: row.display_name,
  description: row.description,
  type: row.type,
  options: JSON.parse(row.options) as string[],
  isMandatory: row.is_mandatory === 1,
  uses: row.uses,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  deletedAt: row.deleted_at,
});

const toValue = (row: ValueRow): FieldValue => ({
  id: row.id,
  fieldId: row.field_id,
  name: row.name,
  displayName: row.display_name,
  description: row.description,
  type: row.type,
  options: JSON.parse(row.options) as string[],
  isMandatory: row.is_mandatory === 1,
  value: JSON.parse(row.value) as FieldContent,
  position: row.position,
  deletedAt: row.deleted_at,
});
