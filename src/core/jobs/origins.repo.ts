import type { Db } from '../db/open.ts';
import type { JobFilter } from './job-filter.ts';

export interface OriginsRepo {
  /** A filter of a case or an observable, once for each that it was made of when cases were merged, and for itself. */
  withOrigins<F extends JobFilter>(filter: F): F[];
}

export function createOriginsRepo(db: Db): OriginsRepo {
  const origins = db
    .prepare<[string], string>(
      // UNION leaves out what is there already: a merge that was taken apart leads both ways.
      `WITH RECURSIVE made (id) AS (
         VALUES (?) UNION SELECT c.origin_id FROM copied_row c JOIN made ON c.row_id = made.id LIMIT 500
       ) SELECT id FROM made`,
    )
    .pluck();
  const all = (id: string | undefined): (string | undefined)[] => (id === undefined ? [undefined] : origins.all(id));
  return {
    withOrigins: (filter) =>
      all(filter.caseId).flatMap((caseId) =>
        all(filter.observableId).map((observableId) => ({ ...filter, caseId, observableId })),
      ),
  };
}
