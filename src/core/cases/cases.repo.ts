import type { Case } from '../../shared/contract/entities.ts';
import type { Pap, Tlp } from '../../shared/model/marking.ts';
import type { Keyset } from '../db/keyset.ts';
import type { Db } from '../db/open.ts';
import { createStatementCache } from '../db/statement-cache.ts';
import { type CaseCounters, notAnalysed } from './case-counters.repo.ts';

interface CaseRow {
  id: string;
  number: number;
  engagement_id: string;
  title: string;
  description: string;
  severity: number;
  status: Case['status'];
  tlp: Tlp;
  pap: Pap;
  tags: string;
  is_flagged: number;
  assignee: string;
  start_at: number;
  end_at: number | null;
  created_at: number;
  updated_at: number;
}

export interface CaseFilter {
  engagementId?: string | undefined;
  status?: Case['status'] | undefined;
  /** Part of the title, or a number with or without `#`. */
  text?: string | undefined;
}

export interface CasesRepo {
  find(id: string): Case | undefined;
  findByNumber(number: number): Case | undefined;
  /** Newest start first, `limit` rows at most. */
  list(filter: CaseFilter, after: Keyset | undefined, limit: number): Case[];
  /** A number that was never given before; part of the caller's transaction. */
  nextNumber(): number;
}

const COLUMNS = `id, number, engagement_id, title, description, severity, status, tlp, pap, tags, is_flagged, assignee,
  start_at, end_at, created_at, updated_at`;

export function createCasesRepo(db: Db, counters: CaseCounters): CasesRepo {
  const byId = db.prepare<[string], CaseRow>(`SELECT ${COLUMNS} FROM case_record WHERE id = ? AND deleted_at IS NULL`);
  const byNumber = db.prepare<[number], CaseRow>(
    `SELECT ${COLUMNS} FROM case_record WHERE number = ? AND deleted_at IS NULL`,
  );
  const nextNumber = db
    .prepare<[], number>(
      `INSERT INTO counter (name, value) VALUES ('case', 1)
       ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value`,
    )
    .pluck();
  const prepared = createStatementCache(db);

  const rowToCase = (row: CaseRow): Case => {
    const counts = counters.ofCase(row.id);
    return {
      id: row.id,
      number: row.number,
      engagementId: row.engagement_id,
      title: row.title,
      description: row.description,
      severity: row.severity,
      status: row.status,
      tlp: row.tlp,
      pap: row.pap,
      tags: JSON.parse(row.tags) as string[],
      isFlagged: row.is_flagged === 1,
      assignee: row.assignee,
      startAt: row.start_at,
      endAt: row.end_at,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
      counts: {
        observables: counts.observables ?? 0,
        evidence: counts.evidence ?? 0,
        notes: counts.notes ?? 0,
        jobs: counts.jobs ?? 0,
        malicious: counts.malicious ?? 0,
        suspicious: counts.suspicious ?? 0,
        safe: counts.safe ?? 0,
        info: counts.info ?? 0,
        notAnalysed: notAnalysed(counts),
      },
    };
  };

  return {
    find(id) {
      const row = byId.get(id);
      return row && rowToCase(row);
    },
    findByNumber(number) {
      const row = byNumber.get(number);
      return row && rowToCase(row);
    },
    list(filter, after, limit) {
      const where = ['deleted_at IS NULL'];
      const values: unknown[] = [];
      if (filter.engagementId !== undefined) {
        where.push('engagement_id = ?');
        values.push(filter.engagementId);
      }
      if (filter.status !== undefined) {
        where.push('status = ?');
        values.push(filter.status);
      }
      if (filter.text !== undefined && filter.text.trim() !== '') {
        const text = filter.text.trim();
        where.push(`(title LIKE ? ESCAPE '\\' OR number = ?)`);
        values.push(
          `%${text.replace(/[\\%_]/g, '\\$&')}%`,
          /^#?\d{1,15}$/.test(text) ? Number(text.replace('#', '')) : -1,
        );
      }
      if (after) {
        where.push('(start_at, id) < (?, ?)');
        values.push(after.at, after.id);
      }
      const sql = `SELECT ${COLUMNS} FROM case_record WHERE ${where.join(' AND ')} ORDER BY start_at DESC, id DESC LIMIT ?`;
      return (prepared(sql).all(...values, limit) as CaseRow[]).map(rowToCase);
    },
    nextNumber: () => nextNumber.get()!,
  };
}
