import type { Case, Evidence, Observable } from '../../shared/contract/entities.ts';
import type { Task, TaskLog, TaskStatus } from '../../shared/contract/tasks.ts';
import { papToNumber, tlpToNumber } from '../../shared/model/marking.ts';
import type { StoredAlertObservable } from '../alerts/alert-observables.repo.ts';
import type { Alert } from '../alerts/alerts.repo.ts';
import type { FieldValue } from '../custom-fields/custom-fields.repo.ts';

/**
 * The objects that responders are given, as TheHive's v0 format has them (reference: cortex.md 2.2): markings are
 * numbers, times are milliseconds, what there is no value for is null, which cortexutils reads as "missing".
 */
export type ObjectJson = Record<string, unknown>;

/** What stands beside the fields of a row: who wrote it, and what a case is closed with. */
export interface Authors {
  createdBy: string;
  updatedBy: string;
}
export interface Closing {
  summary: string;
  resolution: string | null;
  impact: string | null;
}

const CASE_STATUS: Readonly<Record<Case['status'], string>> = {
  open: 'Open',
  in_progress: 'Open',
  resolved: 'Resolved',
  duplicated: 'Duplicated',
};

const TASK_STATUS: Readonly<Record<TaskStatus, string>> = {
  waiting: 'Waiting',
  in_progress: 'InProgress',
  completed: 'Completed',
  cancelled: 'Cancel',
};

export const buildCase = (
  row: Case,
  closing: Closing,
  fields: readonly FieldValue[],
  authors: Authors,
): ObjectJson => ({
  _id: row.id,
  id: row.id,
  _type: 'case',
  caseId: row.number,
  title: row.title,
  description: row.description,
  severity: row.severity,
  startDate: row.startAt,
  endDate: row.endAt,
  impactStatus: closing.impact,
  resolutionStatus: closing.resolution,
  tags: row.tags,
  flag: row.isFlagged,
  tlp: tlpToNumber(row.tlp),
  pap: papToNumber(row.pap),
  status: CASE_STATUS[row.status],
  summary: closing.summary,
  owner: row.assignee,
  customFields: buildFields(fields),
  stats: {},
  permissions: [],
  ...stamps(row, authors),
});

export const buildTask = (row: Task, parent: ObjectJson, authors: Authors): ObjectJson => ({
  _id: row.id,
  id: row.id,
  _type: 'case_task',
  title: row.title,
  group: row.group,
  description: row.description,
  owner: row.assignee === '' ? null : row.assignee,
  status: TASK_STATUS[row.status],
  flag: false,
  startDate: row.startAt,
  endDate: row.endAt,
  order: row.position,
  dueDate: row.dueAt,
  ...stamps(row, authors),
  case: parent,
});

export const buildLog = (row: TaskLog, parent: ObjectJson, authors: Authors): ObjectJson => ({
  _id: row.id,
  id: row.id,
  _type: 'case_task_log',
  message: row.message,
  startDate: row.createdAt,
  attachment: null,
  status: 'Ok',
  owner: authors.createdBy,
  ...stamps({ createdAt: row.createdAt, updatedAt: row.createdAt }, authors),
  case_task: parent,
});

/** A file goes as what is known of it; its bytes stay. */
export const buildArtifact = (
  row: Observable,
  evidence: Evidence | null,
  parent: ObjectJson,
  authors: Authors,
): ObjectJson => {
  const isFile = row.dataType === 'file';
  return {
    _id: row.id,
    id: row.id,
    _type: 'case_artifact',
    dataType: row.dataType,
    data: isFile ? null : row.value,
    attachment:
      !isFile || evidence === null
        ? null
        : {
            name: row.value,
            hashes: [evidence.sha256, evidence.sha1, evidence.md5],
            size: evidence.size,
            contentType: evidence.mediaType || 'application/octet-stream',
            id: evidence.sha256,
          },
    tlp: tlpToNumber(row.tlp),
    tags: row.tags,
    ioc: row.isIoc,
    sighted: row.isSighted,
    message: row.message,
    reports: buildReports(row),
    stats: {},
    startDate: row.createdAt,
    ...stamps({ createdAt: row.createdAt, updatedAt: row.createdAt }, authors),
    case: parent,
  };
};

export const buildAlert = (
  row: Alert,
  artifacts: readonly StoredAlertObservable[],
  fields: readonly FieldValue[],
  authors: Authors,
): ObjectJson => ({
  _id: row.id,
  id: row.id,
  _type: 'alert',
  type: row.type,
  source: row.source,
  sourceRef: row.sourceRef,
  title: row.title,
  description: row.description,
  severity: row.severity,
  date: row.date,
  tags: row.tags,
  tlp: tlpToNumber(row.tlp),
  pap: papToNumber(row.pap),
  status: ALERT_STATUS[row.status],
  case: row.liveCaseId,
  // A file goes as its name; its bytes stay.
  artifacts: artifacts.map((one) => ({
    dataType: one.dataType,
    data: one.value,
    message: one.message,
    tlp: tlpToNumber(one.tlp),
    tags: one.tags,
    ioc: one.isIoc,
    sighted: one.isSighted,
  })),
  customFields: buildFields(fields),
  ...stamps(row, authors),
});

const ALERT_STATUS: Readonly<Record<Alert['status'], string>> = {
  new: 'New',
  updated: 'Updated',
  imported: 'Imported',
  ignored: 'Ignored',
};

const stamps = (row: { createdAt: number; updatedAt: number }, authors: Authors): ObjectJson => ({
  createdAt: row.createdAt,
  createdBy: authors.createdBy,
  updatedAt: row.updatedAt,
  updatedBy: authors.updatedBy,
});

/** `{ name: { <type>: value, order } }`; what TheHive has no type for is a text. */
const buildFields = (fields: readonly FieldValue[]): ObjectJson =>
  Object.fromEntries(
    fields.map(({ name, type, value }, order) => [name, { [type === 'url' ? 'string' : type]: value, order }]),
  );

/** The last short report of each analyzer, under the analyzer's own id. */
function buildReports(row: Observable): ObjectJson {
  const reports: Record<string, { taxonomies: object[] }> = {};
  for (const { flavorId, level, namespace, predicate, value } of row.taxonomies) {
    const name = flavorId.slice(flavorId.indexOf('/') + 1);
    (reports[name] ??= { taxonomies: [] }).taxonomies.push({ level, namespace, predicate, value });
  }
  return reports;
}
