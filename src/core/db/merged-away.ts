/**
 * SQL that holds for a case (by that alias) that was not merged into one that is there. What was merged away is in the
 * result: it is not another case to it, and not a second one to the rest.
 */
export const notMergedAway = (alias: string): string =>
  `(${alias}.merged_into IS NULL OR NOT EXISTS (
     SELECT 1 FROM case_record heir WHERE heir.id = ${alias}.merged_into AND heir.deleted_at IS NULL))`;
