import { callQuery } from '../api/query.ts';

/** Answers in every state of the workspace; the one query that outlives a lock. */
export const statusQuery = callQuery('workspace.status', {}, ['workspace']);
