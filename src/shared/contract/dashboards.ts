import { z } from 'zod';
import { AGGREGATES, STAT_DATES, STAT_ENTITIES } from '../model/stat-fields.ts';
import { call } from '../rpc/contract.ts';
import { Id, Time } from './entities.ts';

export const INTERVALS = ['day', 'week', 'month', 'year'] as const;
export const Interval = z.enum(INTERVALS);
export type Interval = z.infer<typeof Interval>;

/** Colours have names, so that each scheme shows its own; the first eight tell series apart in any order. */
export const PALETTE = [
  'c1',
  'c2',
  'c3',
  'c4',
  'c5',
  'c6',
  'c7',
  'c8',
  'malicious',
  'suspicious',
  'safe',
  'info',
] as const;
export const PaletteColor = z.enum(PALETTE);
export type PaletteColor = z.infer<typeof PaletteColor>;

const Entity = z.enum(STAT_ENTITIES);
const Field = z.string().min(1).max(40);
/** Values of one field; several filters hold at once. */
const Filter = z.object({
  field: Field,
  values: z.array(z.string().max(500)).min(1).max(50),
  isNot: z.boolean().default(false),
});
export type StatFilter = z.infer<typeof Filter>;
const Filters = z.array(Filter).max(10).default([]);

const MAX_SERIES = 8;
const Title = z.string().trim().max(200);
const Series = z.object({
  entity: Entity,
  date: z.enum(STAT_DATES).default('created'),
  agg: z.enum(AGGREGATES).default('count'),
  label: Title.default(''),
  style: z.enum(['line', 'area', 'bar']).default('line'),
  color: PaletteColor.nullable().default(null),
  filters: Filters,
});
export type WidgetSeries = z.infer<typeof Series>;
const SeriesList = z.array(Series).min(1).max(MAX_SERIES);

const widget = { id: Id, title: Title };
const split = {
  limit: z.number().int().min(1).max(50).default(10),
  sort: z.enum(['most', 'least', 'named']).default('most'),
  /** What values are called here, and their colours. */
  names: z.record(z.string().max(500), z.string().max(200)).default({}),
  colors: z.record(z.string().max(500), PaletteColor).default({}),
};
const counted = {
  entity: Entity,
  date: z.enum(STAT_DATES).default('created'),
  agg: z.enum(AGGREGATES).default('count'),
  filters: Filters,
};

export const Widget = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('bar'),
    ...widget,
    ...counted,
    ...split,
    /** One bar for each value; with an interval the parts of each bar. */
    by: Field.nullable().default(null),
    interval: Interval.nullable().default('week'),
    isStacked: z.boolean().default(true),
  }),
  z.object({
    kind: z.literal('line'),
    ...widget,
    interval: Interval.default('week'),
    isStacked: z.boolean().default(false),
    series: SeriesList,
  }),
  z.object({ kind: z.literal('multiline'), ...widget, interval: Interval.default('week'), series: SeriesList }),
  z.object({ kind: z.literal('donut'), ...widget, ...counted, ...split, by: Field }),
  z.object({ kind: z.literal('counter'), ...widget, series: SeriesList }),
  z.object({
    kind: z.literal('text'),
    ...widget,
    /** Markdown; `{{label}}` stands for the number of the series with that label. */
    text: z.string().max(20_000),
    series: z.array(Series).max(MAX_SERIES).default([]),
  }),
]);
export type Widget = z.infer<typeof Widget>;
export type WidgetKind = Widget['kind'];

export const Period = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['all', 'months3', 'days30', 'days7']) }),
  z.object({ kind: z.literal('custom'), from: Time, to: Time }),
]);
export type Period = z.infer<typeof Period>;

export const REFRESH_MINUTES = [0, 1, 5, 10, 15] as const;
export const DashboardDefinition = z.object({
  period: Period.default({ kind: 'months3' }),
  /** 0 is off; what changed here shows at once in any case. */
  refreshMinutes: z.union(REFRESH_MINUTES.map((minutes) => z.literal(minutes))).default(0),
  rows: z.array(z.array(Widget).min(1).max(3)).max(40),
});
export type DashboardDefinition = z.infer<typeof DashboardDefinition>;

/** One of the program's own has a short name as its id. */
export const DashboardId = z
  .string()
  .max(36)
  .regex(/^[a-z0-9-]{1,36}$/);

export const DashboardHead = z.object({
  id: DashboardId,
  title: z.string(),
  description: z.string(),
  /** Kept for workspaces that are synced: a private one stays on its owner's devices. */
  isShared: z.boolean(),
  /** Comes with the program: shown and copied, not changed. */
  isShipped: z.boolean(),
  widgets: z.number().int(),
  updatedAt: Time,
});
export type DashboardHead = z.infer<typeof DashboardHead>;
export const Dashboard = DashboardHead.extend({ definition: DashboardDefinition });
export type Dashboard = z.infer<typeof Dashboard>;

const Fields = z.object({
  title: z.string().trim().min(1, 'A dashboard needs a title.').max(200),
  description: z.string().trim().max(2_000),
  isShared: z.boolean(),
  definition: DashboardDefinition,
});

/** Values by group of time and by value of a field, as far as it was asked for them. */
export const StatQuestion = z.object({
  ...counted,
  by: Field.nullable().default(null),
  interval: Interval.nullable().default(null),
  limit: split.limit,
  sort: split.sort,
});
export type StatQuestion = z.infer<typeof StatQuestion>;

export const StatAnswer = z.object({
  /** Starts of the groups (UTC milliseconds), also of empty ones; one 0 where there is no interval. */
  groups: z.array(Time),
  /** One for each value of `by` (one with an empty key without it), the values in the order of `groups`; null is "nothing to average". */
  series: z.array(z.object({ key: z.string(), values: z.array(z.number().nullable()) })),
  /** Values of `by` that are not in `series`, and what they count together (null for averages). */
  others: z.object({ keys: z.number().int(), values: z.array(z.number().nullable()) }).nullable(),
  /** `kept`: counters. `scan`: single rows were read, `scanned` of them; `isPartial` when there were more. */
  how: z.enum(['kept', 'scan']),
  scanned: z.number().int(),
  isPartial: z.boolean(),
  /** Why there is no answer, and what to change. */
  refused: z.string().nullable(),
});
export type StatAnswer = z.infer<typeof StatAnswer>;

export const dashboardsContract = {
  /** The program's own first, then by title. */
  'dashboards.list': call(z.object({}), z.array(DashboardHead)),
  'dashboards.get': call(z.object({ id: DashboardId }), Dashboard),
  'dashboards.create': call(Fields.partial({ description: true, isShared: true }), Dashboard),
  /** `conflict` for one that comes with the program. */
  'dashboards.update': call(z.object({ id: DashboardId, patch: Fields.partial() }), Dashboard),
  'dashboards.duplicate': call(z.object({ id: DashboardId }), Dashboard),
  /** Into the trash. */
  'dashboards.remove': call(z.object({ id: DashboardId }), z.object({})),
  'dashboards.restore': call(z.object({ id: DashboardId }), Dashboard),
  'dashboards.export': call(z.object({ id: DashboardId }), z.object({ name: z.string(), text: z.string() })),
  /** Ours, or TheHive's 3 and 4; `notes` say per widget what could not be taken over. */
  'dashboards.import': call(
    z.object({ text: z.string().max(1_000_000) }),
    z.object({ dashboard: Dashboard, notes: z.array(z.string()) }),
  ),
  /** Answers in the order of the questions; one that has none says why. The period is of whole days (UTC), without `to`. */
  'stats.ask': call(
    z.object({
      engagementId: Id,
      period: z.object({ from: Time, to: Time }).nullable(),
      questions: z.array(StatQuestion).max(400),
    }),
    z.object({ answers: z.array(StatAnswer), tookMs: z.number() }),
    { trusted: true },
  ),
};
