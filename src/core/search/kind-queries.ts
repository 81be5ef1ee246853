import type { SearchFilter, SearchKind } from '../../shared/model/search-query.ts';
import { HAS_TLP } from './match.ts';

/** One found row as every kind's query gives it. */
export interface HitRow {
  num: number;
  id: string;
  title: string;
  body: string;
  tags: string;
  dataType: string | null;
  verdict: 'info' | 'safe' | 'suspicious' | 'malicious' | null;
  detail: string;
  part: string;
  caseId: string | null;
  caseNumber: number | null;
  caseTitle: string | null;
  relatedId: string | null;
  engagementId: string;
  at: number;
  subjectHash: string | null;
}

interface KindQuery {
  /** From the numbers of a page (`j`) to the rows behind them. */
  from: string;
  columns: Readonly<Record<Exclude<keyof HitRow, 'num'>, string>>;
  num: string;
  /** What keeps a row out whatever is asked. */
  where: string;
  tlp: string;
  assignee?: string;
}

const NUMBERED = 'json_each(?) j CROSS JOIN search_doc d ON d.num = j.value';
const OF_CASE = { caseId: 'c.id', caseNumber: 'c.number', caseTitle: 'c.title', engagementId: 'c.engagement_id' };
const NOTHING = {
  body: `''`,
  tags: `'[]'`,
  dataType: 'NULL',
  verdict: 'NULL',
  detail: `''`,
  part: `''`,
  relatedId: 'NULL',
  subjectHash: 'NULL',
};
/** Only the beginning of a body can match, and be shown. */
const body = (column: string): string => `substr(${column}, 1, 262144)`;

export const KIND_QUERIES: Readonly<Record<SearchKind, KindQuery>> = {
  observable: {
    from: `json_each(?) j CROSS JOIN observable o ON o.num = j.value JOIN case_record c ON c.id = o.case_id
      LEFT JOIN observable_verdict v ON v.observable_id = o.id`,
    columns: {
      ...NOTHING,
      ...OF_CASE,
      id: 'o.id',
      title: 'o.value',
      body: 'o.message',
      tags: 'o.tags',
      dataType: 'o.data_type',
      verdict: 'v.level',
      engagementId: 'o.engagement_id',
      at: 'o.created_at',
      subjectHash: 'o.subject_hash',
    },
    num: 'o.num',
    where: 'o.deleted_at IS NULL AND c.deleted_at IS NULL',
    tlp: 'o.tlp',
  },
  case: {
    from: `${NUMBERED} JOIN case_record c ON c.id = d.row_id`,
    columns: {
      ...NOTHING,
      ...OF_CASE,
      id: 'c.id',
      title: 'c.title',
      body: `${body('c.description')} || char(10) || ${body('c.summary')}`,
      tags: 'c.tags',
      detail: 'c.status',
      at: 'c.start_at',
    },
    num: 'd.num',
    where: 'c.deleted_at IS NULL',
    tlp: 'c.tlp',
    assignee: 'c.assignee',
  },
  task: {
    from: `${NUMBERED} JOIN task t ON t.id = d.row_id JOIN case_record c ON c.id = t.case_id`,
    columns: {
      ...NOTHING,
      ...OF_CASE,
      id: 't.id',
      title: 't.title',
      body: `t.task_group || char(10) || ${body('t.description')}`,
      detail: 't.status',
      at: 't.created_at',
    },
    num: 'd.num',
    where: 't.deleted_at IS NULL AND c.deleted_at IS NULL',
    tlp: 'c.tlp',
    assignee: 't.assignee',
  },
  note: {
    from: `${NUMBERED} JOIN note n ON n.id = d.row_id JOIN case_record c ON c.id = n.case_id`,
    columns: {
      ...NOTHING,
      ...OF_CASE,
      id: 'n.id',
      title: 'n.title',
      body: body('n.body'),
      relatedId: 'n.task_id',
      at: 'n.updated_at',
    },
    num: 'd.num',
    where: 'n.deleted_at IS NULL AND c.deleted_at IS NULL',
    tlp: 'c.tlp',
  },
  alert: {
    from: `${NUMBERED} JOIN alert a ON a.id = d.row_id LEFT JOIN case_record c ON c.id = a.case_id AND c.deleted_at IS NULL`,
    columns: {
      ...NOTHING,
      ...OF_CASE,
      id: 'a.id',
      title: 'a.title',
      body: `a.type || ' ' || a.source || ' ' || a.source_ref || char(10) || ${body('a.description')}`,
      tags: 'a.tags',
      detail: 'a.source',
      engagementId: 'a.engagement_id',
      at: 'a.date',
    },
    num: 'd.num',
    where: 'a.deleted_at IS NULL',
    tlp: 'a.tlp',
  },
  evidence: {
    from: `${NUMBERED} JOIN evidence e ON e.id = d.row_id JOIN case_record c ON c.id = e.case_id`,
    columns: {
      ...NOTHING,
      ...OF_CASE,
      id: 'e.id',
      title: 'e.name',
      detail: 'e.type_label',
      part: 'd.part',
      relatedId: 'e.intake_id',
      at: 'e.added_at',
    },
    num: 'd.num',
    where: 'e.deleted_at IS NULL AND c.deleted_at IS NULL',
    tlp: 'c.tlp',
  },
  report: {
    from: `${NUMBERED} JOIN report r ON r.id = d.row_id JOIN job b ON b.id = r.job_id
      LEFT JOIN case_record c ON c.id = b.case_id`,
    columns: {
      ...NOTHING,
      ...OF_CASE,
      id: 'r.id',
      title: 'b.value',
      dataType: 'b.data_type',
      verdict: 'r.level',
      detail: 'b.flavor_name',
      relatedId: 'b.id',
      engagementId: 'b.engagement_id',
      at: 'r.created_at',
    },
    num: 'd.num',
    where: '(b.case_id IS NULL OR c.deleted_at IS NULL)',
    tlp: 'b.tlp',
  },
  event: {
    from: `${NUMBERED} JOIN timeline_event x ON x.id = d.row_id JOIN case_record c ON c.id = x.case_id`,
    columns: {
      ...NOTHING,
      ...OF_CASE,
      id: 'x.id',
      title: 'x.title',
      body: body('x.description'),
      tags: 'x.tags',
      detail: 'x.kind',
      at: 'x.at',
    },
    num: 'd.num',
    where: 'x.deleted_at IS NULL AND c.deleted_at IS NULL',
    tlp: 'c.tlp',
  },
};

/** The rows behind the numbers in the first parameter (a JSON list), the newest first; filters that are columns apply. */
export function rowsSql(kind: SearchKind, filters: readonly SearchFilter[]): { sql: string; values: unknown[] } {
  const query = KIND_QUERIES[kind];
  const where = [query.where];
  const values: unknown[] = [];
  const alternatives = new Map<string, { sql: string[]; values: unknown[] }>();
  for (const filter of filters) {
    const condition = columnCondition(kind, query, filter);
    if (condition === undefined) continue;
    const { sql, value } = condition;
    if (filter.isNegated || filter.key === 'before' || filter.key === 'after') {
      where.push(filter.isNegated ? `NOT coalesce(${sql}, 0)` : sql);
      values.push(value);
      continue;
    }
    const list = alternatives.get(filter.key) ?? { sql: [], values: [] };
    list.sql.push(sql);
    list.values.push(value);
    alternatives.set(filter.key, list);
  }
  for (const list of alternatives.values()) {
    where.push(`(${list.sql.join(' OR ')})`);
    values.push(...list.values);
  }
  const columns = Object.entries(query.columns).map(([name, column]) => `${column} AS ${name}`);
  return {
    sql: `SELECT ${query.num} AS num, ${columns.join(', ')} FROM ${query.from}
      WHERE ${where.join(' AND ')} ORDER BY ${query.num} DESC`,
    values,
  };
}

function columnCondition(
  kind: SearchKind,
  query: KindQuery,
  filter: SearchFilter,
): { sql: string; value: unknown } | undefined {
  switch (filter.key) {
    case 'before':
      return { sql: `${query.columns.at} < ?`, value: filter.value };
    case 'after':
      return { sql: `${query.columns.at} >= ?`, value: filter.value };
    case 'verdict':
      return query.columns.verdict === 'NULL'
        ? undefined
        : { sql: `${query.columns.verdict} = ?`, value: filter.value };
    case 'assignee':
      return query.assignee === undefined
        ? undefined
        : { sql: `${query.assignee} = ? COLLATE NOCASE`, value: filter.value };
    case 'tlp':
      return HAS_TLP.has(kind) ? undefined : { sql: `${query.tlp} = ?`, value: filter.value };
    case 'case':
      return kind === 'report' ? { sql: 'c.number = ?', value: filter.value } : undefined;
    default:
      return undefined;
  }
}
