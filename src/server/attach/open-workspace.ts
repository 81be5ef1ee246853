import { type Core, type CoreOptions, createCore } from '../../core/app.ts';
import { logBug } from '../../core/bug-log.ts';
import { acquireLock } from '../../core/workspace/lock.ts';
import { AppError } from '../../shared/errors.ts';
import type { Connection } from '../../shared/rpc/connect.ts';
import type { AttachContract } from './attach-contract.ts';
import { attach } from './socket-client.ts';
import { listenForClients, type SocketListener } from './socket-listener.ts';

export type OpenedWorkspace =
  | {
      kind: 'core';
      core: Core;
      listener: SocketListener;
      /** Ends the clients' connections, closes the core, then frees the lock. */
      close(): Promise<void>;
    }
  | { kind: 'attached'; connection: Connection<AttachContract>; close(): Promise<void> };

export interface OpenWorkspaceOptions extends CoreOptions {
  /** How long to try where the holder neither answers nor goes, in milliseconds. */
  patienceMs?: number;
}

const RETRY_MS = 40;

/**
 * One core a workspace: holds the lock and listens on the private socket where nobody does, else attaches to who does.
 * A holder that is just starting (locked, not listening yet) or just ending is waited for.
 * Errors: `workspace.in_use` when the holder does not answer, and those of `createCore`.
 */
export async function openWorkspace(options: OpenWorkspaceOptions): Promise<OpenedWorkspace> {
  const { patienceMs = 10_000, ...coreOptions } = options;
  const giveUpAt = performance.now() + patienceMs;
  for (;;) {
    const lock = acquireLock(options.dir, { createIfMissing: options.createIfMissing });
    if (lock) return hold(coreOptions, lock);
    const connection = await attach(options.dir);
    if (connection) {
      return {
        kind: 'attached',
        connection,
        close: () => Promise.resolve(connection.close()),
      };
    }
    if (performance.now() > giveUpAt) {
      throw new AppError(
        'workspace.in_use',
        `The workspace ${options.dir} is in use by a program that does not answer. Close it and try again.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

async function hold(options: CoreOptions, lock: { release(): void }): Promise<OpenedWorkspace> {
  let core: Core | undefined;
  try {
    core = await createCore(options);
    const held = core;
    const listener = await listenForClients({
      dir: options.dir,
      handlers: held.handlers,
      osmiaVersion: options.osmiaVersion,
      onBug: (error, name) => logBug(options.logger, error, name),
    });
    return {
      kind: 'core',
      core: held,
      listener,
      async close() {
        await listener.close();
        await held.close();
        lock.release();
      },
    };
  } catch (error) {
    await core?.close();
    lock.release();
    throw error;
  }
}
