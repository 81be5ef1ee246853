import { AppError, toWireError } from '../errors.ts';
import type { Contract, Handlers } from './contract.ts';
import { CONTRACT_VERSION, type Frame, parseFrame } from './frames.ts';
import type { Port } from './port.ts';

export interface ServeOptions<Ctx> {
  /** Each handler gets it, with the `group` that its caller chose. */
  context: Ctx;
  app: string;
  capabilities?: string[];
  /** Called with what is not an AppError; returns the id that the client is shown. */
  onBug(error: unknown, name: string): string;
  /** Parse outputs even of calls marked `trusted` (development and tests). */
  strict?: boolean;
}

type AnyHandler = (ctx: unknown, input: unknown, signal: AbortSignal) => unknown;

/** Requests that one connection may have under way; a client that exceeds it is broken or hostile. */
const MAX_IN_FLIGHT = 1_000;

/**
 * Serves a contract on a port until it closes; closing aborts everything it started.
 * Resolves when the port has closed and every handler has settled.
 */
export function serve<C extends Contract, Ctx>(
  contract: C,
  handlers: Handlers<C, Ctx>,
  port: Port,
  options: ServeOptions<Ctx>,
): Promise<void> {
  const running = new Map<number, AbortController>();
  const settled = new Set<Promise<void>>();

  const fail = (id: number, name: string, error: unknown): void => {
    port.send({ t: 'err', id, error: toWireError(error, () => options.onBug(error, name)) });
  };

  const handle = async (
    { id, name, input, group }: Extract<Frame, { t: 'req' }>,
    signal: AbortSignal,
  ): Promise<void> => {
    const procedure = Object.hasOwn(contract, name) ? contract[name] : undefined;
    if (!procedure) throw new AppError('not_found', `There is no call named ${name.slice(0, 80)}.`);
    const parsed = procedure.input.safeParse(input);
    if (!parsed.success) throw invalidInput(name, parsed.error.issues);
    const handler = (handlers as unknown as Record<string, AnyHandler>)[name]!;
    const context = group === undefined ? options.context : { ...options.context, group };
    if (procedure.kind === 'call') {
      const output = await handler(context, parsed.data, signal);
      const checked = procedure.trusted && !options.strict ? output : procedure.output.parse(output);
      // `undefined` is no JSON; a call without a result answers null.
      port.send({ t: 'ok', id, output: checked === undefined ? null : checked });
      return;
    }
    for await (const item of handler(context, parsed.data, signal) as AsyncIterable<unknown>) {
      if (signal.aborted) break;
      port.send({ t: 'item', id, value: procedure.item.parse(item) });
    }
    port.send({ t: 'end', id });
  };

  port.send({ t: 'hello', contract: CONTRACT_VERSION, app: options.app, capabilities: options.capabilities ?? [] });

  return new Promise((resolve) => {
    const closing = (): void => {
      for (const controller of running.values()) controller.abort();
      void Promise.allSettled(settled).then(() => resolve());
    };
    port.onClose(closing);
    port.onFrame((raw) => {
      const frame = parseFrame(raw);
      if (!frame || (frame.t === 'req' && (running.has(frame.id) || running.size >= MAX_IN_FLIGHT))) {
        port.close();
        return;
      }
      if (frame.t === 'cancel') running.get(frame.id)?.abort();
      if (frame.t !== 'req') return;
      const controller = new AbortController();
      running.set(frame.id, controller);
      const done = handle(frame, controller.signal)
        .catch((error: unknown) => {
          if (controller.signal.aborted && !(error instanceof AppError)) {
            fail(frame.id, frame.name, new AppError('cancelled', 'The request was cancelled.'));
          } else fail(frame.id, frame.name, error);
        })
        .finally(() => {
          running.delete(frame.id);
          settled.delete(done);
        });
      settled.add(done);
    });
  });
}

function invalidInput(name: string, issues: { path: PropertyKey[]; message: string }[]): AppError {
  const first = issues[0];
  const where = first && first.path.length > 0 ? ` at ${first.path.map(String).join('.')}` : '';
  // A contract's own sentence is for people; what zod says needs the call and the place.
  const message = first?.message.endsWith('.')
    ? first.message
    : `${name}: ${first?.message ?? 'the input has the wrong shape'}${where}.`;
  return new AppError('invalid_input', message, {
    details: { issues: issues.slice(0, 10).map((i) => `${i.path.map(String).join('.') || '(input)'}: ${i.message}`) },
  });
}
