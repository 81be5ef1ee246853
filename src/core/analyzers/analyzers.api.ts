import type { analyzersContract } from '../../shared/contract/jobs.ts';
import { AppError } from '../../shared/errors.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { EventBus } from '../events/bus.ts';
import type { CallContext } from '../ports.ts';
import type { Catalogue } from './analyzers.service.ts';
import { asFlavor } from './as-flavor.ts';

export function createAnalyzersApi(deps: {
  catalogue: Catalogue;
  events: EventBus;
}): Handlers<typeof analyzersContract, CallContext> {
  const { catalogue, events } = deps;
  return {
    'analyzers.list': () => catalogue.list().map((flavor) => asFlavor(flavor, catalogue.configOf(flavor))),
    'analyzers.sources': () => catalogue.sources(),
    async 'analyzers.addSource'(ctx, input) {
      const added = await catalogue.addSource(chosenPath(ctx, input));
      events.publish('analyzers', added.name);
      return added;
    },
    async 'analyzers.removeSource'(_ctx, input) {
      await catalogue.removeSource(input.name);
      events.publish('analyzers', input.name);
      return {};
    },
    'analyzers.defects': () => catalogue.defects(),
  };
}

/** A window may only use what the user chose in the host's own dialog. */
function chosenPath(ctx: CallContext, input: { path: string } | { token: string }): string {
  if ('token' in input) {
    const path = ctx.resolveGrant(input.token);
    if (path === undefined) throw new AppError('forbidden', 'The choice of that folder has expired. Choose it again.');
    return path;
  }
  if (ctx.client !== 'local') throw new AppError('forbidden', 'Choose the folder with the dialog.');
  return input.path;
}
