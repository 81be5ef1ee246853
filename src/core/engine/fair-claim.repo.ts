import { v7 as uuidv7 } from 'uuid';
import type { Db } from '../db/open.ts';
import type { JobRow } from './job-row.ts';

export type Claimed = JobRow & { lease_token: string };

export interface FairClaim {
  /**
   * The next job that may run, now `running` under a new lease; its token guards every later write. Highest priority
   * first; within one priority the owners (case, else intake) take turns, and each gives its oldest job. The cost
   * depends on how many services have work, never on how many jobs are queued.
   */
  next(now: number, leaseUntil: number, isOpen: (service: string) => boolean): Claimed | undefined;
}

interface Lane {
  priority: number;
  owner: string;
  service: string;
  turn: number;
}

export function createFairClaim(db: Db): FairClaim {
  // Jumps from one service to the next in the index; DISTINCT would read every lane.
  const services = db
    .prepare<[], string>(
      `WITH RECURSIVE each_service (service) AS (
         SELECT min(service) FROM queue_lane
         UNION ALL
         SELECT (SELECT min(service) FROM queue_lane WHERE service > each_service.service) FROM each_service
         WHERE each_service.service IS NOT NULL)
       SELECT service FROM each_service WHERE service IS NOT NULL`,
    )
    .pluck();
  const firstLane = db.prepare<[string], Lane>(
    'SELECT priority, owner, service, turn FROM queue_lane WHERE service = ? ORDER BY priority DESC, turn LIMIT 1',
  );
  const claim = db.prepare<[string, number, number, string, number, string], Claimed>(
    `UPDATE job SET status = 'running', lease_token = ?, lease_until = ?, attempt = attempt + 1, started_at = ?,
       reason_code = NULL, reason_message = NULL
     WHERE id = (SELECT id FROM job INDEXED BY job_ready WHERE status = 'queued' AND service = ? AND priority = ?
       AND coalesce(case_id, intake_id, '') = ? ORDER BY id LIMIT 1)
     RETURNING *`,
  );
  const serve = db.prepare<[number, number, string]>('UPDATE queue_lane SET turn = ? WHERE priority = ? AND owner = ?');
  const drop = db.prepare<[number, string, string]>(
    'DELETE FROM queue_lane WHERE priority = ? AND owner = ? AND service = ?',
  );
  let turn = db.prepare<[], number>('SELECT coalesce(max(turn), 0) FROM queue_lane').pluck().get() ?? 0;

  const bestLane = (isOpen: (service: string) => boolean): Lane | undefined => {
    let best: Lane | undefined;
    for (const service of services.all()) {
      if (!isOpen(service)) continue;
      const lane = firstLane.get(service);
      if (lane === undefined) continue;
      if (
        best === undefined ||
        lane.priority > best.priority ||
        (lane.priority === best.priority && lane.turn < best.turn)
      ) {
        best = lane;
      }
    }
    return best;
  };

  return {
    next(now, leaseUntil, isOpen) {
      for (;;) {
        const lane = bestLane(isOpen);
        if (lane === undefined) return undefined;
        const job = claim.get(uuidv7(), leaseUntil, now, lane.service, lane.priority, lane.owner);
        if (job === undefined) {
          drop.run(lane.priority, lane.owner, lane.service);
          continue;
        }
        // All lanes of the owner: one with work for three services gets no more turns than one with work for one.
        turn += 1;
        serve.run(turn, lane.priority, lane.owner);
        return job;
      }
    },
  };
}
