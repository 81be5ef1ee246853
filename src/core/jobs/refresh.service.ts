import type { z } from 'zod';
import type { historyContract } from '../../shared/contract/history.ts';
import { staleness, type Basis, type CurrentBasis } from '../../shared/model/staleness.ts';
import type { Catalogue, KnownFlavor } from '../analyzers/analyzers.service.ts';
import type { Db } from '../db/open.ts';
import type { Clock } from '../ports.ts';
import { createBasisRepo } from './basis.repo.ts';
import { createHistoryRepo } from './history.repo.ts';
import { lineageOf, newestByLineage, sourceOf } from './lineage.ts';
import { basisOf } from './report-basis.ts';

type Answers = {
  bases: z.infer<(typeof historyContract)['reports.bases']['output']>;
  plan: z.infer<(typeof historyContract)['observables.refreshPlan']['output']>;
};

export interface RefreshService {
  /** What reports rest on, and what they would rest on now in an engagement. */
  bases(engagementId: string | undefined): Answers['bases'];
  /** Which analyzers to ask again for each observable: stale verdicts, and with a limit those older than that. */
  plan(ids: readonly string[], olderThanMinutes: number | null): Answers['plan'];
}

/** Which verdicts are stale, and what to run to have them good again. Starts nothing. */
export function createRefreshService(deps: {
  db: Db;
  catalogue: Pick<Catalogue, 'list' | 'configOf'>;
  clock: Clock;
}): RefreshService {
  const { catalogue, clock } = deps;
  const repo = createHistoryRepo(deps.db);
  const bases = createBasisRepo(deps.db);

  const currentOf = (flavor: KnownFlavor, engagementId: string | undefined): CurrentBasis => {
    const config = catalogue.configOf(flavor, engagementId);
    return { ...basisOf(flavor, config), name: flavor.name, cacheMinutes: config.cacheMinutes };
  };

  return {
    bases(engagementId) {
      const known = bases.list();
      const lineages = new Set(known.map((basis) => lineageOf(basis.flavorId, basis.flavorName)));
      const current = [...newestByLineage(catalogue.list())]
        .filter(([lineage]) => lineages.has(lineage))
        .map(([, flavor]) => {
          const { version, file, settings, key, name, cacheMinutes } = currentOf(flavor, engagementId);
          const facts = { version, file, settings, key, name, cacheMinutes };
          return { ...facts, flavorId: flavor.id, source: sourceOf(flavor.id) };
        });
      const keys = keyNumbers(known);
      return {
        current,
        bases: known.map(({ id, flavorId, flavorName, version, file, settings, key }) => {
          const found = keys.get(`${lineageOf(flavorId, flavorName)}\0${key}`);
          return {
            id,
            flavorId,
            source: sourceOf(flavorId),
            name: flavorName,
            version,
            file,
            settings,
            key,
            keyNumber: found?.number ?? 0,
            keySince: found?.since ?? null,
          };
        }),
      };
    },
    plan(ids, olderThanMinutes) {
      const now = clock.now();
      const here = newestByLineage(catalogue.list());
      const byId = new Map<number, Basis & { lineage: string }>();
      const lineageByFlavor = new Map<string, string>();
      for (const basis of bases.list()) {
        const lineage = lineageOf(basis.flavorId, basis.flavorName);
        byId.set(basis.id, { ...basis, lineage });
        lineageByFlavor.set(basis.flavorId, lineage);
      }
      for (const flavor of catalogue.list()) lineageByFlavor.set(flavor.id, lineageOf(flavor.id, flavor.name));
      const current = new Map<string, CurrentBasis>();
      const asked = new Map<string, Set<string>>();
      const counts = { jobs: 0, fresh: 0, gone: 0 };
      for (const { observableId, engagementId, flavorId, at, basisId } of repo.newestOf([...new Set(ids)])) {
        const flavor = here.get(lineageByFlavor.get(flavorId) ?? '');
        if (flavor === undefined) {
          counts.gone += 1;
          continue;
        }
        const key = `${engagementId}\0${flavor.id}`;
        let nowIs = current.get(key);
        if (nowIs === undefined) current.set(key, (nowIs = currentOf(flavor, engagementId)));
        const isOld = olderThanMinutes !== null && now - at > olderThanMinutes * 60_000;
        const basis = basisId === null ? undefined : byId.get(basisId);
        if (!isOld && staleness({ at, basis }, nowIs, now) === null) {
          counts.fresh += 1;
          continue;
        }
        const flavors = asked.get(observableId);
        if (flavors === undefined) asked.set(observableId, new Set([flavor.id]));
        else flavors.add(flavor.id);
      }
      const subjects = [...asked].map(([observableId, flavors]) => ({ observableId, flavorIds: [...flavors] }));
      for (const { flavorIds } of subjects) counts.jobs += flavorIds.length;
      return { subjects, ...counts };
    },
  };
}

/** The keys of each analyzer in the order of their first report. */
function keyNumbers(
  bases: readonly { flavorId: string; flavorName: string; key: string; firstAt: number; id: number }[],
): Map<string, { number: number; since: number }> {
  const numbers = new Map<string, { number: number; since: number }>();
  const counts = new Map<string, number>();
  for (const { flavorId, flavorName, key, firstAt } of [...bases].sort((a, b) => a.id - b.id)) {
    if (key === '') continue;
    const lineage = lineageOf(flavorId, flavorName);
    const name = `${lineage}\0${key}`;
    if (numbers.has(name)) continue;
    const number = (counts.get(lineage) ?? 0) + 1;
    counts.set(lineage, number);
    numbers.set(name, { number, since: firstAt });
  }
  return numbers;
}
