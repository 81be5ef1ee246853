import { v7 as uuidv7 } from 'uuid';
import {
  DashboardDefinition,
  type Interval,
  type StatFilter,
  Widget,
  type WidgetSeries,
} from '../../shared/contract/dashboards.ts';
import { AppError } from '../../shared/errors.ts';
import { tlpFromNumber } from '../../shared/model/marking.ts';
import { STAT_FIELDS, type StatEntity } from '../../shared/model/stat-fields.ts';
import type { ReadDashboard } from './read-dashboard-file.ts';

type Json = Record<string, unknown>;

const MOST_ROWS = 40;
const MOST_NOTES = 200;

const ENTITIES: Readonly<Record<string, StatEntity>> = {
  case: 'case',
  case_task: 'task',
  task: 'task',
  case_task_log: 'note',
  log: 'note',
  case_artifact: 'observable',
  observable: 'observable',
  case_artifact_job: 'job',
  job: 'job',
  alert: 'alert',
};

const FIELDS: Readonly<Partial<Record<StatEntity, Readonly<Record<string, string>>>>> = {
  case: { owner: 'assignee', assignee: 'assignee', resolutionStatus: 'resolution', impactStatus: 'impact' },
  task: { owner: 'assignee', assignee: 'assignee' },
  job: { analyzerName: 'analyzer', workerName: 'analyzer', analyzerId: 'analyzer', cortexId: 'service' },
};

const INTERVALS: Readonly<Record<string, Interval>> = { '1d': 'day', '1w': 'week', '1M': 'month', '1y': 'year' };
const PERIODS = { all: 'all', last3Months: 'months3', last30Days: 'days30', last7Days: 'days7' } as const;

/** What TheHive calls states; cases and tasks differ from ours in case and in words. */
const VALUES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'case.status': { Open: 'open', InProgress: 'in_progress', Resolved: 'resolved', Duplicated: 'duplicated' },
  'task.status': { Waiting: 'waiting', InProgress: 'in_progress', Completed: 'completed', Cancel: 'cancelled' },
  'job.status': { Success: 'done', Failure: 'failed' },
  'alert.state': { New: 'new', Updated: 'updated', Imported: 'imported', Ignored: 'ignored' },
};

class NotTaken extends Error {}

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? `${value}` : '';
const listOf = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isJson) : []);

/**
 * A dashboard that TheHive 3 or 4 exported (reference: thehive.md 2.14). What has no counterpart is left out and said,
 * widget by widget; colours are ours, so that every scheme can show them.
 */
export function readTheHiveDashboard(file: Json): ReadDashboard {
  const definition = definitionOf(file['definition']);
  const notes: string[] = [];
  const say = (note: string): void => {
    if (notes.length < MOST_NOTES) notes.push(note);
  };
  const rows: Widget[][] = [];
  for (const row of listOf(definition['items'])) {
    const widgets = listOf(row['items']).flatMap((item) => {
      const title =
        text((item['options'] as Json | undefined)?.['title']).slice(0, 200) || text(item['type']) || 'Widget';
      try {
        return [widgetOf(item, title, (what) => say(`${title}: ${what}`))];
      } catch (error) {
        if (!(error instanceof NotTaken)) throw error;
        say(`${title} was left out: ${error.message}`);
        return [];
      }
    });
    for (let i = 0; i < widgets.length; i += 3) rows.push(widgets.slice(i, i + 3));
  }
  if (rows.length > MOST_ROWS) say(`Rows after the first ${MOST_ROWS} were left out.`);
  const period = text(definition['period']) as keyof typeof PERIODS;
  const isKnownPeriod = Object.hasOwn(PERIODS, period);
  if (!isKnownPeriod && period !== ('' as never)) say('Its own period was left out: the last 3 months are shown.');
  return {
    title: text(file['title']).trim().slice(0, 200) || 'Imported dashboard',
    description: text(file['description']).trim().slice(0, 2_000),
    isShared: text(file['status']) === 'Shared',
    definition: DashboardDefinition.parse({
      period: { kind: isKnownPeriod ? PERIODS[period] : 'months3' },
      rows: rows.slice(0, MOST_ROWS),
    }),
    notes,
  };
}

/** JSON in JSON, as TheHive stores it, or the object itself. */
function definitionOf(value: unknown): Json {
  let definition = value;
  if (typeof value === 'string') {
    try {
      definition = JSON.parse(value);
    } catch {
      definition = undefined;
    }
  }
  if (isJson(definition) && Array.isArray(definition['items'])) return definition;
  throw new AppError(
    'invalid_input',
    'This is no dashboard: neither one of Osmia, nor a definition with items as TheHive writes it.',
  );
}

type Say = (what: string) => void;

function widgetOf(item: Json, title: string, say: Say): Widget {
  const options = isJson(item['options']) ? item['options'] : {};
  if (options['colors'] !== undefined || listOf(options['series']).some((series) => series['color'] !== undefined)) {
    say('its colours are ours now.');
  }
  const base = { id: uuidv7(), title };
  const interval = INTERVALS[text(options['interval'])];
  const entity = (): StatEntity => entityOf(options['entity']);
  const split = () => {
    const of = entity();
    const limit = Number(options['limit']);
    const sort = Array.isArray(options['sort']) ? text(options['sort'][0]) : text(options['sort']);
    const by = fieldOf(of, options['field']);
    const names = isJson(options['names']) ? options['names'] : {};
    return {
      entity: of,
      by,
      limit: Number.isInteger(limit) && limit >= 1 && limit <= 50 ? limit : 10,
      sort: sort === '+_count' || sort === '_count' ? 'least' : 'most',
      names: Object.fromEntries(
        Object.entries(names)
          .slice(0, 50)
          .map(([value, name]) => [valueOf(of, by, value), text(name).slice(0, 200)]),
      ),
      filters: filtersOf(of, options['filters'], say),
    };
  };
  const series = (): Partial<WidgetSeries>[] => {
    const all = listOf(options['series']);
    if (all.length > 8) say('only the first eight series were taken.');
    const taken = all.slice(0, 8).map((one) => seriesOf(one, options['entity'], say));
    if (taken.length === 0) throw new NotTaken('it has no series.');
    return taken;
  };
  switch (text(item['type'])) {
    case 'bar':
      return parsed({
        kind: 'bar',
        ...base,
        ...split(),
        interval: interval ?? 'week',
        isStacked: options['stacked'] !== false,
      });
    case 'donut':
      return parsed({ kind: 'donut', ...base, ...split() });
    case 'line':
      return parsed({
        kind: 'line',
        ...base,
        interval: interval ?? 'week',
        isStacked: options['stacked'] === true,
        series: series(),
      });
    case 'multiline':
      return parsed({ kind: 'multiline', ...base, interval: interval ?? 'week', series: series() });
    case 'counter':
      return parsed({ kind: 'counter', ...base, series: series() });
    case 'text':
      return parsed({
        kind: 'text',
        ...base,
        text: text(options['template']).slice(0, 20_000),
        series: listOf(options['series'])
          .slice(0, 8)
          .map((one) => ({ ...seriesOf(one, options['entity'], say), label: text(one['name']).slice(0, 200) })),
      });
    default:
      throw new NotTaken(`there is no widget of the kind “${text(item['type']).slice(0, 40)}”.`);
  }
}

function parsed(widget: unknown): Widget {
  const read = Widget.safeParse(widget);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  throw new NotTaken(`its ${issue?.path.join('.') ?? 'definition'} cannot be read.`);
}

function seriesOf(series: Json, common: unknown, say: Say): Partial<WidgetSeries> {
  const entity = entityOf(series['entity'] ?? common);
  const style = text(series['type']);
  const agg = text(series['agg']) || 'count';
  if (!['count', 'sum', 'avg', 'min', 'max'].includes(agg))
    throw new NotTaken(`“${agg.slice(0, 40)}” is not counted here.`);
  const field = text(series['field']);
  if (agg !== 'count' && !(STAT_FIELDS[entity].measure && /duration|handling|time/i.test(field))) {
    throw new NotTaken(`the number ${field.slice(0, 60)} is not added up here.`);
  }
  return {
    entity,
    agg: agg as WidgetSeries['agg'],
    label: text(series['label']).slice(0, 200),
    style: style.startsWith('area') ? 'area' : style === 'bar' ? 'bar' : 'line',
    filters: filtersOf(entity, series['filters'], say),
  };
}

function entityOf(value: unknown): StatEntity {
  const entity = ENTITIES[text(value)];
  if (entity === undefined) throw new NotTaken(`nothing is counted of ${text(value).slice(0, 40) || 'it'} here.`);
  return entity;
}

function fieldOf(entity: StatEntity, value: unknown): string {
  const name = text(value).split('.').at(-1) ?? '';
  const ours = entity === 'alert' && name === 'status' ? 'state' : (FIELDS[entity]?.[name] ?? name);
  if (STAT_FIELDS[entity].fields.some((field) => field.name === ours)) return ours;
  throw new NotTaken(`the field ${name.slice(0, 60) || '(none)'} is not counted here.`);
}

function valueOf(entity: StatEntity, field: string, value: unknown): string {
  const given = text(value) || (typeof value === 'boolean' ? `${value}` : '');
  if (field === 'tlp' && /^[0-3]$/.test(given)) return tlpFromNumber(Number(given)) ?? given;
  if (field === 'ioc' || field === 'sighted') return given === 'true' || given === '1' ? 'yes' : 'no';
  return (VALUES[`${entity}.${field}`]?.[given] ?? given).slice(0, 500);
}

/** The editable form; one that has no counterpart is left out and said, for its widget then counts more than it did. */
function filtersOf(entity: StatEntity, value: unknown, say: Say): StatFilter[] {
  return listOf(value).flatMap((filter) => {
    const name = text(filter['field']);
    try {
      const field = fieldOf(entity, name);
      const given = filter['value'];
      const inner = isJson(given) ? given['list'] : given;
      const list = (Array.isArray(inner) ? inner : [inner]).slice(0, 50);
      const values = list.map((one) => valueOf(entity, field, isJson(one) ? (one['value'] ?? one['text']) : one));
      if (values.every((one) => one === '')) throw new NotTaken('it is empty.');
      const isNot = isJson(given) && text(given['operator']) === 'none';
      return [{ field, values, isNot }];
    } catch (error) {
      if (!(error instanceof NotTaken)) throw error;
      say(`the filter on ${name.slice(0, 60)} was left out, so it counts more than before.`);
      return [];
    }
  });
}
