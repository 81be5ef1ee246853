import type { Db } from '../db/open.ts';
import type { ChangeRow } from '../sync/change-log.ts';
import { SHARED_ENTITIES, type SharedEntity } from '../sync/registry.ts';

/** The field that names a thing of each entity, where it has one. */
const LABEL_FIELDS = ['title', 'displayName', 'name', 'value', 'target'] as const;

export interface Label {
  text: string;
  dataType: string | null;
}

export interface ActivityRepo {
  /** Newest first, older than `before`. */
  changes(caseId: string, before: number): IterableIterator<ChangeRow>;
  /** What a thing is called now; undefined where it is gone. */
  labelOf(entity: string, rowId: string): Label | undefined;
}

export function createActivityRepo(db: Db): ActivityRepo {
  const changes = db.prepare<[string, number], ChangeRow>(
    'SELECT * FROM change WHERE case_id = ? AND seq < ? ORDER BY seq DESC',
  );
  const labels = new Map<string, (rowId: string) => Label | undefined>();
  const labelReader = (entity: string): ((rowId: string) => Label | undefined) => {
    const known = labels.get(entity);
    if (known !== undefined) return known;
    const shape = Object.hasOwn(SHARED_ENTITIES, entity) ? SHARED_ENTITIES[entity as SharedEntity] : undefined;
    const fields: Record<string, { column: string }> = shape?.fields ?? {};
    const named = LABEL_FIELDS.find((name) => fields[name] !== undefined);
    let read: (rowId: string) => Label | undefined = () => undefined;
    if (shape !== undefined && named !== undefined) {
      const dataType = fields['dataType']?.column ?? 'NULL';
      const statement = db.prepare<[string], { text: string; dataType: string | null }>(
        `SELECT ${fields[named]?.column} AS text, ${dataType} AS dataType FROM ${shape.table} WHERE id = ?`,
      );
      read = (rowId) => statement.get(rowId);
    }
    labels.set(entity, read);
    return read;
  };
  return {
    changes: (caseId, before) => changes.iterate(caseId, before),
    labelOf: (entity, rowId) => labelReader(entity)(rowId),
  };
}
