import { infiniteQueryOptions, useMutation } from '@tanstack/react-query';
import type { Observable } from '../../../shared/contract/entities.ts';
import { callCore, type Input } from '../../api/client.ts';
import { callQuery } from '../../api/query.ts';

export type ObservableFilter = Omit<Input<'observables.list'>, 'cursor' | 'limit'>;

const PAGE = 500;

/** Page after page as the grid scrolls. */
export const observablesQuery = (filter: ObservableFilter) =>
  infiniteQueryOptions({
    queryKey: ['observables.list', 'pages', filter] as const,
    queryFn: ({ pageParam, signal }) =>
      callCore(
        'observables.list',
        { ...filter, limit: PAGE, ...(pageParam === undefined ? {} : { cursor: pageParam }) },
        signal,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    meta: { topics: ['observable', 'report', 'job'], caseId: filter.caseId },
  });

export const observableQuery = (id: string) => callQuery('observables.get', { id }, ['observable', 'job', 'report']);

/** What each analyzer said of it over time, across the cases of the engagement. */
export const linesQuery = (id: string) => callQuery('reports.history', { observableId: id }, ['report']);

export const caseNumberQuery = (id: string) => callQuery('cases.get', { id }, ['case']);

/** Every id that a filter matches, at most `most` of them, for actions on more than what is loaded. */
export const collectIds = async (filter: ObservableFilter, most: number): Promise<string[]> =>
  (await collectRows(filter, most)).map((each) => each.id);

/** The same with all that a grid knows of each. */
export async function collectRows(filter: ObservableFilter, most: number): Promise<Observable[]> {
  const rows: Observable[] = [];
  let cursor: string | undefined;
  do {
    const page = await callCore('observables.list', {
      ...filter,
      limit: 1_000,
      ...(cursor === undefined ? {} : { cursor }),
    });
    rows.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && rows.length < most);
  return rows.slice(0, most);
}

export const useUpdateObservables = () =>
  useMutation({ mutationFn: (input: Input<'observables.update'>) => callCore('observables.update', input) });

export const useRemoveObservables = () =>
  useMutation({ mutationFn: (ids: string[]) => callCore('observables.remove', { ids }) });

export const restoreObservables = (ids: string[]) => callCore('observables.restore', { ids });

export const useAddObservables = () =>
  useMutation({ mutationFn: (input: Input<'observables.add'>) => callCore('observables.add', input) });

/** Which verdicts of some observables to ask again. */
export const refreshPlan = (input: Input<'observables.refreshPlan'>) => callCore('observables.refreshPlan', input);
