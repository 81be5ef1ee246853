import { AppError } from '../../src/shared/errors.ts';
import type { CoreEvent } from '../../src/core/events/bus.ts';
import { createEventBus } from '../../src/core/events/bus.ts';
import type { Session, SessionContract, SessionDeps } from '../../src/core/workspace/session-port.ts';
import type { Handlers } from '../../src/shared/rpc/contract.ts';
import type { CallContext } from '../../src/core/ports.ts';

/**
 * The smallest session that uses a real database and blob store: settings kept in `meta`, events, streams into blobs
 * (the "intake id" is the blob's), and `jobs.wait`, which never ends by itself.
 */
export async function openTinySession(deps: SessionDeps): Promise<Session> {
  const { db, blobs } = deps;
  const bus = createEventBus();
  const get = db.prepare<[string], { value: string }>('SELECT value FROM meta WHERE key = ?');
  const put = db.prepare('INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value');
  const settings = (): { autoLockMinutes: number } => ({ autoLockMinutes: Number(get.get('minutes')?.value ?? 0) });

  const handlers: Partial<Handlers<SessionContract, CallContext>> = {
    'settings.get': () => settings(),
    'settings.update': (_ctx, patch) => {
      put.run('minutes', String(patch.autoLockMinutes));
      bus.publish('settings', 'settings');
      return settings();
    },
    'events.subscribe': (_ctx, _input, signal): AsyncIterable<CoreEvent> => bus.subscribe(signal),
    'engagements.list': () => [],
    'jobs.wait': (_ctx, _input, signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new AppError('cancelled', 'stopped waiting')));
      }),
  };
  return {
    handlers: handlers as Handlers<SessionContract, CallContext>,
    ingestStream: async ({ stream, name }, signal) => {
      const owner = { owner: 'intake', id: name } as const;
      return (await blobs.ingest({ stream }, owner, signal ? { signal } : {})).id;
    },
    busy: () => ({ running: 0 }),
    close: () => Promise.resolve(),
  };
}
