import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { AppError } from '../../src/shared/errors.ts';
import { connect, type Connection } from '../../src/shared/rpc/connect.ts';
import { call, type Handlers, stream } from '../../src/shared/rpc/contract.ts';
import type { Port } from '../../src/shared/rpc/port.ts';
import { serve } from '../../src/shared/rpc/serve.ts';

const contract = {
  'echo.say': call(z.object({ text: z.string(), times: z.number().int().default(1) }), z.object({ text: z.string() })),
  'echo.none': call(z.object({}), z.null()),
  'echo.fail': call(z.object({ kind: z.enum(['app', 'bug']) }), z.null()),
  'echo.raw': call(z.object({ what: z.string() }), z.unknown()),
  'echo.wrong': call(z.object({}), z.object({ n: z.number() })),
  'echo.hang': call(z.object({}), z.null()),
  'count.to': stream(z.object({ n: z.number().int() }), z.number()),
  'count.forever': stream(z.object({}), z.number()),
  'count.broken': stream(z.object({}), z.number()),
};

/** What the handlers saw, so that a test can wait for it. */
interface Seen {
  started: PromiseWithResolvers<void>;
  aborted: PromiseWithResolvers<void>;
  hanging: number;
  bugs: unknown[];
}

const SECRET = 'SELECT secret FROM /home/ana/workspace.db';
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function handlersFor(seen: Seen): Handlers<typeof contract, string> {
  const untilAborted = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      seen.hanging += 1;
      seen.started.resolve();
      signal.addEventListener('abort', () => {
        seen.hanging -= 1;
        seen.aborted.resolve();
        resolve();
      });
    });
  return {
    'echo.say': (actor, { text, times }) => ({ text: `${actor}:${text.repeat(times)}` }),
    'echo.none': () => null,
    'echo.fail': (_actor, { kind }) => {
      if (kind === 'app')
        throw new AppError('conflict', 'It was changed.', { details: { updatedAt: 7, names: ['a'] } });
      throw new Error(SECRET);
    },
    'echo.raw': (_actor, { what }) => {
      if (what === 'bigint') return 10n;
      const ring: unknown[] = [];
      ring.push(ring);
      return what === 'cyclic' ? ring : { when: new Date(0), gone: undefined };
    },
    'echo.wrong': () => ({ n: 'seven' }) as unknown as { n: number },
    'echo.hang': async (_actor, _input, signal) => {
      await untilAborted(signal);
      throw signal.reason;
    },
    async *'count.to'(_actor, { n }) {
      for (let i = 0; i < n; i += 1) yield i;
    },
    async *'count.forever'(_actor, _input, signal) {
      void untilAborted(signal);
      for (let i = 0; !signal.aborted; i += 1) {
        yield i;
        await nextTurn();
      }
    },
    async *'count.broken'() {
      yield 1;
      throw new AppError('unavailable', 'The source went away.');
    },
  };
}

/** The rules that every port keeps, whatever carries it. `makePair` gives two connected ends. */
export function portConformance(name: string, makePair: () => Promise<[near: Port, far: Port]>): void {
  const begin = async (): Promise<{
    connection: Connection<typeof contract>;
    api: Connection<typeof contract>['api'];
    near: Port;
    seen: Seen;
    served: Promise<void>;
  }> => {
    const [near, far] = await makePair();
    onTestFinished(() => {
      near.close();
      far.close();
    });
    const seen: Seen = { started: Promise.withResolvers(), aborted: Promise.withResolvers(), hanging: 0, bugs: [] };
    const served = serve(contract, handlersFor(seen), far, {
      context: 'ana',
      app: '1.2.3',
      capabilities: ['echo'],
      onBug(error) {
        seen.bugs.push(error);
        return 'bug-1';
      },
    });
    const connection = connect(contract, near);
    return { connection, api: connection.api, near, seen, served };
  };

  const closed = (connection: Connection<typeof contract>): Promise<void> =>
    new Promise((resolve) => connection.onClose(resolve));

  describe(name, () => {
    test('a call answers, with defaults filled in and the context of the caller', async () => {
      const { api } = await begin();
      expect(await api['echo.say']({ text: 'hé\u2028\n' })).toEqual({ text: 'ana:hé\u2028\n' });
      expect(await api['echo.none']({})).toBeNull();
    });

    test('hello tells the version and what it can do', async () => {
      const { connection } = await begin();
      expect(await connection.hello).toEqual({ app: '1.2.3', capabilities: ['echo'] });
    });

    test('a typed error arrives with code, message and details', async () => {
      const { api } = await begin();
      const error = await api['echo.fail']({ kind: 'app' }).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(AppError);
      expect(error).toMatchObject({
        code: 'conflict',
        message: 'It was changed.',
        details: { updatedAt: 7, names: ['a'] },
      });
    });

    test('a bug is "internal" with an id, and tells nothing of itself', async () => {
      const { api, seen } = await begin();
      const error = await api['echo.fail']({ kind: 'bug' }).catch((e: unknown) => e);
      expect(error).toMatchObject({ code: 'internal', details: { id: 'bug-1' } });
      expect(JSON.stringify([error, (error as Error).message, (error as Error).cause])).not.toContain('secret');
      expect(seen.bugs).toHaveLength(1);
    });

    test('invalid input is refused before the handler, and says where', async () => {
      const { api, seen } = await begin();
      const wrong = { text: 5 } as unknown as { text: string };
      await expect(api['echo.say'](wrong)).rejects.toMatchObject({
        code: 'invalid_input',
        message: expect.stringContaining('text') as string,
      });
      expect(seen.bugs).toEqual([]);
    });

    test('an unknown call is refused, also under the name of something every object has', async () => {
      const { near, connection } = await begin();
      const api = connection.api as unknown as Record<string, (input: unknown) => Promise<unknown>>;
      expect(api['no.such']).toBeUndefined();
      const other = { ...contract, 'no.such': call(z.object({}), z.null()), constructor: call(z.object({}), z.null()) };
      const wider = connect(other, near);
      await expect(wider.api['no.such']({})).rejects.toMatchObject({ code: 'not_found' });
      await expect(wider.api['constructor']({})).rejects.toMatchObject({ code: 'not_found' });
    });

    test('an output that breaks the contract never reaches the client', async () => {
      const { api, seen } = await begin();
      await expect(api['echo.wrong']({})).rejects.toMatchObject({ code: 'internal' });
      expect(seen.bugs).toHaveLength(1);
    });

    test('only JSON crosses: a Date is text, undefined is nothing, the rest is an error and not a silence', async () => {
      const { api } = await begin();
      expect(await api['echo.raw']({ what: 'date' })).toEqual({ when: '1970-01-01T00:00:00.000Z' });
      await expect(api['echo.raw']({ what: 'bigint' })).rejects.toMatchObject({ code: 'internal' });
      await expect(api['echo.raw']({ what: 'cyclic' })).rejects.toMatchObject({ code: 'internal' });
      await expect(api['echo.say']({ text: 1n as unknown as string })).rejects.toThrow(/BigInt/);
      expect(await api['echo.say']({ text: 'still here' })).toEqual({ text: 'ana:still here' });
    });

    test('a stream gives every item in order and ends', async () => {
      const { api } = await begin();
      const items: number[] = [];
      for await (const item of api['count.to']({ n: 1_000 })) items.push(item);
      expect(items).toEqual(Array.from({ length: 1_000 }, (_, i) => i));
    });

    test('a stream that breaks gives what it had, then its error', async () => {
      const { api } = await begin();
      const items: number[] = [];
      const read = async (): Promise<void> => {
        for await (const item of api['count.broken']({})) items.push(item);
      };
      await expect(read()).rejects.toMatchObject({ code: 'unavailable', message: 'The source went away.' });
      expect(items).toEqual([1]);
    });

    test('leaving a stream ends it on the other side', async () => {
      const { api, seen } = await begin();
      for await (const item of api['count.forever']({})) if (item === 3) break;
      await seen.aborted.promise;
      expect(seen.hanging).toBe(0);
      expect(await api['echo.none']({})).toBeNull();
    });

    test('cancelling a call rejects it at once and aborts its handler', async () => {
      const { api, seen } = await begin();
      const stop = new AbortController();
      const hanging = api['echo.hang']({}, { signal: stop.signal });
      await seen.started.promise;
      stop.abort();
      await expect(hanging).rejects.toMatchObject({ code: 'cancelled' });
      await seen.aborted.promise;
      expect(await api['echo.say']({ text: 'a' })).toEqual({ text: 'ana:a' });
    });

    test('closing aborts what runs, rejects what waits, and later calls too', async () => {
      const { api, connection, seen, served } = await begin();
      const hanging = api['echo.hang']({});
      const listening = (async () => {
        for await (const _ of api['count.forever']({}));
      })();
      await seen.started.promise;
      const lost = expect(hanging).rejects.toMatchObject({ code: 'unavailable' });
      const ended = expect(listening).rejects.toMatchObject({ code: 'unavailable' });
      connection.close();
      await lost;
      await ended;
      await served;
      expect(seen.hanging).toBe(0);
      await expect(api['echo.none']({})).rejects.toMatchObject({ code: 'unavailable' });
    });

    test('what arrives before anybody listens is kept', async () => {
      const [near, far] = await makePair();
      onTestFinished(() => near.close());
      far.send({ t: 'first' });
      far.send({ t: 'second' });
      far.onFrame((frame) => far.send(frame));
      // A frame to the other side and back is behind the two early ones.
      await nextTurn();
      const got: unknown[] = [];
      const third = Promise.withResolvers<void>();
      near.onFrame((frame) => {
        got.push(frame);
        if (got.length === 3) third.resolve();
      });
      near.send({ t: 'third' });
      await third.promise;
      expect(got).toEqual([{ t: 'first' }, { t: 'second' }, { t: 'third' }]);
    });

    test('a malformed frame ends the connection', async () => {
      for (const frame of [
        'text',
        7,
        null,
        [],
        { t: 'req' },
        { t: 'req', id: 1.5, name: 'x' },
        { t: 'nonsense', id: 1 },
      ]) {
        const { connection, near, served } = await begin();
        await connection.hello;
        const end = closed(connection);
        near.send(frame);
        await end;
        await served;
      }
    });

    test('a number of a request may not be used twice at once', async () => {
      const { connection, near, seen, served } = await begin();
      await connection.hello;
      near.send({ t: 'req', id: 77, name: 'echo.hang', input: {} });
      await seen.started.promise;
      near.send({ t: 'req', id: 77, name: 'echo.none', input: {} });
      await served;
      expect(seen.hanging).toBe(0);
    });

    test('a large payload crosses whole', async () => {
      const { api } = await begin();
      const { text } = await api['echo.say']({ text: 'é'.repeat(500_000), times: 6 });
      expect(text).toHaveLength(3_000_004);
      expect(text.endsWith('éé')).toBe(true);
    });

    test('many calls at once all get their own answer, in the order they were asked', async () => {
      const { api } = await begin();
      const order: number[] = [];
      const answers = await Promise.all(
        Array.from({ length: 300 }, async (_, i) => {
          const { text } = await api['echo.say']({ text: String(i) });
          order.push(i);
          return text;
        }),
      );
      expect(answers).toEqual(Array.from({ length: 300 }, (_, i) => `ana:${i}`));
      expect(order).toEqual([...order].sort((a, b) => a - b));
    });

    test('a client that asks without end is cut off', async () => {
      const { api, connection, seen, served } = await begin();
      const end = closed(connection);
      const answers = Promise.allSettled(Array.from({ length: 1_001 }, () => api['echo.hang']({})));
      await end;
      for (const answer of await answers) {
        expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'unavailable' } });
      }
      await served;
      expect(seen.hanging).toBe(0);
    });
  });
}
