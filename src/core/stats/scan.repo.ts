import type { Db } from '../db/open.ts';
import type { Keyset } from '../db/keyset.ts';

/** A single thing, with the values of all its fields. */
export interface ScannedRow extends Keyset {
  values: Readonly<Record<string, readonly string[]>>;
  measure: number | null;
}

export type ScannedEntity = 'case' | 'observable' | 'alert';

interface Row {
  id: string;
  at: number;
  tags: string;
  measure: number | null;
  [field: string]: string | number | null;
}

/** The newest first, by the index on the day they were made; nothing of the trash. */
export interface ScanRepo {
  page(
    entity: ScannedEntity,
    engagementId: string,
    period: { from: number; to: number },
    after: Keyset | undefined,
    limit: number,
  ): ScannedRow[];
}

const SOURCES: Readonly<Record<ScannedEntity, { columns: string; from: string; row: string; where: string }>> = {
  case: {
    columns: `c.status, CAST(c.severity AS TEXT) AS severity, c.tlp, c.pap, c.assignee, c.resolution, c.impact, c.tags,
      c.end_at - c.start_at AS measure`,
    from: 'case_record c',
    row: 'c',
    where: '',
  },
  observable: {
    columns: `CASE WHEN o.is_ioc = 1 THEN 'yes' ELSE 'no' END AS ioc, CASE WHEN o.source_job_id IS NOT NULL THEN 'analyzer'
        WHEN EXISTS (SELECT 1 FROM json_each(o.marks) m WHERE m.value = 'alert' OR m.value LIKE 'alert:%') THEN 'alert'
        ELSE 'own' END AS source, coalesce(v.level, 'none') AS verdict, o.data_type AS dataType,
      CASE WHEN o.is_sighted = 1 THEN 'yes' ELSE 'no' END AS sighted, o.tlp, o.tags, NULL AS measure`,
    from: `observable o LEFT JOIN observable_verdict v ON v.observable_id = o.id`,
    row: 'o',
    where: 'AND EXISTS (SELECT 1 FROM case_record c WHERE c.id = o.case_id AND c.deleted_at IS NULL)',
  },
  alert: {
    columns: `s.status AS state, a.source, a.type, CAST(a.severity AS TEXT) AS severity, a.tlp, a.tags, NULL AS measure`,
    from: 'alert a JOIN alert_state s ON s.num = a.num',
    row: 'a',
    where: '',
  },
};

export function createScanRepo(db: Db): ScanRepo {
  const statements = Object.fromEntries(
    Object.entries(SOURCES).map(([entity, { columns, from, row, where }]) => [
      entity,
      db.prepare<[string, number, number, number, string, number], Row>(
        `SELECT ${row}.id, ${row}.created_at AS at, ${columns} FROM ${from}
         WHERE ${row}.engagement_id = ? AND ${row}.created_at >= ? AND ${row}.created_at < ? AND ${row}.deleted_at IS NULL
           AND (${row}.created_at, ${row}.id) < (?, ?) ${where}
         ORDER BY ${row}.created_at DESC, ${row}.id DESC LIMIT ?`,
      ),
    ]),
  );
  return {
    page(entity, engagementId, { from, to }, after, limit) {
      const { at, id } = after ?? { at: Number.MAX_SAFE_INTEGER, id: '' };
      const rows = statements[entity]?.all(engagementId, from, to, at, id, limit) ?? [];
      return rows.map(({ id, at, tags, measure, ...fields }) => {
        const values: Record<string, string[]> = { tags: JSON.parse(tags) as string[] };
        for (const [field, value] of Object.entries(fields)) values[field] = value === null ? [] : [String(value)];
        return { id, at, measure, values };
      });
    },
  };
}
