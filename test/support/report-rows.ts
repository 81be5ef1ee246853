import { hash } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { Db } from '../../src/core/db/open.ts';
import type { ReportBasis } from '../../src/core/jobs/report-basis.ts';
import { createReportsRepo, packBody } from '../../src/core/jobs/reports.repo.ts';
import { reportText } from '../../src/core/search/documents.ts';
import { reportWords } from '../../src/core/search/report-words.ts';
import { createSearchIndex } from '../../src/core/search/search-index.repo.ts';
import { subjectHash } from '../../src/core/observables/subject-hash.ts';
import type { DataType } from '../../src/shared/model/data-type.ts';
import type { ReportBody, Taxonomy } from '../../src/shared/model/report.ts';
import { worstLevel } from '../../src/shared/model/report.ts';

export interface StoredRun {
  engagementId: string;
  caseId?: string;
  observableId?: string;
  dataType?: DataType;
  value: string;
  at: number;
  flavorId?: string;
  name?: string;
  version?: string;
  taxonomies?: Taxonomy[];
  full?: Record<string, unknown>;
  artifacts?: ReportBody['artifacts'];
  basis?: Partial<ReportBasis>;
  /** What the cache finds it by. */
  cacheKey?: string;
}

/** Stores finished jobs with their reports, as the engine leaves them, without a process. Each returns its ids. */
export function createRunStore(db: Db): (run: StoredRun) => { jobId: string; reportId: string } {
  const reports = createReportsRepo(db);
  const index = createSearchIndex(db);
  const insert = db.prepare(
    `INSERT INTO job (id, flavor_id, flavor_name, flavor_version, engagement_id, case_id, observable_id, data_type, value,
       subject_hash, tlp, pap, parameters, cache_key, status, run_at, report_id, analyzer_sha256, osmia_version, zone,
       queued_at, started_at, ended_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'amber', 'amber', '{}', ?, 'done', ?, ?, ?, '0', 'UTC', ?, ?, ?)`,
  );
  return (run) => {
    const { name = 'Lookup', version = '1.0', dataType = 'domain', taxonomies = [], at } = run;
    const flavorId = run.flavorId ?? `kit/${name}_${version.replaceAll('.', '_')}`;
    const [jobId, reportId] = [uuidv7(), uuidv7()];
    const file = hash('sha256', name);
    const body: ReportBody = {
      summary: { taxonomies },
      full: run.full ?? {},
      artifacts: run.artifacts ?? [],
      operations: [],
    };
    const json = Buffer.from(JSON.stringify(body));
    const level = worstLevel(taxonomies.map((one) => one.level)) ?? null;
    const basis = { flavorId, flavorName: name, version, file, settings: 's', key: '', ...run.basis };
    const packed = {
      id: reportId,
      level,
      taxonomies,
      body: packBody(json),
      bodyBytes: json.length,
      words: reportWords(json),
      files: [],
      basis,
    };
    reports.insert(packed, { id: jobId, flavorId }, at);
    const about = { engagementId: run.engagementId, flavorName: name, value: run.value, taxonomies };
    index.put('report', reportId, reportText({ ...about, words: packed.words }));
    insert.run(
      jobId,
      flavorId,
      name,
      version,
      run.engagementId,
      run.caseId ?? null,
      run.observableId ?? null,
      dataType,
      run.value,
      subjectHash({ dataType, value: run.value }),
      run.cacheKey ?? jobId,
      at,
      reportId,
      file,
      at,
      at,
      at,
    ); // prettier-ignore
    return { jobId, reportId };
  };
}

export const storeRun = (db: Db, run: StoredRun): { jobId: string; reportId: string } =>
  db.transaction(() => createRunStore(db)(run))();
