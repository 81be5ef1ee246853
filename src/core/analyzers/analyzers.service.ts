import { realpathSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { Reason } from '../../shared/contract/entities.ts';
import { AppError } from '../../shared/errors.ts';
import type { Db } from '../db/open.ts';
import type { Clock, Logger } from '../ports.ts';
import { createAnalyzersRepo } from './analyzers.repo.ts';
import { readCards } from './cards.ts';
import { type EffectiveConfig, effectiveConfig } from './effective-config.ts';
import type { LoadedFlavor } from './flavor.ts';
import type { Interpreters, Start } from './interpreter.ts';
import { type Defect, readSource, sourceNameOf } from './read-source.ts';

/** The name of the source that comes with Osmia. */
const OWN_SOURCE = 'osmia';

/** A flavor with how to start it. `start` is undefined where `cannotRun` says why, and for worker flavors. */
export interface KnownFlavor extends LoadedFlavor {
  isOurs: boolean;
  start: Start | undefined;
}

/** Every flavor of every source, as of the last reading. */
export interface Catalogue {
  list(): KnownFlavor[];
  /** By full id, or by the bare `<Name>_<version>` where only one source has it. `invalid_input` when several have. */
  find(id: string): KnownFlavor | undefined;
  /** With the user's overrides as they are now. */
  configOf(flavor: KnownFlavor): EffectiveConfig;
  sources(): { name: string; path: string; isBundled: boolean; flavors: number }[];
  defects(): Defect[];
  /** Reads all sources again; the whole catalogue changes at once. */
  reload(): Promise<void>;
  addSource(path: string): Promise<{ name: string; flavors: number }>;
  removeSource(name: string): Promise<void>;
}

export async function createCatalogue(deps: {
  db: Db;
  bundledRoot: string;
  interpreters: Interpreters;
  clock: Clock;
  logger: Logger;
}): Promise<Catalogue> {
  const repo = createAnalyzersRepo(deps.db);
  const own = join(deps.bundledRoot, 'analyzers');
  const cards = readCards(join(deps.bundledRoot, 'resources', 'cards'));
  let flavors = new Map<string, KnownFlavor>();
  let byDefinition = new Map<string, KnownFlavor[]>();
  let defects: Defect[] = [];

  const prepare = async (flavor: LoadedFlavor, isOurs: boolean): Promise<KnownFlavor> => {
    if (flavor.program === undefined || flavor.runtime === 'worker') return { ...flavor, isOurs, start: undefined };
    const answer = await deps.interpreters.forProgram(flavor.program);
    return 'code' in answer
      ? { ...flavor, isOurs, start: undefined, cannotRun: answer }
      : { ...flavor, isOurs, start: answer };
  };

  const reload = async (): Promise<void> => {
    const next = new Map<string, KnownFlavor>();
    const nextDefects: Defect[] = [];
    const roots = [{ name: OWN_SOURCE, path: own }, ...repo.sources()];
    for (const { name, path } of roots) {
      const isOurs = name === OWN_SOURCE;
      try {
        const read = readSource(name, path, isOurs, cards);
        nextDefects.push(...read.defects);
        for (const flavor of read.flavors) next.set(flavor.id, await prepare(flavor, isOurs));
      } catch (error) {
        const message = `its folder cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}`;
        nextDefects.push({ source: name, file: '', message, isFatal: true });
        deps.logger.warn('an analyzer source cannot be read', { source: name, message });
      }
    }
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
    list: () => [...flavors.values()],
    find(id) {
      const exact = flavors.get(id);
      if (exact !== undefined) return exact;
      const bare = byDefinition.get(id) ?? [];
      if (bare.length > 1) {
        throw new AppError(
          'invalid_input',
          `${id} exists more than once. Say which one: ${bare.map((flavor) => flavor.id).join(', ')}.`,
        );
      }
      return bare[0];
    },
    configOf: (flavor) => effectiveConfig(flavor, repo.settings(flavor.id)),
    sources: () => [
      { name: OWN_SOURCE, path: own, isBundled: true, flavors: countOf(OWN_SOURCE) },
      ...repo.sources().map((source) => ({ ...source, isBundled: false, flavors: countOf(source.name) })),
    ],
    defects: () => defects,
    reload,
    async addSource(given) {
      const path = checkFolder(given);
      const known = repo.sources();
      if (path === own || known.some((source) => source.path === path)) {
        throw new AppError('conflict', 'This folder is in use already.');
      }
      const base = sourceNameOf(path);
      const taken = new Set([OWN_SOURCE, ...known.map((source) => source.name)]);
      let name = base;
      for (let number = 2; taken.has(name); number += 1) name = `${base}-${number}`;
      if (readSource(name, path, false, cards).flavors.length === 0) {
        throw new AppError(
          'invalid_input',
          'This folder holds no analyzers in the Cortex layout (one folder each, with its .json beside the program).',
        );
      }
      repo.addSource({ name, path }, deps.clock.now());
      await reload();
      return { name, flavors: countOf(name) };
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
  if (config.missing.length === 0) return null;
  return { code: 'settings_missing', message: `A setting has no value: ${config.missing.join(', ')}.` };
}
