import { expect } from 'vitest';
import type { EngineKit } from './make-engine.ts';
import { queuedJob, yes } from './queued-job.ts';

const SERVICE = 'api.example.org';

/** Jobs of fifty cases, for this computer and one service, a third of them waiting for a link. */
export function queueMany(kit: EngineKit, count: number, now: number): void {
  kit.db
    .transaction(() => {
      for (let i = 0; i < count; i += 1) {
        const waits = i % 3 === 0;
        kit.engine.queue.insert(
          queuedJob({
            engagement_id: kit.engagementId,
            case_id: `case ${i % 50}`,
            service: i % 2 === 0 ? '' : SERVICE,
            status: waits ? 'waiting' : 'queued',
            queued_at: now,
          }),
          yes,
          waits ? { kind: 'link', detail: 'offline', until: null } : undefined,
        );
      }
    })
    .immediate();
}

/** Cancels all of them, and expects that everything else got its turn between every two portions. */
export async function cancelMany(kit: EngineKit, count: number): Promise<void> {
  let turns = 0;
  let next: NodeJS.Immediate | undefined;
  const turn = (): void => {
    turns += 1;
    next = setImmediate(turn);
  };
  turn();
  expect(await kit.jobs.queue.cancelMatching({})).toBe(count);
  clearImmediate(next);
  expect(turns).toBeGreaterThanOrEqual(count / 500);
}
