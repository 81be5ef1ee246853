import type { Job } from '../../shared/contract/entities.ts';
import type { Pap, Tlp } from '../../shared/model/marking.ts';
import type { Taxonomy } from '../../shared/model/report.ts';
import type { z } from 'zod';
import type { Db } from '../db/open.ts';
import { createStatementCache } from '../db/statement-cache.ts';
import type { JobRow } from '../engine/job-row.ts';
import { AppError } from '../../shared/errors.ts';
import { armsOf, type ClosedServices, type JobFilter } from './job-filter.ts';
import { summaryOf } from './job-text.ts';
import { createOriginsRepo } from './origins.repo.ts';

/** What a job can run on, looked up. */
export interface SubjectRow {
  engagementId: string;
  caseId: string | null;
  observableId: string | null;
  intakeId: string | null;
  dataType: string;
  value: string;
  subjectHash: string;
  blobId: string | null;
  mediaType: string;
  tlp: Tlp;
  pap: Pap;
}

/** A page of a list: the cursor is the id of the last job of the page before. */
export interface JobPage extends JobFilter {
  cursor?: string | undefined;
  limit: number;
}

export interface CachedAnswer {
  cacheKey: string;
  reportId: string;
  at: number;
}

export interface JobsRepo {
  subjectOfObservable(id: string): SubjectRow | undefined;
  subjectOfIntake(id: string): SubjectRow | undefined;
  engagement(id: string): { isOffline: boolean; tlp: Tlp; pap: Pap } | undefined;
  firstEngagement(): string | undefined;
  engagementOfCase(caseId: string): string | undefined;
  /** What the stored file is, as evidence or intake says; empty when neither does. */
  mediaTypeOf(blobId: string): string;
  /** The newest own report under this key that ended between the two times. */
  cached(cacheKey: string, from: number, to: number): { jobId: string; reportId: string; at: number } | undefined;
  /** Own reports on this subject that ended since then, the newest first: one look for all flavors. */
  cachedOf(engagementId: string, subjectHash: string, from: number, to: number): CachedAnswer[];
  row(id: string): JobRow | undefined;
  get(id: string): z.infer<typeof Job> | undefined;
  /** Newest first; `closed` is what the queue's rules hold back now. */
  list(filter: JobPage, closed: ClosedServices): { items: z.infer<typeof Job>[]; next: string | null };
  /** Queued, running, or waiting for what comes by itself within moments: a twin's answer, the next attempt. */
  isActive(id: string): boolean;
  /** The observable of a case that holds this subject. */
  observableIn(caseId: string, dataType: string, subjectHash: string): string | undefined;
}

type JobWithReport = JobRow & {
  /** JSON list of waiting reasons, of what waits. */
  waits_for: string | null;
  report_taxonomies: string | null;
  report_at: number | null;
  report_basis: number | null;
};

const COLUMNS = `j.*, r.taxonomies AS report_taxonomies, r.created_at AS report_at, r.basis_id AS report_basis,
  CASE j.status WHEN 'waiting' THEN (
    SELECT json_group_array(json_object('kind', w.kind, 'detail', w.detail, 'until', w.until))
    FROM waiting_reason w WHERE w.job_id = j.id) END AS waits_for`;

/** After every id. */
const LAST_ID = 'g';

export function createJobsRepo(db: Db): JobsRepo {
  const statement = createStatementCache(db);
  const { withOrigins } = createOriginsRepo(db);
  const ofObservable = db.prepare<[string], Record<string, string | null>>(
    `SELECT o.engagement_id, o.case_id, o.id AS observable_id, o.data_type, o.value, o.subject_hash, e.blob_id,
       coalesce(e.media_type, '') AS media_type, o.tlp, o.pap
     FROM observable o LEFT JOIN evidence e ON e.id = o.evidence_id AND o.data_type = 'file' AND e.deleted_at IS NULL WHERE o.id = ? AND o.deleted_at IS NULL`,
  );
  const ofIntake = db.prepare<[string], Record<string, string | null>>(
    `SELECT i.engagement_id, i.case_id, i.name AS value, i.sha256, i.blob_id, i.media_type, g.tlp, g.pap, i.state
     FROM intake i JOIN engagement g ON g.id = i.engagement_id WHERE i.id = ?`,
  );
  const engagement = db.prepare<[string], { is_offline: number; tlp: Tlp; pap: Pap }>(
    'SELECT is_offline, tlp, pap FROM engagement WHERE id = ? AND deleted_at IS NULL',
  );
  const first = db.prepare<[], { id: string }>(
    'SELECT id FROM engagement WHERE deleted_at IS NULL ORDER BY created_at, id LIMIT 1',
  );
  const ofCase = db.prepare<[string], { engagement_id: string }>(
    'SELECT engagement_id FROM case_record WHERE id = ? AND deleted_at IS NULL',
  );
  const mediaType = db.prepare<[string, string], { media_type: string }>(
    `SELECT media_type FROM evidence WHERE blob_id = ? AND media_type <> ''
     UNION ALL SELECT media_type FROM intake WHERE blob_id = ? AND media_type <> '' LIMIT 1`,
  );
  const cached = db.prepare<[string, number, number], { id: string; report_id: string; ended_at: number }>(
    `SELECT id, report_id, ended_at FROM job
     WHERE cache_key = ? AND status = 'done' AND is_cached = 0 AND report_id IS NOT NULL AND ended_at BETWEEN ? AND ?
     ORDER BY ended_at DESC LIMIT 1`,
  );
  const cachedOf = db.prepare<[string, string, number, number], CachedAnswer>(
    `SELECT cache_key AS cacheKey, report_id AS reportId, ended_at AS at FROM job INDEXED BY job_subject
     WHERE engagement_id = ? AND subject_hash = ? AND status = 'done' AND is_cached = 0 AND report_id IS NOT NULL
       AND ended_at BETWEEN ? AND ? ORDER BY id DESC`,
  );
  const row = db.prepare<[string], JobRow>('SELECT * FROM job WHERE id = ?');
  const get = db.prepare<[string], JobWithReport>(
    `SELECT ${COLUMNS} FROM job j LEFT JOIN report r ON r.id = j.report_id WHERE j.id = ?`,
  );
  const active = db.prepare<[string], { n: number }>(
    `SELECT count(*) AS n FROM job WHERE id = ?
       AND (status IN ('queued', 'running') OR (status = 'waiting' AND reason_code IN ('retry', 'same_question')))`,
  );
  const observableIn = db.prepare<[string, string, string], { id: string }>(
    'SELECT id FROM observable WHERE case_id = ? AND data_type = ? AND subject_hash = ? AND deleted_at IS NULL',
  );

  return {
    subjectOfObservable(id) {
      const found = ofObservable.get(id);
      return found && toSubject({ ...found, intake_id: null });
    },
    subjectOfIntake(id) {
      const found = ofIntake.get(id);
      if (found === undefined) return undefined;
      if (found['state'] !== 'ready' && found['state'] !== 'accepted') {
        throw new AppError('conflict', 'This file is still being read. Wait until the intake is ready.');
      }
      return toSubject({
        ...found,
        data_type: 'file',
        subject_hash: found['sha256'] ?? '',
        observable_id: null,
        intake_id: id,
      });
    },
    engagement(id) {
      const found = engagement.get(id);
      return found && { isOffline: found.is_offline === 1, tlp: found.tlp, pap: found.pap };
    },
    firstEngagement: () => first.get()?.id,
    engagementOfCase: (caseId) => ofCase.get(caseId)?.engagement_id,
    mediaTypeOf: (blobId) => mediaType.get(blobId, blobId)?.media_type ?? '',
    cached(cacheKey, from, to) {
      const found = cached.get(cacheKey, from, to);
      return found && { jobId: found.id, reportId: found.report_id, at: found.ended_at };
    },
    cachedOf: (engagementId, hash, from, to) => cachedOf.all(engagementId, hash, from, to),
    row: (id) => row.get(id),
    get(id) {
      const found = get.get(id);
      return found && toJob(found);
    },
    list(filter, closed) {
      const arms = withOrigins(filter).flatMap((each) => armsOf(each, closed));
      if (arms.length === 0) return { items: [], next: null };
      // Ids are in the order of their making.
      const from = filter.cursor ?? LAST_ID;
      const ids = arms.map(({ sql }) => `SELECT id FROM (${sql}) WHERE id < ?`).join(' UNION ');
      const rows = statement(
        `SELECT ${COLUMNS} FROM (${ids} ORDER BY id DESC LIMIT ${filter.limit + 1}) page
         JOIN job j ON j.id = page.id LEFT JOIN report r ON r.id = j.report_id ORDER BY j.id DESC`,
      ).all(...arms.flatMap(({ values }) => [...values, from])) as JobWithReport[];
      const items = rows.slice(0, filter.limit).map(toJob);
      return { items, next: rows.length > filter.limit ? (items.at(-1)?.id ?? null) : null };
    },
    isActive: (id) => (active.get(id)?.n ?? 0) > 0,
    observableIn: (caseId, dataType, subjectHash) => observableIn.get(caseId, dataType, subjectHash)?.id,
  };
}

function toSubject(row: Record<string, string | null>): SubjectRow {
  const text = (name: string): string => row[name] ?? '';
  return {
    engagementId: text('engagement_id'),
    caseId: row['case_id'] ?? null,
    observableId: row['observable_id'] ?? null,
    intakeId: row['intake_id'] ?? null,
    dataType: text('data_type'),
    value: text('value'),
    subjectHash: text('subject_hash'),
    blobId: row['blob_id'] ?? null,
    mediaType: text('media_type'),
    tlp: text('tlp') as Tlp,
    pap: text('pap') as Pap,
  };
}

function toJob(row: JobWithReport): z.infer<typeof Job> {
  const taxonomies = row.report_taxonomies === null ? [] : (JSON.parse(row.report_taxonomies) as Taxonomy[]);
  return {
    id: row.id,
    flavorId: row.flavor_id,
    flavorName: row.flavor_name,
    flavorVersion: row.flavor_version,
    engagementId: row.engagement_id,
    caseId: row.case_id,
    observableId: row.observable_id,
    intakeId: row.intake_id,
    dataType: row.data_type,
    value: row.value,
    tlp: row.tlp,
    pap: row.pap,
    status: row.status,
    reason: row.reason_code === null ? null : { code: row.reason_code, message: row.reason_message ?? '' },
    overrideReason: row.override_reason,
    waiting: row.waits_for === null ? [] : (JSON.parse(row.waits_for) as z.infer<typeof Job>['waiting']),
    priority: row.priority,
    service: row.service,
    expiresAt: row.status === 'waiting' ? row.expires_at : null,
    isCached: row.is_cached === 1,
    cachedAt: row.is_cached === 1 ? row.report_at : null,
    sandbox: row.sandbox,
    sandboxNotes: JSON.parse(row.sandbox_notes) as string[],
    attempt: row.attempt,
    queuedAt: row.queued_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    reportId: row.report_id,
    basisId: row.report_basis,
    exitCode: row.exit_code,
    stderr: row.stderr,
    taxonomies,
    summary: row.status === 'done' ? summaryOf(taxonomies) : (row.reason_message ?? ''),
  };
}
