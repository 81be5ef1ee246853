import type { z } from 'zod';
import type { reportsContract } from '../../shared/contract/jobs.ts';
import { AppError } from '../../shared/errors.ts';
import { toDataType } from '../../shared/model/data-type.ts';
import { type Pap, type Tlp, tlpFromNumber, stricterTlp } from '../../shared/model/marking.ts';
import type { Artifact } from '../../shared/model/report.ts';
import type { Db } from '../db/open.ts';
import type { BlobStore } from '../evidence/blob-store.ts';
import { subjectHash } from '../observables/subject-hash.ts';
import { sentenceOf } from './job-text.ts';
import { createJobsRepo } from './jobs.repo.ts';
import { createReportsRepo } from './reports.repo.ts';

type ReportAnswer = z.infer<(typeof reportsContract)['reports.get']['output']>;
type ImportAnswer = z.infer<(typeof reportsContract)['reports.importArtifacts']['output']>;

/** An artifact on its way into a case. */
export interface ImportItem {
  index: number;
  dataType: string;
  value: string;
  tlp: Tlp;
  pap: Pap;
  tags: string[];
  message: string;
  sourceJobId: string;
  /** For files: the stored bytes. */
  file?: { blobId: string; sha256: string; contentType: string };
}

/** How artifacts become observables; the observables feature does it. */
export type ImportObservables = (
  caseId: string,
  items: ImportItem[],
  meta: { actor: string; reason: string },
) => Promise<ImportAnswer> | ImportAnswer;

export interface ReportsService {
  get(jobId: string): ReportAnswer;
  importArtifacts(
    jobId: string,
    caseId: string | undefined,
    indexes: readonly number[],
    actor: string,
  ): Promise<ImportAnswer>;
}

export function createReportsService(deps: {
  db: Db;
  blobs: BlobStore;
  importObservables: ImportObservables;
}): ReportsService {
  const jobs = createJobsRepo(deps.db);
  const reports = createReportsRepo(deps.db);

  const load = (jobId: string) => {
    const job = jobs.get(jobId);
    const row = jobs.row(jobId);
    if (job === undefined || row === undefined) throw new AppError('not_found', 'There is no such job.');
    const stored = row.report_id === null ? undefined : reports.find(row.report_id);
    const body = row.report_id === null ? undefined : reports.body(row.report_id);
    if (stored === undefined || body === undefined) throw new AppError('not_found', 'This job has no report.');
    return { job, row, stored, body };
  };

  const hashOf = (artifact: Artifact): { dataType: ReturnType<typeof toDataType>; hash: string | undefined } => {
    const dataType = toDataType(artifact.dataType);
    if (artifact.sha256 !== undefined) return { dataType, hash: subjectHash({ sha256: artifact.sha256 }) };
    const { data } = artifact;
    return {
      dataType,
      hash: dataType === undefined || data === undefined ? undefined : subjectHash({ dataType, value: data }),
    };
  };

  return {
    get(jobId) {
      const { job, row, stored, body } = load(jobId);
      return {
        // Lists know the taxonomies only; here the body is at hand.
        job: { ...job, summary: sentenceOf(body.full) ?? job.summary },
        report: body,
        createdAt: stored.createdAt,
        zone: row.zone,
        osmiaVersion: row.osmia_version,
        analyzerSha256: row.analyzer_sha256,
        artifacts: body.artifacts.map((artifact, index) => {
          const { dataType, hash } = hashOf(artifact);
          const known =
            row.case_id === null || dataType === undefined || hash === undefined
              ? undefined
              : jobs.observableIn(row.case_id, dataType, hash);
          return { ...artifact, index, observableId: known ?? null, knownAs: dataType ?? null };
        }),
      };
    },
    async importArtifacts(jobId, caseId, indexes, actor) {
      const { row, stored, body } = load(jobId);
      const into = caseId ?? row.case_id;
      if (into === null || into === undefined) throw new AppError('invalid_input', 'Say which case these go into.');
      const refused: ImportAnswer['refused'] = [];
      const items: ImportItem[] = [];
      for (const index of new Set(indexes)) {
        const artifact = body.artifacts[index];
        if (artifact === undefined) {
          refused.push({ index, reason: 'The report has no such artifact.' });
          continue;
        }
        const dataType = toDataType(artifact.dataType);
        const value = artifact.data ?? artifact.filename ?? '';
        const blob = artifact.sha256 === undefined ? undefined : deps.blobs.findBySha256(artifact.sha256);
        if (dataType === 'file' && blob === undefined) {
          refused.push({ index, reason: 'Its bytes are not stored.' });
          continue;
        }
        const said = artifact.tlp === undefined ? undefined : tlpFromNumber(artifact.tlp);
        items.push({
          index,
          // What we have no type for is kept, with the name it had as a tag.
          dataType: dataType ?? 'other',
          value,
          tlp: said === undefined ? row.tlp : stricterTlp(row.tlp, said),
          pap: row.pap,
          tags: dataType === undefined ? [...artifact.tags, artifact.dataType] : artifact.tags,
          message: artifact.message ?? `From ${row.flavor_name}`,
          sourceJobId: stored.jobId,
          ...(blob === undefined
            ? {}
            : { file: { blobId: blob.id, sha256: blob.sha256, contentType: artifact.contentType ?? '' } }),
        });
      }
      const answer =
        items.length === 0
          ? { added: [], alreadyThere: 0, refused: [] }
          : await deps.importObservables(into, items, { actor, reason: `Imported from ${row.flavor_name}` });
      return { ...answer, refused: [...refused, ...answer.refused] };
    },
  };
}
