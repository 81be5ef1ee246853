import { wholeText } from '../../../shared/model/all-pieces.ts';
import { callCore } from '../../api/client.ts';
import { callQuery } from '../../api/query.ts';

/** The newest entries on one file. */
export const custodyQuery = (caseId: string, evidenceId: string) =>
  callQuery('custody.list', { caseId, evidenceId, limit: 200 }, ['evidence', 'job', 'case'], caseId);

/** Follows the chain of the whole case. */
export const chainQuery = (caseId: string) =>
  callQuery('custody.verify', { caseId }, ['evidence', 'job', 'case'], caseId);

/** The log of the case as a file, for whoever checks it without Osmia. */
export const custodyText = (caseId: string): Promise<string> =>
  wholeText((next) => callCore('custody.export', { caseId, ...next }));
