import { z } from 'zod';
import { call } from '../rpc/contract.ts';
import { Id, page, Time } from './entities.ts';

export const QuotaWindow = z.enum(['minute', 'hour', 'day', 'month']);
export type QuotaWindow = z.infer<typeof QuotaWindow>;

/** A budget's name: one key at one service. */
export const QuotaKeyName = z.string().min(1).max(200);

/** An IANA name; checked by the core. */
const Zone = z.string().min(1).max(60);
const Units = z.number().int().min(0).max(1_000_000_000);

export const WindowView = z.object({
  window: QuotaWindow,
  units: Units,
  /** Calendar windows begin at midnight (or the first) of the zone; the others slide. */
  isCalendar: z.boolean(),
  zone: z.string(),
  /** Who says so: the card of an analyzer, the user, or the service itself. */
  origin: z.enum(['card', 'user', 'service']),
  spent: z.number().int(),
  held: z.number().int(),
  left: z.number().int(),
  /** When a calendar window begins anew; null where units come back one by one. */
  newAt: Time.nullable(),
  /** Where nothing is left: when one unit is. */
  freeAt: Time.nullable(),
  /** The clock of this computer has jumped: until then more is counted than the calendar says. */
  guardedUntil: Time.nullable(),
});
export type WindowView = z.infer<typeof WindowView>;

/** How far a number of calls gets. */
export const Forecast = z.object({
  calls: z.number().int(),
  /** None left, and when the last of the calls is through; null when never, or not within two years. */
  state: z.enum(['unlimited', 'enough', 'waits', 'blocked', 'never']),
  /** How many of them go through at once. */
  now: z.number().int(),
  doneAt: Time.nullable(),
  /** "340 calls, 112 left today, done Thursday 09:00". */
  text: z.string(),
});
export type Forecast = z.infer<typeof Forecast>;

export const QuotaBudget = z.object({
  key: QuotaKeyName,
  /** Where its calls go, as the cards say; empty for a budget that no analyzer uses. */
  hosts: z.array(z.string()),
  flavors: z.array(z.string()),
  /** Something was ever counted, is queued, or was set by the user. */
  isInUse: z.boolean(),
  windows: z.array(WindowView),
  /** What the engagement asked for may use of them; null where it has no share of its own. */
  share: z.object({ percent: z.number().int(), windows: z.array(WindowView) }).nullable(),
  shares: z.array(z.object({ engagementId: Id, percent: z.number().int() })),
  /** Engagements whose calls count here though the card names another budget. */
  assignments: z.array(z.object({ serviceKey: z.string(), engagementId: Id })),
  /** Units of jobs that wait or are queued. */
  queued: z.number().int(),
  blockedUntil: Time.nullable(),
  blockedReason: z.string(),
  /** Of what is queued. */
  forecast: Forecast,
});
export type QuotaBudget = z.infer<typeof QuotaBudget>;

export const LedgerRow = z.object({
  seq: z.number().int(),
  at: Time,
  /** `returned`: the process never started. */
  state: z.enum(['reserved', 'settled', 'returned', 'learned']),
  units: z.number().int(),
  /** Units left in the window asked for, after this; null without such a window. */
  left: z.number().int().nullable(),
  engagementId: z.string(),
  job: z
    .object({
      id: Id,
      flavorName: z.string(),
      flavorVersion: z.string(),
      /** A data type, or for a responder `thehive:case` and the like. */
      dataType: z.string(),
      value: z.string(),
      caseId: Id.nullable(),
      caseNumber: z.number().int().nullable(),
    })
    .nullable(),
  detail: z.string(),
});
export type LedgerRow = z.infer<typeof LedgerRow>;

export const quotaContract = {
  'quota.list': call(z.object({ engagementId: Id.optional() }), z.array(QuotaBudget)),
  'quota.ledger': call(
    z.object({
      key: QuotaKeyName,
      window: QuotaWindow.optional(),
      engagementId: Id.optional(),
      cursor: z.string().max(60).optional(),
      limit: z.number().int().min(1).max(500).default(100),
    }),
    page(LedgerRow),
  ),
  /** How one window filled up: the units used at the end of each slot that had any. */
  'quota.usage': call(
    z.object({ key: QuotaKeyName, window: QuotaWindow }),
    z.object({
      from: Time,
      to: Time,
      now: Time,
      units: z.number().int(),
      used: z.array(z.object({ at: Time, used: z.number().int() })),
      held: z.number().int(),
      queued: z.number().int(),
    }),
  ),
  /** What a number of calls would do: nothing is reserved. */
  'quota.forecast': call(
    z.object({ key: QuotaKeyName, engagementId: Id.optional(), calls: z.number().int().min(1).max(1_000_000) }),
    Forecast,
  ),
  /** Replaces the windows of a budget. Null takes away what the user set: the card's limits hold again. */
  'quota.setBudget': call(
    z.object({
      key: QuotaKeyName,
      windows: z
        .array(z.object({ window: QuotaWindow, units: Units, isCalendar: z.boolean(), zone: Zone }))
        .max(4)
        .nullable(),
    }),
    z.object({}),
  ),
  'quota.setShare': call(
    z.object({ key: QuotaKeyName, engagementId: Id, percent: z.number().int().min(0).max(100).nullable() }),
    z.object({}),
  ),
  /** The engagement has a key of its own at this service: its calls count on another budget. Null takes it back. */
  'quota.assign': call(
    z.object({ serviceKey: QuotaKeyName, engagementId: Id, key: QuotaKeyName.nullable() }),
    z.object({}),
  ),
  /** Forgets that the service asked to wait. */
  'quota.unblock': call(z.object({ key: QuotaKeyName }), z.object({})),
  /** Gives what waits for this budget its turn by how much an answer is worth. Returns how many jobs moved. */
  'quota.orderByValue': call(z.object({ key: QuotaKeyName }), z.object({ moved: z.number().int() })),
  /** Whether the ledger balances: what was reserved was settled, returned, or is held. */
  'quota.check': call(
    z.object({}),
    z.object({ entries: z.number().int(), keys: z.number().int(), problems: z.array(z.string()) }),
  ),
};
