import type { z } from 'zod';
import type { QuotaOutlook } from '../../shared/contract/jobs.ts';
import type { Forecast } from '../../shared/contract/quota.ts';
import { forecastSentence } from '../../shared/model/quota-sentence.ts';
import type { KnownFlavor } from '../analyzers/analyzers.service.ts';
import type { WindowUse } from './budget-use.ts';
import { forecastCourse, type ForecastWindow } from './forecast.ts';
import type { QuotaLedger } from './quota-ledger.ts';
import type { QuotaReads } from './quota-reads.repo.ts';
import type { QuotaRepo } from './quota.repo.ts';
import type { SteadyMoment } from './steady-time.ts';
import { LONGEST_MS, SLIDING_MS } from './windows.ts';

export interface QuotaForecaster {
  /** How far `calls` get in an engagement, after what is queued for the same budget already. */
  forecast(key: string, engagementId: string, calls: number, ahead: number, now: number): Forecast;
  /** What the rows of a run sheet do to the budgets that they use; nothing for what has no limit. */
  outlook(
    parts: readonly { flavor: KnownFlavor; engagementId: string; rows: number }[],
    now: number,
  ): z.infer<typeof QuotaOutlook>[];
}

/** Spending in a sliding window is looked at in this many portions. */
const PORTIONS = 200;

export function createQuotaForecaster(deps: {
  repo: QuotaRepo;
  reads: QuotaReads;
  ledger: QuotaLedger;
  /** The reader's zone, for the words. */
  zone(): string;
}): QuotaForecaster {
  const { repo, reads, ledger, zone } = deps;

  const windowsOf = (
    key: string,
    engagementId: string,
    uses: readonly WindowUse[],
    at: SteadyMoment,
  ): ForecastWindow[] =>
    uses.map((use) => {
      const { window, units } = use;
      const held = use.held > 0 ? [{ at: at.wall, units: use.held }] : [];
      if (use.newAt !== null) {
        const calendar = { newAt: use.newAt, zone: use.zone };
        return { window, units, calendar, lengthMs: 0, used: [{ at: at.wall, units: use.spent }, ...held] };
      }
      const lengthMs = use.isCalendar ? LONGEST_MS[window] : SLIDING_MS[window];
      const isShare = use.scope === 'share';
      const spent = [
        ...reads.portions(key, isShare ? engagementId : null, use.sinceTick, lengthMs / PORTIONS),
        ...(isShare ? [] : repo.learnedEntries(key, window, use.sinceTick)),
      ].sort((a, b) => a.tick - b.tick);
      const used = spent.map(({ tick, units: each }) => ({ at: at.wall + (tick - at.tick), units: each }));
      return { window, units, calendar: null, lengthMs, used: [...used, ...held] };
    });

  const forecast: QuotaForecaster['forecast'] = (key, engagementId, calls, ahead, now) => {
    const moment = ledger.moment(now);
    const uses = ledger.uses(key, engagementId, now);
    const blocked = repo.state(key)?.blockedTick ?? null;
    const isBlocked = blocked !== null && blocked > moment.tick;
    const say = (facts: Omit<Forecast, 'text' | 'calls'>): Forecast => {
      const named = tightest(uses);
      const text = forecastSentence(
        { calls, state: facts.state, window: named?.window ?? null, left: named?.left ?? 0, doneAt: facts.doneAt },
        now,
        zone(),
      );
      return { calls, ...facts, text };
    };
    if (uses.length === 0 && !isBlocked) return say({ state: 'unlimited', now: calls, doneAt: now });
    const blockedUntil = isBlocked ? moment.wall + (blocked - moment.tick) : 0;
    const course = forecastCourse(calls + ahead, windowsOf(key, engagementId, uses, moment), moment.wall, blockedUntil);
    const doneAt = course.doneAt === null ? null : course.doneAt + moment.skew;
    const atOnce = Math.max(0, course.now - ahead);
    if (course.isNever) return say({ state: 'never', now: 0, doneAt: null });
    if (calls + ahead === 0 || (doneAt !== null && doneAt <= now)) {
      return say({ state: isBlocked ? 'blocked' : 'enough', now: calls, doneAt });
    }
    return say({ state: isBlocked ? 'blocked' : 'waits', now: atOnce, doneAt });
  };

  return {
    forecast,
    outlook(parts, now) {
      const demands = new Map<string, { key: string; engagementId: string; units: number }>();
      for (const { flavor, engagementId, rows } of parts) {
        const cost = ledger.costOf(flavor, engagementId);
        if (cost === null || rows === 0) continue;
        const name = JSON.stringify([cost.key, engagementId]);
        const demand = demands.get(name) ?? { key: cost.key, engagementId, units: 0 };
        demand.units += cost.units * rows;
        demands.set(name, demand);
      }
      const queued = demands.size === 0 ? [] : reads.queued();
      return [...demands.values()].flatMap(({ key, engagementId, units }) => {
        const ahead = queued.reduce((sum, each) => (each.key === key ? sum + each.units : sum), 0);
        const { text, state } = forecast(key, engagementId, units, ahead, now);
        return ledger.uses(key, engagementId, now).map((use) => {
          const used = use.spent + use.held;
          const said = state === 'enough' ? 'Enough.' : `${text}.`;
          return { key, window: use.window, limit: use.units, used, after: used + units, forecast: said };
        });
      });
    },
  };
}

/** The window that a sentence names: the fullest of days and months, or of what there is. */
function tightest(uses: readonly WindowUse[]): WindowUse | undefined {
  const long = uses.filter(({ window }) => window === 'day' || window === 'month');
  return (long.length > 0 ? long : uses).reduce<WindowUse | undefined>(
    (least, use) => (least === undefined || use.left < least.left ? use : least),
    undefined,
  );
}
