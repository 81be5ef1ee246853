import { hash } from 'node:crypto';
import type { ObjectRef } from '../../shared/contract/responders.ts';
import { type Pap, stricterPap, stricterTlp, type Tlp } from '../../shared/model/marking.ts';
import type { Records } from '../records.ts';
import { buildAlert, buildArtifact, buildCase, buildLog, buildTask, type ObjectJson } from './object-builders.ts';
import type { ObjectsRepo } from './objects.repo.ts';

/** An object of the workspace, ready to be shown and sent. */
export interface LoadedObject {
  ref: ObjectRef;
  json: ObjectJson;
  /** One line that names it. */
  label: string;
  /** What the ledger and the job call it. */
  value: string;
  subjectHash: string;
  engagementId: string;
  caseId: string | null;
  observableId: string | null;
  /** For an observable. */
  dataType: string | null;
  /** The strictest of everything that goes along: a task or an observable takes its whole case with it. */
  tlp: Tlp;
  pap: Pap;
  fields: { label: string; value: string }[];
}

export interface ObjectSource {
  /** `not_found` where it is not there, or in the trash. */
  load(ref: ObjectRef): LoadedObject;
}

const MAX_WORDS = 600;
const clip = (text: string): string => (text.length > MAX_WORDS ? `${text.slice(0, MAX_WORDS)} …` : text);
const list = (words: readonly string[]): string => (words.length === 0 ? 'none' : words.join(', '));

export function createObjectSource(
  records: Pick<Records, 'cases' | 'observables' | 'tasks' | 'taskLogs' | 'alerts' | 'customFields'>,
  repo: ObjectsRepo,
): ObjectSource {
  const loadCase = (id: string): LoadedObject => {
    const row = records.cases.get(id);
    const json = buildCase(row, repo.closing(id), records.customFields.values('case', id), repo.authors('case', id));
    const label = `Case #${row.number}: ${row.title}`;
    return {
      ref: { type: 'case', id },
      json,
      label,
      value: label,
      subjectHash: hash('sha256', JSON.stringify(json)),
      engagementId: repo.engagementOf(id),
      caseId: id,
      observableId: null,
      dataType: null,
      tlp: row.tlp,
      pap: row.pap,
      fields: [
        { label: 'Case', value: `#${row.number} ${row.title}` },
        { label: 'Description', value: clip(row.description) },
        { label: 'Tags', value: list(row.tags) },
        { label: 'Assignee', value: row.assignee },
        { label: 'Fields', value: list(Object.keys(json['customFields'] as object)) },
      ],
    };
  };

  /** What hangs on a case: its own facts first, then the case that goes along. */
  const inCase = (
    owner: LoadedObject,
    own: Pick<LoadedObject, 'ref' | 'json' | 'label' | 'fields'> & Partial<LoadedObject>,
  ): LoadedObject => {
    const tlp = stricterTlp(owner.tlp, own.tlp ?? owner.tlp);
    const pap = stricterPap(owner.pap, own.pap ?? owner.pap);
    const subjectHash = own.subjectHash ?? hash('sha256', JSON.stringify(own.json));
    const fields = [...own.fields, ...owner.fields.map(({ label, value }) => ({ label: along(label), value }))];
    return { ...owner, value: own.label, ...own, tlp, pap, subjectHash, fields };
  };

  const loadTask = (id: string): LoadedObject => {
    const row = records.tasks.get(id);
    const owner = loadCase(row.caseId);
    return inCase(owner, {
      ref: { type: 'case_task', id },
      json: buildTask(row, owner.json, repo.authors('task', id)),
      label: `Task: ${row.title}`,
      fields: [
        { label: 'Task', value: row.title },
        { label: 'Description', value: clip(row.description) },
        { label: 'Assignee', value: row.assignee === '' ? 'nobody' : row.assignee },
      ],
    });
  };

  const loadLog = (id: string): LoadedObject => {
    const row = records.taskLogs.get(id);
    const owner = loadTask(row.taskId);
    return inCase(owner, {
      ref: { type: 'case_task_log', id },
      json: buildLog(row, owner.json, repo.authors('note', id)),
      label: `Log line of ${owner.label.slice('Task: '.length)}`,
      fields: [{ label: 'Line', value: clip(row.message) }],
    });
  };

  const loadObservable = (id: string): LoadedObject => {
    const row = records.observables.get(id);
    const owner = loadCase(row.caseId);
    const evidence = records.observables.evidenceOf(row);
    return inCase(owner, {
      ref: { type: 'case_artifact', id },
      json: buildArtifact(row, evidence, owner.json, repo.authors('observable', id)),
      label: `${row.dataType} ${row.value}`,
      // The ledger answers "did this value ever leave" by the value itself.
      value: row.value,
      subjectHash: repo.subjectHash(id),
      observableId: id,
      dataType: row.dataType,
      tlp: row.tlp,
      pap: row.pap,
      fields: [
        { label: 'Observable', value: `${row.dataType}: ${clip(row.value)}` },
        ...(row.dataType === 'file' ? [{ label: 'File', value: 'Name, size and hashes; its bytes stay here' }] : []),
        { label: 'Marks', value: list([...(row.isIoc ? ['IOC'] : []), ...(row.isSighted ? ['sighted'] : [])]) },
        { label: 'Tags', value: list(row.tags) },
        { label: 'Message', value: clip(row.message) },
        { label: 'Reports', value: list([...new Set(row.taxonomies.map((one) => one.flavorId))]) },
      ],
    });
  };

  const loadAlert = (id: string): LoadedObject => {
    const row = records.alerts.get(id);
    const artifacts = records.alerts.artifacts(id);
    const fields = records.customFields.values('alert', id);
    const json = buildAlert(row, artifacts, fields, repo.authors('alert', id));
    const label = `Alert: ${row.title}`;
    return {
      ref: { type: 'alert', id },
      json,
      label,
      value: label,
      subjectHash: hash('sha256', JSON.stringify(json)),
      engagementId: row.engagementId,
      caseId: row.liveCaseId,
      observableId: null,
      dataType: null,
      tlp: artifacts.reduce<Tlp>((tlp, one) => stricterTlp(tlp, one.tlp), row.tlp),
      pap: row.pap,
      fields: [
        { label: 'Alert', value: row.title },
        { label: 'Source', value: `${row.source}, ${row.sourceRef}` },
        { label: 'Description', value: clip(row.description) },
        { label: 'Values', value: String(artifacts.length) },
        { label: 'Tags', value: list(row.tags) },
      ],
    };
  };

  return {
    load({ type, id }) {
      switch (type) {
        case 'case':
          return loadCase(id);
        case 'case_task':
          return loadTask(id);
        case 'case_task_log':
          return loadLog(id);
        case 'case_artifact':
          return loadObservable(id);
        case 'alert':
          return loadAlert(id);
      }
    },
  };
}

/** "Tags" of the case that goes along are "Case tags". */
const along = (label: string): string =>
  /^(Case|Task)\b/.test(label) ? label : `Case ${label.charAt(0).toLowerCase()}${label.slice(1)}`;
