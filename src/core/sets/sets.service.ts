import { v7 as uuidv7 } from 'uuid';
import type { DataType } from '../../shared/model/data-type.ts';
import type { AnalyzerSet } from '../../shared/contract/sets.ts';
import { AppError } from '../../shared/errors.ts';
import type { Catalogue, KnownFlavor } from '../analyzers/analyzers.service.ts';
import { compareVersions } from '../analyzers/carry-over.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../ports.ts';
import type { SyncedStore } from '../sync/synced-store.ts';
import type { SetMember, SetsRepo, StoredSet } from './sets.repo.ts';

interface SetFields {
  name: string;
  description: string;
  members: readonly { flavorId: string; dataTypes: readonly DataType[] }[];
}

/** What a set runs now: flavors that are there, each with the types it is for (empty: all that it takes). */
export type SetRuns = { flavor: KnownFlavor; dataTypes: ReadonlySet<string> }[];

export interface SetsService {
  list(): AnalyzerSet[];
  /** `conflict` where another set has the name. */
  create(actor: string, fields: SetFields): AnalyzerSet;
  update(actor: string, id: string, patch: { [K in keyof SetFields]?: SetFields[K] | undefined }): AnalyzerSet;
  remove(actor: string, id: string): void;
  restore(actor: string, id: string): AnalyzerSet;
  /** `not_found`; `conflict` where none of its analyzers is there. */
  runs(id: string): SetRuns;
}

export function createSetsService(deps: {
  repo: SetsRepo;
  store: SyncedStore;
  catalogue: Catalogue;
  events: EventBus;
  clock: Clock;
}): SetsService {
  const { repo, store, catalogue, events, clock } = deps;

  /** The named flavor, or the newest version of it in the same source: a set outlives an update of its folder. */
  const resolve = (flavorId: string, all: readonly KnownFlavor[]): KnownFlavor | undefined => {
    const exact = all.find((flavor) => flavor.id === flavorId);
    if (exact !== undefined) return exact;
    return all
      .filter((flavor) => {
        const stem = `${flavor.source}/${flavor.name.replaceAll('.', '_')}_`;
        return flavorId.startsWith(stem) && /^\d+(_\d+)*$/.test(flavorId.slice(stem.length));
      })
      .sort((a, b) => compareVersions(b.version, a.version))[0];
  };

  const view = (set: StoredSet, all: readonly KnownFlavor[]): AnalyzerSet => {
    const types = new Set<string>();
    const members = set.members.map((member) => {
      const flavor = resolve(member.flavorId, all);
      for (const type of flavor?.dataTypes ?? []) {
        if (member.dataTypes.length === 0 || member.dataTypes.includes(type)) types.add(type);
      }
      return {
        flavorId: member.flavorId,
        dataTypes: member.dataTypes as DataType[],
        runsId: flavor?.id ?? null,
        name: flavor?.name ?? member.flavorId.slice(member.flavorId.indexOf('/') + 1),
        version: flavor?.version ?? '',
      };
    });
    const { id, name, description, createdAt, updatedAt } = set;
    return { id, name, description, members, dataTypes: [...types].sort(), createdAt, updatedAt };
  };

  const found = (id: string): StoredSet => {
    const set = repo.find(id);
    if (set === undefined) throw new AppError('not_found', 'That set is not in this workspace.');
    return set;
  };

  const alive = (id: string): StoredSet => {
    const set = found(id);
    if (set.deletedAt !== null) throw new AppError('not_found', `The set ${set.name} is in the trash.`);
    return set;
  };

  const refuseSameName = (name: string, id?: string): void => {
    const taken = repo.list().some((set) => set.id !== id && set.name.toLowerCase() === name.toLowerCase());
    if (taken) throw new AppError('conflict', `There is a set named ${name} already.`);
  };

  const asMembers = (members: SetFields['members']): SetMember[] => {
    const known = new Map<string, SetMember>();
    for (const { flavorId, dataTypes } of members) known.set(flavorId, { flavorId, dataTypes: [...dataTypes] });
    return [...known.values()];
  };

  const told = (id: string): AnalyzerSet => {
    events.publish('analyzers', id);
    return view(found(id), catalogue.list());
  };

  return {
    list() {
      const all = catalogue.list();
      return repo.list().map((set) => view(set, all));
    },
    create(actor, { name, description, members }) {
      refuseSameName(name);
      const id = uuidv7();
      const now = clock.now();
      store.insert(
        'analyzerSet',
        { id, name, description, members: asMembers(members), createdAt: now, updatedAt: now, deletedAt: null },
        { actor },
      );
      return told(id);
    },
    update(actor, id, { name, description, members }) {
      alive(id);
      if (name !== undefined) refuseSameName(name, id);
      const patch = { name, description, members: members && asMembers(members) };
      store.update('analyzerSet', id, patch, { actor });
      return told(id);
    },
    remove(actor, id) {
      alive(id);
      store.update('analyzerSet', id, { deletedAt: clock.now() }, { actor });
      events.publish('analyzers', id);
    },
    restore(actor, id) {
      refuseSameName(found(id).name, id);
      store.update('analyzerSet', id, { deletedAt: null }, { actor });
      return told(id);
    },
    runs(id) {
      const set = alive(id);
      const all = catalogue.list();
      const runs = set.members.flatMap((member) => {
        const flavor = resolve(member.flavorId, all);
        return flavor === undefined ? [] : [{ flavor, dataTypes: new Set(member.dataTypes) }];
      });
      if (runs.length === 0) {
        throw new AppError(
          'conflict',
          `None of the analyzers of the set ${set.name} is there. Add their folder, or change the set.`,
        );
      }
      return runs;
    },
  };
}
