import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { defaultWorkspaceFolder } from '../core/workspace/default-folder.ts';
import { logBug } from '../core/bug-log.ts';
import { createHostLogger } from '../server/attach/host-logger.ts';
import { nodeCoreOptions } from '../server/attach/node-core-options.ts';
import { type OpenedWorkspace, openWorkspace } from '../server/attach/open-workspace.ts';
import { openTemporaryWorkspace } from '../server/attach/temporary-workspace.ts';
import { contract, type OsmiaContract } from '../shared/contract/contract.ts';
import { AppError } from '../shared/errors.ts';
import type { CallContext, Logger } from '../core/ports.ts';
import { connect } from '../shared/rpc/connect.ts';
import type { Client, Handlers } from '../shared/rpc/contract.ts';
import { createInProcessPair } from '../shared/rpc/in-process-port.ts';
import { serve } from '../shared/rpc/serve.ts';
import type { CommandContext } from './context.ts';
import type { ExitCode } from './exit-codes.ts';
import { passphraseFileOf, unlockWorkspace } from './unlock.ts';
import { osmiaVersion } from '../server/attach/osmia-version.ts';

export interface CliSession {
  api: Client<OsmiaContract>;
  /** Ends when the last client that attached to us has left, or at once when `signal` aborts. */
  close(signal: AbortSignal): Promise<void>;
}

/** Without `--workspace`: a sealed one that ends with the command, or the user's own (`default`). */
export type WithoutWorkspace = 'temporary' | 'default' | 'default-if-there';

export async function openSession(context: CommandContext, fallback: WithoutWorkspace): Promise<CliSession> {
  const { workspace } = context.globals;
  const dir = resolve(workspace ?? defaultWorkspaceFolder());
  const isTemporary =
    workspace === undefined && (fallback === 'temporary' || (fallback === 'default-if-there' && !existsSync(dir)));
  const logger = createHostLogger('cli');
  // A passphrase in a file comes before the keychain, so that a new workspace gets it too.
  const common = { osmiaVersion, logger, useKeychain: passphraseFileOf(context) === undefined };
  if (isTemporary) {
    const temporary = await openTemporaryWorkspace((at) => nodeCoreOptions({ ...at, ...common }));
    const local = connectInProcess(temporary.core.handlers, logger);
    return {
      api: local.api,
      async close() {
        await local.close();
        await temporary.close();
      },
    };
  }

  const isNew = !existsSync(dir);
  const opened = await openWorkspace(nodeCoreOptions({ ...common, dir, createIfMissing: true }));
  if (isNew) context.terminal.note(`Created the workspace ${dir}.`);
  const session = sessionOf(opened, logger);
  try {
    await unlockWorkspace(session.api, context);
    return session;
  } catch (error) {
    await session.close(AbortSignal.abort());
    throw error;
  }
}

function sessionOf(opened: OpenedWorkspace, logger: Logger): CliSession {
  if (opened.kind === 'attached') {
    return { api: opened.connection.api, close: () => opened.close() };
  }
  const local = connectInProcess(opened.core.handlers, logger);
  return {
    api: local.api,
    async close(signal) {
      await local.close();
      // Another command may have attached to us meanwhile; its work ends before the core does.
      await Promise.race([opened.listener.drained(), aborted(signal)]);
      await opened.close();
    },
  };
}

/** The same client for a core in this process as for one behind a socket, so that no command has two ways. */
function connectInProcess(
  handlers: Handlers<OsmiaContract, CallContext>,
  logger: Logger,
): {
  api: Client<OsmiaContract>;
  close(): Promise<void>;
} {
  const [ours, theirs] = createInProcessPair();
  const served = serve(contract, handlers, theirs, {
    context: { client: 'local', actor: 'analyst', resolveGrant: () => undefined },
    app: osmiaVersion,
    onBug: (error, name) => logBug(logger, error, name),
  });
  const connection = connect(contract, ours);
  return {
    api: connection.api,
    async close() {
      connection.close();
      await served;
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Throws once the user has interrupted. */
export function throwIfInterrupted(signal: AbortSignal): void {
  if (signal.aborted) throw new AppError('cancelled', 'Interrupted.');
}

/** Runs a command on a session and closes it whatever happens. */
export async function withSession(
  context: CommandContext,
  fallback: WithoutWorkspace,
  use: (session: CliSession) => Promise<ExitCode>,
): Promise<ExitCode> {
  const session = await openSession(context, fallback);
  try {
    return await use(session);
  } finally {
    await session.close(context.signal);
  }
}
