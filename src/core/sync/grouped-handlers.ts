import { v7 } from 'uuid';
import type { Contract, Handlers } from '../../shared/rpc/contract.ts';
import type { CallContext } from '../ports.ts';
import { inCallGroup } from './call-group.ts';

type AnyHandler = (ctx: CallContext, input: unknown, signal: AbortSignal) => unknown;

/** The same handlers; whatever one call changes is one group in the change log. Streams change nothing. */
export function groupedHandlers<C extends Contract>(
  contract: C,
  handlers: Handlers<C, CallContext>,
): Handlers<C, CallContext> {
  const grouped: Record<string, AnyHandler> = {};
  for (const [name, handler] of Object.entries(handlers as Record<string, AnyHandler>)) {
    grouped[name] =
      contract[name]?.kind === 'call'
        ? (ctx, input, signal) =>
            inCallGroup({ id: ctx.group ?? v7(), client: ctx.client }, () => handler(ctx, input, signal))
        : handler;
  }
  return grouped as unknown as Handlers<C, CallContext>;
}
