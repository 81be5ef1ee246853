import { setImmediate as nextTurn } from 'node:timers/promises';
import { v7 } from 'uuid';
import type { BulkChange, CaseSelection } from '../../shared/contract/case-list.ts';
import { AppError } from '../../shared/errors.ts';
import { currentCallGroup } from '../sync/call-group.ts';
import type { SyncedStore } from '../sync/synced-store.ts';
import type { CasesService } from './cases.service.ts';
import type { CaseClosing } from './close-case.ts';
import type { CasePatch } from './status-rules.ts';

export interface BulkResult {
  changed: number;
  skipped: number;
  reasons: { number: number; reason: string }[];
}

const CHUNK = 100;
const MOST_REASONS = 100;

/**
 * One change on many cases: in transactions of a hundred with a turn of the event loop between them, all in one group of
 * the log. A case that cannot take it is left as it is.
 */
export function createBulkCases(deps: { cases: CasesService; closing: CaseClosing; store: SyncedStore }) {
  const { cases, closing, store } = deps;

  /** Whether it changed anything. */
  const apply = (actor: string, id: string, change: BulkChange): boolean => {
    const before = cases.get(id);
    switch (change.kind) {
      case 'trash':
        return cases.trash(actor, id);
      case 'reopen':
        closing.reopen(actor, id);
        return true;
      case 'close':
        closing.close(actor, id, change.closing);
        return true;
      case 'edit': {
        const { kind: _, addTags = [], removeTags = [], ...patch } = change;
        const tags = [...new Set([...before.tags, ...addTags])].filter((tag) => !removeTags.includes(tag));
        const changes: CasePatch = { ...patch, tags };
        return cases.update(actor, id, changes).updatedAt !== before.updatedAt;
      }
    }
  };

  const allOf = async (actor: string, selection: CaseSelection): Promise<string[]> => {
    if ('ids' in selection) return [...new Set(selection.ids)];
    // Chosen before anything changes: what a change moves out of the filter is not missed, nor met twice.
    const ids: string[] = [];
    for await (const some of cases.idsOf(actor, selection.engagementId, selection.filter)) {
      ids.push(...some);
      await nextTurn();
    }
    return ids;
  };

  return async (actor: string, selection: CaseSelection, change: BulkChange): Promise<BulkResult> => {
    const result: BulkResult = { changed: 0, skipped: 0, reasons: [] };
    const ids = await allOf(actor, selection);
    const txnId = currentCallGroup()?.id ?? v7();
    for (let at = 0; at < ids.length; at += CHUNK) {
      if (at > 0) await nextTurn();
      store.transaction({ txnId }, () => {
        for (const id of ids.slice(at, at + CHUNK)) {
          try {
            if (apply(actor, id, change)) result.changed += 1;
          } catch (error) {
            if (!(error instanceof AppError)) throw error;
            result.skipped += 1;
            if (result.reasons.length < MOST_REASONS) {
              result.reasons.push({ number: numberOf(cases, id), reason: error.message });
            }
          }
        }
      });
    }
    return result;
  };
}

function numberOf(cases: CasesService, id: string): number {
  try {
    return cases.get(id).number;
  } catch {
    // Gone to the trash meanwhile.
    return 0;
  }
}
