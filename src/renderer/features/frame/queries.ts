import { callQuery } from '../../api/query.ts';

const within = (engagementId: string | undefined) => (engagementId === undefined ? {} : { engagementId });

export const activityQuery = (engagementId: string | undefined) =>
  callQuery('system.activity', within(engagementId), ['job', 'report', 'engagement']);

/** Cases by number or words for the palette; short, newest first. */
export const findCasesQuery = (text: string, engagementId: string | undefined) =>
  callQuery('cases.list', { limit: 8, filter: text === '' ? {} : { text }, ...within(engagementId) }, ['case']);

export const findObservablesQuery = (text: string, engagementId: string | undefined) =>
  callQuery('observables.list', { limit: 6, text, ...within(engagementId) }, ['observable']);

export const setsQuery = callQuery('sets.list', {}, ['analyzers']);
