import type { alertsContract } from '../../shared/contract/alerts.ts';
import { AppError } from '../../shared/errors.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { CallContext } from '../ports.ts';
import type { AlertImportService } from './alert-import.ts';
import type { AlertSourcesService, NamedPlace } from './alert-sources.service.ts';
import type { AlertsService } from './alerts.service.ts';

export const createAlertsApi = (deps: {
  alerts: AlertsService;
  imports: AlertImportService;
  sources: AlertSourcesService;
  /** Lends the file of an intake while `use` runs; the intake is discarded afterwards. */
  withIntake<T>(intakeId: string, use: (place: NamedPlace) => Promise<T>): Promise<T>;
}): Handlers<typeof alertsContract, CallContext> => {
  const { alerts, imports, sources, withIntake } = deps;
  return {
    'alerts.list': (_ctx, input) => alerts.list(input),
    'alerts.counts': (_ctx, { engagementId }) => alerts.counts(engagementId),
    'alerts.get': (_ctx, input) =>
      'id' in input ? alerts.detail(input.id) : alerts.detailByRef(input.ref, input.engagementId),
    'alerts.observables': (_ctx, { id, ...options }) => alerts.observables(id, options),
    'alerts.similar': (_ctx, { id, ...options }) => alerts.similar(id, options),
    'alerts.update': (ctx, { id, patch }) => {
      alerts.update({ actor: ctx.actor }, id, patch);
      return alerts.detail(id);
    },
    'alerts.mark': async (ctx, { ids, isRead }) => ({ changed: await alerts.mark(ctx.actor, ids, isRead) }),
    'alerts.follow': async (ctx, { ids, isFollowed }) => ({ changed: await alerts.follow(ctx.actor, ids, isFollowed) }),
    'alerts.ignore': async (ctx, { ids }) => ({ changed: await alerts.ignore(ctx.actor, ids) }),
    'alerts.trash': async (ctx, { ids }) => ({ changed: await alerts.trash(ctx.actor, ids) }),
    'alerts.trashed': (_ctx, { engagementId }) => alerts.trashed(engagementId),
    'alerts.restore': async (ctx, { ids }) => ({ changed: await alerts.restore(ctx.actor, ids) }),
    'alerts.createCase': (ctx, { ids, ...options }) => imports.createCase(ctx.actor, ids, options),
    'alerts.merge': (ctx, { ids, caseId }) => imports.merge(ctx.actor, ids, caseId),
    'alerts.detach': (ctx, { ids }) => imports.detach(ctx.actor, ids),
    'alerts.sources': (_ctx, { engagementId }) => sources.list(engagementId),
    'alerts.addSource': (ctx, input) =>
      sources.add(ctx.actor, input, input.kind === 'folder' ? pathOf(ctx, input.place) : ''),
    'alerts.updateSource': (ctx, { id, patch }) => sources.update(ctx.actor, id, patch),
    'alerts.removeSource': (ctx, { id }) => {
      sources.remove(ctx.actor, id);
      return {};
    },
    'alerts.runSource': (ctx, { id }, signal) => sources.run(ctx.actor, id, signal),
    'alerts.import': (ctx, { place, ...input }, signal) =>
      'intakeId' in place
        ? withIntake(place.intakeId, (named) => sources.import(ctx.actor, input, named, signal))
        : sources.import(ctx.actor, input, { path: pathOf(ctx, place) }, signal),
    'alerts.runs': (_ctx, input) => sources.runs(input),
    'alerts.problems': (_ctx, { runId, after, limit }) => {
      const items = sources.problems(runId, after, limit);
      return { items, next: items.length === limit ? (items.at(-1)?.seq ?? null) : null };
    },
  };
};

function pathOf(ctx: CallContext, place: { path: string } | { token: string }): string {
  if ('path' in place) {
    if (ctx.client === 'local') return place.path;
    throw new AppError('forbidden', 'A window may not name files. Choose the file or folder.');
  }
  const path = ctx.resolveGrant(place.token);
  if (path === undefined) {
    throw new AppError('forbidden', 'That was not chosen in this window, or was used already. Choose it again.');
  }
  return path;
}
