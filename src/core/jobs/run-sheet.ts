import { hash } from 'node:crypto';
import type { RunRow, RunSheet } from '../../shared/contract/jobs.ts';
import { AppError } from '../../shared/errors.ts';
import type { KnownFlavor } from '../analyzers/analyzers.service.ts';
import type { Refusal } from './gate.ts';
import type { CachedAnswer, SubjectRow } from './jobs.repo.ts';

/** One line of a sheet with what is needed to start it. */
export interface PlannedRow {
  row: number;
  verdict: RunRow['verdict'];
  /** As it was when the sheet was shown; what sends something else by now does not start. */
  flavor: KnownFlavor;
  subject: SubjectRow;
  /** Why it was refused; empty where it was not. */
  refusals: readonly Refusal[];
  isOverridable: boolean;
  /** The report that was shown as the answer. */
  cached: Pick<CachedAnswer, 'cacheKey' | 'reportId' | 'at'> | undefined;
  /** The waiting job that this row stands for. */
  jobId: string | null;
}

export interface PlannedSheet {
  sheet: RunSheet;
  isForcedOffline: boolean;
  row(number: number): PlannedRow | undefined;
  /** As the page shows it. */
  shown(number: number): RunRow | undefined;
}

/** Whether a flavor still is the program that was shown, and sends the same to the same hosts. */
export const isSameAsShown = (was: KnownFlavor, now: KnownFlavor): boolean =>
  was === now ||
  (was.sha256 === now.sha256 &&
    was.isLocal === now.isLocal &&
    was.card.leaves === now.card.leaves &&
    was.card.hosts.join() === now.card.hosts.join());

/** How long a sheet can be started, in milliseconds, and how many are kept. */
const KEPT_MS = 10 * 60_000;
const MAX_SHEETS = 50;

/** The sheets that were shown and not yet forgotten; in memory only, because a start must match what somebody saw. */
export function createSheets(monotonic: () => number): {
  keep(sheet: PlannedSheet): void;
  /** Throws `not_found` when it is forgotten. */
  get(id: string): PlannedSheet;
} {
  const sheets = new Map<string, { sheet: PlannedSheet; at: number }>();
  return {
    keep(sheet) {
      for (const [id, { at }] of sheets) if (monotonic() - at > KEPT_MS || sheets.size >= MAX_SHEETS) sheets.delete(id);
      sheets.set(sheet.sheet.id, { sheet, at: monotonic() });
    },
    get(id) {
      const kept = sheets.get(id);
      if (kept === undefined || monotonic() - kept.at > KEPT_MS) {
        throw new AppError('not_found', 'This run sheet is older than ten minutes. Look at it again.');
      }
      return kept.sheet;
    },
  };
}

/**
 * What makes two runs the same question (DESIGN.md 5.2). The engagement is in it: an answer that one client paid for and
 * was seen asking is not shown to another.
 */
export function cacheKeyOf(
  flavor: Pick<KnownFlavor, 'id' | 'version' | 'sha256'>,
  configHash: string,
  subject: SubjectRow,
  parameters: string,
): string {
  const parts = [
    flavor.id,
    flavor.version,
    flavor.sha256,
    configHash,
    subject.engagementId,
    subject.dataType,
    subject.subjectHash,
    // A file's name is part of the question: analyzers are told it.
    subject.dataType === 'file' ? subject.value : '',
    subject.tlp,
    subject.pap,
    parameters,
  ];
  return hash('sha256', JSON.stringify(parts));
}
