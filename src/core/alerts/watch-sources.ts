import { watch, type FSWatcher } from 'node:fs';
import type { EngagementsService } from '../engagements/engagements.service.ts';
import type { Clock, Logger } from '../ports.ts';
import type { AlertSourcesService } from './alert-sources.service.ts';
import type { StoredSource } from './alert-sources.repo.ts';

export interface SourceWatch {
  /** Reads what is due: folders where something may have changed, feeds whose time has come. */
  tick(): Promise<void>;
  close(): Promise<void>;
}

/** Notices of the system are not sent for every file system (network shares): a look around this often finds the rest. */
const LOOK_EVERY_MS = 30_000;
const MINUTE = 60_000;
/** What happens in a folder within this time is read in one go. */
const GATHER_MS = 1_000;

/** Watches the folders and fetches the feeds that the user switched on here; never a feed while its engagement is OFFLINE. */
export function watchSources(deps: {
  sources: AlertSourcesService;
  engagements: Pick<EngagementsService, 'get'>;
  clock: Clock;
  logger: Logger;
}): SourceWatch {
  const { sources, engagements, clock, logger } = deps;
  const closing = new AbortController();
  const watchers = new Map<string, { path: string; watcher: FSWatcher | undefined }>();
  let soon: ReturnType<typeof setTimeout> | undefined;
  let under: Promise<void> = Promise.resolve();

  const isDue = (source: StoredSource): boolean => {
    if (source.kind === 'folder') return source.path !== '';
    if (engagements.get(source.engagementId).isOffline) return false;
    return source.lastRunAt === null || clock.now() - source.lastRunAt >= source.everyMinutes * MINUTE;
  };

  const readDue = async (): Promise<void> => {
    for (const source of sources.switchedOn()) {
      if (closing.signal.aborted) return;
      try {
        if (!isDue(source)) continue;
        const { isUnsettled } = await sources.runQuietly(source.id, closing.signal);
        if (isUnsettled) later(GATHER_MS * 3);
      } catch (error) {
        // "Being read already" is no news; what else went wrong is.
        logger.warn('alerts: a source could not be read', { source: source.id, error: String(error) });
      }
    }
  };

  const tick = (): Promise<void> => {
    under = under.then(readDue);
    return under;
  };
  const later = (ms: number): void => {
    if (closing.signal.aborted) return;
    clearTimeout(soon);
    soon = setTimeout(() => void tick(), ms).unref();
  };

  const follow = (): void => {
    const wanted = new Map(
      sources
        .switchedOn()
        .flatMap(({ id, kind, path }) => (kind === 'folder' && path !== '' ? [[id, path] as const] : [])),
    );
    for (const [id, { path, watcher }] of watchers) {
      if (wanted.get(id) === path) continue;
      watcher?.close();
      watchers.delete(id);
    }
    for (const [id, path] of wanted) {
      if (watchers.has(id)) continue;
      watchers.set(id, { path, watcher: watchFolder(path, () => later(GATHER_MS)) });
    }
    later(0);
  };

  const stopListening = sources.onChange(follow);
  const timer = setInterval(() => void tick(), LOOK_EVERY_MS).unref();
  follow();

  return {
    tick,
    async close() {
      closing.abort();
      stopListening();
      clearInterval(timer);
      clearTimeout(soon);
      for (const { watcher } of watchers.values()) watcher?.close();
      await under;
    },
  };
}

/** A folder that is not there now, or cannot be watched, is found by the look around. */
function watchFolder(path: string, onChange: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(path, { persistent: false }, onChange);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
