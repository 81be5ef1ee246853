import type { SharedEntity, SharedRow } from '../sync/registry.ts';
import type { SyncedStore } from '../sync/synced-store.ts';
import {
  alertText,
  caseText,
  eventText,
  evidenceText,
  isSameText,
  noteText,
  observableText,
  type SearchText,
  taskText,
} from './documents.ts';
import type { IntakeTexts } from './intake-text.repo.ts';
import type { NumberedKind, SearchIndex } from './search-index.repo.ts';

/** Keeps the full-text indexes as shared rows are written: what goes to the trash goes out, what comes back comes in. */
export function keepSearch(deps: { store: SyncedStore; index: SearchIndex; intakeTexts: IntakeTexts }): void {
  const { store, index, intakeTexts } = deps;

  /** The engagement of what belongs to a case is the case's. */
  const inCase = (caseId: string): string => index.engagementOf(caseId) ?? '';

  const keep = <E extends SharedEntity>(
    entity: E,
    kind: NumberedKind,
    textOf: (row: SharedRow<E>) => SearchText,
    more?: (row: SharedRow<E>, text: SearchText) => void,
  ): void =>
    store.project(entity, ({ id, before, after }) => {
      if (isGone(after)) {
        if (before !== undefined && !isGone(before)) index.remove(kind, id);
        return;
      }
      const text = textOf(after);
      if (before !== undefined && !isGone(before) && isSameText(textOf(before), text)) return;
      index.put(kind, id, text);
      more?.(after, text);
    });

  keep('case', 'case', caseText);
  keep('task', 'task', (row) => taskText(row, inCase(row.caseId)));
  keep('note', 'note', (row) => noteText(row, inCase(row.caseId)));
  keep('alert', 'alert', alertText);
  keep('timelineEvent', 'event', eventText);
  keep(
    'evidence',
    'evidence',
    (row) => evidenceText(row, inCase(row.caseId)),
    (row, text) => {
      if (row.intakeId === null) return;
      for (const { part, body } of intakeTexts.of(row.intakeId))
        index.put('evidence', row.id, { facets: text.facets, title: '', body, tags: '' }, part);
    },
  );

  store.project('observable', ({ rowid, before, after }) => {
    const wasIn = before !== undefined && !isGone(before);
    if (isGone(after)) {
      if (wasIn) index.removeObservable(rowid);
      return;
    }
    const text = observableText(after);
    if (!wasIn) index.addObservable(rowid, text);
    else if (before.value !== after.value) index.putObservable(rowid, text);
    else if (!isSameText(observableText(before), text)) index.changeObservable(rowid, text);
  });
}

const isGone = (row: { deletedAt?: unknown }): boolean => row.deletedAt !== null;
