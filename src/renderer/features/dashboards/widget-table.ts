import type {
  Interval,
  PaletteColor,
  StatAnswer,
  StatFilter,
  StatQuestion,
  Widget,
  WidgetSeries,
} from '../../../shared/contract/dashboards.ts';
import { csvLine } from '../../../shared/model/csv.ts';
import {
  type Aggregate,
  type StatDate,
  STAT_FIELDS,
  type StatEntity,
  statValueLabel,
} from '../../../shared/model/stat-fields.ts';
import { count, duration, fileSize } from '../../ui/format.ts';

export type Unit = 'things' | 'ms' | 'bytes';

/** What a number counts, so that the list behind it can be opened. */
export interface Counted {
  entity: StatEntity;
  date: StatDate;
  filters: readonly StatFilter[];
}

export interface TableColumn {
  key: string;
  label: string;
  color: PaletteColor;
  style: WidgetSeries['style'];
  unit: Unit;
  counted: Counted;
}

export interface TableRow {
  label: string;
  /** What is counted beside the column's filters: a value of a field, or a span of time (without `to`). */
  filter: StatFilter | undefined;
  span: { from: number; to: number } | undefined;
  /** Where rows differ in what they count: the numbers of a counter. */
  counted: Counted | undefined;
  unit: Unit | undefined;
  color: PaletteColor;
  values: readonly (number | null)[];
  /** Several values together: there is no one list behind them. */
  isRest: boolean;
}

/** The numbers of a widget as a table: what is drawn, read aloud, shown instead of the picture and exported. */
export interface WidgetTable {
  /** Over the first column. */
  head: string;
  columns: readonly TableColumn[];
  rows: readonly TableRow[];
  /** Why there are no numbers, and how others came about. */
  problems: readonly string[];
  notes: readonly string[];
  /** Whether anything was counted at all. */
  isEmpty: boolean;
}

const COLORS: readonly PaletteColor[] = ['c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8'];
const LEVELS: ReadonlySet<string> = new Set(['malicious', 'suspicious', 'safe', 'info']);

const asked = (
  of: Pick<StatQuestion, 'entity' | 'date' | 'agg' | 'filters'>,
  rest: Partial<StatQuestion> = {},
): StatQuestion => ({
  entity: of.entity,
  date: of.date,
  agg: of.agg,
  filters: of.filters,
  by: null,
  interval: null,
  limit: 50,
  sort: 'most',
  ...rest,
});

/** What a widget asks; its answers come in the same order. */
export function questionsOf(widget: Widget): StatQuestion[] {
  switch (widget.kind) {
    case 'bar':
      return [asked(widget, { by: widget.by, interval: widget.interval, limit: widget.limit, sort: widget.sort })];
    case 'donut':
      return [asked(widget, { by: widget.by, limit: widget.limit, sort: widget.sort })];
    case 'line':
    case 'multiline':
      return widget.series.map((series) => asked(series, { interval: widget.interval }));
    case 'counter':
    case 'text':
      return widget.series.map((series) => asked(series));
  }
}

/** Without widgets that ask what the core cannot even read: a draft of a form may. */
export function tableOf(widget: Widget, answers: readonly StatAnswer[]): WidgetTable {
  const problems = answers.flatMap(({ refused }) => (refused === null ? [] : [refused]));
  const scanned = answers.reduce((sum, { how, scanned: rows }) => sum + (how === 'scan' ? rows : 0), 0);
  const notes = answers.some(({ how }) => how === 'scan')
    ? [
        answers.some(({ isPartial }) => isPartial)
          ? `Only the newest ${count(scanned)} were looked at: this is not kept as a counter.`
          : `This is not kept as a counter: ${count(scanned)} were looked at one by one.`,
      ]
    : [];
  const shape = problems.length > 0 ? { head: '', columns: [], rows: [] } : shapeOf(widget, answers);
  const isEmpty = shape.rows.every(({ values }) => values.every((value) => value === null || value === 0));
  return { ...shape, problems: [...new Set(problems)], notes, isEmpty };
}

function shapeOf(widget: Widget, answers: readonly StatAnswer[]): Pick<WidgetTable, 'head' | 'columns' | 'rows'> {
  switch (widget.kind) {
    case 'bar':
    case 'donut': {
      const [answer] = answers;
      if (!answer) return { head: '', columns: [], rows: [] };
      return widget.kind === 'bar' && widget.interval !== null
        ? byTime(widget, widget.interval, answer)
        : byValue(widget, answer);
    }
    case 'line':
    case 'multiline':
      return seriesByTime(widget.series, widget.interval, answers);
    case 'counter':
    case 'text':
      return {
        head: 'What',
        columns: [column('value', 'Number', 'c1', 'things', { entity: 'case', date: 'created', filters: [] })],
        rows: widget.series.map((series, i) => ({
          label: seriesLabel(series),
          filter: undefined,
          span: undefined,
          counted: countedOf(series),
          unit: unitOf(series),
          color: series.color ?? COLORS[i % COLORS.length]!,
          values: [answers[i]?.series[0]?.values[0] ?? null],
          isRest: false,
        })),
      };
  }
}

type Split = Extract<Widget, { kind: 'bar' | 'donut' }>;

function byValue(widget: Split, answer: StatAnswer): Pick<WidgetTable, 'head' | 'columns' | 'rows'> {
  const { entity, by } = widget;
  const field = by === null ? undefined : STAT_FIELDS[entity].fields.find(({ name }) => name === by);
  const rows: TableRow[] = answer.series.map(({ key, values }, i) => ({
    label: by === null ? STAT_FIELDS[entity].label : nameOf(widget, key),
    filter: by === null ? undefined : { field: by, values: [key], isNot: false },
    span: undefined,
    counted: undefined,
    unit: undefined,
    color: colorOf(widget, key, i),
    values: [values[0] ?? null],
    isRest: false,
  }));
  if (answer.others) rows.push(restRow(answer.others.keys, [answer.others.values[0] ?? null]));
  return {
    head: field?.label ?? '',
    columns: [column('value', measureLabel(entity, widget.agg), 'c1', unitOf(widget), countedOf(widget))],
    rows,
  };
}

function byTime(widget: Split, interval: Interval, answer: StatAnswer): Pick<WidgetTable, 'head' | 'columns' | 'rows'> {
  const { by, entity } = widget;
  const columns = answer.series.map(({ key }, i) => {
    const counted = countedOf(widget);
    const filters = by === null ? counted.filters : [...counted.filters, { field: by, values: [key], isNot: false }];
    const label = by === null ? STAT_FIELDS[entity].label : nameOf(widget, key);
    return {
      ...column(key, label, colorOf(widget, key, i), unitOf(widget), { ...counted, filters }),
      style: 'bar' as const,
    };
  });
  return {
    head: INTERVAL_HEADS[interval],
    columns,
    rows: timeRows(
      answer.groups,
      interval,
      answer.series.map(({ values }) => values),
    ),
  };
}

function seriesByTime(
  all: readonly WidgetSeries[],
  interval: Interval,
  answers: readonly StatAnswer[],
): Pick<WidgetTable, 'head' | 'columns' | 'rows'> {
  // Over all time each series begins on its own first day.
  const groups = [...new Set(answers.flatMap((answer) => answer.groups))].sort((a, b) => a - b);
  const columns = all.map((series, i) => ({
    ...column(
      `${i}`,
      seriesLabel(series),
      series.color ?? COLORS[i % COLORS.length]!,
      unitOf(series),
      countedOf(series),
    ),
    style: series.style,
  }));
  const values = answers.map((answer, i) => {
    const known = new Map(answer.groups.map((group, at) => [group, answer.series[0]?.values[at] ?? null]));
    const none = all[i]?.agg === 'count' || all[i]?.agg === 'sum' ? 0 : null;
    return groups.map((group) => (known.has(group) ? (known.get(group) ?? null) : none));
  });
  return { head: INTERVAL_HEADS[interval], columns, rows: timeRows(groups, interval, values) };
}

function timeRows(
  groups: readonly number[],
  interval: Interval,
  columns: readonly (readonly (number | null)[])[],
): TableRow[] {
  return groups.map((from, at) => ({
    label: groupLabel(from, interval),
    filter: undefined,
    span: { from, to: afterGroup(from, interval) },
    counted: undefined,
    unit: undefined,
    color: 'c1',
    values: columns.map((values) => values[at] ?? null),
    isRest: false,
  }));
}

const restRow = (keys: number, values: (number | null)[]): TableRow => ({
  label: `${count(keys)} more`,
  filter: undefined,
  span: undefined,
  counted: undefined,
  unit: undefined,
  color: 'c8',
  values,
  isRest: true,
});

const column = (key: string, label: string, color: PaletteColor, unit: Unit, counted: Counted): TableColumn => ({
  key,
  label,
  color,
  style: 'bar',
  unit,
  counted,
});

const countedOf = ({ entity, date, filters }: Counted): Counted => ({ entity, date, filters });
const unitOf = ({ entity, agg }: { entity: StatEntity; agg: Aggregate }): Unit => {
  const unit = STAT_FIELDS[entity].measure?.unit;
  return agg === 'count' || unit === undefined || unit === 'calls' ? 'things' : unit;
};

const AGGREGATE_WORDS: Readonly<Record<Aggregate, string>> = {
  count: 'Number',
  sum: 'Sum',
  avg: 'Average',
  min: 'Smallest',
  max: 'Largest',
};
const measureLabel = (entity: StatEntity, agg: Aggregate): string =>
  agg === 'count' ? STAT_FIELDS[entity].label : `${AGGREGATE_WORDS[agg]}: ${STAT_FIELDS[entity].measure?.label ?? ''}`;

export const seriesLabel = (series: Pick<WidgetSeries, 'label' | 'entity' | 'agg'>): string =>
  series.label === '' ? measureLabel(series.entity, series.agg) : series.label;

const nameOf = (widget: Split, key: string): string =>
  widget.names[key] ?? statValueLabel(widget.entity, widget.by ?? '', key);

function colorOf(widget: Split, key: string, at: number): PaletteColor {
  const chosen = widget.colors[key];
  if (chosen !== undefined) return chosen;
  // The colours of verdicts mean verdicts, wherever they are.
  return widget.by === 'verdict' && LEVELS.has(key) ? (key as PaletteColor) : COLORS[at % COLORS.length]!;
}

const INTERVAL_HEADS: Readonly<Record<Interval, string>> = {
  day: 'Day',
  week: 'Week from',
  month: 'Month',
  year: 'Year',
};
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Counters are kept by UTC days, whatever clock the rest of the window shows. */
export function groupLabel(at: number, interval: Interval): string {
  const date = new Date(at);
  const month = MONTHS[date.getUTCMonth()] ?? '';
  if (interval === 'year') return `${date.getUTCFullYear()}`;
  return interval === 'month'
    ? `${month} ${date.getUTCFullYear()}`
    : `${date.getUTCDate()} ${month} ${date.getUTCFullYear()}`;
}

function afterGroup(from: number, interval: Interval): number {
  const date = new Date(from);
  switch (interval) {
    case 'day':
      return from + 86_400_000;
    case 'week':
      return from + 7 * 86_400_000;
    case 'month':
      return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
    case 'year':
      return Date.UTC(date.getUTCFullYear() + 1, 0, 1);
  }
}

const DAY_MS = 86_400_000;

export function formatValue(value: number | null, unit: Unit): string {
  if (value === null) return 'none';
  if (unit === 'bytes') return fileSize(Math.round(value));
  if (unit === 'things') return count(Math.round(value * 100) / 100);
  if (value >= 2 * DAY_MS) return `${(value / DAY_MS).toFixed(1)} days`;
  return value >= 3_600_000 ? `${(value / 3_600_000).toFixed(1)} h` : duration(value);
}

/** Numbers are written plainly (milliseconds, bytes), for a program to read. */
export function tableToCsv({ head, columns, rows }: WidgetTable): string {
  const unit = ({ unit: of }: TableColumn): string => (of === 'things' ? '' : ` (${of})`);
  const lines = [csvLine([head, ...columns.map((each) => `${each.label}${unit(each)}`)])];
  for (const { label, values } of rows) lines.push(csvLine([label, ...values]));
  return lines.join('');
}

/** One sentence for who does not see the picture; the whole table stands beside it. */
export function summaryOf(title: string, { columns, rows, isEmpty }: WidgetTable): string {
  if (isEmpty) return `${title}: nothing in this period.`;
  const first = columns[0];
  if (first === undefined) return title;
  if (columns.length === 1 && rows.length <= 12) {
    return `${title}: ${rows.map(({ label, values, unit }) => `${label} ${formatValue(values[0] ?? null, unit ?? first.unit)}`).join(', ')}.`;
  }
  const totals = columns.map(({ label, unit }, at) => {
    const numbers = rows.map(({ values }) => values[at] ?? 0);
    return `${label}: at most ${formatValue(Math.max(0, ...numbers), unit)}`;
  });
  return `${title}, from ${rows[0]?.label ?? ''} to ${rows.at(-1)?.label ?? ''}. ${totals.join(', ')}.`;
}
