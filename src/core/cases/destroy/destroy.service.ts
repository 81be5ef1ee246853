import { setImmediate as nextTurn } from 'node:timers/promises';
import { v7 } from 'uuid';
import type { DestroyPlan } from '../../../shared/contract/destroy.ts';
import { AppError } from '../../../shared/errors.ts';
import type { BlobStore } from '../../evidence/blob-store.ts';
import type { EventBus } from '../../events/bus.ts';
import type { Clock, Logger } from '../../ports.ts';
import type { SearchIndex } from '../../search/search-index.repo.ts';
import type { SharedRow } from '../../sync/registry.ts';
import type { ChangeMeta, SyncedStore } from '../../sync/synced-store.ts';
import type { CaseCounters } from '../case-counters.repo.ts';
import type { Destroying, DestroyRepo } from './destroy.repo.ts';
import { ERASED } from './what-goes.ts';

export interface DestroyService {
  /** Errors: `not_found`, `conflict`. */
  plan(caseId: string): DestroyPlan;
  /** Errors: `not_found`, `invalid_input`, `conflict`; `cancelled` where closing cut it short. */
  destroy(actor: string, caseId: string, confirm: string): Promise<{ number: number; rows: number; files: number }>;
  /** Takes up what was interrupted, in the background. */
  resume(): void;
  /** Stops after the transaction that is under way. */
  close(): Promise<void>;
}

interface DestroyDeps {
  repo: DestroyRepo;
  store: SyncedStore;
  blobs: Pick<BlobStore, 'release' | 'share' | 'forgetKeyless'>;
  searchIndex: Pick<SearchIndex, 'remove'>;
  counters: Pick<CaseCounters, 'add'>;
  events: EventBus;
  clock: Clock;
  logger: Logger;
}

/** Rows that go in one transaction. */
const CHUNK = 100;

/**
 * Destroys a case for good. The first transaction notes that it was begun, hands over what others rest on and destroys
 * the key, so that no file of the case opens from then on; the rest follows in short ones. Whatever ends it in between,
 * every step looks for what is left, so it goes on from there.
 */
export function createDestroyService(deps: DestroyDeps): DestroyService {
  const { repo, store, blobs, searchIndex, counters, events, clock, logger } = deps;
  const closing = new AbortController();
  const running = new Map<string, Promise<number>>();

  store.project('case', ({ id, before, after }) => {
    if (before === undefined || after.deletedAt !== null || before.deletedAt === null) return;
    if (repo.begun(id)) throw new AppError('conflict', `#${after.number} is being destroyed and cannot come back.`);
  });

  const trashed = (caseId: string): SharedRow<'case'> => {
    const row = store.find('case', caseId);
    if (!row) throw new AppError('not_found', 'There is no such case in this workspace, or it was destroyed.');
    if (row.deletedAt === null) {
      throw new AppError('conflict', `#${row.number} is not in the trash. Only what is in the trash can be destroyed.`);
    }
    return row;
  };

  const isMergedInto = (sourceId: string, caseId: string): SharedRow<'case'> | undefined => {
    const row = store.find('case', sourceId);
    return row?.mergedInto === caseId ? row : undefined;
  };

  /** One group of the log that is nobody's gesture: it is not taken back. */
  const metaOf = (it: Destroying): ChangeMeta => ({
    actor: it.actor,
    txnId: v7(),
    engagementId: it.engagementId,
    caseId: it.caseId,
  });

  const handOver = (caseId: string): void => {
    const merged = new Set(repo.mergedInto(caseId));
    const jobs = repo.countJobs(caseId);
    for (const id of merged) counters.add(id, 'jobs', -jobs);
    for (const heir of repo.heirs(caseId)) {
      repo.handOver(heir);
      const owner =
        heir.caseId === null
          ? heir.intakeId !== null && { owner: 'intake' as const, id: heir.intakeId }
          : { owner: 'case' as const, id: heir.caseId };
      if (!owner) continue;
      if (owner.owner === 'case') counters.add(owner.id, 'jobs', 1);
      for (const blobId of repo.filesOfJob(heir.jobId)) blobs.share(blobId, owner);
    }
    for (const { id, heir } of repo.intakes(caseId)) if (heir !== null) repo.handOverIntake(id, heir);
  };

  /** Cases that were merged into it are what they were, with their alerts; as un-merging does it. */
  const releaseSources = (caseId: string, meta: ChangeMeta): void => {
    for (const { sources } of repo.merges(caseId)) {
      for (const { caseId: sourceId, before } of sources) {
        const now = isMergedInto(sourceId, caseId);
        if (!now) continue;
        const patch = now.status === 'duplicated' ? before : { mergedInto: before.mergedInto };
        store.update('case', sourceId, patch, { ...meta, caseId: sourceId });
      }
    }
  };

  const begin = (actor: string, row: SharedRow<'case'>): Destroying => {
    const { id: caseId, number, engagementId } = row;
    const it = { caseId, number, engagementId, actor, hashes: repo.hashes(caseId) };
    const meta = metaOf(it);
    store.transaction({ txnId: meta.txnId! }, () => {
      const unfinished = repo.unfinishedJobs(caseId);
      if (unfinished > 0) {
        throw new AppError('conflict', `#${number} has ${unfinished} jobs that are not over. Cancel them first.`);
      }
      repo.begin(it, clock.now());
      releaseSources(caseId, meta);
      handOver(caseId);
      for (const { id, heir } of repo.intakes(caseId)) if (heir === null) blobs.release({ owner: 'intake', id });
      blobs.release({ owner: 'case', id: caseId });
    });
    return it;
  };

  /** Short transactions until `step` finds nothing; returns how many rows went. */
  const drain = async (step: () => number): Promise<number> => {
    for (let rows = 0; ; ) {
      if (closing.signal.aborted) {
        throw new AppError('cancelled', 'The case is destroyed in part. It goes on at the next start.');
      }
      const n = step();
      if (n === 0) return rows;
      rows += n;
      await nextTurn();
    }
  };
  const inChunk = (meta: ChangeMeta, fn: () => number): number => store.transaction({ txnId: meta.txnId! }, fn);

  const eraseRows = async (it: Destroying, meta: ChangeMeta): Promise<number> => {
    const { caseId } = it;
    let rows = 0;
    for (const { entity } of ERASED) {
      if (entity === 'caseAsset') {
        rows += inChunk(meta, () => {
          const assets = repo.assetsOfNoOther(caseId);
          for (const id of assets) store.erase('asset', id, meta);
          return assets.length;
        });
      }
      rows += await drain(() =>
        inChunk(meta, () => {
          const ids = repo.rows(entity, caseId, CHUNK);
          for (const id of ids) {
            if (entity === 'observable') {
              const none = { observableId: null, isOwn: false };
              for (const value of repo.alertValuesOf(id)) store.update('alertObservable', value, none, meta);
            }
            store.erase(entity, id, meta);
          }
          return ids.length;
        }),
      );
    }
    return rows;
  };

  const unlinkAlerts = (it: Destroying, meta: ChangeMeta): Promise<number> =>
    drain(() =>
      inChunk(meta, () => {
        const ids = repo.rows('alert', it.caseId, CHUNK);
        for (const id of ids) {
          const origin = repo.alertOrigin(it.caseId, id);
          const patch = origin === undefined ? { caseId: null, import: null, importedAt: null } : { caseId: origin };
          store.update('alert', id, patch, meta);
        }
        return ids.length;
      }),
    );

  const eraseJobs = ({ caseId }: Destroying, meta: ChangeMeta): Promise<number> =>
    drain(() =>
      inChunk(meta, () => {
        const jobs = repo.jobs(caseId, CHUNK);
        for (const { id, reportId } of jobs) {
          repo.deleteJob(id);
          if (reportId === null || repo.isReportUsed(reportId)) continue;
          searchIndex.remove('report', reportId);
          repo.deleteReport(reportId);
        }
        return jobs.length;
      }),
    );

  /** From the beginning each time: a blanked entry is blanked again at no harm. */
  const blankAll = async (meta: ChangeMeta, blank: (after: number) => number | undefined): Promise<void> => {
    let after = 0;
    await drain(() =>
      inChunk(meta, () => {
        const last = blank(after);
        after = last ?? after;
        return last === undefined ? 0 : 1;
      }),
    );
  };

  const mergeWords = async (): Promise<void> => {
    for (const table of repo.wordTables) {
      let isFirst = true;
      await drain(() => {
        const isMore = repo.mergeWords(table, isFirst);
        isFirst = false;
        return isMore ? 1 : 0;
      });
    }
  };

  const goOn = async (it: Destroying): Promise<number> => {
    const { caseId } = it;
    const meta = metaOf(it);
    // Alerts first: what an import wrote into them leads to rows that are about to go.
    await unlinkAlerts(it, meta);
    let rows = await eraseRows(it, meta);
    rows += await eraseJobs(it, meta);
    inChunk(meta, () => {
      for (const id of repo.fieldValues(caseId)) store.erase('customFieldValue', id, meta);
      return 0;
    });
    await drain(() =>
      inChunk(meta, () => {
        const intakes = repo.intakes(caseId).slice(0, CHUNK);
        for (const { id } of intakes) repo.deleteIntake(id);
        return intakes.length;
      }),
    );
    await blankAll(meta, (position) => repo.blankCustody(caseId, position, CHUNK));
    await blankAll(meta, (seq) => repo.blankChanges(caseId, seq, CHUNK));
    await mergeWords();
    inChunk(meta, () => {
      blobs.forgetKeyless();
      store.erase('case', caseId, meta);
      repo.finish(it, v7(), clock.now());
      return 0;
    });
    repo.emptyLog();
    for (const topic of ['case', 'observable', 'note', 'task', 'evidence', 'alert', 'job', 'tag'] as const) {
      events.publish(topic, caseId, caseId);
    }
    return rows + 1;
  };

  const start = (it: Destroying): Promise<number> => {
    const known = running.get(it.caseId);
    if (known) return known;
    const work = goOn(it).finally(() => running.delete(it.caseId));
    running.set(it.caseId, work);
    return work;
  };

  return {
    plan(caseId) {
      const { number, title } = trashed(caseId);
      const goes = ERASED.map(({ entity, words }) => ({ what: words, n: repo.countRows(entity, caseId) }));
      const handedOver = repo.heirs(caseId).length;
      goes.push({ what: 'runs with their reports', n: repo.countJobs(caseId) - handedOver });
      return {
        number,
        title,
        isBegun: repo.begun(caseId) !== undefined,
        goes: goes.filter(({ what, n }) => what !== '' && n > 0),
        files: repo.ownFiles(caseId),
        sent: repo.sent(caseId),
        alerts: repo.countRows('alert', caseId),
        sources: repo
          .merges(caseId)
          .flatMap(({ sources }) => sources.flatMap((source) => isMergedInto(source.caseId, caseId)?.number ?? [])),
        handedOver,
        unfinishedJobs: repo.unfinishedJobs(caseId),
      };
    },
    async destroy(actor, caseId, confirm) {
      const row = trashed(caseId);
      if (confirm.trim().replace(/^#/, '') !== String(row.number)) {
        throw new AppError('invalid_input', `Type #${row.number} to destroy this case.`);
      }
      const files = repo.ownFiles(caseId);
      const rows = await start(repo.begun(caseId) ?? begin(actor, row));
      return { number: row.number, rows, files };
    },
    resume() {
      for (const it of repo.allBegun()) {
        start(it).catch((error: unknown) => {
          if (!closing.signal.aborted) logger.error('a case is destroyed only in part', { error: String(error) });
        });
      }
    },
    async close() {
      closing.abort();
      await Promise.allSettled(running.values());
    },
  };
}
