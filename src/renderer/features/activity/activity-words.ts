import type { ActivityGroup, ChangedField } from '../../../shared/contract/activity.ts';
import { SEVERITY_WORDS } from '../../ui/chips.tsx';
import { plural } from '../../ui/format.ts';
import { CASE_STATUS_WORDS } from '../cases/status-words.ts';
import { TASK_WORDS } from '../tasks/task-words.ts';

const THINGS: Readonly<Record<string, string>> = {
  case: 'case',
  observable: 'observable',
  evidence: 'evidence file',
  note: 'note',
  noteImage: 'picture',
  task: 'task',
  alert: 'alert',
  alertObservable: 'observable of an alert',
  alertSource: 'source of alerts',
  customFieldValue: 'custom field',
  timelineEvent: 'timeline event',
  asset: 'asset',
  caseAsset: 'asset of the case',
  caseTechnique: 'technique',
};

const VERBS: Readonly<Record<ActivityGroup['kind'], string>> = {
  added: 'Added',
  changed: 'Changed',
  trashed: 'Moved to the trash',
  restored: 'Took back from the trash',
  purged: 'Destroyed',
};

/** "Added 26 observables", "Changed the case". */
export function activityTitle({ kind, entity, count }: ActivityGroup): string {
  const thing = THINGS[entity] ?? entity;
  return `${VERBS[kind]} ${count === 1 ? (entity === 'case' ? 'the case' : `1 ${thing}`) : plural(count, thing)}`;
}

const FIELDS: Readonly<Record<string, string>> = {
  tlp: 'TLP',
  pap: 'PAP',
  isIoc: 'IOC',
  isSighted: 'Sighted',
  isFlagged: 'Star',
  isMandatory: 'Mandatory',
  startAt: 'Start',
  endAt: 'End',
  dueAt: 'Due',
  taskId: 'Task',
  at: 'Time',
  given: 'Time as written',
  assetIds: 'Assets',
  observableIds: 'Observables',
  stateAt: 'In this state since',
};

/** `ignoreSimilarity` → "Ignore similarity". */
export function fieldWord(name: string): string {
  const known = FIELDS[name];
  if (known !== undefined) return known;
  const words = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What a stored name is called on the screens that set it; cases and tasks share no status but one, of one word. */
const STATUS_WORDS: Readonly<Record<string, string>> = { ...CASE_STATUS_WORDS, ...TASK_WORDS };

const TIME_FIELDS = /(?:^at|At)$/;

/** A stored value in words; a time is left to the caller. Undefined is "nothing". */
export function valueWord(name: string, json: string | null): { text: string } | { at: number } | undefined {
  if (json === null) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    // Cut in the middle: shown as it is, without the quote it begins with.
    return { text: json.replace(/^"/, '') };
  }
  if (value === true) return { text: 'yes' };
  if (value === false) return { text: 'no' };
  if (name === 'severity' && typeof value === 'number') return { text: SEVERITY_WORDS[value - 1] ?? String(value) };
  if (typeof value === 'number') return TIME_FIELDS.test(name) ? { at: value } : { text: String(value) };
  if (Array.isArray(value)) return value.length === 0 ? undefined : { text: value.map(String).join(', ') };
  if (name === 'status' && typeof value === 'string') return { text: STATUS_WORDS[value] ?? value };
  if (typeof value === 'string') return value === '' ? undefined : { text: value };
  return { text: json };
}

/** Text that is long on both sides says more as its size than as two walls of words. */
export const isLongText = ({ before, after }: ChangedField): boolean =>
  (before?.length ?? 0) > 160 || (after?.length ?? 0) > 160;
