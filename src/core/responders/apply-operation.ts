import type { ObjectRef } from '../../shared/contract/responders.ts';
import { CUSTOM_FIELD_TYPES, type CustomFieldType } from '../../shared/contract/responders.ts';
import { AppError } from '../../shared/errors.ts';
import { toDataType } from '../../shared/model/data-type.ts';
import { stricterTlp, tlpFromNumber } from '../../shared/model/marking.ts';
import type { NewObservable } from '../observables/observables.service.ts';
import { classify } from '../observables/typed-values.ts';
import type { AnalysisWorker } from '../ports.ts';
import type { Records } from '../records.ts';
import type { ChangeMeta } from '../sync/synced-store.ts';
import { addTag, type TagOwner } from './tag-owner.ts';
import type { Undo } from './undo-operation.ts';

/** What an operation did. */
export interface Applied {
  status: 'applied' | 'skipped';
  message: string;
  undo: Undo | null;
}

type Fields = Readonly<Record<string, unknown>>;

/** Where the operations of a job act: what hangs together with the object that it was triggered on. */
interface Target {
  caseId: string | undefined;
  observableId: string | undefined;
  taskId: string | undefined;
  alertId: string | undefined;
}

/**
 * Gets an operation ready (a value is asked of the worker, which takes time) and returns what applies it in the caller's
 * transaction. What cannot be applied throws an AppError that says why; a type that Osmia does not know is skipped.
 */
export async function prepareOperation(
  deps: { records: Records; analysis: AnalysisWorker },
  object: ObjectRef,
  operation: { type: string; fields: Fields; jobId: string },
  meta: ChangeMeta,
): Promise<() => Applied> {
  const { records } = deps;
  const { fields } = operation;
  const target = targetOf(records, object);
  switch (operation.type) {
    case 'AddTagToCase':
      return () => tag(records, { owner: 'case', id: caseOf(target) }, fields, meta);
    case 'AddTagToArtifact':
      return () => tag(records, { owner: 'observable', id: need(target.observableId, 'an observable') }, fields, meta);
    case 'AddTagToAlert':
      return () => tag(records, { owner: 'alert', id: need(target.alertId, 'an alert') }, fields, meta);
    case 'CreateTask':
      return () => createTask(records, caseOf(target), fields, meta);
    case 'AddCustomFields':
      return () => setField(records, target, fields, meta);
    case 'CloseTask':
      return () => closeTask(records, need(target.taskId, 'a task'), meta);
    case 'MarkAlertAsRead':
      return () => markRead(records, need(target.alertId, 'an alert'), meta);
    case 'AddLogToTask':
      return () => addLog(records, need(target.taskId, 'a task'), fields, meta);
    case 'AddArtifactToCase':
      return addArtifact(deps, caseOf(target), operation, meta);
    case 'AssignCase':
      return () => assign(records, caseOf(target), fields, meta);
    default:
      return () => skipped(`Osmia does not know the operation ${operation.type.slice(0, 100)}. It was not applied.`);
  }
}

function targetOf({ tasks, taskLogs, observables, alerts }: Records, { type, id }: ObjectRef): Target {
  const none: Target = { caseId: undefined, observableId: undefined, taskId: undefined, alertId: undefined };
  switch (type) {
    case 'case':
      return { ...none, caseId: id };
    case 'case_artifact':
      return { ...none, observableId: id, caseId: observables.get(id).caseId };
    case 'case_task':
      return { ...none, taskId: id, caseId: tasks.get(id).caseId };
    case 'case_task_log': {
      const { taskId, caseId } = taskLogs.get(id);
      return { ...none, taskId, caseId };
    }
    case 'alert':
      return { ...none, alertId: id, caseId: alerts.get(id).liveCaseId ?? undefined };
  }
}

function need(id: string | undefined, what: string): string {
  if (id === undefined)
    throw new AppError('invalid_input', `It needs ${what}, and the responder ran on something else.`);
  return id;
}

const caseOf = (target: Target): string => {
  if (target.caseId === undefined) throw new AppError('invalid_input', 'The alert belongs to no case.');
  return target.caseId;
};

const skipped = (message: string): Applied => ({ status: 'skipped', message, undo: null });
const applied = (message: string, undo: Undo): Applied => ({ status: 'applied', message, undo });

/** A text of the operation; throws where it is missing or none. */
function text(fields: Fields, name: string, max: number): string {
  const value = fields[name];
  if (typeof value !== 'string' || value.trim() === '')
    throw new AppError('invalid_input', `The responder gave no ${name}.`);
  if (value.length > max) throw new AppError('too_large', `Its ${name} has more than ${max} characters.`);
  return value.trim();
}

function tag(records: Records, owner: TagOwner, fields: Fields, meta: ChangeMeta): Applied {
  const name = text(fields, 'tag', 200);
  return addTag(records, owner, name, meta)
    ? applied(`Tag “${name}” added.`, { what: 'tag', ...owner, tag: name })
    : skipped(`It has the tag “${name}” already.`);
}

function createTask({ tasks }: Records, caseId: string, fields: Fields, meta: ChangeMeta): Applied {
  const title = text(fields, 'title', 500);
  const { description, group } = fields;
  const task = tasks.create(meta, {
    caseId,
    title,
    description: typeof description === 'string' ? description.slice(0, 1_000_000) : '',
    group: typeof group === 'string' && group.trim() !== '' ? group.trim().slice(0, 200) : 'default',
  });
  return applied(`Task “${title}” created.`, { what: 'task', id: task.id });
}

function setField({ customFields, cases, alerts }: Records, target: Target, fields: Fields, meta: ChangeMeta): Applied {
  const name = text(fields, 'name', 200);
  const type = fieldType(fields['tpe'] ?? fields['type']);
  const isAlert = target.alertId !== undefined;
  const ownerId = target.alertId ?? caseOf(target);
  const owner = isAlert ? 'alert' : 'case';
  const engagementId = isAlert ? alerts.get(ownerId).engagementId : cases.get(ownerId).engagementId;
  const where = { ...meta, engagementId, caseId: target.caseId ?? null };
  const { before, value } = customFields.set(where, { owner, ownerId, name }, type, fields['value']);
  if (before === value) return skipped(`The field ${name} has this value already.`);
  return applied(`Field ${name} set to ${String(value).slice(0, 200)}.`, {
    what: 'field',
    owner,
    ownerId,
    name,
    before: before ?? null,
    after: value,
  });
}

/** `number` is TheHive 3's. */
function fieldType(raw: unknown): CustomFieldType {
  const said = typeof raw === 'string' ? raw.toLowerCase() : 'string';
  if (said === 'number') return 'float';
  const known = CUSTOM_FIELD_TYPES.find((type) => type === said);
  if (known === undefined)
    throw new AppError('invalid_input', `Osmia does not know the field type ${said.slice(0, 40)}.`);
  return known;
}

function closeTask({ tasks }: Records, id: string, meta: ChangeMeta): Applied {
  const { status, startAt, endAt, assignee, title } = tasks.get(id);
  if (status === 'completed') return skipped(`The task “${title}” is closed already.`);
  tasks.update(meta, id, { status: 'completed' });
  const before = { status, startAt, endAt, assignee };
  return applied(`Task “${title}” closed.`, { what: 'taskStatus', id, before, after: 'completed' });
}

function markRead({ alerts }: Records, id: string, meta: ChangeMeta): Applied {
  if (alerts.get(id).isRead) return skipped('The alert is read already.');
  alerts.update(meta, id, { isRead: true });
  return applied('Alert marked as read.', { what: 'read', id });
}

function addLog({ taskLogs }: Records, taskId: string, fields: Fields, meta: ChangeMeta): Applied {
  const log = taskLogs.add(meta, taskId, { message: text(fields, 'content', 1_000_000) });
  return applied('Line added to the task’s log.', { what: 'log', id: log.id });
}

function assign({ cases }: Records, id: string, fields: Fields, meta: ChangeMeta): Applied {
  const after = text(fields, 'owner', 200);
  const before = cases.get(id).assignee;
  if (before === after) return skipped(`The case is ${after}’s already.`);
  cases.update(meta.actor, id, { assignee: after }, meta.reason);
  return applied(`Case assigned to ${after}.`, { what: 'assignee', id, before, after });
}

async function addArtifact(
  { records, analysis }: { records: Records; analysis: AnalysisWorker },
  caseId: string,
  { fields, jobId }: { fields: Fields; jobId: string },
  meta: ChangeMeta,
): Promise<() => Applied> {
  const said = text(fields, 'dataType', 100);
  const dataType = toDataType(said);
  const found = await classify(
    analysis,
    { value: text(fields, 'data', 65_536), dataType: dataType ?? 'other' },
    new AbortController().signal,
  );
  if ('reason' in found) throw new AppError('invalid_input', found.reason);
  return () => {
    const caseRow = records.cases.get(caseId);
    const { tlp: level, message, tags } = fields;
    const tlp = typeof level === 'number' ? tlpFromNumber(Math.min(3, level)) : undefined;
    const item: NewObservable = {
      ...found,
      tlp: stricterTlp(caseRow.tlp, tlp ?? caseRow.tlp),
      pap: caseRow.pap,
      tags: [
        ...(Array.isArray(tags) ? tags : []).filter((one) => typeof one === 'string').slice(0, 100),
        ...(dataType === undefined ? [said] : []),
      ].map((one) => one.slice(0, 200)),
      isIoc: fields['ioc'] === true,
      isSighted: fields['sighted'] === true,
      message: typeof message === 'string' ? message.slice(0, 65_536) : '',
      places: [],
      sourceJobId: jobId,
    };
    const { id, isNew } = records.observables.addInTransaction(caseRow, item, meta);
    if (!isNew) return skipped(`${found.dataType} ${found.value.slice(0, 200)} is in the case already.`);
    records.observables.announce(caseId, [id]);
    return applied(`${found.dataType} ${found.value.slice(0, 200)} added to the case.`, { what: 'observable', id });
  };
}
