import type { Level } from '../../shared/model/report.ts';
import { notMergedAway } from '../db/merged-away.ts';
import type { Db } from '../db/open.ts';

/** One observable of another case that this case holds too. */
export interface SharedValue {
  caseId: string;
  dataType: string;
  value: string;
  subjectHash: string;
  isIoc: boolean;
  verdict: Level | null;
}

export interface RelatedCasesRepo {
  /**
   * What other cases of the engagement (with `isEverywhere`: of the workspace) hold in common with this one. Looks at
   * the newest `LOOKED_AT` observables of the case; those marked as not worth comparing are left out on both sides.
   */
  shared(caseId: string, engagementId: string, isEverywhere: boolean): SharedValue[];
}

/** A case that is larger is compared by its newest values: the look-up must answer before a person notices. */
export const LOOKED_AT = 5_000;
/** A value such as a public resolver may be in thousands of cases; beyond this nothing new is learnt. */
const MAX_FOUND = 20_000;

interface Row {
  case_id: string;
  data_type: string;
  value: string;
  subject_hash: string;
  is_ioc: number;
  level: Level | null;
}

export function createRelatedCasesRepo(db: Db): RelatedCasesRepo {
  const select = (condition: string): string => `
    SELECT o.case_id, o.data_type, o.value, o.subject_hash, o.is_ioc, v.level
    FROM (SELECT subject_hash, data_type FROM observable
          WHERE case_id = @caseId AND deleted_at IS NULL AND ignore_similarity = 0
          ORDER BY created_at DESC, num DESC LIMIT ${LOOKED_AT}) mine
    -- CROSS and the plus say how to look: from these subjects to the few rows that have them, not from all of the
    -- engagement's rows or from all of a type.
    CROSS JOIN observable o ON ${condition} AND +o.data_type = mine.data_type
      AND o.case_id <> @caseId AND o.deleted_at IS NULL AND o.ignore_similarity = 0
    JOIN case_record c ON c.id = o.case_id AND c.deleted_at IS NULL
      -- What was merged into a case is in it: neither is it another case to the one, nor twice to the rest.
      AND ${notMergedAway('c')}
      AND c.id IS NOT (SELECT merged_into FROM case_record WHERE id = @caseId)
    LEFT JOIN observable_verdict v ON v.observable_id = o.id
    LIMIT ${MAX_FOUND}`;
  const bySubject = 'o.subject_hash = mine.subject_hash';
  const within = db.prepare<[{ caseId: string; engagementId: string }], Row>(
    select(`o.engagement_id = @engagementId AND ${bySubject}`),
  );
  // The index begins with the engagement, so the few there are are asked one after the other.
  const everywhere = db.prepare<[{ caseId: string }], Row>(
    select(`o.engagement_id IN (SELECT id FROM engagement WHERE deleted_at IS NULL) AND ${bySubject}`),
  );
  return {
    shared: (caseId, engagementId, isEverywhere) =>
      (isEverywhere ? everywhere.all({ caseId }) : within.all({ caseId, engagementId })).map((row) => ({
        caseId: row.case_id,
        dataType: row.data_type,
        value: row.value,
        subjectHash: row.subject_hash,
        isIoc: row.is_ioc === 1,
        verdict: row.level,
      })),
  };
}
