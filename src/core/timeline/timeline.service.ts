import { setImmediate as nextTurn } from 'node:timers/promises';
import { v7 } from 'uuid';
import type { z } from 'zod';
import {
  MOST_EVENTS,
  type TimelineEvent,
  type TimelineFilter,
  type timelineContract,
} from '../../shared/contract/timeline.ts';
import { AppError } from '../../shared/errors.ts';
import { EVENT_KINDS } from '../../shared/model/event-kind.ts';
import { isZone } from '../../shared/model/time/zones.ts';
import type { CasesService } from '../cases/cases.service.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../ports.ts';
import type { SharedPatch, SharedRow } from '../sync/registry.ts';
import type { ChangeMeta, SyncedStore } from '../sync/synced-store.ts';
import { asEvent, type EventOrder, type StoredEvent, type TimelineRepo } from './timeline.repo.ts';

type IndexAnswer = z.infer<(typeof timelineContract)['timeline.index']['output']>;
type CountsAnswer = z.infer<(typeof timelineContract)['timeline.counts']['output']>;

/** Everything that is said of a new event; the rest follows. */
export type NewEvent = Omit<
  SharedRow<'timelineEvent'>,
  'id' | 'caseId' | 'engagementId' | 'createdAt' | 'updatedAt' | 'deletedAt'
>;

export type EventPatch = Partial<
  Pick<
    SharedPatch<'timelineEvent'>,
    | 'at'
    | 'endAt'
    | 'zone'
    | 'precision'
    | 'given'
    | 'notes'
    | 'title'
    | 'description'
    | 'kind'
    | 'assetIds'
    | 'observableIds'
    | 'techniques'
    | 'isStarred'
    | 'tags'
  >
>;

export interface TimelineService {
  index(caseId: string, filter: TimelineFilter, order: EventOrder): IndexAnswer;
  rows(ids: readonly string[]): TimelineEvent[];
  /** `not_found` where there is none, or it is in the trash. */
  get(id: string): TimelineEvent;
  counts(caseId: string): CountsAnswer;
  /** `invalid_input` for an end before the beginning or an unknown zone. */
  add(actor: string, caseId: string, events: readonly NewEvent[]): Promise<string[]>;
  /** How many changed. */
  update(actor: string, ids: readonly string[], patch: EventPatch): Promise<number>;
  remove(actor: string, ids: readonly string[]): Promise<number>;
  restore(actor: string, ids: readonly string[]): Promise<number>;
}

/** Rows of one transaction: nobody waits long for the database. */
const CHUNK = 100;

export function createTimelineService(deps: {
  repo: TimelineRepo;
  store: SyncedStore;
  cases: CasesService;
  events: EventBus;
  clock: Clock;
  /** Assets and techniques of a case, for its counts. */
  countsOf(caseId: string): { assets: number; techniques: number };
  /** Puts techniques that an event names on its case, in the caller's transaction. */
  useTechniques(meta: ChangeMeta, caseId: string, techniques: readonly string[]): void;
}): TimelineService {
  const { repo, store, cases, events, clock } = deps;

  const told = (caseId: string): void => events.publish('timeline', caseId, caseId);

  const check = (time: { at: number; endAt: number | null; zone: string }): void => {
    if (time.endAt !== null && time.endAt < time.at)
      throw new AppError('invalid_input', 'The end lies before the beginning.');
    if (!isZone(time.zone))
      throw new AppError(
        'invalid_input',
        `“${time.zone}” is no zone that Osmia knows. Use UTC, +02:00 or Europe/Madrid.`,
      );
  };

  const inChunks = async <T>(items: readonly T[], step: (item: T) => void): Promise<void> => {
    for (let at = 0; at < items.length; at += CHUNK) {
      if (at > 0) await nextTurn();
      store.transaction({}, () => items.slice(at, at + CHUNK).forEach(step));
    }
  };

  const changeEach = async (
    ids: readonly string[],
    actor: string,
    change: (row: StoredEvent, meta: ChangeMeta) => boolean,
  ): Promise<number> => {
    const touched = new Set<string>();
    let changed = 0;
    try {
      await inChunks([...new Set(ids)], (id) => {
        const row = repo.find(id);
        if (!row || !change(row, { actor, caseId: row.caseId, engagementId: row.engagementId })) return;
        changed += 1;
        touched.add(row.caseId);
      });
    } finally {
      for (const caseId of touched) told(caseId);
    }
    return changed;
  };

  return {
    index(caseId, filter, order) {
      const rows = repo.index(cases.get(caseId).id, filter, order, MOST_EVENTS + 1);
      const shown = rows.slice(0, MOST_EVENTS);
      return {
        ids: shown.map((row) => row.id),
        at: shown.map((row) => row.at),
        endAt: shown.map((row) => row.endAt),
        recordedAt: shown.map((row) => row.createdAt),
        kinds: shown.map((row) => Math.max(0, EVENT_KINDS.indexOf(row.kind))),
        starred: shown.map((row) => row.isStarred === 1),
        isCut: rows.length > MOST_EVENTS,
      };
    },
    rows: (ids) => repo.rows(ids),
    get(id) {
      const row = repo.find(id);
      if (!row || row.deletedAt !== null)
        throw new AppError('not_found', 'That event is not in this workspace, or is in the trash.');
      return asEvent(row);
    },
    counts(caseId) {
      const counts = repo.counts(cases.get(caseId).id);
      const under = (prefix: string): Record<string, number> =>
        Object.fromEntries(
          Object.entries(counts).flatMap(([name, n]) =>
            name.startsWith(prefix) ? [[name.slice(prefix.length), n]] : [],
          ),
        );
      return {
        events: counts['all'] ?? 0,
        starred: counts['starred'] ?? 0,
        kinds: under('kind:'),
        sources: under('source:'),
        ...deps.countsOf(caseId),
      };
    },
    async add(actor, caseId, list) {
      const { id, engagementId } = cases.get(caseId);
      for (const event of list) check(event);
      const meta = { actor, caseId: id, engagementId };
      const added: string[] = [];
      try {
        await inChunks(list, (event) => {
          const now = clock.now();
          const eventId = v7();
          deps.useTechniques(meta, id, event.techniques);
          store.insert(
            'timelineEvent',
            { ...event, id: eventId, caseId: id, engagementId, createdAt: now, updatedAt: now, deletedAt: null },
            meta,
          );
          added.push(eventId);
        });
      } finally {
        if (added.length > 0) told(id);
      }
      return added;
    },
    update: (actor, ids, patch) =>
      changeEach(ids, actor, (row, meta) => {
        if (row.deletedAt !== null) return false;
        check({
          at: patch.at ?? row.at,
          endAt: patch.endAt === undefined ? row.endAt : patch.endAt,
          zone: patch.zone ?? row.zone,
        });
        const before = new Set(row.techniques);
        deps.useTechniques(
          meta,
          row.caseId,
          (patch.techniques ?? []).filter((id) => !before.has(id)),
        );
        return store.update('timelineEvent', row.id, patch, meta);
      }),
    remove: (actor, ids) =>
      changeEach(
        ids,
        actor,
        (row, meta) =>
          row.deletedAt === null && store.update('timelineEvent', row.id, { deletedAt: clock.now() }, meta),
      ),
    restore: (actor, ids) =>
      changeEach(
        ids,
        actor,
        (row, meta) => row.deletedAt !== null && store.update('timelineEvent', row.id, { deletedAt: null }, meta),
      ),
  };
}
