import { realpathSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { Reason } from '../../shared/contract/entities.ts';
import { AppError } from '../../shared/errors.ts';
import type { Db } from '../db/open.ts';
import type { Clock, Logger } from '../ports.ts';
import { createAnalyzersRepo } from './analyzers.repo.ts';
import { readCards } from './cards.ts';
import { createConfigCache } from './config-cache.ts';
import type { EffectiveConfig } from './effective-config.ts';
import type { LoadedFlavor } from './flavor.ts';
import type { Interpreters, Start } from './interpreter.ts';
import type { StoredSettings } from './stored-settings.ts';
import { type Defect, readSource, sourceNameOf } from './read-source.ts';
import { asResponder, looksLikeResponders, takesObjects } from './responder-flavor.ts';
import { settle } from './settle-flavor.ts';

/** The name of the source that comes with Osmia. */
const OWN_SOURCE = 'osmia';

/** A flavor with how to start it. `start` is undefined where `cannotRun` says why, and for worker flavors. */
export interface KnownFlavor extends LoadedFlavor {
  isOurs: boolean;
  /** Triggered on an object of the workspace, by hand and in two steps; never part of a run sheet. */
  isResponder: boolean;
  start: Start | undefined;
  /** Files of the user that it may read, as its settings name them. */
  readable: string[];
}

/** Every flavor of every source, as of the last reading. */
export interface Catalogue {
  /** The analyzers. */
  list(): KnownFlavor[];
  responders(): KnownFlavor[];
  /** Of either kind, by full id, or by the bare `<Name>_<version>` where only one source has it. `invalid_input` when several have. With the hosts that the settings of an engagement name. */
  find(id: string, engagementId?: string): KnownFlavor | undefined;
  /** With the user's overrides as they are now: those for an engagement, or what holds in every one. */
  configOf(flavor: KnownFlavor, engagementId?: string): EffectiveConfig;
  sources(): { name: string; path: string; isBundled: boolean; flavors: number }[];
  defects(): Defect[];
  /** Reads all sources again; the whole catalogue changes at once. */
  reload(): Promise<void>;
  addSource(path: string): Promise<{ name: string; flavors: number; kind: 'analyzer' | 'responder' }>;
  removeSource(name: string): Promise<void>;
}

export async function createCatalogue(deps: {
  db: Db;
  bundledRoot: string;
  interpreters: Interpreters;
  /** Paths that our own programs may read: the packages, and the code they share. */
  ownCode: readonly string[];
  clock: Clock;
  logger: Logger;
  settings: StoredSettings;
  /** Told of every reading of the sources, before anybody sees it. */
  onRead?(flavors: readonly LoadedFlavor[]): void;
}): Promise<Catalogue> {
  const repo = createAnalyzersRepo(deps.db);
  const configOf = createConfigCache(deps.settings);
  const own = join(deps.bundledRoot, 'analyzers');
  const ownResponders = join(deps.bundledRoot, 'responders');
  const cards = readCards(join(deps.bundledRoot, 'resources', 'cards'));
  let flavors = new Map<string, KnownFlavor>();
  let byDefinition = new Map<string, KnownFlavor[]>();
  let defects: Defect[] = [];

  const prepare = async (read: LoadedFlavor, isOurs: boolean, isResponder: boolean): Promise<KnownFlavor> => {
    const flavor = { ...(isResponder ? asResponder(read) : read), isOurs, isResponder, start: undefined, readable: [] };
    if (flavor.program === undefined || flavor.runtime === 'worker') return flavor;
    const answer = await deps.interpreters.forProgram(flavor.program, flavor.requirements?.id);
    if ('code' in answer) return { ...flavor, cannotRun: answer };
    // Ours use what Osmia itself is built on.
    const readOnly = isOurs ? [...answer.readOnly, ...deps.ownCode] : answer.readOnly;
    return { ...flavor, start: { ...answer, readOnly } };
  };

  /** As the settings of this moment make it. */
  const now = (flavor: KnownFlavor, engagementId?: string): KnownFlavor =>
    flavor.hostsFrom.length + flavor.readableFrom.length === 0
      ? flavor
      : settle(flavor, catalogue.configOf(flavor, engagementId).config);

  const reload = async (): Promise<void> => {
    const next = new Map<string, KnownFlavor>();
    const nextDefects: Defect[] = [];
    const roots = [
      { name: OWN_SOURCE, path: own, kind: 'analyzer' },
      { name: OWN_SOURCE, path: ownResponders, kind: 'responder' },
      ...repo.sources(),
    ];
    for (const { name, path, kind } of roots) {
      const isOurs = name === OWN_SOURCE;
      try {
        const read = readSource(name, path, isOurs, cards);
        nextDefects.push(...read.defects);
        for (const flavor of read.flavors)
          next.set(flavor.id, await prepare(flavor, isOurs, kind === 'responder' || takesObjects(flavor)));
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        const message =
          code === 'ENOENT'
            ? 'its folder is not there any more. Bring it back, or remove the source.'
            : `its folder cannot be read: ${code ?? 'unknown error'}`;
        nextDefects.push({ source: name, file: '', message, isFatal: true });
        deps.logger.warn('an analyzer source cannot be read', { source: name, message });
      }
    }
    deps.onRead?.([...next.values()]);
    flavors = next;
    defects = nextDefects;
    byDefinition = new Map();
    for (const flavor of next.values()) {
      byDefinition.set(flavor.definitionId, [...(byDefinition.get(flavor.definitionId) ?? []), flavor]);
    }
    for (const [first, ...others] of byDefinition.values()) {
      for (const other of others) {
        const message = `${other.definitionId} is in ${first?.source ?? ''} too; both stay, each under its full id`;
        nextDefects.push({ source: other.source, file: other.name, message, isFatal: false });
      }
    }
  };

  const countOf = (name: string): number => [...flavors.values()].filter((flavor) => flavor.source === name).length;

  const catalogue: Catalogue = {
    list: () => [...flavors.values()].filter((flavor) => !flavor.isResponder).map((flavor) => now(flavor)),
    responders: () => [...flavors.values()].filter((flavor) => flavor.isResponder).map((flavor) => now(flavor)),
    find(id, engagementId) {
      const exact = flavors.get(id);
      if (exact !== undefined) return now(exact, engagementId);
      const bare = byDefinition.get(id) ?? [];
      if (bare.length > 1) {
        throw new AppError(
          'invalid_input',
          `${id} exists more than once. Say which one: ${bare.map((flavor) => flavor.id).join(', ')}.`,
        );
      }
      return bare[0] && now(bare[0], engagementId);
    },
    configOf,
    sources: () => [
      { name: OWN_SOURCE, path: own, isBundled: true, flavors: countOf(OWN_SOURCE) },
      ...repo.sources().map((source) => ({ ...source, isBundled: false, flavors: countOf(source.name) })),
    ],
    defects: () => defects,
    reload,
    async addSource(given) {
      const path = checkFolder(given);
      const known = repo.sources();
      if (path === own || path === ownResponders || known.some((source) => source.path === path)) {
        throw new AppError('conflict', 'This folder is in use already.');
      }
      const base = sourceNameOf(path);
      const taken = new Set([OWN_SOURCE, ...known.map((source) => source.name)]);
      let name = base;
      for (let number = 2; taken.has(name); number += 1) name = `${base}-${number}`;
      const read = readSource(name, path, false, cards).flavors;
      if (read.length === 0) {
        throw new AppError(
          'invalid_input',
          'This folder holds no analyzers or responders in the Cortex layout (one folder each, with its .json beside the program).',
        );
      }
      const kind = looksLikeResponders(path, read) ? 'responder' : 'analyzer';
      repo.addSource({ name, path, kind }, deps.clock.now());
      await reload();
      return { name, flavors: countOf(name), kind };
    },
    async removeSource(name) {
      if (name === OWN_SOURCE) throw new AppError('forbidden', 'The analyzers that come with Osmia stay.');
      if (!repo.removeSource(name)) throw new AppError('not_found', `There is no source named ${name}.`);
      await reload();
    },
  };
  await reload();
  return catalogue;
}

function checkFolder(given: string): string {
  if (!isAbsolute(given)) throw new AppError('invalid_input', 'Name the folder by its full path.');
  try {
    const path = realpathSync(given);
    // The repository itself: its analyzers lie one folder down.
    const inner = join(path, 'analyzers');
    if (isFolder(inner)) return realpathSync(inner);
    if (isFolder(path)) return path;
  } catch {
    throw new AppError('file.not_found', 'There is no such folder, or it cannot be read.');
  }
  throw new AppError('invalid_input', 'This is not a folder.');
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** Why no job of this flavor can run now, whatever the observable; null is "can run". */
export function standingReason(flavor: KnownFlavor, config: EffectiveConfig): Reason | null {
  if (flavor.cannotRun !== null) return flavor.cannotRun;
  const [unreadable] = config.unreadable;
  if (unreadable !== undefined) {
    return {
      code: 'secret_unreadable',
      message: `The secret ${unreadable.name} cannot be read. ${unreadable.problem}`,
    };
  }
  if (config.missing.length === 0) return null;
  return { code: 'settings_missing', message: `A setting has no value: ${config.missing.join(', ')}.` };
}
