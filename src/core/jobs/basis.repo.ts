import type { Db } from '../db/open.ts';
import type { ReportBasis } from './report-basis.ts';

export interface StoredBasis extends ReportBasis {
  id: number;
  /** When the first report rested on it, UTC ms. */
  firstAt: number;
}

export interface BasisRepo {
  /** The number of a basis, which is stored where it is new. Inside the caller's transaction. */
  idOf(basis: ReportBasis, now: number): number;
  /** The newest states of analyzers; at most 5,000. */
  list(): StoredBasis[];
}

const MAX_BASES = 5_000;

export function createBasisRepo(db: Db): BasisRepo {
  const find = db
    .prepare<[string, string, string, string, string], number>(
      'SELECT id FROM report_basis WHERE flavor_id = ? AND version = ? AND file = ? AND settings = ? AND key = ?',
    )
    .pluck();
  const insert = db
    .prepare<[string, string, string, string, string, string, number], number>(
      `INSERT INTO report_basis (flavor_id, flavor_name, version, file, settings, key, first_at)
       VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id`,
    )
    .pluck();
  const list = db.prepare<[], StoredBasis>(
    `SELECT id, flavor_id AS flavorId, flavor_name AS flavorName, version, file, settings, key, first_at AS firstAt
     FROM report_basis ORDER BY id DESC LIMIT ${MAX_BASES}`,
  );
  return {
    idOf({ flavorId, flavorName, version, file, settings, key }, now) {
      const known = find.get(flavorId, version, file, settings, key);
      if (known !== undefined) return known;
      const made = insert.get(flavorId, flavorName, version, file, settings, key, now);
      if (made === undefined) throw new Error('a basis was not stored');
      return made;
    },
    list: () => list.all(),
  };
}
