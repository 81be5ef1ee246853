import { v7 } from 'uuid';
import type { CaseRef, MergeChange } from '../../../shared/contract/case-merge.ts';
import type { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import type { SharedPatch, SharedRow } from '../../sync/registry.ts';
import type { ChangeMeta } from '../../sync/synced-store.ts';
import { carryReports, pairKeeper } from './copy-case.ts';
import { CASE_ENTITIES, type CaseEntity, COPY_RULES, withReferences } from './copy-rules.ts';
import { joinPatch } from './join-observables.ts';
import type { StoredMerge } from './merge.repo.ts';
import type { MergeDeps, MergeService } from './merge.service.ts';

type Change = z.infer<typeof MergeChange> & { entity: CaseEntity; fields: string[] };

export interface UnmergeService {
  plan(id: string): { sources: CaseRef[]; changes: z.infer<typeof MergeChange>[]; isMore: boolean };
  /** All in one transaction. Errors: `not_found`, `conflict` (no merge, taken apart already, a source is gone). */
  unmerge(actor: string, id: string, carryTo: string | null): { sources: CaseRef[]; carried: number };
}

const MOST_LISTED = 500;
/** What a carried row gets anew, or what only the store and the trash write. */
const NOT_CARRIED = new Set(['updatedAt', 'createdAt', 'deletedAt', 'caseId', 'position']);

type AnyRow = SharedRow<CaseEntity>;

export function createUnmergeService(deps: MergeDeps & { merges: MergeService }): UnmergeService {
  const { cases, repo, store, blobs, observables, events, clock, merges } = deps;

  const mergeOf = (id: string): StoredMerge => {
    const { number } = cases.get(id);
    const merge = repo.mergeOf(id);
    if (!merge) throw new AppError('conflict', `#${number} was not made by merging cases.`);
    if (merge.undoneAt !== null) throw new AppError('conflict', `The merge of #${number} was taken apart already.`);
    return merge;
  };

  /** For each row of the merged case what it was made of. */
  const originsOf = (merge: StoredMerge): Map<string, { entity: string; origins: string[] }> => {
    const made = new Map<string, { entity: string; origins: string[] }>();
    for (const { entity, pairs } of repo.parts(merge.id)) {
      if (entity === 'alert' || entity === 'case') continue;
      for (const [origin, row] of pairs) {
        const known = made.get(row);
        if (known) known.origins.push(origin);
        else made.set(row, { entity, origins: [origin] });
      }
    }
    return made;
  };

  const labelOf = (entity: CaseEntity, row: AnyRow): string => {
    const rule = COPY_RULES[entity] as { label?: (row: AnyRow) => string };
    return rule.label?.(row).slice(0, 200) ?? '';
  };

  /** What came, changed or went since, in the order in which kinds are copied. */
  const changesOf = (merge: StoredMerge, made: ReturnType<typeof originsOf>): Change[] => {
    const byEntity = Map.groupBy(made.entries(), ([, { entity }]) => entity);
    return CASE_ENTITIES.flatMap((entity) => {
      const rule = COPY_RULES[entity];
      if (rule.how !== 'copy') return [];
      const change = (id: string, what: Change['what'], fields: string[] = []): Change[] => {
        const row = store.find(entity, id);
        return row ? [{ entity, kind: rule.words, id, label: labelOf(entity, row), what, fields }] : [];
      };
      const copied = (byEntity.get(entity) ?? []).map(([id]) => id);
      const changed = repo.changedRows(entity, copied);
      return [
        ...repo.idsOf(entity, merge.caseId).flatMap((id) => (made.has(id) ? [] : change(id, 'added'))),
        ...[...changed].flatMap(([id, fields]) => {
          const isGone = store.find(entity, id)?.deletedAt !== null;
          const own = fields.filter((field) => !NOT_CARRIED.has(field));
          return isGone ? change(id, 'removed') : own.length > 0 ? change(id, 'changed', own) : [];
        }),
        ...(entity === 'observable' ? analysed(copied).flatMap((id) => change(id, 'analysed')) : []),
      ];
    });
  };

  /** Copies that have a report which none of their origins has. */
  const analysed = (ids: readonly string[]): string[] =>
    ids.filter((id) => repo.reportsOf(id).some(({ jobId }) => repo.isJobOn(jobId, id)));

  const sourcesOf = (merge: StoredMerge): CaseRef[] => merge.sources.flatMap(({ caseId }) => merges.ref(caseId) ?? []);

  return {
    plan(id) {
      const merge = mergeOf(id);
      const changes = changesOf(merge, originsOf(merge));
      return {
        sources: sourcesOf(merge),
        changes: changes
          .slice(0, MOST_LISTED)
          .map(({ kind, id: row, label, what }) => ({ kind, id: row, label, what })),
        isMore: changes.length > MOST_LISTED,
      };
    },
    unmerge(actor, id, carryTo) {
      const merge = mergeOf(id);
      if (carryTo !== null && !merge.sources.some(({ caseId }) => caseId === carryTo)) {
        throw new AppError('invalid_input', 'What was added since can only go to one of the merged cases.');
      }
      const { engagementId } = merge;
      const metaFor = (caseId: string): ChangeMeta => ({ actor, engagementId, caseId });

      const putBack = (): void => {
        for (const { caseId, before } of merge.sources) {
          const now = store.find('case', caseId);
          // Taken out of the merge by hand, or destroyed: what somebody decided since stands.
          if (!now || now.mergedInto !== id) continue;
          const patch: SharedPatch<'case'> =
            now.status === 'duplicated' ? { ...before } : { mergedInto: before.mergedInto };
          store.update('case', caseId, { ...patch, deletedAt: null }, metaFor(caseId));
        }
        for (const { entity, pairs } of repo.parts(merge.id)) {
          if (entity !== 'alert') continue;
          for (const [caseId, alertId] of pairs) {
            if (store.find('alert', alertId)?.caseId === id)
              store.update('alert', alertId, { caseId }, metaFor(caseId));
          }
        }
      };

      const carry = (target: string): number => {
        const made = originsOf(merge);
        const changes = changesOf(merge, made);
        const keep = pairKeeper(deps, { caseId: target, mergeId: merge.id }, metaFor(target));
        /** The origin in the chosen case, else the first one there is. */
        const originIn = (rowId: string, entity: CaseEntity): AnyRow | undefined => {
          const rows = (made.get(rowId)?.origins ?? []).flatMap((origin) => store.find(entity, origin) ?? []);
          return (rows as AnyRow[]).find((row) => row.caseId === target) ?? rows[0];
        };
        const became = new Map<string, string>([[id, target]]);
        for (const [rowId, { entity }] of made) {
          const origin = originIn(rowId, entity as CaseEntity);
          if (origin) became.set(rowId, origin.id);
        }
        for (const change of changes) if (change.what === 'added') became.set(change.id, v7());
        for (const { entity, id: rowId, what, fields } of changes) {
          const row = store.find(entity, rowId);
          if (row === undefined) continue;
          const renewed = withReferences(row, became) as AnyRow;
          if (what === 'added') addCarried(entity, { ...renewed, id: became.get(rowId)! }, rowId, target, became);
          const origin = what === 'added' ? undefined : originIn(rowId, entity);
          if (origin === undefined) continue;
          const where = metaFor(origin.caseId ?? target);
          if (what === 'removed') store.update(entity, origin.id, { deletedAt: clock.now() }, where);
          if (what === 'changed') {
            const patch = Object.fromEntries(fields.map((field) => [field, renewed[field as keyof AnyRow]]));
            store.update(entity, origin.id, patch, where);
          }
          if (what === 'analysed') {
            carryReports({ repo, observables }, [rowId], origin.id, true);
            keep('observable', [rowId, origin.id]);
          }
        }
        if (repo.hasJobs(id)) {
          keep('case', [id, target]);
          for (const blobId of repo.reportBlobs(id)) blobs.share(blobId, { owner: 'case', id: target });
        }
        keep.flush();
        return changes.length;
      };

      /** Into the chosen case, or where the task is that a line belongs to; a value that is there is joined. */
      const addCarried = (
        entity: CaseEntity,
        row: AnyRow,
        rowId: string,
        target: string,
        became: Map<string, string>,
      ): void => {
        const taskId = 'taskId' in row && typeof row.taskId === 'string' ? row.taskId : undefined;
        const caseId = (taskId && store.find('task', taskId)?.caseId) || target;
        if ('blobId' in row && typeof row.blobId === 'string') blobs.share(row.blobId, { owner: 'case', id: caseId });
        if (entity !== 'observable') {
          store.insert(entity, { ...row, caseId }, metaFor(caseId));
          return;
        }
        const observable = row as SharedRow<'observable'>;
        const knownId = repo.observableIn(target, observable.dataType, observable.subjectHash);
        const known = knownId === undefined ? undefined : store.find('observable', knownId);
        if (known) {
          became.set(rowId, known.id);
          store.update('observable', known.id, { ...joinPatch(known, observable), deletedAt: null }, metaFor(target));
        } else store.insert('observable', { ...observable, caseId: target }, metaFor(target));
        carryReports({ repo, observables }, [rowId], known?.id ?? observable.id);
        const keep = pairKeeper(deps, { caseId: target, mergeId: merge.id }, metaFor(target));
        keep('observable', [rowId, known?.id ?? observable.id]);
        keep.flush();
      };

      const carried = store.transaction({}, () => {
        const n = carryTo === null ? 0 : carry(carryTo);
        putBack();
        // Alerts that came since are in none of the sources' lists.
        if (carryTo !== null) {
          for (const alertId of repo.idsOf('alert', id)) {
            store.update('alert', alertId, { caseId: carryTo }, metaFor(carryTo));
          }
        }
        store.update('caseMerge', merge.id, { undoneAt: clock.now() }, metaFor(id));
        store.update('case', id, { deletedAt: clock.now() }, metaFor(id));
        return n;
      });
      for (const caseId of [id, ...merge.sources.map((source) => source.caseId)]) {
        events.publish('case', caseId, caseId);
        events.publish('observable', caseId, caseId);
      }
      return { sources: sourcesOf(merge), carried };
    },
  };
}
