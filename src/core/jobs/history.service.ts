import type { z } from 'zod';
import type { HistoryLine, historyContract, ShownChange } from '../../shared/contract/history.ts';
import { AppError } from '../../shared/errors.ts';
import type { ReportBody, Taxonomy } from '../../shared/model/report.ts';
import { diffReports, type ReportDiff } from '../../shared/model/report-diff.ts';
import { driftOf, mainScore, scoreOf } from '../../shared/model/report-drift.ts';
import type { Db } from '../db/open.ts';
import type { JobRow } from '../engine/job-row.ts';
import { createHistoryRepo, type RunOfSubject, type SubjectKey } from './history.repo.ts';
import { summaryOf } from './job-text.ts';
import { createJobsRepo } from './jobs.repo.ts';
import { lineageOf, sourceOf } from './lineage.ts';
import { createReportsRepo } from './reports.repo.ts';
import { shownChange } from './shown-change.ts';

type DiffAnswer = z.infer<(typeof historyContract)['reports.diff']['output']>;

export interface HistoryService {
  /** Earlier answers about the job's subject by its analyzer, or about the observable by every analyzer. */
  lines(of: { jobId: string } | { observableId: string }): HistoryLine[];
  /** The job's report against an earlier one, or against the run before; null where there is none. */
  diff(jobId: string, against: string | undefined): DiffAnswer;
}

const MAX_RUNS = 50;
/** Read for each name: two sources may use the same. */
const MAX_READ = 200;
/** Larger reports are not read whole while others wait for the core. Bytes of JSON. */
const MAX_BODY = 4 * 2 ** 20;

/** What was said of one thing over time: within one engagement, across its cases, by index and never by a scan. */
export function createHistoryService({ db }: { db: Db }): HistoryService {
  const repo = createHistoryRepo(db);
  const jobs = createJobsRepo(db);
  const reports = createReportsRepo(db);

  const jobOf = (id: string): JobRow => {
    const job = jobs.row(id);
    if (job === undefined) throw new AppError('not_found', 'There is no such job.');
    return job;
  };

  const keyOf = (job: JobRow): SubjectKey => ({ engagementId: job.engagement_id, subjectHash: job.subject_hash });

  const runsByLineage = (subject: SubjectKey, name: string): Map<string, RunOfSubject[]> =>
    Map.groupBy(repo.runsOf(subject, name, MAX_READ), (run) => lineageOf(run.flavorId, name));

  const lineOf = (name: string, all: readonly RunOfSubject[]): HistoryLine => {
    const runs = all.slice(0, MAX_RUNS);
    const [newest, oldest] = [runs[0], runs.at(-1)];
    const drawn = newest && mainScore(newest.taxonomies);
    const numbers = runs.map(
      (run) =>
        run.taxonomies
          .map(scoreOf)
          .find((score) => score !== undefined && score.name === drawn?.name && score.unit === drawn.unit)?.value ??
        null,
    );
    return {
      flavorName: name,
      source: newest === undefined ? '' : sourceOf(newest.flavorId),
      runs: runs.map(({ jobId, at, flavorId, version, caseNumber, level, basisId, taxonomies }, index) => ({
        jobId,
        at,
        flavorId,
        version,
        caseNumber,
        level,
        basisId,
        score: numbers[index] ?? null,
        summary: summaryOf(taxonomies),
      })),
      unit: drawn?.unit ?? null,
      drift: newest === undefined || oldest === undefined || newest === oldest ? null : driftOf(oldest, newest),
    };
  };

  const before = (job: JobRow, own: { jobId: string; createdAt: number }): string | undefined => {
    const runs = runsByLineage(keyOf(job), job.flavor_name).get(lineageOf(job.flavor_id, job.flavor_name)) ?? [];
    const at = runs.findIndex((run) => run.jobId === own.jobId);
    return (at < 0 ? runs.find((run) => run.at < own.createdAt) : runs[at + 1])?.jobId;
  };

  /** A report with the job that made it. */
  const load = (job: JobRow) => {
    const stored = job.report_id === null ? undefined : reports.find(job.report_id);
    if (stored === undefined) throw new AppError('not_found', 'This job has no report.');
    const maker = stored.jobId === job.id ? job : jobOf(stored.jobId);
    return { ...stored, version: maker.flavor_version };
  };

  return {
    lines(of) {
      if ('jobId' in of) {
        const job = jobOf(of.jobId);
        const runs = runsByLineage(keyOf(job), job.flavor_name).get(lineageOf(job.flavor_id, job.flavor_name));
        return runs === undefined ? [] : [lineOf(job.flavor_name, runs)];
      }
      const subject = repo.subjectOfObservable(of.observableId);
      if (subject === undefined) throw new AppError('not_found', 'There is no such observable.');
      return repo
        .analyzersOf(subject)
        .flatMap((name) => [...runsByLineage(subject, name).values()].map((runs) => lineOf(name, runs)));
    },
    diff(jobId, against) {
      const job = jobOf(jobId);
      const after = load(job);
      const otherId = against ?? before(job, after);
      if (otherId === undefined) return null;
      const other = jobOf(otherId);
      if (other.engagement_id !== job.engagement_id || other.subject_hash !== job.subject_hash) {
        throw new AppError('invalid_input', 'These two reports are about different things.');
      }
      if (lineageOf(other.flavor_id, other.flavor_name) !== lineageOf(job.flavor_id, job.flavor_name)) {
        throw new AppError('invalid_input', 'These two reports are of different analyzers.');
      }
      const earlier = load(other);
      const isLarge = [after, earlier].some(({ id }) => reports.bodyBytes(id) > MAX_BODY);
      const bodies = isLarge ? undefined : { before: reports.body(earlier.id), after: reports.body(after.id) };
      const parts: [ShownChange['part'], ReportDiff][] = [
        ['taxonomies', diffReports(byName(earlier.taxonomies), byName(after.taxonomies))],
        ...(bodies?.before && bodies.after ? diffBodies(bodies.before, bodies.after) : []),
      ];
      const changes = parts.flatMap(([part, { changes: list }]) => list.map((change) => shownChange(part, change)));
      const sum = (pick: (diff: ReportDiff) => number): number => parts.reduce((n, [, diff]) => n + pick(diff), 0);
      const runs = [earlier, after].map((run, index) => ({
        at: run.createdAt,
        taxonomies: run.taxonomies,
        ...withFull(index === 0 ? bodies?.before : bodies?.after),
      }));
      return {
        before: { jobId: other.id, at: earlier.createdAt, version: earlier.version },
        after: { jobId: job.id, at: after.createdAt, version: after.version },
        changes: [...changes.filter((change) => !change.isNoise), ...changes.filter((change) => change.isNoise)].slice(
          0,
          MAX_SENT,
        ),
        counts: {
          changed: sum(({ counts }) => counts.added + counts.removed + counts.changed),
          noise: sum(({ counts }) => counts.noise),
          same: sum(({ counts }) => counts.same),
        },
        drift: runs[0] && runs[1] ? driftOf(runs[0], runs[1]) : null,
        limit: isLarge
          ? 'One of the two reports is larger than 4 MB, so only their taxonomies were compared.'
          : parts.some(([, diff]) => diff.isCut)
            ? 'The reports are too large to compare to the end; what lies beyond is not told.'
            : null,
      };
    },
  };
}

const MAX_SENT = 4_000;

const withFull = (body: ReportBody | undefined): { full?: Record<string, unknown> } =>
  body === undefined ? {} : { full: body.full };

/** Taxonomies as fields: `VT:GetReport` says `41/73, malicious`. A name that comes twice is numbered. */
function byName(taxonomies: readonly Taxonomy[]): Record<string, string> {
  const fields: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const { namespace, predicate, value, level } of taxonomies) {
    const name = `${namespace}:${predicate}`;
    let free = name;
    for (let number = 2; free in fields; number += 1) free = `${name} ${number}`;
    fields[free] = value === null || value === '' ? level : `${String(value)}, ${level}`;
  }
  return fields;
}

/** The sentence says in other words what the fields say. */
function diffBodies(before: ReportBody, after: ReportBody): [ShownChange['part'], ReportDiff][] {
  const { sentence: _before, ...a } = before.full;
  const { sentence: _after, ...b } = after.full;
  return [
    ['full', diffReports(a, b)],
    ['artifacts', diffReports(before.artifacts, after.artifacts)],
  ];
}
