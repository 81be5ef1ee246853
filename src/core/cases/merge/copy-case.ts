import { v7 } from 'uuid';
import type { BlobStore } from '../../evidence/blob-store.ts';
import type { ObservablesService } from '../../observables/observables.service.ts';
import type { Clock } from '../../ports.ts';
import type { SharedRow } from '../../sync/registry.ts';
import type { ChangeMeta, SyncedStore } from '../../sync/synced-store.ts';
import { CASE_ENTITIES, type CaseEntity, COPY_RULES, withReferences } from './copy-rules.ts';
import { joinObservables } from './join-observables.ts';
import type { MergeRepo } from './merge.repo.ts';
import { type CopiedPair, PAIRS_A_PART } from './merge-record.ts';

export interface CopyDeps {
  repo: MergeRepo;
  store: SyncedStore;
  blobs: Pick<BlobStore, 'share'>;
  observables: Pick<ObservablesService, 'recordReport'>;
  clock: Clock;
}

/** New rows by their origins, for one kind: each list becomes one row. */
type Group = { id: string; origins: string[] };

/** What is to be copied, and what each row becomes. Counting it costs no writing. */
export interface CopyPlan {
  groups: ReadonlyMap<CaseEntity, Group[]>;
  became: ReadonlyMap<string, string>;
  rows: number;
}

type AnyRow = SharedRow<CaseEntity>;
interface AnyRule {
  key?: (row: AnyRow) => string | undefined;
  join?: (into: AnyRow, other: AnyRow) => AnyRow;
  isVoid?: (row: AnyRow) => boolean;
}

/** A rule for rows of whatever kind it is for. */
const ruleOf = (entity: CaseEntity): AnyRule | undefined => {
  const rule = COPY_RULES[entity];
  return rule.how === 'copy' ? (rule as unknown as AnyRule) : undefined;
};

/** Decides what becomes what: rows of the sources that are the same become one. */
export function planCopy({ repo, store }: Pick<CopyDeps, 'repo' | 'store'>, sourceIds: readonly string[]): CopyPlan {
  const groups = new Map<CaseEntity, Group[]>();
  const became = new Map<string, string>();
  let rows = 0;
  for (const entity of CASE_ENTITIES) {
    const rule = ruleOf(entity);
    if (rule === undefined) continue;
    const byKey = new Map<string, Group>();
    const put = (originId: string, key: string): void => {
      rows += 1;
      const known = byKey.get(key);
      const group = known ?? { id: v7(), origins: [] };
      if (!known) byKey.set(key, group);
      group.origins.push(originId);
      became.set(originId, group.id);
    };
    for (const caseId of sourceIds) {
      if (entity === 'observable') for (const { id, key } of repo.subjectsOf(caseId)) put(id, key);
      else {
        for (const id of repo.idsOf(entity, caseId)) {
          const row = rule.key || rule.isVoid ? store.find(entity, id) : undefined;
          const renewed = row && withReferences(row, became);
          if (renewed && rule.isVoid?.(renewed)) continue;
          put(id, (renewed && rule.key?.(renewed)) ?? id);
        }
      }
    }
    groups.set(entity, [...byKey.values()]);
  }
  return { groups, became, rows };
}

/** Rows written before others may have a turn. */
const CHUNK = 100;

/**
 * Writes the copies into `into`, in steps of a hundred rows; each step belongs in one transaction. What each row was made
 * of is written with it.
 */
export function* copyRows(
  deps: CopyDeps,
  plan: CopyPlan,
  into: { caseId: string; mergeId: string },
  meta: ChangeMeta,
): Generator<void> {
  const { store, repo, blobs, observables } = deps;
  const keep = pairKeeper(deps, into, meta);

  const copy = (entity: CaseEntity, group: Group): void => {
    const rule = ruleOf(entity)!;
    const [first, ...others] = group.origins
      .map((id) => store.find(entity, id))
      .filter((row) => row !== undefined)
      .map((row) => withReferences(row, plan.became));
    if (first === undefined) return;
    const join = entity === 'observable' ? (joinObservables as unknown as AnyRule['join']) : rule.join;
    const row = others.reduce<AnyRow>((all, other) => join?.(all, other) ?? all, first);
    if ('blobId' in row && typeof row.blobId === 'string') blobs.share(row.blobId, { owner: 'case', id: into.caseId });
    store.insert(entity, { ...row, id: group.id, caseId: into.caseId }, meta);
    if (entity === 'observable') carryReports({ repo, observables }, group.origins, group.id);
    for (const origin of group.origins) keep(entity, [origin, group.id]);
  };

  for (const [entity, groups] of plan.groups) {
    for (let at = 0; at < groups.length; at += CHUNK) {
      for (const group of groups.slice(at, at + CHUNK)) copy(entity, group);
      yield;
    }
  }
  keep.flush();
}

/**
 * The newest report of each analyzer on any of the origins stands on the row, with the verdict that follows. `isOwn`
 * leaves out what an origin has from its own origins.
 */
export function carryReports(
  { repo, observables }: Pick<CopyDeps, 'repo' | 'observables'>,
  origins: readonly string[],
  observableId: string,
  isOwn = false,
): void {
  for (const origin of origins) {
    for (const { flavorId, jobId, taxonomies, reportedAt } of repo.reportsOf(origin)) {
      if (isOwn && !repo.isJobOn(jobId, origin)) continue;
      observables.recordReport({ observableId, flavorId, jobId, taxonomies, reportedAt });
    }
  }
}

/** Writes pairs into the log, many in a row; `flush` writes the rest. */
export function pairKeeper(
  { store, clock }: Pick<CopyDeps, 'store' | 'clock'>,
  { caseId, mergeId }: { caseId: string; mergeId: string },
  meta: ChangeMeta,
): ((entity: string, pair: CopiedPair) => void) & { flush(): void } {
  const waiting = new Map<string, CopiedPair[]>();
  const write = (entity: string, pairs: CopiedPair[]): void => {
    const row = { id: v7(), mergeId, caseId, entity, pairs, createdAt: clock.now(), deletedAt: null };
    store.insert('caseMergePart', row, meta);
  };
  const keep = (entity: string, pair: CopiedPair): void => {
    const pairs = waiting.get(entity) ?? [];
    pairs.push(pair);
    waiting.set(entity, pairs);
    if (pairs.length < PAIRS_A_PART) return;
    write(entity, pairs);
    waiting.delete(entity);
  };
  return Object.assign(keep, {
    flush(): void {
      for (const [entity, pairs] of waiting) write(entity, pairs);
      waiting.clear();
    },
  });
}
