import type { JobRow } from '../engine/job-row.ts';
import type { SubjectRow } from './jobs.repo.ts';

/** What a stored job is about, with the marking it was made under. What the file is, the row does not know: ''. */
export const subjectOfJob = (job: JobRow): SubjectRow => ({
  engagementId: job.engagement_id,
  caseId: job.case_id,
  observableId: job.observable_id,
  intakeId: job.intake_id,
  dataType: job.data_type,
  value: job.value,
  subjectHash: job.subject_hash,
  blobId: job.blob_id,
  mediaType: '',
  tlp: job.tlp,
  pap: job.pap,
});
