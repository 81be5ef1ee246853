import type { TimelineFilter, timelineContract } from '../../shared/contract/timeline.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import { AppError } from '../../shared/errors.ts';
import { isZone } from '../../shared/model/time/zones.ts';
import type { CallContext } from '../ports.ts';
import type { HarvestService } from './harvest.service.ts';
import { type ExportedEvent, timelineCsv, timelineMarkdown } from './timeline-export.ts';
import type { TimelineService } from './timeline.service.ts';

/** What one call may write out. */
const MOST_EXPORTED = 20_000;
const BLOCK = 500;

export function createTimelineApi(deps: {
  service: TimelineService;
  harvest: HarvestService;
  /** Names of assets and defanged values of observables, by id; those that are gone are left out. */
  namesOf(caseId: string, assetIds: readonly string[], observableIds: readonly string[]): ReadonlyMap<string, string>;
}): Handlers<typeof timelineContract, CallContext> {
  const { service, harvest } = deps;

  const exported = (caseId: string, filter: TimelineFilter, only: readonly string[] | undefined): ExportedEvent[] => {
    const wanted = only === undefined ? undefined : new Set(only);
    const ids = service.index(caseId, filter, 'event').ids.filter((id) => wanted === undefined || wanted.has(id));
    if (ids.length > MOST_EXPORTED)
      throw new AppError('too_large', `At most ${MOST_EXPORTED} events at once. Filter them first.`);
    const events: ExportedEvent[] = [];
    for (let at = 0; at < ids.length; at += BLOCK) {
      const rows = service.rows(ids.slice(at, at + BLOCK));
      const names = deps.namesOf(
        caseId,
        rows.flatMap((row) => row.assetIds),
        rows.flatMap((row) => row.observableIds),
      );
      const named = (list: readonly string[]): string[] => list.flatMap((id) => names.get(id) ?? []);
      events.push(
        ...rows.map((row) => ({ ...row, assets: named(row.assetIds), observables: named(row.observableIds) })),
      );
    }
    return events;
  };

  return {
    'timeline.index': (_ctx, { caseId, filter, order }) => service.index(caseId, filter, order),
    'timeline.rows': (_ctx, { ids }) => service.rows(ids),
    'timeline.get': (_ctx, { id }) => service.get(id),
    'timeline.counts': (_ctx, { caseId }) => service.counts(caseId),
    async 'timeline.add'({ actor }, { caseId, ...event }) {
      const [id = ''] = await service.add(actor, caseId, [{ ...event, sourceRef: '', sourceKey: '' }]);
      return service.get(id);
    },
    async 'timeline.update'({ actor }, { ids, patch }) {
      const changed = await service.update(actor, ids, patch);
      const [only] = ids;
      return { changed, event: ids.length === 1 && only !== undefined ? service.get(only) : null };
    },
    'timeline.remove': async ({ actor }, { ids }) => ({ changed: await service.remove(actor, ids) }),
    'timeline.restore': async ({ actor }, { ids }) => ({ changed: await service.restore(actor, ids) }),
    'timeline.harvest': (_ctx, { caseId, zone }) => harvest.harvest(caseId, zone),
    'timeline.accept': ({ actor }, { caseId, zone, items }) => harvest.accept(actor, caseId, zone, items),
    'timeline.export'(_ctx, { caseId, filter, ids, format, zone }) {
      if (!isZone(zone)) throw new AppError('invalid_input', `“${zone}” is no zone that Osmia knows.`);
      const events = exported(caseId, filter, ids);
      return {
        text: format === 'csv' ? timelineCsv(events, zone) : timelineMarkdown(events, zone),
        events: events.length,
      };
    },
  };
}
