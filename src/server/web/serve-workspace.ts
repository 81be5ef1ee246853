import { AppError } from '../../shared/errors.ts';
import { createHostLogger } from '../attach/host-logger.ts';
import { nodeCoreOptions, RENDERER_DIR } from '../attach/node-core-options.ts';
import { type OpenedWorkspace, openWorkspace } from '../attach/open-workspace.ts';
import { startWebHost, type WebHost } from './web-host.ts';

export interface ServeWorkspaceOptions {
  dir: string;
  /** 0 lets the system choose. */
  port: number;
  osmiaVersion: string;
  /** Ends the host. */
  signal: AbortSignal;
  /** Opens (or creates) the workspace with it; without it the keychain is asked, else the window asks. */
  passphrase?: string;
  rendererDir?: string;
  /** Called once with the address. What it returns, if anything, is awaited: a window that ends the host when it closes. */
  onReady(at: { url: string; launchUrl: string }): undefined | Promise<void>;
}

/** A reload closes a window's connection for a moment; the host outlives that. In milliseconds. */
const RELOAD_MS = 3_000;
/** What the core may take to park its jobs and close, in milliseconds. */
const CLOSE_DEADLINE_MS = 5_000;
/** How often, and how many times, a workspace is tried again that a passing command holds. */
const BUSY_RETRY_MS = 500;
const BUSY_RETRIES = 20;

/**
 * Serves a workspace to browsers of this machine until `signal` aborts, or until the window of `onReady` and every other
 * client have closed. Where a web host serves it already, that one gives the address and this returns when the window of
 * `onReady` closes. Errors: those of `openWorkspace` and of unlocking; `conflict` for a port that is taken.
 */
export async function serveWorkspace(options: ServeWorkspaceOptions): Promise<void> {
  const { dir, osmiaVersion, passphrase, signal } = options;
  const logger = createHostLogger('web');
  const coreOptions = nodeCoreOptions({
    dir,
    osmiaVersion,
    logger,
    createIfMissing: true,
    useKeychain: passphrase === undefined,
  });
  for (let attempt = 0; ; attempt++) {
    const opened = await openWorkspace(coreOptions);
    if (opened.kind === 'attached') {
      const launchUrl = await borrowAddress(opened, attempt < BUSY_RETRIES && !signal.aborted);
      if (launchUrl === undefined) continue;
      await options.onReady({ url: launchUrl.split('#', 1)[0]!, launchUrl });
      return;
    }
    let host: WebHost | undefined;
    try {
      if (passphrase !== undefined) await unlock(opened.core.handlers, passphrase);
      host = await startWebHost({
        core: opened.core,
        rendererDir: options.rendererDir ?? RENDERER_DIR,
        port: options.port,
        clock: coreOptions.clock,
        logger,
        osmiaVersion,
      });
      opened.listener.offerLaunchUrl(host.launchUrl);
      await untilDone(options, opened, host);
    } finally {
      opened.listener.offerLaunchUrl(undefined);
      await withDeadline(close(host, opened));
    }
    return;
  }
}

async function close(host: WebHost | undefined, opened: OpenedWorkspace): Promise<void> {
  await host?.close();
  await opened.close();
}

/** A launch address of the host that holds the workspace; undefined where a passing command holds it, after a pause. */
async function borrowAddress(
  opened: OpenedWorkspace & { kind: 'attached' },
  mayRetry: boolean,
): Promise<string | undefined> {
  try {
    return (await opened.connection.api['host.launchUrl']({})).url;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'unavailable' || !mayRetry) throw error;
  } finally {
    // It waits for its last client before it goes.
    await opened.close();
  }
  await new Promise((resolve) => setTimeout(resolve, BUSY_RETRY_MS));
  return undefined;
}

async function unlock(
  handlers: (OpenedWorkspace & { kind: 'core' })['core']['handlers'],
  passphrase: string,
): Promise<void> {
  const context = { client: 'local', actor: 'analyst', resolveGrant: () => undefined } as const;
  const never = new AbortController().signal;
  const { state } = await handlers['workspace.status'](context, {}, never);
  if (state === 'new') await handlers['workspace.create'](context, { passphrase }, never);
  if (state === 'locked') await handlers['workspace.unlock'](context, { passphrase }, never);
}

/** Resolves on the signal, or when the window has closed and nobody else is left. */
async function untilDone(
  options: ServeWorkspaceOptions,
  opened: OpenedWorkspace & { kind: 'core' },
  host: WebHost,
): Promise<void> {
  const stop = new Promise<void>((resolve) => {
    if (options.signal.aborted) resolve();
    else options.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const windowClosed = options.onReady({ url: host.url, launchUrl: host.launchUrl() });
  if (!windowClosed) return stop;
  await Promise.race([stop, windowClosed.then(() => nobodyLeft(opened, host))]);
}

function nobodyLeft(opened: OpenedWorkspace & { kind: 'core' }, host: WebHost): Promise<void> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    const check = (): void => {
      clearTimeout(timer);
      if (host.windows() === 0 && opened.listener.count() === 0) timer = setTimeout(resolve, RELOAD_MS);
    };
    host.onWindowsChange(check);
    opened.listener.onCountChange(check);
    check();
  });
}

async function withDeadline(closing: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, CLOSE_DEADLINE_MS);
  });
  await Promise.race([closing, late]);
  clearTimeout(timer);
}
