import { Dashboard, type DashboardDefinition, type StatFilter, type Widget } from '../../shared/contract/dashboards.ts';

type WidgetOf<K extends Widget['kind']> = Partial<Extract<Widget, { kind: K }>>;
/** Without what the schema fills in. */
type Loose = {
  [K in Widget['kind']]: Omit<WidgetOf<K>, 'filters' | 'series'> & { kind: K; title: string };
}[Widget['kind']] & {
  filters?: Partial<StatFilter>[];
  series?: LooseSeries[];
};
interface LooseSeries {
  entity: string;
  label: string;
  date?: 'created' | 'closed';
  agg?: 'count' | 'sum' | 'avg';
  style?: 'line' | 'area' | 'bar';
  color?: string;
  filters?: Partial<StatFilter>[];
}

const OPEN = [{ field: 'status', values: ['open', 'in_progress'] }];
const is = (field: string, ...values: string[]): Partial<StatFilter>[] => [{ field, values }];

const caseCounters: Loose = {
  kind: 'counter',
  title: 'Cases',
  series: [
    { entity: 'case', label: 'open', filters: OPEN },
    { entity: 'case', label: 'critical and open', filters: [...OPEN, ...is('severity', '4')] },
    { entity: 'case', date: 'closed', label: 'closed in this period' },
  ],
};
const alertCounters: Loose = {
  kind: 'counter',
  title: 'Alerts',
  series: [
    { entity: 'alert', label: 'to look at', filters: is('state', 'new', 'updated') },
    { entity: 'alert', label: 'in a case', filters: is('state', 'imported') },
    { entity: 'alert', label: 'ignored', filters: is('state', 'ignored') },
  ],
};
const jobCounters: Loose = {
  kind: 'counter',
  title: 'Jobs',
  series: [
    { entity: 'job', label: 'done', filters: is('status', 'done') },
    { entity: 'job', label: 'failed', filters: is('status', 'failed') },
    { entity: 'job', label: 'refused', filters: is('status', 'refused') },
  ],
};
const openPerAssignee: Loose = {
  kind: 'donut',
  title: 'Open cases per assignee',
  entity: 'case',
  by: 'assignee',
  filters: OPEN,
  names: { '': 'Nobody' },
};
const openedAndClosed: Loose = {
  kind: 'multiline',
  title: 'Cases opened and closed',
  series: [
    { entity: 'case', label: 'opened', style: 'bar', color: 'c1' },
    { entity: 'case', date: 'closed', label: 'closed', style: 'bar', color: 'c2' },
  ],
};
const alertsPerSource: Loose = {
  kind: 'bar',
  title: 'Alerts per source',
  entity: 'alert',
  by: 'source',
  interval: null,
};
const iocs: Loose = {
  kind: 'line',
  title: 'IOCs',
  isStacked: true,
  series: [
    { entity: 'observable', label: 'IOC', style: 'area', color: 'c1', filters: is('ioc', 'yes') },
    { entity: 'observable', label: 'not an IOC', style: 'area', color: 'c2', filters: is('ioc', 'no') },
  ],
};
const importedOrOwn: Loose = {
  kind: 'donut',
  title: 'Imported against own',
  entity: 'observable',
  by: 'source',
};
const verdicts: Loose = {
  kind: 'bar',
  title: 'Verdicts',
  entity: 'observable',
  by: 'verdict',
  interval: 'week',
  filters: is('verdict', 'malicious', 'suspicious'),
  sort: 'named',
  colors: { malicious: 'malicious', suspicious: 'suspicious' },
};
const perAnalyzer: Loose = {
  kind: 'bar',
  title: 'Jobs per analyzer',
  entity: 'job',
  by: 'analyzer',
  interval: null,
  filters: is('kind', 'analyzer'),
};
const failedPerAnalyzer: Loose = {
  kind: 'bar',
  title: 'Failed jobs per analyzer',
  entity: 'job',
  by: 'analyzer',
  interval: null,
  filters: [...is('kind', 'analyzer'), ...is('status', 'failed')],
};
const topTags: Loose = {
  kind: 'bar',
  title: 'Top tags of observables',
  entity: 'observable',
  by: 'tags',
  interval: null,
};
const quota: Loose = { kind: 'bar', title: 'Quota used per key', entity: 'quota', by: 'key', interval: null };
const destinations: Loose = {
  kind: 'bar',
  title: 'Values that left, per destination',
  entity: 'egress',
  by: 'destination',
  interval: null,
};

const SHIPPED: readonly { id: string; title: string; description: string; rows: Loose[][] }[] = [
  {
    id: 'overview',
    title: 'Overview',
    description: 'What analysts ask first.',
    rows: [
      [caseCounters, alertCounters, jobCounters],
      [openedAndClosed, verdicts],
      [openPerAssignee, iocs, importedOrOwn],
      [perAnalyzer, failedPerAnalyzer, alertsPerSource],
      [topTags, quota],
    ],
  },
  {
    id: 'cases',
    title: 'Cases',
    description: 'Who works on what, how it ends, how long it takes.',
    rows: [
      [
        openPerAssignee,
        { kind: 'donut', title: 'Status', entity: 'case', by: 'status' },
        { kind: 'donut', title: 'Resolution', entity: 'case', by: 'resolution', filters: is('status', 'resolved') },
      ],
      [
        { kind: 'donut', title: 'Open cases by severity', entity: 'case', by: 'severity', filters: OPEN },
        { kind: 'donut', title: 'Open cases by TLP', entity: 'case', by: 'tlp', filters: OPEN },
        { kind: 'bar', title: 'Top tags', entity: 'case', by: 'tags', interval: null },
      ],
      [
        openedAndClosed,
        {
          kind: 'line',
          title: 'Closed cases and the time they took',
          series: [
            { entity: 'case', date: 'closed', label: 'closed', style: 'bar', color: 'c2' },
            { entity: 'case', date: 'closed', label: 'average time', agg: 'avg', color: 'c1' },
          ],
        },
      ],
      [
        { kind: 'bar', title: 'Severity', entity: 'case', by: 'severity', interval: 'week' },
        { kind: 'bar', title: 'Assignee', entity: 'case', by: 'assignee', interval: 'week', names: { '': 'Nobody' } },
      ],
      [{ kind: 'bar', title: 'Tasks by group', entity: 'task', by: 'group', interval: null }],
    ],
  },
  {
    id: 'alerts',
    title: 'Alerts',
    description: 'Where they come from and what becomes of them.',
    rows: [
      [alertCounters],
      [
        { kind: 'donut', title: 'State', entity: 'alert', by: 'state' },
        {
          kind: 'donut',
          title: 'Waiting, by type',
          entity: 'alert',
          by: 'type',
          filters: is('state', 'new', 'updated'),
        },
        {
          kind: 'donut',
          title: 'Waiting, by source',
          entity: 'alert',
          by: 'source',
          filters: is('state', 'new', 'updated'),
        },
      ],
      [
        { kind: 'bar', title: 'Alerts by type', entity: 'alert', by: 'type', interval: 'week' },
        { kind: 'bar', title: 'Alerts by source', entity: 'alert', by: 'source', interval: 'week' },
      ],
    ],
  },
  {
    id: 'observables',
    title: 'Observables',
    description: 'What was found, where it came from, what analyzers said of it.',
    rows: [
      [
        { kind: 'donut', title: 'Type', entity: 'observable', by: 'dataType' },
        { kind: 'donut', title: 'TLP', entity: 'observable', by: 'tlp' },
        { kind: 'donut', title: 'IOC', entity: 'observable', by: 'ioc' },
      ],
      [iocs, verdicts],
      [
        importedOrOwn,
        { kind: 'donut', title: 'Source of IOCs', entity: 'observable', by: 'source', filters: is('ioc', 'yes') },
        topTags,
      ],
    ],
  },
  {
    id: 'jobs',
    title: 'Jobs, quota and egress',
    description: 'Which analyzers work, which fail, what is used up and what left this machine.',
    rows: [
      [jobCounters],
      [
        perAnalyzer,
        failedPerAnalyzer,
        { kind: 'donut', title: 'Where answers came from', entity: 'job', by: 'answer' },
      ],
      [
        { kind: 'bar', title: 'How jobs ended', entity: 'job', by: 'status', interval: 'week' },
        {
          kind: 'line',
          title: 'Average run time',
          series: [{ entity: 'job', label: 'average run time', agg: 'avg', filters: is('status', 'done') }],
        },
      ],
      [quota, destinations],
    ],
  },
];

/** A fixed id for each widget, so that a link to one keeps its meaning. */
const widgetId = (dashboard: number, widget: number): string =>
  `00000000-0000-7000-8000-${String(dashboard).padStart(4, '0')}${String(widget).padStart(8, '0')}`;

/** The program's own dashboards. They are data of the program, not of the workspace: every update brings its own. */
export function shippedDashboards(): Dashboard[] {
  return SHIPPED.map(({ id, title, description, rows }, number) => {
    let widget = 0;
    const definition = {
      period: { kind: 'months3' },
      rows: rows.map((row) => row.map((loose) => ({ ...loose, id: widgetId(number + 1, ++widget) }))),
    } as unknown as DashboardDefinition;
    return Dashboard.parse({
      id,
      title,
      description,
      definition,
      widgets: widget,
      isShared: true,
      isShipped: true,
      updatedAt: 0,
    });
  });
}
