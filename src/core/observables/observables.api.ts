import type { observablesContract } from '../../shared/contract/cases.ts';
import type { Job } from '../../shared/contract/entities.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { CasesService } from '../cases/cases.service.ts';
import type { AnalysisWorker, CallContext } from '../ports.ts';
import type { ObservablesService } from './observables.service.ts';
import { addTypedValues } from './typed-values.ts';

export function createObservablesApi(deps: {
  observables: ObservablesService;
  cases: CasesService;
  analysis: AnalysisWorker;
  /** The newest first. */
  jobsOf(observableId: string): Job[];
}): Handlers<typeof observablesContract, CallContext> {
  const { observables, cases } = deps;
  return {
    'observables.list': (_ctx, input) => observables.list(input),
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
    'observables.update': async (ctx, { ids, patch }) => ({ changed: await observables.update(ctx.actor, ids, patch) }),
    'observables.remove': async (ctx, { ids }) => ({ removed: await observables.remove(ctx.actor, ids) }),
    'observables.restore': async (ctx, { ids }) => ({ restored: await observables.restore(ctx.actor, ids) }),
    'evidence.list': (_ctx, { caseId }) => observables.evidence(caseId),
  };
}
