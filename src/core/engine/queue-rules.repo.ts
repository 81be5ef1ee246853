import type { Db } from '../db/open.ts';

/** A rule's service that means everything; '' is what stays here. */
export const EVERYTHING = '*';

/** What the user set for a service. Times of the day in minutes, in the zone of this computer. */
export interface QueueRule {
  service: string;
  pausedAt: number | null;
  atOnce: number | null;
  openFrom: number | null;
  openTo: number | null;
  /** Of `EVERYTHING` only. */
  expireHours: number | null;
}

export interface QueueRules {
  /** Every rule by its service. Kept in memory: it is asked at each claim. */
  all(): ReadonlyMap<string, QueueRule>;
  /** In the caller's transaction or in one of its own. */
  set(service: string, patch: Partial<Omit<QueueRule, 'service'>>): void;
}

export function createQueueRules(db: Db): QueueRules {
  const read = db.prepare<[], QueueRule>(
    `SELECT service, paused_at AS pausedAt, at_once AS atOnce, open_from AS openFrom, open_to AS openTo,
       expire_hours AS expireHours FROM queue_rule`,
  );
  const put = db.prepare<[QueueRule]>(
    `INSERT INTO queue_rule (service, paused_at, at_once, open_from, open_to, expire_hours)
     VALUES (@service, @pausedAt, @atOnce, @openFrom, @openTo, @expireHours)
     ON CONFLICT (service) DO UPDATE SET paused_at = excluded.paused_at, at_once = excluded.at_once,
       open_from = excluded.open_from, open_to = excluded.open_to, expire_hours = excluded.expire_hours`,
  );
  const remove = db.prepare<[string]>('DELETE FROM queue_rule WHERE service = ?');
  const rules = new Map(read.all().map((rule) => [rule.service, rule]));
  return {
    all: () => rules,
    set(service, patch) {
      const rule: QueueRule = {
        pausedAt: null,
        atOnce: null,
        openFrom: null,
        openTo: null,
        expireHours: null,
        ...rules.get(service),
        ...patch,
        service,
      };
      const { pausedAt, atOnce, openFrom, openTo, expireHours } = rule;
      if ([pausedAt, atOnce, openFrom, openTo, expireHours].every((value) => value === null)) {
        remove.run(service);
        rules.delete(service);
        return;
      }
      put.run(rule);
      rules.set(service, rule);
    },
  };
}
