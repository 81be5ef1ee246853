import { v7 } from 'uuid';
import type { AlertRun, CsvMapping } from '../../shared/contract/alerts.ts';
import { AppError } from '../../shared/errors.ts';
import type { Pap, Tlp } from '../../shared/model/marking.ts';
import type { EventBus } from '../events/bus.ts';
import type { AnalysisWorker, BlobReader, Clock, Logger } from '../ports.ts';
import { currentCallGroup } from '../sync/call-group.ts';
import type { ParsedAlerts } from '../ports.ts';
import type { AlertSourcesRepo, RunRow } from './alert-sources.repo.ts';
import type { IncomingAlert } from './incoming.ts';
import type { AlertReceiver } from './receive-alert.ts';

/** What holds for everything of one reading where the file itself does not say. */
export interface RunDefaults {
  engagementId: string;
  sourceId: string | null;
  name: string;
  mapping: CsvMapping | null;
  tlp: Tlp;
  pap: Pap;
  tags: string[];
  caseTemplate: string;
}

/** One reading of a source: counts, and a list of what could not be taken. */
export interface AlertRunRecorder {
  /** Reads one file and takes its alerts. Never throws for what the file holds; only where the run has to end. */
  take(item: string, file: BlobReader, signal: AbortSignal): Promise<void>;
  skip(): void;
  problem(item: string, place: string, reason: string): void;
  /** Nothing was there to read: no run is kept. */
  readonly isEmpty: boolean;
  end(error: unknown): AlertRun;
}

/** More in one run tells nothing new. */
const MAX_PROBLEMS = 5_000;

export function startRun(
  deps: {
    repo: AlertSourcesRepo;
    receiver: AlertReceiver;
    analysis: Pick<AnalysisWorker, 'readAlerts'>;
    events: EventBus;
    clock: Clock;
    logger: Logger;
  },
  defaults: RunDefaults,
  actor: string,
): AlertRunRecorder {
  const { repo, receiver, analysis, events, clock, logger } = deps;
  const { engagementId, sourceId, name } = defaults;
  const counts = { items: 0, skipped: 0, made: 0, updated: 0, unchanged: 0, observables: 0, problems: 0 };
  const run: RunRow = {
    id: v7(),
    engagementId,
    sourceId,
    name,
    startedAt: clock.now(),
    endedAt: null,
    error: null,
    ...counts,
  };
  let isStored = false;
  const stored = (): void => {
    if (isStored) return;
    isStored = true;
    repo.insertRun(run);
    events.publish('alert', run.id);
  };

  const problem = (item: string, place: string, reason: string): void => {
    stored();
    run.problems += 1;
    if (run.problems > MAX_PROBLEMS) return;
    repo.addProblem(run.id, run.problems, {
      item: item.slice(0, 400),
      place: place.slice(0, 400),
      reason: run.problems === MAX_PROBLEMS ? `${reason} (and more, which are not listed)` : reason.slice(0, 1_000),
    });
  };

  const receiveOne = async (
    item: string,
    parsed: ParsedAlerts['alerts'][number],
    files: Uint8Array[],
  ): Promise<void> => {
    // One alert is one group of changes: undone as a whole where somebody's own call did not group it already.
    const meta = {
      actor,
      reason: `alert source ${name}`.slice(0, 300),
      ...(currentCallGroup() ? {} : { txnId: v7() }),
    };
    const { outcome, added, problems } = await receiver.receive(
      meta,
      engagementId,
      complete(parsed, files, defaults, clock.now()),
    );
    run.observables += added;
    if (outcome === 'made') run.made += 1;
    else if (outcome === 'updated') run.updated += 1;
    else run.unchanged += 1;
    const place = `alert ${parsed.sourceRef}`;
    if (outcome === 'trashed')
      problem(item, place, 'it is in the trash, where updates do not reach it. Restore it to take them.');
    for (const one of problems) problem(item, `${place}, ${one.place}`, one.reason);
  };

  return {
    get isEmpty() {
      return !isStored;
    },
    async take(item, file, signal) {
      stored();
      run.items += 1;
      try {
        const { alerts, problems, files } = await analysis.readAlerts(
          file,
          { name: item, mapping: defaults.mapping },
          signal,
        );
        for (const { place, reason } of problems) problem(item, place, reason);
        for (const parsed of alerts) {
          signal.throwIfAborted();
          try {
            await receiveOne(item, parsed, files);
          } catch (error) {
            if (signal.aborted || isFatal(error)) throw error;
            if (!(error instanceof AppError)) logger.error('alerts: taking one failed', { error: String(error) });
            problem(item, `alert ${parsed.sourceRef}`, reasonOf(error));
          }
        }
      } catch (error) {
        if (signal.aborted || isFatal(error)) throw error;
        if (!(error instanceof AppError)) logger.error('alerts: reading a file failed', { error: String(error) });
        problem(item, '', reasonOf(error));
      }
      repo.updateRun(run);
    },
    skip() {
      run.skipped += 1;
    },
    problem,
    end(error) {
      run.endedAt = clock.now();
      if (error !== undefined) {
        stored();
        run.error = reasonOf(error);
      }
      if (sourceId !== null) repo.setLastRun(sourceId, run.endedAt);
      if (isStored) repo.updateRun(run);
      events.publish('alert', run.id);
      const { engagementId: _engagementId, ...shown } = run;
      return shown;
    },
  };
}

/** What the next file would meet as well. */
const isFatal = (error: unknown): boolean =>
  error instanceof AppError &&
  (error.code === 'disk.full' || error.code === 'cancelled' || error.code === 'workspace.locked');

const reasonOf = (error: unknown): string =>
  error instanceof AppError ? error.message : 'Osmia hit a bug while reading this. The log has the details.';

/** What the file says; where it says nothing, what holds for its source. A marking never gets weaker on the way. */
function complete(
  parsed: ParsedAlerts['alerts'][number],
  files: readonly Uint8Array[],
  defaults: RunDefaults,
  now: number,
): IncomingAlert {
  const tlp = parsed.tlp ?? defaults.tlp;
  const { observables, ...facts } = parsed;
  return {
    ...facts,
    source: parsed.source === '' ? defaults.name : parsed.source,
    date: parsed.date ?? now,
    tlp,
    pap: parsed.pap ?? defaults.pap,
    tags: [...parsed.tags, ...defaults.tags],
    caseTemplate: parsed.caseTemplate === '' ? defaults.caseTemplate : parsed.caseTemplate,
    observables: observables.flatMap(({ attachment, mediaType, ...one }) => {
      const bytes = attachment === null ? undefined : files[attachment];
      if (attachment !== null && bytes === undefined) return [];
      return [
        {
          ...one,
          tlp: one.tlp ?? tlp,
          tags: [...one.tags, ...defaults.tags],
          file: bytes === undefined ? null : { bytes, mediaType },
        },
      ];
    }),
  };
}
