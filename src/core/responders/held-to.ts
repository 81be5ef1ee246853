import type { JobRow } from '../engine/job-row.ts';
import { type Pap, stricterPap, stricterTlp, type Tlp } from '../../shared/model/marking.ts';
import type { PolicyFacts, PolicyFlavor, PolicyNow } from '../policy/policy.ts';
import type { ObjectsRepo } from './objects.repo.ts';
import type { PayloadRepo, SentFile } from './payload.repo.ts';
import { policyOfPayload } from './payload-policy.ts';

/** What a responder's job is held to at the moment of its claim. */
export interface HeldTo {
  /** The strictest that the job, its case and its observable have now: all of them go along. */
  marking(job: JobRow): { tlp: Tlp; pap: Pap };
  policy(job: JobRow, flavor: PolicyFlavor, policy: PolicyNow): PolicyFacts;
  /** Files that leave with it, for the ledger: each as if it had been sent by itself. */
  files(job: JobRow): JobRow[];
}

export function createHeldTo(
  payloads: Pick<PayloadRepo, 'find'>,
  objects: Pick<ObjectsRepo, 'marking' | 'sha256'>,
): HeldTo {
  const filesOf = (job: JobRow): SentFile[] => payloads.find(job.id)?.attachments ?? [];
  return {
    marking(job) {
      return objects
        .marking(job.case_id, job.observable_id, job.object_type === 'alert' ? job.object_id : null)
        .reduce((held, one) => ({ tlp: stricterTlp(held.tlp, one.tlp), pap: stricterPap(held.pap, one.pap) }), {
          tlp: job.tlp,
          pap: job.pap,
        });
    },
    policy(job, flavor, policy) {
      const payload = payloads.find(job.id);
      const object: unknown = payload === undefined ? {} : JSON.parse(payload.object);
      return policyOfPayload(policy, flavor, job.engagement_id, { object, attachments: payload?.attachments ?? [] });
    },
    files: (job) =>
      filesOf(job).map(({ blobId, name }) => ({
        ...job,
        data_type: 'file',
        value: name,
        subject_hash: objects.sha256(blobId),
        blob_id: blobId,
      })),
  };
}
