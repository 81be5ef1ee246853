import { createHash } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { Db } from '../../db/open.ts';

export interface EnvironmentsRepo {
  /** One row of the egress ledger: a package index learns which packages are asked for. It belongs to no engagement. */
  recordFetch(fetch: {
    id: string;
    requirements: readonly string[];
    hosts: readonly string[];
    at: number;
    zone: string;
  }): void;
}

/** The engagement of what belongs to none: the nil UUID, which no engagement has. */
export const NO_ENGAGEMENT = '00000000-0000-0000-0000-000000000000';

export function createEnvironmentsRepo(db: Db): EnvironmentsRepo {
  const insert = db.prepare(
    `INSERT INTO egress_entry
       (id, job_id, engagement_id, case_id, flavor_id, destination, hosts, data_type, value, subject_hash, what, bytes, tlp, pap, at, zone)
     VALUES (@id, NULL, '${NO_ENGAGEMENT}', NULL, @flavorId, 'package index', @hosts, 'requirements', @value, @subjectHash,
       'The names and versions of Python packages; nothing of any case', NULL, 'clear', 'clear', @at, @zone)`,
  );
  return {
    recordFetch({ id, requirements, hosts, at, zone }) {
      const value = requirements.join(', ');
      insert.run({
        id: uuidv7(),
        flavorId: `environment/${id}`,
        hosts: JSON.stringify(hosts),
        value,
        subjectHash: createHash('sha256').update(value).digest('hex'),
        at,
        zone,
      });
    },
  };
}
