import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { v7 } from 'uuid';
import type { z } from 'zod';
import type { AlertRun, AlertSource, alertsContract, CsvMapping } from '../../shared/contract/alerts.ts';
import { AppError } from '../../shared/errors.ts';
import type { Pap, Tlp } from '../../shared/model/marking.ts';
import { pageOf, parseCursor } from '../db/keyset.ts';
import type { EngagementsService } from '../engagements/engagements.service.ts';
import type { Upstream } from '../engine/network/upstream.ts';
import type { EventBus } from '../events/bus.ts';
import type { AnalysisWorker, BlobReader, Clock, Logger } from '../ports.ts';
import type { SyncedStore } from '../sync/synced-store.ts';
import { type AlertRunRecorder, type RunDefaults, startRun } from './alert-run.ts';
import { type AlertSourcesRepo, DEFAULT_EVERY_MINUTES, type StoredSource } from './alert-sources.repo.ts';
import { createFeedClient } from './feed-client.ts';
import { readFeed } from './read-feed.ts';
import { readFolder, type Remembered, SETTLE_MS, takeFile } from './read-folder.ts';
import type { AlertReceiver } from './receive-alert.ts';

type Input<K extends keyof typeof alertsContract> = z.output<(typeof alertsContract)[K]['input']>;

/** What a caller may name, as the host resolved it. */
export type NamedPlace = { path: string } | { file: BlobReader; name: string };

export interface AlertSourcesService {
  list(engagementId: string | undefined): AlertSource[];
  add(actor: string, input: Input<'alerts.addSource'>, path: string): Promise<AlertSource>;
  update(actor: string, id: string, patch: Input<'alerts.updateSource'>['patch']): AlertSource;
  remove(actor: string, id: string): void;
  /** `conflict` while it is being read already; for a feed `forbidden` where nothing may leave. */
  run(actor: string, id: string, signal: AbortSignal): Promise<AlertRun>;
  /** For a watched folder: leaves what is still being written. Resolves with whether there is such a file. */
  runQuietly(id: string, signal: AbortSignal): Promise<{ isUnsettled: boolean }>;
  import(
    actor: string,
    input: Omit<Input<'alerts.import'>, 'place'>,
    place: NamedPlace,
    signal: AbortSignal,
  ): Promise<AlertRun>;
  runs(input: Input<'alerts.runs'>): { items: AlertRun[]; next: string | null };
  problems(runId: string, after: number, limit: number): ReturnType<AlertSourcesRepo['problems']>;
  switchedOn(): StoredSource[];
  /** Called when what is switched on may have changed. */
  onChange(listener: () => void): () => void;
}

export function createAlertSourcesService(deps: {
  repo: AlertSourcesRepo;
  receiver: AlertReceiver;
  analysis: Pick<AnalysisWorker, 'readAlerts'>;
  engagements: EngagementsService;
  /** Why the policy of an engagement lets nothing go to a host; null where it does. */
  refusal(engagementId: string, sourceId: string, url: URL): string | null;
  upstream(engagementId: string): Upstream | undefined;
  lookup?: (host: string) => Promise<string[]>;
  store: SyncedStore;
  events: EventBus;
  clock: Clock;
  logger: Logger;
}): AlertSourcesService {
  const { repo, engagements, store, events, clock } = deps;
  const running = new Set<string>();
  const listeners = new Set<() => void>();
  repo.closeCutOff(clock.now());

  const find = (id: string): StoredSource => {
    const source = repo.find(id);
    if (!source) throw new AppError('not_found', 'That source of alerts is not in this workspace.');
    return source;
  };
  const view = (source: StoredSource): AlertSource => ({ ...source, isRunning: running.has(source.id) });
  const changed = (id: string): void => {
    events.publish('alert', id);
    for (const listener of listeners) listener();
  };

  const rememberedOf = (sourceId: string): Remembered => ({
    stampOf: (name) => repo.stampOf(sourceId, name),
    putStamp: (name, stamp) => repo.putStamp(sourceId, name, stamp),
  });

  const begin = (source: StoredSource, actor: string): AlertRunRecorder =>
    startRun(deps, { ...source, sourceId: source.id }, actor);

  /** Asked before each request: the switch may be thrown while a feed is read. */
  const announce = (source: StoredSource) => (url: URL) => {
    const engagement = engagements.get(source.engagementId);
    if (engagement.isOffline) {
      throw new AppError('forbidden', `${engagement.name} is OFFLINE: nothing was sent. Go ONLINE to fetch this feed.`);
    }
    const refusal = deps.refusal(source.engagementId, source.id, url);
    if (refusal !== null) throw new AppError('forbidden', refusal);
    repo.recordFetch({
      id: v7(),
      engagementId: source.engagementId,
      sourceId: source.id,
      host: url.hostname,
      url: url.href.slice(0, 4_000),
      at: clock.now(),
      zone: clock.zone(),
    });
    events.publish('job', source.id);
  };

  /** One reading of a source at a time; a failure ends the run and is kept with it. */
  const exclusively = async <T>(id: string, read: () => Promise<T>): Promise<T> => {
    if (running.has(id)) throw new AppError('conflict', 'It is being read already.');
    running.add(id);
    events.publish('alert', id);
    try {
      return await read();
    } finally {
      running.delete(id);
      events.publish('alert', id);
    }
  };

  const readSource = async (
    source: StoredSource,
    run: AlertRunRecorder,
    settledBefore: number | null,
    signal: AbortSignal,
  ): Promise<{ isUnsettled: boolean }> => {
    if (source.kind === 'folder') {
      if (source.path === '')
        throw new AppError('invalid_input', 'This machine has no folder for this source. Choose one.');
      return readFolder(source.path, run, rememberedOf(source.id), { settledBefore, signal });
    }
    const base = feedUrl(source.url);
    const client = createFeedClient(base, {
      upstream: deps.upstream(source.engagementId),
      ...(deps.lookup === undefined ? {} : { lookup: deps.lookup }),
    });
    await readFeed(base, client, run, rememberedOf(source.id), { announce: announce(source), signal });
    return { isUnsettled: false };
  };

  /** Ends the run whatever happened. What was refused before anything was read is thrown instead. */
  const finish = async (run: AlertRunRecorder, read: () => Promise<unknown>): Promise<AlertRun> => {
    try {
      await read();
      return run.end(undefined);
    } catch (error) {
      if (run.isEmpty && error instanceof AppError && (error.code === 'forbidden' || error.code === 'invalid_input')) {
        throw error;
      }
      return run.end(error);
    }
  };

  return {
    list: (engagementId) => repo.list(engagements.resolve(engagementId).id).map(view),
    async add(actor, input, path) {
      const engagement = engagements.resolve(input.engagementId);
      const id = v7();
      const now = clock.now();
      if (input.kind === 'feed') feedUrl(input.url);
      else await assertFolder(path);
      store.insert(
        'alertSource',
        {
          id,
          engagementId: engagement.id,
          name: input.name ?? (basename(path) || 'Folder'),
          kind: input.kind,
          url: input.kind === 'feed' ? input.url : '',
          mapping: input.mapping ?? null,
          tlp: input.tlp ?? engagement.tlp,
          pap: input.pap ?? engagement.pap,
          tags: input.tags ?? [],
          caseTemplate: input.caseTemplate ?? '',
          createdAt: now,
          updatedAt: now,
          deletedAt: null,
        },
        { actor, engagementId: engagement.id },
      );
      const { isOn = false, everyMinutes = DEFAULT_EVERY_MINUTES } = input;
      repo.putHere(id, { path: input.kind === 'folder' ? path : '', isOn, everyMinutes });
      changed(id);
      return view(find(id));
    },
    update(actor, id, { isOn, everyMinutes, ...patch }) {
      const before = find(id);
      if (patch.url !== undefined && before.kind === 'feed') feedUrl(patch.url);
      store.update('alertSource', id, patch, { actor, engagementId: before.engagementId });
      repo.putHere(id, {
        path: before.path,
        isOn: isOn ?? before.isOn,
        everyMinutes: everyMinutes ?? before.everyMinutes,
      });
      changed(id);
      return view(find(id));
    },
    remove(actor, id) {
      const { engagementId } = find(id);
      store.update('alertSource', id, { deletedAt: clock.now() }, { actor, engagementId });
      changed(id);
    },
    run: (actor, id, signal) =>
      exclusively(id, async () => {
        const source = find(id);
        const run = begin(source, actor);
        return finish(run, () => readSource(source, run, null, signal));
      }),
    runQuietly: (id, signal) =>
      exclusively(id, async () => {
        const source = find(id);
        const run = begin(source, `source ${source.name}`.slice(0, 100));
        let isUnsettled = false;
        await finish(run, async () => {
          ({ isUnsettled } = await readSource(source, run, clock.now() - SETTLE_MS, signal));
        }).catch((error: unknown) => {
          if (!(error instanceof AppError)) throw error;
          run.end(error);
        });
        return { isUnsettled };
      }),
    async import(actor, input, place, signal) {
      const engagement = engagements.resolve(input.engagementId);
      const name = 'path' in place ? basename(place.path) : place.name;
      const defaults: RunDefaults = {
        engagementId: engagement.id,
        sourceId: null,
        name: name || 'import',
        mapping: input.mapping ?? null,
        ...markings(input, engagement),
        tags: input.tags,
        caseTemplate: '',
      };
      const run = startRun(deps, defaults, actor);
      return finish(run, async () => {
        if ('file' in place) await run.take(name, place.file, signal);
        else if (await isFolder(place.path)) {
          const nothing: Remembered = { stampOf: () => undefined, putStamp: () => undefined };
          await readFolder(place.path, run, nothing, { settledBefore: null, signal });
        } else await takeFile(place.path, name, run, signal);
      });
    },
    runs({ engagementId, sourceId, cursor, limit }) {
      const scope = sourceId === undefined ? { engagementId: engagements.resolve(engagementId).id } : { sourceId };
      const after = cursor === undefined ? undefined : parseCursor(cursor);
      const { rows, next } = pageOf(repo.runs(scope, after, limit + 1), limit, ({ startedAt, id }) => ({
        at: startedAt,
        id,
      }));
      return { items: rows.map(({ engagementId: _engagementId, ...run }) => run), next };
    },
    problems: (runId, after, limit) => repo.problems(runId, after, limit),
    switchedOn: () => repo.switchedOn(),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const markings = (
  input: { tlp?: Tlp | undefined; pap?: Pap | undefined; mapping?: CsvMapping | undefined },
  engagement: { tlp: Tlp; pap: Pap },
) => ({
  tlp: input.tlp ?? engagement.tlp,
  pap: input.pap ?? engagement.pap,
});

/** An http(s) address without a password in it: that would be written into the ledger. */
function feedUrl(text: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new AppError('invalid_input', 'That is no address. Write it as https://example.org/feed/.');
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new AppError('invalid_input', 'A feed is fetched over http or https. For a folder, add a folder.');
  }
  if (url.username !== '' || url.password !== '') {
    throw new AppError('invalid_input', 'A name or password in the address would stand in the ledger. Leave them out.');
  }
  return url;
}

const isFolder = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw new AppError(
      'file.not_found',
      `There is nothing to read there (${(error as NodeJS.ErrnoException).code ?? 'no reason is known'}).`,
    );
  }
};

async function assertFolder(path: string): Promise<void> {
  if (!(await isFolder(path)))
    throw new AppError('invalid_input', 'That is a file. Name the folder that files are dropped in.');
}
