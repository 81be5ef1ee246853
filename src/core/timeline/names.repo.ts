import type { DataType } from '../../shared/model/data-type.ts';
import { defang } from '../../shared/model/defang.ts';
import type { Db } from '../db/open.ts';

/** Names for people: of assets, and of the observables of a case (defanged). */
export function createNames(
  db: Db,
): (caseId: string, assetIds: readonly string[], observableIds: readonly string[]) => ReadonlyMap<string, string> {
  const assets = db.prepare<[string], { id: string; name: string }>(
    'SELECT a.id, a.name FROM json_each(?) j JOIN asset a ON a.id = j.value WHERE a.deleted_at IS NULL',
  );
  const observables = db.prepare<[string, string], { id: string; dataType: DataType; value: string }>(
    `SELECT o.id, o.data_type AS dataType, o.value FROM json_each(?) j JOIN observable o ON o.id = j.value
     WHERE o.case_id = ? AND o.deleted_at IS NULL`,
  );
  return (caseId, assetIds, observableIds) =>
    new Map([
      ...assets.all(JSON.stringify(assetIds)).map(({ id, name }): [string, string] => [id, name]),
      ...observables
        .all(JSON.stringify(observableIds), caseId)
        .map(({ id, dataType, value }): [string, string] => [id, defang(dataType, value)]),
    ]);
}
