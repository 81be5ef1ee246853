import type { CustodyEntry, CustodyEvent } from '../../../shared/contract/custody.ts';

export const CUSTODY_WORDS: Readonly<Record<CustodyEvent, string>> = {
  received: 'Received',
  accepted: 'Accepted into the case',
  extracted: 'Taken out of a file',
  analysed: 'Read by an analyzer',
  sent: 'Sent',
  exported: 'Exported',
  trashed: 'Moved to the trash',
  restored: 'Taken back from the trash',
};

const ORIGINS: Readonly<Record<string, string>> = { file: 'as a file', text: 'as text', image: 'as a picture' };

/** What an entry says more than its event: the analyzer, whom it went to, what of it, why. */
export function custodyMore({ detail }: CustodyEntry): string {
  const { by, to, what, origin, as, reason } = detail;
  return [
    // `<source>/<Name>_<version>`: the source says nothing here.
    by?.replace(/^.*\//, ''),
    to && `to ${to}`,
    what,
    origin && (ORIGINS[origin] ?? origin),
    as && `as ${as}`,
    reason === 'undo' || reason === 'redo' ? `by ${reason}` : reason,
  ]
    .filter(Boolean)
    .join(' · ');
}
