import type { ObservableFilter, ObservableTarget } from '../../../shared/contract/observables.ts';

/** Some rows, or all that the filter matches but for some. */
export type Selection = { kind: 'some'; nums: ReadonlySet<number> } | { kind: 'all'; except: ReadonlySet<number> };

export const NOTHING: Selection = { kind: 'some', nums: new Set() };

export const isSelected = (selection: Selection, num: number): boolean =>
  selection.kind === 'all' ? !selection.except.has(num) : selection.nums.has(num);

/** Of `nums`, all that the filter matches. */
export const selectedCount = (selection: Selection, nums: readonly number[]): number =>
  selection.kind === 'all' ? nums.length - selection.except.size : selection.nums.size;

export const selectedNums = (selection: Selection, nums: readonly number[]): number[] =>
  nums.filter((num) => isSelected(selection, num));

export function toggleOne(selection: Selection, num: number): Selection {
  const set = new Set(selection.kind === 'all' ? selection.except : selection.nums);
  if (!set.delete(num)) set.add(num);
  return selection.kind === 'all' ? { kind: 'all', except: set } : { kind: 'some', nums: set };
}

export function selectMany(selection: Selection, nums: readonly number[]): Selection {
  if (selection.kind === 'some') return { kind: 'some', nums: new Set([...selection.nums, ...nums]) };
  const more = new Set(nums);
  return { kind: 'all', except: new Set([...selection.except].filter((num) => !more.has(num))) };
}

/** What an action is on. */
export const targetOf = (selection: Selection, matching: ObservableFilter): ObservableTarget =>
  selection.kind === 'all' ? { matching, except: [...selection.except] } : { nums: [...selection.nums] };
