import type { Db } from '../db/open.ts';
import type { Anchor, TimeStore } from './steady-time.ts';
import { WINDOW_NAMES, type WindowName } from './windows.ts';

export type BudgetOrigin = 'card' | 'user' | 'service';

/** So many units in each window. */
export interface Budget {
  window: WindowName;
  isCalendar: boolean;
  zone: string;
  units: number;
  origin: BudgetOrigin;
}

export interface KeyState {
  blockedTick: number | null;
  blockedReason: string;
  refusals: number;
  refusedTick: number | null;
}

/** Running totals after an entry. */
export interface Totals {
  spent: number;
  held: number;
}

export interface Hold {
  jobId: string;
  key: string;
  engagementId: string;
  units: number;
}

export interface NewEntry {
  key: string;
  engagementId: string;
  jobId: string | null;
  kind: 'reserve' | 'settle' | 'release' | 'learned';
  window: WindowName | null;
  units: number;
  at: number;
  tick: number;
  total: Totals;
  own: Totals;
  detail: string;
}

export interface QuotaRepo extends TimeStore {
  keys(): string[];
  addKey(key: string): void;
  state(key: string): KeyState | undefined;
  putState(key: string, state: KeyState): void;
  /** The shortest window first. */
  budgets(key: string): Budget[];
  putBudget(key: string, budget: Budget): void;
  removeBudgets(key: string, origins: readonly BudgetOrigin[]): void;
  /** Percent, or undefined where the engagement has no share of its own. */
  share(key: string, engagementId: string): number | undefined;
  shares(key: string): { engagementId: string; percent: number }[];
  putShare(key: string, engagementId: string, percent: number | null): void;
  assigned(serviceKey: string, engagementId: string): string | undefined;
  putAssignment(serviceKey: string, engagementId: string, key: string | null): void;
  assignments(): { serviceKey: string; engagementId: string; key: string }[];
  hold(jobId: string): Hold | undefined;
  /** With the state of the job that each was made for; null when the job is gone. */
  holds(): (Hold & { jobStatus: string | null })[];
  /** `seq` is the entry that reserved it. */
  insertHold(hold: Hold, seq: number): void;
  deleteHold(jobId: string): void;
  /** Returns the entry's number. */
  append(entry: NewEntry): number;
  totals(key: string): Totals;
  ownTotals(key: string, engagementId: string): Totals;
  /** Units spent by all entries before this tick. */
  spentBefore(key: string, tick: number): number;
  ownSpentBefore(key: string, engagementId: string, tick: number): number;
  /** Units that the service says were used beyond ours, in one window. */
  learnedSince(key: string, window: WindowName, tick: number): number;
  learnedEntries(key: string, window: WindowName, sinceTick: number): { tick: number; units: number }[];
  /** The tick at which the running total reached this, at or after `sinceTick`. */
  tickOfSpent(key: string, sinceTick: number, spent: number): number | undefined;
  ownTickOfSpent(key: string, engagementId: string, sinceTick: number, spent: number): number | undefined;
}

const NOTHING: Totals = { spent: 0, held: 0 };

interface BudgetRow {
  window: WindowName;
  is_calendar: number;
  zone: string;
  units: number;
  origin: BudgetOrigin;
}

interface AnchorRow {
  tick: number;
  wall: number;
  boot: string;
  uptime: number;
  jumped_tick: number | null;
}

/** What the ledger writes and sums up. Screens read through quota-reads.repo.ts. */
export function createQuotaRepo(db: Db): QuotaRepo {
  const anchor = db.prepare<[], AnchorRow>(
    'SELECT tick, wall, boot, uptime, jumped_tick FROM quota_time WHERE only = 1',
  );
  const putAnchor = db.prepare<[Anchor]>(
    `INSERT INTO quota_time (only, tick, wall, boot, uptime, jumped_tick) VALUES (1, @tick, @wall, @boot, @uptime, @jumpedTick)
     ON CONFLICT (only) DO UPDATE SET tick = excluded.tick, wall = excluded.wall, boot = excluded.boot,
       uptime = excluded.uptime, jumped_tick = excluded.jumped_tick`,
  );
  const lastTick = db.prepare<[], { tick: number }>('SELECT tick FROM quota_entry ORDER BY seq DESC LIMIT 1');
  const keys = db.prepare<[], { name: string }>('SELECT name FROM quota_key ORDER BY name');
  const addKey = db.prepare<[string]>('INSERT INTO quota_key (name) VALUES (?) ON CONFLICT (name) DO NOTHING');
  const state = db.prepare<
    [string],
    { blocked_tick: number | null; blocked_reason: string; refusals: number; refused_tick: number | null }
  >('SELECT blocked_tick, blocked_reason, refusals, refused_tick FROM quota_key WHERE name = ?');
  const putState = db.prepare<[number | null, string, number, number | null, string]>(
    'UPDATE quota_key SET blocked_tick = ?, blocked_reason = ?, refusals = ?, refused_tick = ? WHERE name = ?',
  );
  const budgets = db.prepare<[string], BudgetRow>(
    'SELECT window, is_calendar, zone, units, origin FROM quota_budget WHERE key_name = ?',
  );
  const putBudget = db.prepare<[string, WindowName, number, string, number, BudgetOrigin]>(
    `INSERT INTO quota_budget (key_name, window, is_calendar, zone, units, origin) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (key_name, window) DO UPDATE SET is_calendar = excluded.is_calendar, zone = excluded.zone,
       units = excluded.units, origin = excluded.origin`,
  );
  const removeBudgets = db.prepare<[string, BudgetOrigin]>(
    'DELETE FROM quota_budget WHERE key_name = ? AND origin = ?',
  );
  const share = db.prepare<[string, string], { percent: number }>(
    'SELECT percent FROM quota_share WHERE key_name = ? AND engagement_id = ?',
  );
  const shares = db.prepare<[string], { engagementId: string; percent: number }>(
    'SELECT engagement_id AS engagementId, percent FROM quota_share WHERE key_name = ? ORDER BY engagement_id',
  );
  const putShare = db.prepare<[string, string, number]>(
    `INSERT INTO quota_share (key_name, engagement_id, percent) VALUES (?, ?, ?)
     ON CONFLICT (key_name, engagement_id) DO UPDATE SET percent = excluded.percent`,
  );
  const dropShare = db.prepare<[string, string]>('DELETE FROM quota_share WHERE key_name = ? AND engagement_id = ?');
  const assigned = db.prepare<[string, string], { key_name: string }>(
    'SELECT key_name FROM quota_assignment WHERE service_key = ? AND engagement_id = ?',
  );
  const putAssignment = db.prepare<[string, string, string]>(
    `INSERT INTO quota_assignment (service_key, engagement_id, key_name) VALUES (?, ?, ?)
     ON CONFLICT (service_key, engagement_id) DO UPDATE SET key_name = excluded.key_name`,
  );
  const dropAssignment = db.prepare<[string, string]>(
    'DELETE FROM quota_assignment WHERE service_key = ? AND engagement_id = ?',
  );
  const assignments = db.prepare<[], { serviceKey: string; engagementId: string; key: string }>(
    `SELECT service_key AS serviceKey, engagement_id AS engagementId, key_name AS key FROM quota_assignment
     ORDER BY service_key, engagement_id`,
  );
  const hold = db.prepare<[string], Hold>(
    'SELECT job_id AS jobId, key_name AS key, engagement_id AS engagementId, units FROM quota_hold WHERE job_id = ?',
  );
  const holds = db.prepare<[], Hold & { jobStatus: string | null }>(
    `SELECT h.job_id AS jobId, h.key_name AS key, h.engagement_id AS engagementId, h.units, j.status AS jobStatus
     FROM quota_hold h LEFT JOIN job j ON j.id = h.job_id ORDER BY h.job_id`,
  );
  const insertHold = db.prepare<[Hold & { seq: number }]>(
    'INSERT INTO quota_hold (job_id, key_name, engagement_id, units, seq) VALUES (@jobId, @key, @engagementId, @units, @seq)',
  );
  const deleteHold = db.prepare<[string]>('DELETE FROM quota_hold WHERE job_id = ?');
  const append = db.prepare<[Record<string, string | number | null>]>(
    `INSERT INTO quota_entry (key_name, engagement_id, job_id, kind, window, units, at, tick, spent, held, own_spent, own_held, detail)
     VALUES (@key, @engagementId, @jobId, @kind, @window, @units, @at, @tick, @spent, @held, @ownSpent, @ownHeld, @detail)`,
  );
  const totals = db.prepare<[string], Totals>(
    'SELECT spent, held FROM quota_entry WHERE key_name = ? ORDER BY tick DESC, seq DESC LIMIT 1',
  );
  const ownTotals = db.prepare<[string, string], Totals>(
    `SELECT own_spent AS spent, own_held AS held FROM quota_entry WHERE engagement_id = ? AND key_name = ?
     ORDER BY tick DESC, seq DESC LIMIT 1`,
  );
  const spentBefore = db.prepare<[string, number], { spent: number }>(
    'SELECT spent FROM quota_entry WHERE key_name = ? AND tick < ? ORDER BY tick DESC, seq DESC LIMIT 1',
  );
  const ownSpentBefore = db.prepare<[string, string, number], { spent: number }>(
    `SELECT own_spent AS spent FROM quota_entry WHERE engagement_id = ? AND key_name = ? AND tick < ?
     ORDER BY tick DESC, seq DESC LIMIT 1`,
  );
  const learned = db.prepare<[string, WindowName, number], { units: number | null }>(
    `SELECT sum(units) AS units FROM quota_entry WHERE kind = 'learned' AND key_name = ? AND window = ? AND tick >= ?`,
  );
  const learnedEntries = db.prepare<[string, WindowName, number], { tick: number; units: number }>(
    `SELECT tick, units FROM quota_entry WHERE kind = 'learned' AND key_name = ? AND window = ? AND tick >= ? ORDER BY tick`,
  );
  const tickOfSpent = db.prepare<[string, number, number], { tick: number }>(
    'SELECT tick FROM quota_entry WHERE key_name = ? AND tick >= ? AND spent >= ? ORDER BY tick LIMIT 1',
  );
  const ownTickOfSpent = db.prepare<[string, string, number, number], { tick: number }>(
    `SELECT tick FROM quota_entry WHERE engagement_id = ? AND key_name = ? AND tick >= ? AND own_spent >= ?
     ORDER BY tick LIMIT 1`,
  );

  return {
    anchor() {
      const row = anchor.get();
      if (row === undefined) return undefined;
      const { jumped_tick: jumpedTick, ...rest } = row;
      return { ...rest, jumpedTick };
    },
    putAnchor: (value) => void putAnchor.run(value),
    lastTick: () => lastTick.get()?.tick ?? 0,
    keys: () => keys.all().map((row) => row.name),
    addKey: (key) => void addKey.run(key),
    state(key) {
      const row = state.get(key);
      return (
        row && {
          blockedTick: row.blocked_tick,
          blockedReason: row.blocked_reason,
          refusals: row.refusals,
          refusedTick: row.refused_tick,
        }
      );
    },
    putState: (key, { blockedTick, blockedReason, refusals, refusedTick }) =>
      void putState.run(blockedTick, blockedReason, refusals, refusedTick, key),
    budgets: (key) =>
      budgets
        .all(key)
        .map(({ is_calendar, ...row }) => ({ ...row, isCalendar: is_calendar === 1 }))
        .sort((a, b) => WINDOW_NAMES.indexOf(a.window) - WINDOW_NAMES.indexOf(b.window)),
    putBudget: (key, { window, isCalendar, zone, units, origin }) =>
      void putBudget.run(key, window, isCalendar ? 1 : 0, zone, units, origin),
    removeBudgets(key, origins) {
      for (const origin of origins) removeBudgets.run(key, origin);
    },
    share: (key, engagementId) => share.get(key, engagementId)?.percent,
    shares: (key) => shares.all(key),
    putShare(key, engagementId, percent) {
      if (percent === null) dropShare.run(key, engagementId);
      else putShare.run(key, engagementId, percent);
    },
    assigned: (serviceKey, engagementId) => assigned.get(serviceKey, engagementId)?.key_name,
    putAssignment(serviceKey, engagementId, key) {
      if (key === null) dropAssignment.run(serviceKey, engagementId);
      else putAssignment.run(serviceKey, engagementId, key);
    },
    assignments: () => assignments.all(),
    hold: (jobId) => hold.get(jobId),
    holds: () => holds.all(),
    insertHold: (value, seq) => void insertHold.run({ ...value, seq }),
    deleteHold: (jobId) => void deleteHold.run(jobId),
    append({ total, own, ...entry }) {
      const { spent, held } = total;
      return Number(append.run({ ...entry, spent, held, ownSpent: own.spent, ownHeld: own.held }).lastInsertRowid);
    },
    totals: (key) => totals.get(key) ?? NOTHING,
    ownTotals: (key, engagementId) => ownTotals.get(engagementId, key) ?? NOTHING,
    spentBefore: (key, tick) => spentBefore.get(key, tick)?.spent ?? 0,
    ownSpentBefore: (key, engagementId, tick) => ownSpentBefore.get(engagementId, key, tick)?.spent ?? 0,
    learnedSince: (key, window, tick) => learned.get(key, window, tick)?.units ?? 0,
    learnedEntries: (key, window, sinceTick) => learnedEntries.all(key, window, sinceTick),
    tickOfSpent: (key, sinceTick, spent) => tickOfSpent.get(key, sinceTick, spent)?.tick,
    ownTickOfSpent: (key, engagementId, sinceTick, spent) =>
      ownTickOfSpent.get(engagementId, key, sinceTick, spent)?.tick,
  };
}
