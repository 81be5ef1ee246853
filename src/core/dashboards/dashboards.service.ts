import { v7 as uuidv7 } from 'uuid';
import { type Dashboard, DashboardDefinition, DashboardHead } from '../../shared/contract/dashboards.ts';
import { AppError } from '../../shared/errors.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../ports.ts';
import type { SharedRow } from '../sync/registry.ts';
import type { SyncedStore } from '../sync/synced-store.ts';
import type { DashboardsRepo } from './dashboards.repo.ts';
import { readDashboardFile } from './read-dashboard-file.ts';
import { shippedDashboards } from './shipped.ts';

interface DashboardFields {
  title: string;
  description: string;
  isShared: boolean;
  definition: DashboardDefinition;
}

export interface DashboardsService {
  list(): DashboardHead[];
  /** `not_found` also for one in the trash. */
  get(id: string): Dashboard;
  create(actor: string, fields: DashboardFields): Dashboard;
  /** `conflict` for one that comes with the program. */
  update(
    actor: string,
    id: string,
    patch: { [K in keyof DashboardFields]?: DashboardFields[K] | undefined },
  ): Dashboard;
  duplicate(actor: string, id: string): Dashboard;
  remove(actor: string, id: string): void;
  restore(actor: string, id: string): Dashboard;
  /** A file that `import` takes, here or elsewhere. */
  export(id: string): { name: string; text: string };
  /** `invalid_input` for what is no dashboard; `notes` say what of it could not be taken over. */
  import(actor: string, text: string): { dashboard: Dashboard; notes: string[] };
}

export function createDashboardsService(deps: {
  repo: DashboardsRepo;
  store: SyncedStore;
  events: EventBus;
  clock: Clock;
}): DashboardsService {
  const { repo, store, events, clock } = deps;
  const shipped = shippedDashboards();

  const view = ({ id, title, description, isShared, definition, updatedAt }: SharedRow<'dashboard'>): Dashboard => {
    // Written by another version or device, it may hold what this one does not know; better no widget than none of them.
    const read = DashboardDefinition.safeParse(definition);
    const known = read.success ? read.data : DashboardDefinition.parse({ rows: [] });
    const widgets = known.rows.flat().length;
    return { id, title, description, isShared, isShipped: false, widgets, updatedAt, definition: known };
  };
  const headOf = (dashboard: Dashboard): DashboardHead => DashboardHead.parse(dashboard);

  const stored = (id: string): SharedRow<'dashboard'> => {
    if (shipped.some((each) => each.id === id)) {
      throw new AppError('conflict', 'This dashboard comes with Osmia. Duplicate it and change the copy.');
    }
    const row = repo.find(id);
    if (row === undefined) throw new AppError('not_found', 'That dashboard is not in this workspace.');
    return row;
  };
  const alive = (id: string): SharedRow<'dashboard'> => {
    const row = stored(id);
    if (row.deletedAt !== null) throw new AppError('not_found', `The dashboard ${row.title} is in the trash.`);
    return row;
  };
  const get = (id: string): Dashboard => shipped.find((each) => each.id === id) ?? view(alive(id));
  const told = (id: string): Dashboard => {
    events.publish('dashboard', id);
    return get(id);
  };
  const create = (actor: string, fields: DashboardFields): Dashboard => {
    const id = uuidv7();
    const now = clock.now();
    const { title, description, isShared, definition } = fields;
    store.insert(
      'dashboard',
      { id, title, description, isShared, definition, createdAt: now, updatedAt: now, deletedAt: null },
      { actor },
    );
    return told(id);
  };

  return {
    list: () => [...shipped, ...repo.list().map(view)].map(headOf),
    get,
    create,
    update(actor, id, patch) {
      alive(id);
      store.update('dashboard', id, patch, { actor });
      return told(id);
    },
    duplicate(actor, id) {
      const { title, description, isShared, definition } = get(id);
      return create(actor, { title: `${title.slice(0, 190)} (copy)`, description, isShared, definition });
    },
    remove(actor, id) {
      alive(id);
      store.update('dashboard', id, { deletedAt: clock.now() }, { actor });
      events.publish('dashboard', id);
    },
    restore(actor, id) {
      stored(id);
      store.update('dashboard', id, { deletedAt: null }, { actor });
      return told(id);
    },
    export(id) {
      const { title, description, isShared, definition } = get(id);
      const file = { format: 'osmia-dashboard', version: 1, title, description, isShared, definition };
      const name =
        title
          .replace(/[^\p{L}\p{N} _-]+/gu, '')
          .trim()
          .slice(0, 80) || 'dashboard';
      return { name: `${name}.json`, text: `${JSON.stringify(file, null, 2)}\n` };
    },
    import(actor, text) {
      const { notes, ...fields } = readDashboardFile(text);
      return { dashboard: create(actor, fields), notes };
    },
  };
}
