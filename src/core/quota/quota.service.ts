import type { z } from 'zod';
import type { LedgerRow, QuotaBudget, quotaContract, WindowView } from '../../shared/contract/quota.ts';
import { A_WINDOW } from '../../shared/model/quota-sentence.ts';
import { AppError } from '../../shared/errors.ts';
import type { KnownFlavor } from '../analyzers/analyzers.service.ts';
import type { Db } from '../db/open.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../ports.ts';
import { checkBalance } from './check-balance.ts';
import { freeTick, spanOf, type WindowUse } from './budget-use.ts';
import type { QuotaForecaster } from './quota-forecaster.ts';
import { type QuotaLedger, serviceKeyOf } from './quota-ledger.ts';
import type { EntryRow, QuotaReads } from './quota-reads.repo.ts';
import type { QuotaRepo } from './quota.repo.ts';
import type { SteadyMoment } from './steady-time.ts';
import { valueOfAnswer } from './value-of-answer.ts';
import { assertZone, type WindowName } from './windows.ts';

type Input<K extends keyof typeof quotaContract> = z.output<(typeof quotaContract)[K]['input']>;
type Output<K extends keyof typeof quotaContract> = z.input<(typeof quotaContract)[K]['output']>;

export interface QuotaService {
  list(engagementId: string): QuotaBudget[];
  ledger(input: Input<'quota.ledger'>): Output<'quota.ledger'>;
  usage(input: Input<'quota.usage'>): Output<'quota.usage'>;
  forecast(input: Input<'quota.forecast'>, engagementId: string): Output<'quota.forecast'>;
  setBudget(input: Input<'quota.setBudget'>): void;
  setShare(input: Input<'quota.setShare'>): void;
  assign(input: Input<'quota.assign'>): void;
  unblock(key: string): void;
  orderByValue(key: string): Promise<number>;
  check(): Output<'quota.check'>;
}

/** Slots of the chart of a window. */
const SLOTS = 120;
/** Jobs changed in one turn of the core. */
const PORTION = 500;
const STATES = { reserve: 'reserved', settle: 'settled', release: 'returned', learned: 'learned' } as const;

export function createQuotaService(deps: {
  db: Db;
  repo: QuotaRepo;
  reads: QuotaReads;
  ledger: QuotaLedger;
  forecaster: QuotaForecaster;
  flavors(): readonly KnownFlavor[];
  events: EventBus;
  clock: Clock;
  /** The engine looks at its queue again. */
  nudge(): void;
}): QuotaService {
  const { db, repo, reads, ledger, forecaster, events, clock } = deps;

  const viewOf = (key: string, engagementId: string, use: WindowUse, moment: SteadyMoment): WindowView => {
    const asWall = (tick: number): number => moment.wall + (tick - moment.tick) + moment.skew;
    const free = use.left > 0 ? null : freeTick(repo, key, engagementId, use, 1, moment);
    return {
      window: use.window,
      units: use.units,
      isCalendar: use.isCalendar,
      zone: use.zone,
      origin: use.origin,
      spent: use.spent,
      held: use.held,
      left: use.left,
      newAt: use.newAt === null ? null : use.newAt + moment.skew,
      freeAt: free === null ? null : asWall(free),
      guardedUntil: use.guardedUntil === null ? null : asWall(use.guardedUntil),
    };
  };

  /** What waits for this budget is looked at again: it may be larger now. */
  const wakeAfter = (key: string, change: () => void): void => {
    db.transaction(() => {
      repo.addKey(key);
      change();
    }).immediate();
    events.publish('quota', key);
    wakeSome(key);
  };

  /** In portions, a turn each: a hundred thousand may wait. */
  const wakeSome = (key: string): void => {
    if (!db.open) return;
    const woken = db.transaction(() => reads.wakeWaiting(key, clock.now(), PORTION)).immediate();
    deps.nudge();
    if (woken === PORTION) setImmediate(wakeSome, key);
  };

  const budgetOf = (key: string, window: WindowName): ReturnType<QuotaRepo['budgets']>[number] | undefined =>
    repo.budgets(key).find((budget) => budget.window === window);

  return {
    list(engagementId) {
      const now = clock.now();
      // The cards' limits are there before the first call, so that they can be changed.
      const users = new Map<string, { hosts: Set<string>; flavors: Set<string> }>();
      db.transaction(() => {
        for (const flavor of deps.flavors()) {
          const cost = ledger.costOf(flavor, engagementId);
          if (cost === null) continue;
          for (const key of new Set([cost.key, serviceKeyOf(flavor)])) {
            const user = users.get(key) ?? { hosts: new Set(), flavors: new Set() };
            for (const host of flavor.card.hosts) if (host !== '*') user.hosts.add(host);
            user.flavors.add(flavor.name);
            users.set(key, user);
          }
        }
      }).immediate();
      const moment = ledger.moment(now);
      const used = reads.usedKeys();
      const queued = reads.queued();
      const assignments = repo.assignments();
      const keys = [...new Set([...repo.keys(), ...users.keys()])].sort((a, b) => a.localeCompare(b));
      return keys.map((key): QuotaBudget => {
        const uses = ledger.uses(key, engagementId, now);
        const windows = uses.map((use) => ({ scope: use.scope, view: viewOf(key, engagementId, use, moment) }));
        const percent = repo.share(key, engagementId);
        const waiting = queued.reduce((sum, each) => (each.key === key ? sum + each.units : sum), 0);
        const state = repo.state(key);
        const blocked = state?.blockedTick ?? null;
        const isBlocked = blocked !== null && blocked > moment.tick;
        const assigned = assignments.filter((each) => each.key === key);
        const shares = repo.shares(key);
        return {
          key,
          hosts: [...(users.get(key)?.hosts ?? [])].slice(0, 20),
          flavors: [...(users.get(key)?.flavors ?? [])].sort().slice(0, 100),
          isInUse:
            used.has(key) ||
            waiting > 0 ||
            isBlocked ||
            assigned.length > 0 ||
            shares.length > 0 ||
            uses.some(({ origin }) => origin === 'user'),
          windows: windows.filter(({ scope }) => scope === 'key').map(({ view }) => view),
          share:
            percent === undefined
              ? null
              : { percent, windows: windows.filter(({ scope }) => scope === 'share').map(({ view }) => view) },
          shares,
          assignments: assigned.map(({ serviceKey, engagementId: of }) => ({ serviceKey, engagementId: of })),
          queued: waiting,
          blockedUntil: isBlocked ? moment.wall + (blocked - moment.tick) + moment.skew : null,
          blockedReason: isBlocked ? (state?.blockedReason ?? '') : '',
          forecast: forecaster.forecast(key, engagementId, waiting, 0, now),
        };
      });
    },
    ledger(input) {
      const { key, limit } = input;
      const before = input.cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(input.cursor);
      if (!Number.isSafeInteger(before)) {
        throw new AppError('invalid_input', 'That page no longer exists. Read the list again.');
      }
      const rows = reads.entries(key, input.engagementId ?? null, before, limit + 1);
      const budget = input.window === undefined ? undefined : budgetOf(key, input.window);
      const leftAfter = (row: EntryRow): number | null => {
        if (budget === undefined) return null;
        const { sinceTick } = spanOf(budget, { tick: row.tick, wall: row.at, skew: 0, jumpedTick: null });
        const spent = row.spent - repo.spentBefore(key, sinceTick) + row.held;
        return Math.max(0, budget.units - spent - reads.learnedUpTo(key, budget.window, sinceTick, row.seq));
      };
      const items = rows.slice(0, limit).map((row) => toLedgerRow(row, leftAfter(row)));
      return { items, next: rows.length > limit ? String(items.at(-1)?.seq ?? 0) : null };
    },
    usage({ key, window }) {
      const budget = budgetOf(key, window);
      if (budget === undefined) throw new AppError('not_found', `“${key}” has no limit ${A_WINDOW[window]}.`);
      const now = clock.now();
      const moment = ledger.moment(now);
      const { sinceTick, newAt } = spanOf(budget, moment);
      const asWall = (tick: number): number => moment.wall + (tick - moment.tick) + moment.skew;
      const from = asWall(sinceTick);
      const to = newAt === null ? now : newAt + moment.skew;
      const slotMs = Math.max(1, (to - from) / SLOTS);
      const base = repo.spentBefore(key, sinceTick);
      let learned = 0;
      const used = reads.slots(key, window, sinceTick, slotMs).map((slot) => {
        learned += slot.learned;
        return { at: Math.round(Math.min(now, from + (slot.slot + 1) * slotMs)), used: slot.spent - base + learned };
      });
      const queued = reads.queued().reduce((sum, each) => (each.key === key ? sum + each.units : sum), 0);
      return { from, to, now, units: budget.units, used, held: repo.totals(key).held, queued };
    },
    forecast({ key, calls }, engagementId) {
      const ahead = reads.queued().reduce((sum, each) => (each.key === key ? sum + each.units : sum), 0);
      return forecaster.forecast(key, engagementId, calls, ahead, clock.now());
    },
    setBudget({ key, windows }) {
      const names = windows?.map(({ window }) => window) ?? [];
      if (new Set(names).size !== names.length) {
        throw new AppError('invalid_input', 'A budget has at most one limit for each of minute, hour, day and month.');
      }
      for (const { zone } of windows ?? []) assertZone(zone);
      wakeAfter(key, () => {
        if (windows === null) {
          repo.removeBudgets(key, ['user']);
          const own = repo.assignments().filter((each) => each.key === key);
          const services = new Set([key, ...own.map(({ serviceKey }) => serviceKey)]);
          const flavor = deps.flavors().find((each) => services.has(serviceKeyOf(each)));
          ledger.restore(key, flavor?.quota?.presets ?? []);
          return;
        }
        repo.removeBudgets(key, ['user', 'card', 'service']);
        for (const window of windows) repo.putBudget(key, { ...window, origin: 'user' });
      });
    },
    setShare: ({ key, engagementId, percent }) => wakeAfter(key, () => repo.putShare(key, engagementId, percent)),
    assign: ({ serviceKey, engagementId, key }) =>
      wakeAfter(key ?? serviceKey, () => {
        const before = ledger.keyOf(serviceKey, engagementId);
        repo.putAssignment(serviceKey, engagementId, key);
        reads.rekeyWaiting(before, key ?? serviceKey, engagementId);
      }),
    unblock(key) {
      wakeAfter(key, () => {
        const state = repo.state(key);
        if (state !== undefined) repo.putState(key, { ...state, blockedTick: null, blockedReason: '' });
      });
    },
    async orderByValue(key) {
      let moved = 0;
      let afterId = '';
      for (;;) {
        const portion = reads.waitingJobs(key, afterId, PORTION);
        db.transaction(() => {
          for (const job of portion) {
            const priority = valueOfAnswer({
              dataType: job.data_type,
              isIoc: job.is_ioc === 1,
              isSighted: job.is_sighted === 1,
              marks: JSON.parse(job.marks) as string[],
              reports: job.reports,
              cases: job.cases,
            });
            if (priority !== job.priority && reads.setPriority(job.id, priority)) moved += 1;
          }
        }).immediate();
        afterId = portion.at(-1)?.id ?? afterId;
        if (portion.length < PORTION) break;
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (moved > 0) {
        events.publish('job', key);
        events.publish('quota', key);
        wakeSome(key);
      }
      return moved;
    },
    check: () => checkBalance(repo, reads),
  };
}

function toLedgerRow(row: EntryRow, left: number | null): LedgerRow {
  const { job_id: id, flavor_name: flavorName, flavor_version: flavorVersion, data_type: dataType, value } = row;
  return {
    seq: row.seq,
    at: row.at,
    state: STATES[row.kind],
    units: row.units,
    left,
    engagementId: row.engagement_id,
    job:
      id === null || flavorName === null || dataType === null
        ? null
        : {
            id,
            flavorName,
            flavorVersion: flavorVersion ?? '',
            dataType,
            value: value ?? '',
            caseId: row.case_id,
            caseNumber: row.case_number,
          },
    detail: row.detail,
  };
}
