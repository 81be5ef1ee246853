import type { DataType } from '../../../shared/model/data-type.ts';
import type { Level } from '../../../shared/model/report.ts';
import type { ObservableFilter } from './queries.ts';

/** What the facets, chips and the filter field say; kept while the screen is open. */
export interface FilterState {
  verdicts: readonly Level[];
  isNotAnalysed: boolean;
  dataTypes: readonly DataType[];
  isIoc: boolean;
  isSighted: boolean;
  text: string;
}

export const NO_FILTER: FilterState = {
  verdicts: [],
  isNotAnalysed: false,
  dataTypes: [],
  isIoc: false,
  isSighted: false,
  text: '',
};

export const toggled = <T>(list: readonly T[], item: T): T[] =>
  list.includes(item) ? list.filter((each) => each !== item) : [...list, item];

/** The call's filter: only what is set. */
export function toFilter(state: FilterState, scope: { caseId?: string; engagementId?: string }): ObservableFilter {
  return {
    ...scope,
    ...(state.verdicts.length > 0 ? { verdicts: [...state.verdicts] } : {}),
    ...(state.isNotAnalysed ? { isNotAnalysed: true } : {}),
    ...(state.dataTypes.length > 0 ? { dataTypes: [...state.dataTypes] } : {}),
    ...(state.isIoc ? { isIoc: true } : {}),
    ...(state.isSighted ? { isSighted: true } : {}),
    ...(state.text.trim() === '' ? {} : { text: state.text.trim() }),
  };
}

/** Filters in words for the empty grid. */
export function filterWords(state: FilterState): string[] {
  return [
    ...state.verdicts,
    ...(state.isNotAnalysed ? ['not analysed'] : []),
    ...state.dataTypes,
    ...(state.isIoc ? ['IOC'] : []),
    ...(state.isSighted ? ['sighted'] : []),
    ...(state.text.trim() === '' ? [] : [`“${state.text.trim()}”`]),
  ];
}
