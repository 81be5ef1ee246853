import type { ObservablePatch } from '../../shared/contract/observables.ts';
import type { SharedPatch } from '../sync/registry.ts';
import type { ObservableState } from './observables.repo.ts';

const MAX_TAGS = 200;
const MAX_MESSAGE = 65_536;

/** What a change asked for of many means for one row. `now` in UTC milliseconds. */
export function patchRow(row: ObservableState, patch: ObservablePatch, now: number): SharedPatch<'observable'> {
  const { tags, addTags, removeTags, isSighted, sightedAt, appendMessage, message, isInTrash, ...plain } = patch;
  return {
    ...plain,
    ...(tags || addTags || removeTags ? { tags: newTags(row.tags, { tags, addTags, removeTags }) } : {}),
    ...sighted(row, isSighted, sightedAt, now),
    ...(message === undefined && appendMessage === undefined
      ? {}
      : { message: appended(message ?? row.message, appendMessage ?? '') }),
    ...(isInTrash === undefined || isInTrash === (row.deletedAt !== null) ? {} : { deletedAt: isInTrash ? now : null }),
  };
}

const newTags = (
  before: readonly string[],
  { tags, addTags, removeTags }: Pick<ObservablePatch, 'tags' | 'addTags' | 'removeTags'>,
): string[] => {
  const gone = new Set(removeTags);
  return [...new Set([...(tags ?? before), ...(addTags ?? [])])].filter((tag) => !gone.has(tag)).slice(0, MAX_TAGS);
};

/** Sighted without a time is sighted now; a time says that it was; what was not sighted has no time. */
function sighted(
  row: ObservableState,
  isSighted: boolean | undefined,
  sightedAt: number | null | undefined,
  now: number,
): SharedPatch<'observable'> {
  if (isSighted === false) return { isSighted: false, sightedAt: null };
  if (typeof sightedAt === 'number') return { isSighted: true, sightedAt };
  if (isSighted === true) return { isSighted: true, sightedAt: sightedAt === null ? null : (row.sightedAt ?? now) };
  return sightedAt === null ? { sightedAt: null } : {};
}

/** A blank line between them; what it ends with already is not said twice. */
export function appended(before: string, more: string): string {
  if (more === '' || before === more || before.endsWith(`\n\n${more}`)) return before;
  return (before === '' ? more : `${before}\n\n${more}`).slice(0, MAX_MESSAGE);
}
