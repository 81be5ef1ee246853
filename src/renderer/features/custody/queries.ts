import { callCore } from '../../api/client.ts';
import { callQuery } from '../../api/query.ts';

/** The newest entries on one file. */
export const custodyQuery = (caseId: string, evidenceId: string) =>
  callQuery('custody.list', { caseId, evidenceId, limit: 200 }, ['evidence', 'job', 'case'], caseId);

/** Follows the chain of the whole case. */
export const chainQuery = (caseId: string) =>
  callQuery('custody.verify', { caseId }, ['evidence', 'job', 'case'], caseId);

/** The log of the case as a file, for whoever checks it without Osmia. */
export async function custodyText(caseId: string): Promise<string> {
  const pieces: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const piece = await callCore('custody.export', { caseId, ...(cursor !== undefined && { cursor }) });
    pieces.push(piece.text);
    if (piece.next === null) return pieces.join('');
    cursor = piece.next;
  }
}
