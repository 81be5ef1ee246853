import type { Db } from '../db/open.ts';

export interface EmptyFieldsRepo {
  /** Mandatory fields that a case has no value for, by name. */
  ofCase(caseId: string): { id: string; name: string; displayName: string }[];
}

export function createEmptyFieldsRepo(db: Db): EmptyFieldsRepo {
  const empty = db.prepare<[string], { id: string; name: string; displayName: string }>(
    `SELECT f.id, f.name, f.display_name AS displayName FROM custom_field f
     WHERE f.is_mandatory = 1 AND f.deleted_at IS NULL AND NOT EXISTS (
       SELECT 1 FROM custom_field_value v WHERE v.owner_type = 'case' AND v.owner_id = ? AND v.field_id = f.id
         AND v.deleted_at IS NULL AND v.value NOT IN ('null', '""', '[]'))
     ORDER BY f.display_name, f.id`,
  );
  return { ofCase: (caseId) => empty.all(caseId) };
}
