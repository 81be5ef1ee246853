import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Db } from '../db/open.ts';
import type { Logger } from '../ports.ts';
import { createReportTexts } from './report-texts.repo.ts';
import type { SearchIndex } from './search-index.repo.ts';

/**
 * Reports that were stored before they could be searched: their text is put into the index while the workspace is used,
 * one a turn, and taken up where it was left. A workspace without any asks one row of `meta`.
 */
export function createReportCatchUp(deps: { db: Db; index: SearchIndex; logger: Logger }): {
  /** Until all are in, or it was closed. */
  done: Promise<void>;
  close(): Promise<void>;
} {
  const texts = createReportTexts(deps.db, deps.index);
  const closing = new AbortController();
  const run = async (): Promise<void> => {
    let after = texts.reached();
    while (after !== undefined) {
      await nextTurn();
      if (closing.signal.aborted) return;
      after = texts.next(after);
    }
  };
  const done = run().catch((error: unknown) => {
    deps.logger.error('search: reports of before are not all in the index', { error: String(error) });
  });
  return {
    done,
    close() {
      closing.abort();
      return done;
    },
  };
}
