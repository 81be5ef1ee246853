import type { SimilarCase } from '../../shared/contract/alerts.ts';
import type { Case } from '../../shared/contract/entities.ts';
import type { DataType } from '../../shared/model/data-type.ts';
import type { Db } from '../db/open.ts';
import { createSameSubject } from './same-subject.repo.ts';

export interface SimilarCasesRepo {
  /**
   * Cases of the engagement that hold what an alert brings, ranked by how rare what they share is. `except` is the
   * alert's own case. One look-up by index for each value: what is in thousands of cases is looked at in the first
   * `MOST_CASES` only, because it tells nothing.
   */
  find(
    alertId: string,
    engagementId: string,
    options: { except: string | null; minPercent: number; isOpenOnly: boolean },
  ): SimilarCase[];
}

const LOOKED_AT = 5_000;
const MOST_CASES = 200;
const SHOWN = 20;
const VALUES_SHOWN = 5;

interface Mine {
  data_type: DataType;
  value: string;
  subject_hash: string;
  is_ioc: number;
}

interface CaseRow {
  id: string;
  number: number;
  title: string;
  status: Case['status'];
  resolution: Case['resolution'];
  start_at: number;
  tags: string;
}

interface Candidate {
  weight: number;
  /** Indexes into what the alert brings, with the rarity of each. */
  shared: Map<number, number>;
}

export function createSimilarCasesRepo(db: Db): SimilarCasesRepo {
  const mine = db.prepare<[string], Mine>(
    `SELECT data_type, value, subject_hash, is_ioc FROM alert_observable
     WHERE alert_id = ? AND deleted_at IS NULL AND ignore_similarity = 0 ORDER BY num LIMIT ${LOOKED_AT}`,
  );
  const holders = db
    .prepare<[string, string, number], string>(
      `SELECT case_id FROM observable WHERE engagement_id = ? AND subject_hash = ? AND deleted_at IS NULL AND ignore_similarity = 0
       LIMIT ?`,
    )
    .pluck();
  const caseOf = db.prepare<[string], CaseRow>(
    'SELECT id, number, title, status, resolution, start_at, tags FROM case_record WHERE id = ? AND deleted_at IS NULL',
  );
  const sameSubject = createSameSubject(db);

  return {
    find(alertId, engagementId, { except, minPercent, isOpenOnly }) {
      const values = mine.all(alertId);
      const iocs = values.filter(({ is_ioc }) => is_ioc === 1).length;
      const found = new Map<string, Candidate>();
      for (const [index, one] of values.entries()) {
        const cases = new Set(
          sameSubject(one.data_type, one.value, one.subject_hash).flatMap((hash) =>
            holders.all(engagementId, hash, MOST_CASES),
          ),
        );
        if (except !== null) cases.delete(except);
        const rarity = 1 / cases.size;
        for (const caseId of cases) {
          const known = found.get(caseId);
          const candidate = known ?? { weight: 0, shared: new Map<number, number>() };
          if (!known) found.set(caseId, candidate);
          candidate.weight += rarity;
          candidate.shared.set(index, rarity);
        }
      }
      const least = Math.max(1, Math.ceil((values.length * minPercent) / 100));
      const ranked = [...found]
        .filter(([, { shared }]) => shared.size >= least)
        .sort(([a, one], [b, two]) => two.weight - one.weight || (a < b ? 1 : -1));
      const result: SimilarCase[] = [];
      for (const [id, { shared }] of ranked) {
        const row = caseOf.get(id);
        if (!row || (isOpenOnly && row.status !== 'open' && row.status !== 'in_progress')) continue;
        result.push(toSimilar(row, shared, values, iocs));
        if (result.length === SHOWN) break;
      }
      return result;
    },
  };
}

function toSimilar(row: CaseRow, shared: Map<number, number>, values: readonly Mine[], iocs: number): SimilarCase {
  const hits = [...shared].flatMap(([index, rarity]) => {
    const value = values[index];
    return value === undefined ? [] : [{ ...value, rarity }];
  });
  const types: Record<string, number> = {};
  for (const { data_type } of hits) types[data_type] = (types[data_type] ?? 0) + 1;
  return {
    id: row.id,
    number: row.number,
    title: row.title,
    status: row.status,
    resolution: row.resolution,
    startAt: row.start_at,
    tags: JSON.parse(row.tags) as string[],
    observables: { shared: hits.length, of: values.length },
    iocs: { shared: hits.filter(({ is_ioc }) => is_ioc === 1).length, of: iocs },
    types,
    values: hits
      .toSorted((a, b) => b.is_ioc - a.is_ioc || b.rarity - a.rarity)
      .slice(0, VALUES_SHOWN)
      .map(({ data_type, value, is_ioc }) => ({ dataType: data_type, value, isIoc: is_ioc === 1 })),
  };
}
