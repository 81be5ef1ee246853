import type { TimelineFilter } from '../../../shared/contract/timeline.ts';
import { callCore, type Input, type Output } from '../../api/client.ts';
import { callQuery } from '../../api/query.ts';

export type TimelineIndex = Output<'timeline.index'>;
export type Order = 'event' | 'recorded';

export const indexQuery = (caseId: string, filter: TimelineFilter, order: Order) =>
  callQuery('timeline.index', { caseId, filter, order }, ['timeline'], caseId);

export const countsQuery = (caseId: string) =>
  callQuery('timeline.counts', { caseId }, ['timeline', 'asset', 'attack'], caseId);

export const rowsQuery = (caseId: string, ids: string[]) => callQuery('timeline.rows', { ids }, ['timeline'], caseId);

export const harvestQuery = (caseId: string, zone: string | undefined) => ({
  ...callQuery('timeline.harvest', { caseId, ...(zone === undefined ? {} : { zone }) }, []),
  gcTime: 0,
  staleTime: 0,
});

export const assetsQuery = (caseId: string) =>
  callQuery('assets.list', { caseId }, ['asset', 'observable', 'timeline'], caseId);

export const observableQuery = (id: string) => callQuery('observables.get', { id }, ['observable', 'report']);

export const exportTimeline = (input: Input<'timeline.export'>) => callCore('timeline.export', input);
