import type { dashboardsContract } from '../../shared/contract/dashboards.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { CallContext, Clock } from '../ports.ts';
import type { StatsService } from '../stats/stats.service.ts';
import type { DashboardsService } from './dashboards.service.ts';

export const createDashboardsApi = (deps: {
  dashboards: DashboardsService;
  stats: StatsService;
  clock: Clock;
}): Handlers<typeof dashboardsContract, CallContext> => {
  const { dashboards, stats, clock } = deps;
  return {
    'dashboards.list': () => dashboards.list(),
    'dashboards.get': (_ctx, { id }) => dashboards.get(id),
    'dashboards.create': ({ actor }, { description = '', isShared = false, ...fields }) =>
      dashboards.create(actor, { description, isShared, ...fields }),
    'dashboards.update': ({ actor }, { id, patch }) => dashboards.update(actor, id, patch),
    'dashboards.duplicate': ({ actor }, { id }) => dashboards.duplicate(actor, id),
    'dashboards.remove'({ actor }, { id }) {
      dashboards.remove(actor, id);
      return {};
    },
    'dashboards.restore': ({ actor }, { id }) => dashboards.restore(actor, id),
    'dashboards.export': (_ctx, { id }) => dashboards.export(id),
    'dashboards.import': ({ actor }, { text }) => dashboards.import(actor, text),
    async 'stats.ask'(_ctx, { engagementId, period, questions }) {
      const begun = clock.monotonic();
      const answers = await stats.ask(engagementId, period, questions);
      return { answers, tookMs: clock.monotonic() - begun };
    },
  };
};
