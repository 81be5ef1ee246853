import { callQuery } from '../../api/query.ts';

const within = (engagementId: string | undefined) => (engagementId === undefined ? {} : { engagementId });

export const activityQuery = (engagementId: string | undefined) =>
  callQuery('system.activity', within(engagementId), ['job', 'report', 'engagement']);

/** For the palette while nothing is typed: the newest cases. */
export const recentCasesQuery = (engagementId: string | undefined) =>
  callQuery('cases.list', { limit: 8, ...within(engagementId) }, ['case']);

export const setsQuery = callQuery('sets.list', {}, ['analyzers']);
