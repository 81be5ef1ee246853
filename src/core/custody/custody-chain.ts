import { hash } from 'node:crypto';
import type { CustodyEntry } from '../../shared/contract/custody.ts';

export const CUSTODY_FORMAT = 'osmia-custody/1';

/** What the hash of an entry is taken over, after the hash before it. An array has one order, so this text is canonical. */
export const entryText = (caseId: string, entry: Omit<CustodyEntry, 'hash'>): string =>
  JSON.stringify([
    caseId,
    entry.position,
    entry.evidenceId,
    entry.sha256,
    entry.event,
    entry.name,
    entry.at,
    entry.zone,
    entry.actor,
    entry.osmiaVersion,
    entry.detail,
  ]);

/** Lower-case hex; `previous` is '' for the first entry of a case. */
export const chainHash = (previous: string, text: string): string => hash('sha256', previous + text, 'hex');
