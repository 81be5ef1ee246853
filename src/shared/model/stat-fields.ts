/**
 * What statistics are kept of, and by what they can be split. Every counter is kept for one value of one field within
 * one state of the thing, so the fields of the state (`isState`) combine with each other and with one further field.
 */
export const STAT_ENTITIES = ['case', 'task', 'note', 'observable', 'alert', 'job', 'egress', 'quota'] as const;
export type StatEntity = (typeof STAT_ENTITIES)[number];

export interface StatField {
  name: string;
  label: string;
  /** Part of the kept state: combines with every other field of the entity. */
  isState: boolean;
  /** A thing may have several (tags), so their counts add up to more than the things. */
  isList?: boolean;
  /** In the order in which they are shown; without it values are free text, the most frequent first. */
  values?: readonly { value: string; label: string }[];
}

export interface StatMeasure {
  label: string;
  unit: 'ms' | 'bytes' | 'calls';
}

export interface StatEntityInfo {
  label: string;
  /** "case", "cases". */
  one: string;
  many: string;
  fields: readonly StatField[];
  /** What sums and averages are of; a thing without it (a case that is open) is left out of them. */
  measure?: StatMeasure;
  /** By which day things are counted: when they were made and, of cases, when they were closed. */
  dates: readonly StatDate[];
  /** Single rows can be looked at where the counters have no answer. */
  canScan: boolean;
}

export const STAT_DATES = ['created', 'closed'] as const;
export type StatDate = (typeof STAT_DATES)[number];

export const AGGREGATES = ['count', 'sum', 'avg', 'min', 'max'] as const;
export type Aggregate = (typeof AGGREGATES)[number];

const words = (...pairs: readonly [value: string, label: string][]): { value: string; label: string }[] =>
  pairs.map(([value, label]) => ({ value, label }));

const TLP: StatField = {
  name: 'tlp',
  label: 'TLP',
  isState: false,
  values: words(
    ['clear', 'TLP:CLEAR'],
    ['green', 'TLP:GREEN'],
    ['amber', 'TLP:AMBER'],
    ['amber+strict', 'TLP:AMBER+STRICT'],
    ['red', 'TLP:RED'],
  ),
};
const PAP: StatField = {
  name: 'pap',
  label: 'PAP',
  isState: false,
  values: words(['clear', 'PAP:CLEAR'], ['green', 'PAP:GREEN'], ['amber', 'PAP:AMBER'], ['red', 'PAP:RED']),
};
const SEVERITY: StatField = {
  name: 'severity',
  label: 'Severity',
  isState: false,
  values: words(['4', 'Critical'], ['3', 'High'], ['2', 'Medium'], ['1', 'Low']),
};
const TAGS: StatField = { name: 'tags', label: 'Tags', isState: false, isList: true };
const free = (name: string, label: string): StatField => ({ name, label, isState: false });

export const STAT_FIELDS: Readonly<Record<StatEntity, StatEntityInfo>> = {
  case: {
    label: 'Cases',
    one: 'case',
    many: 'cases',
    dates: ['created', 'closed'],
    measure: { label: 'Time from start to close', unit: 'ms' },
    canScan: true,
    fields: [
      {
        name: 'status',
        label: 'Status',
        isState: true,
        values: words(
          ['open', 'Open'],
          ['in_progress', 'In progress'],
          ['resolved', 'Resolved'],
          ['duplicated', 'Duplicated'],
        ),
      },
      SEVERITY,
      TLP,
      PAP,
      free('assignee', 'Assignee'),
      TAGS,
      free('resolution', 'Resolution'),
      free('impact', 'Impact'),
    ],
  },
  task: {
    label: 'Tasks',
    one: 'task',
    many: 'tasks',
    dates: ['created'],
    measure: { label: 'Time from start to end', unit: 'ms' },
    canScan: false,
    fields: [
      {
        name: 'status',
        label: 'Status',
        isState: true,
        values: words(
          ['waiting', 'Waiting'],
          ['in_progress', 'In progress'],
          ['completed', 'Completed'],
          ['cancelled', 'Cancelled'],
        ),
      },
      free('assignee', 'Assignee'),
      free('group', 'Group'),
    ],
  },
  note: {
    label: 'Notes',
    one: 'note',
    many: 'notes',
    dates: ['created'],
    canScan: false,
    fields: [{ name: 'on', label: 'Written on', isState: true, values: words(['case', 'A case'], ['task', 'A task']) }],
  },
  observable: {
    label: 'Observables',
    one: 'observable',
    many: 'observables',
    dates: ['created'],
    canScan: true,
    fields: [
      { name: 'ioc', label: 'IOC', isState: true, values: words(['yes', 'IOC'], ['no', 'Not an IOC']) },
      {
        name: 'source',
        label: 'Source',
        isState: true,
        values: words(['own', 'Own'], ['analyzer', 'From analyzers'], ['alert', 'From alerts']),
      },
      {
        name: 'verdict',
        label: 'Verdict',
        isState: false,
        values: words(
          ['malicious', 'Malicious'],
          ['suspicious', 'Suspicious'],
          ['safe', 'Safe'],
          ['info', 'Info'],
          ['none', 'Not analysed'],
        ),
      },
      free('dataType', 'Type'),
      { name: 'sighted', label: 'Sighted', isState: false, values: words(['yes', 'Sighted'], ['no', 'Not sighted']) },
      TLP,
      TAGS,
    ],
  },
  alert: {
    label: 'Alerts',
    one: 'alert',
    many: 'alerts',
    dates: ['created'],
    canScan: true,
    fields: [
      {
        name: 'state',
        label: 'State',
        isState: true,
        values: words(['new', 'New'], ['updated', 'Updated'], ['imported', 'In a case'], ['ignored', 'Ignored']),
      },
      free('source', 'Source'),
      free('type', 'Type'),
      SEVERITY,
    ],
  },
  job: {
    label: 'Finished jobs',
    one: 'job',
    many: 'jobs',
    dates: ['created'],
    measure: { label: 'Run time', unit: 'ms' },
    canScan: false,
    fields: [
      {
        name: 'status',
        label: 'How it ended',
        isState: true,
        values: words(
          ['done', 'Done'],
          ['failed', 'Failed'],
          ['refused', 'Refused'],
          ['cancelled', 'Cancelled'],
          ['unknown', 'Unknown'],
        ),
      },
      {
        name: 'answer',
        label: 'Answered by',
        isState: true,
        values: words(['here', 'This machine'], ['cache', 'An earlier report'], ['service', 'A service']),
      },
      {
        name: 'kind',
        label: 'Kind',
        isState: true,
        values: words(['analyzer', 'Analyzer'], ['responder', 'Responder']),
      },
      free('analyzer', 'Analyzer'),
      free('service', 'Service'),
      free('dataType', 'Type'),
    ],
  },
  egress: {
    label: 'What left this machine',
    one: 'value sent',
    many: 'values sent',
    dates: ['created'],
    measure: { label: 'Bytes', unit: 'bytes' },
    canScan: false,
    fields: [free('destination', 'Destination'), free('dataType', 'Type')],
  },
  quota: {
    label: 'Quota used',
    one: 'call',
    many: 'calls',
    dates: ['created'],
    canScan: false,
    fields: [free('key', 'Key')],
  },
};

export const statField = (entity: StatEntity, name: string): StatField | undefined =>
  STAT_FIELDS[entity].fields.find((field) => field.name === name);

/** As people read it: the label of a known value, else the value itself. */
export const statValueLabel = (entity: StatEntity, field: string, value: string): string =>
  statField(entity, field)?.values?.find((known) => known.value === value)?.label ?? (value === '' ? 'None' : value);
