import { homedir } from 'node:os';
import type { MessagePortMain } from 'electron';
import { createFileLogger } from '../core/adapters/file-logger.ts';
import { appFolders } from '../core/adapters/folders.ts';
import { createKeychainSecretStore } from '../core/adapters/keychain-secret-store.ts';
import { createSystemClock } from '../core/adapters/system-clock.ts';
import { logBug } from '../core/bug-log.ts';
import { defaultWorkspaceFolder } from '../core/workspace/default-folder.ts';
import { type OpenedWorkspace, openWorkspace } from '../server/attach/open-workspace.ts';
import { contract } from '../shared/contract/contract.ts';
import { AppError } from '../shared/errors.ts';
import { type MessageChannelEnd, portFromMessageChannel } from '../shared/rpc/message-port.ts';
import { serve } from '../shared/rpc/serve.ts';
import type { FromCore, ToCore } from './control-messages.ts';

/** The utility process: the core, on the ports that main hands over. Electron gives it `process.parentPort`. */
const parent = process.parentPort;
const say = (message: FromCore): void => parent.postMessage(message);

/** Paths the user chose, each good for one call. */
const grants = new Map<string, string>();

/** Windows may ask before the workspace is open; they wait here. */
const early: MessagePortMain[] = [];
let serveWindow: ((port: MessagePortMain) => void) | undefined;
let workspace: Extract<OpenedWorkspace, { kind: 'core' }> | undefined;

parent.on('message', ({ data, ports }: { data: ToCore; ports: MessagePortMain[] }) => {
  switch (data.type) {
    case 'start':
      start(data).catch((error: unknown) => {
        const message = error instanceof AppError ? error.message : 'The core could not start. The log says why.';
        say({ type: 'fatal', message });
      });
      break;
    case 'window':
      for (const port of ports) {
        if (serveWindow) serveWindow(port);
        else early.push(port);
      }
      break;
    case 'grant':
      grants.set(data.token, data.path);
      break;
    case 'close':
      void Promise.resolve(workspace?.close()).finally(() => say({ type: 'closed' }));
      break;
  }
});

async function start(options: Extract<ToCore, { type: 'start' }>): Promise<void> {
  const folders = appFolders(process.env, process.platform, homedir());
  const logger = createFileLogger({ folder: folders.logs, name: 'desktop' });
  const opened = await openWorkspace({
    dir: options.workspaceDir || defaultWorkspaceFolder(),
    createIfMissing: true,
    osmiaVersion: options.version,
    logger,
    clock: createSystemClock(),
    secrets: createKeychainSecretStore(),
    // Bundled, the core no longer lies in the folder of the sources that broker and worker run from.
    engine: { nodePath: options.nodePath, bundledRoot: options.bundledRoot, sourceRoot: options.bundledRoot },
  });
  if (opened.kind === 'attached') {
    await opened.close();
    throw new AppError(
      'workspace.in_use',
      'Your workspace is open in another Osmia (a browser window or a command). Close it there first.',
    );
  }
  workspace = opened;
  serveWindow = (port) => {
    void serve(contract, opened.core.handlers, portFromMessageChannel(endOf(port)), {
      context: {
        client: 'window',
        actor: 'analyst',
        resolveGrant(token) {
          const path = grants.get(token);
          grants.delete(token);
          return path;
        },
      },
      app: options.version,
      onBug: (error, name) => logBug(logger, error, name),
    });
  };
  for (const port of early.splice(0)) serveWindow(port);
  say({ type: 'ready' });
}

/** Electron's port, seen as the channel end that our RPC speaks on. */
function endOf(port: MessagePortMain): MessageChannelEnd {
  return {
    post: (message) => port.postMessage(message),
    onMessage(listener) {
      port.on('message', (event) => listener(event.data));
      port.start();
    },
    onClose: (listener) => void port.on('close', listener),
    close: () => port.close(),
  };
}
