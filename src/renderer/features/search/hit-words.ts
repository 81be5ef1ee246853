import type { SearchKind } from '../../../shared/model/search-query.ts';
import type { Hit } from './queries.ts';

export const KIND_WORDS: Readonly<Record<SearchKind, string>> = {
  observable: 'Observables',
  case: 'Cases',
  task: 'Tasks',
  note: 'Notes',
  alert: 'Alerts',
  evidence: 'Files',
  event: 'Timeline',
  report: 'Reports',
};

/** Where Enter leads. */
export function hrefOf(hit: Hit): string {
  const inCase = `/cases/${hit.caseNumber ?? ''}`;
  switch (hit.kind) {
    case 'observable':
      return `/observables/${hit.id}`;
    case 'case':
      return inCase;
    case 'task':
      return `${inCase}/tasks/${hit.id}`;
    case 'note':
      // A line of a task's log stands with its task.
      return hit.relatedId === null ? `${inCase}/notes/${hit.id}` : `${inCase}/tasks/${hit.relatedId}`;
    case 'alert':
      return `/alerts/${hit.id}`;
    case 'evidence':
      return `${inCase}/evidence/${hit.id}`;
    case 'event':
      return `${inCase}/timeline/${hit.id}`;
    case 'report':
      return `/reports/${hit.relatedId ?? ''}`;
  }
}

const STATUS_WORDS: Readonly<Record<string, string>> = {
  open: 'new',
  in_progress: 'in progress',
  resolved: 'resolved',
  duplicated: 'duplicate',
  waiting: 'waiting',
  completed: 'done',
  cancelled: 'cancelled',
};

/** The quiet words beside a hit: where it lies, and what state it is in. */
export function placeOf(hit: Hit): string {
  const words: string[] = [];
  if (hit.kind === 'case') words.push(`#${hit.caseNumber ?? ''}`);
  if (hit.kind === 'report' || hit.kind === 'alert') words.push(hit.detail);
  if (hit.kind === 'case' || hit.kind === 'task') words.push(STATUS_WORDS[hit.detail] ?? hit.detail);
  if (hit.kind === 'evidence') words.push(hit.part === '' || hit.part === '/' ? hit.detail : `in ${hit.part}`);
  if (hit.kind !== 'case' && hit.caseNumber !== null) words.push(`in #${hit.caseNumber}`);
  return words.filter((word) => word !== '').join(', ');
}
