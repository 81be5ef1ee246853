import { callCore, type Input } from '../../api/client.ts';
import { callQuery } from '../../api/query.ts';
import type { Topic } from '../../../shared/contract/jobs.ts';

export const dashboardsQuery = callQuery('dashboards.list', {}, ['dashboard']);
export const dashboardQuery = (id: string) => callQuery('dashboards.get', { id }, ['dashboard']);

/** Everything that is counted; a burst of events leads to one question. */
const COUNTED: readonly Topic[] = ['case', 'task', 'note', 'observable', 'alert', 'job', 'quota'];
export const statsQuery = (input: Input<'stats.ask'>) => callQuery('stats.ask', input, COUNTED);

export const exportDashboard = (id: string) => callCore('dashboards.export', { id });
