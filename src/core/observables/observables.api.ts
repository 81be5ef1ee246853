import type { z } from 'zod';
import type { Job } from '../../shared/contract/entities.ts';
import type { observablesContract } from '../../shared/contract/observables.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { CasesService } from '../cases/cases.service.ts';
import type { CustodyService } from '../custody/custody.service.ts';
import type { BlobStore } from '../evidence/blob-store.ts';
import type { AnalysisWorker, CallContext } from '../ports.ts';
import type { SyncedStore } from '../sync/synced-store.ts';
import { createBulkProgress } from './bulk-progress.ts';
import type { EvidenceRepo } from './evidence.repo.ts';
import type { ObservableContext } from './observable-context.ts';
import type { ObservablesRepo } from './observables.repo.ts';
import type { ObservablesService } from './observables.service.ts';
import { protectedZip } from './protected-zip.ts';
import { retypeObservables } from './retype.ts';
import { addTypedValues } from './typed-values.ts';

type Contract = typeof observablesContract;

export function createObservablesApi(deps: {
  observables: ObservablesService;
  repo: ObservablesRepo;
  context: ObservableContext;
  cases: CasesService;
  evidence: EvidenceRepo;
  store: SyncedStore;
  blobs: BlobStore;
  analysis: AnalysisWorker;
  custody: Pick<CustodyService, 'recordExport'>;
  /** The newest first. */
  jobsOf(observableId: string): Job[];
  addArchive(
    actor: string,
    input: z.output<Contract['observables.addArchive']['input']>,
    signal: AbortSignal,
  ): Promise<z.input<Contract['observables.addArchive']['output']>>;
}): Handlers<Contract, CallContext> {
  const { observables, cases, context } = deps;
  const progress = createBulkProgress();
  return {
    'observables.list': (_ctx, input) => observables.list(input),
    'observables.index': (_ctx, input) => observables.index(input),
    'observables.rows': (_ctx, { nums }) => observables.rows(nums),
    'observables.get': (_ctx, { id }) => {
      const observable = observables.get(id);
      return {
        observable,
        evidence: observables.evidenceOf(observable),
        jobs: deps.jobsOf(id),
        places: observables.places(id),
      };
    },
    'observables.add': (ctx, { caseId, items }, signal) =>
      addTypedValues(deps, cases.get(caseId), items, ctx.actor, signal),
    'observables.addArchive': (ctx, input, signal) => deps.addArchive(ctx.actor, input, signal),
    'observables.update': async (ctx, { ids, patch }) => ({ changed: await observables.update(ctx.actor, ids, patch) }),
    'observables.edit': (ctx, { target, patch, token }, signal) =>
      progress.during(token, async (onProgress) => {
        const ids = observables.targetIds(target);
        const changed = await observables.update(ctx.actor, ids, patch, { signal, onProgress });
        return { changed, total: ids.length };
      }),
    'observables.progress': (_ctx, { token }) => progress.get(token),
    'observables.retype': (ctx, { target, token, ...input }, signal) =>
      progress.during(token, (onProgress) =>
        retypeObservables(deps, observables.targetIds(target), { ...input, actor: ctx.actor, signal, onProgress }),
      ),
    'observables.ids': (_ctx, { target, most }) => {
      const ids = observables.targetIds(target);
      return { ids: ids.slice(0, most), total: ids.length };
    },
    'observables.remove': async (ctx, { ids }) => ({ removed: await observables.remove(ctx.actor, ids) }),
    'observables.restore': async (ctx, { ids }) => ({ restored: await observables.restore(ctx.actor, ids) }),
    'observables.elsewhere': (_ctx, { id, isEverywhere }) => context.elsewhere(id, isEverywhere),
    'observables.occurrences': (_ctx, { id }) => context.occurrences(id),
    'evidence.list': (_ctx, { caseId }) => observables.evidence(caseId),
    'evidence.protectedZip': (ctx, input, signal) => protectedZip(deps, ctx.actor, input, signal),
  };
}
