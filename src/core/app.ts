import { contract, type OsmiaContract } from '../shared/contract/contract.ts';
import { type Settings, type WorkspaceStatus, workspaceContract } from '../shared/contract/workspace.ts';
import { AppError } from '../shared/errors.ts';
import type { Handlers } from '../shared/rpc/contract.ts';
import { logBug } from './bug-log.ts';
import type { EngineOptions } from './engine/engine.ts';
import type { CallContext, Clock, Logger, SecretStore } from './ports.ts';
import { openSession } from './session.ts';
import { mergeEvents } from './workspace/event-stream.ts';
import { createIdleLock } from './workspace/idle-lock.ts';
import { layout, prepareWorkspaceFolder } from './workspace/layout.ts';
import { acquireLock, holdsLock } from './workspace/lock.ts';
import { locked, type OpenedWorkspace, openWorkspaceFiles } from './workspace/opened-workspace.ts';
import type { IncomingStream, Session, SessionContract, SessionDeps } from './workspace/session-port.ts';
import { createWorkspaceApi } from './workspace/workspace.api.ts';
import { createWorkspaceService } from './workspace/workspace.service.ts';

export interface CoreOptions {
  dir: string;
  clock: Clock;
  logger: Logger;
  secrets: SecretStore;
  osmiaVersion: string;
  /** Makes it a temporary workspace: sealed under this key, which nothing keeps. */
  masterKey?: Buffer;
  createIfMissing: boolean;
  engine: EngineOptions;
  /** The features over an open workspace; the real ones where it is not given. */
  openSession?: (deps: SessionDeps) => Promise<Session>;
}

export interface Core {
  handlers: Handlers<OsmiaContract, CallContext>;
  status(): WorkspaceStatus;
  /** Takes in a body that arrives over HTTP; resolves with the id of the intake. Errors: `workspace.locked`, those of an ingest. */
  ingestStream(input: IncomingStream, signal?: AbortSignal): Promise<string>;
  /** After each change of the workspace's state; returns what ends it. */
  onChange(listener: (status: WorkspaceStatus) => void): () => void;
  close(): Promise<void>;
}

/** How the core itself calls a handler. */
const SELF: CallContext = { client: 'local', actor: 'Osmia', resolveGrant: () => undefined };

type AnyHandler = (ctx: CallContext, input: unknown, signal: AbortSignal) => unknown;

/**
 * One workspace and everything in it, for whatever host asks. Opens by itself where the keychain allows it. Takes the
 * workspace lock unless this process holds it already.
 * Errors: `workspace.in_use`, `workspace.not_a_workspace`, `workspace.damaged`, `workspace.newer_version`, `disk.full`.
 */
export async function createCore(options: CoreOptions): Promise<Core> {
  const { dir, clock, logger, createIfMissing } = options;
  prepareWorkspaceFolder(dir, { createIfMissing });
  const lock = holdsLock(dir) ? undefined : acquireLock(dir, { createIfMissing });
  if (!lock && !holdsLock(dir)) {
    throw new AppError('workspace.in_use', 'This workspace is in use by another Osmia. Close it there first.');
  }

  const startSession = options.openSession ?? openSession;
  const listeners = new Set<() => void>();
  let opened: OpenedWorkspace | undefined;

  const lockByItself = (why: string): void => {
    logger.info(`locking the workspace: ${why}`);
    service.lock().catch((error: unknown) => logBug(logger, error, 'lock'));
  };
  const idle = createIdleLock({ clock, onIdle: () => opened && lockByItself('nobody is there') });

  const service = createWorkspaceService({
    dir,
    secrets: options.secrets,
    logger,
    temporaryKey: options.masterKey,
    async openFiles(master, workspaceId) {
      const { engine, osmiaVersion } = options;
      const next = await openWorkspaceFiles({
        dir,
        master,
        clock,
        logger,
        isTemporary: options.masterKey !== undefined,
        openSession: ({ db, blobs, keys }) =>
          startSession({
            db,
            dir,
            blobs,
            clock,
            logger,
            osmiaVersion,
            engine,
            onLockRequested: () => lockByItself('asked to'),
            secrets: {
              keychain: options.secrets,
              workspaceId,
              vaultPath: layout.vault(dir),
              vaultKey: () => keys.vault,
              isTemporary: options.masterKey !== undefined,
            },
            keychain: () => service.status().keychain,
          }),
      });
      try {
        idle.touch();
        const settings = await next.run(undefined, (session, signal) =>
          session.handlers['settings.get'](SELF, {}, signal),
        );
        idle.setMinutes(options.masterKey ? 0 : settings.autoLockMinutes);
      } catch (error) {
        await next.close();
        throw error;
      }
      opened = next;
    },
    async closeFiles() {
      const closing = opened;
      opened = undefined;
      idle.setMinutes(0);
      await closing?.close();
    },
    onChange() {
      for (const listener of listeners) listener();
    },
  });

  const call = async (name: keyof SessionContract, ctx: CallContext, input: unknown, signal: AbortSignal) => {
    if (!opened) throw locked();
    if (ctx.client === 'window') idle.touch();
    const output = await opened.run(signal, (session, until) =>
      (session.handlers[name] as unknown as AnyHandler)(ctx, input, until),
    );
    if (name === 'settings.update' && !options.masterKey) idle.setMinutes((output as Settings).autoLockMinutes);
    return output;
  };

  const subscribe = (ctx: CallContext, signal: AbortSignal) => {
    let source: { of: OpenedWorkspace; events: (until: AbortSignal) => ReturnType<typeof mergeEvents> } | undefined;
    return mergeEvents(
      {
        onChange(listener) {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
        current() {
          const now = opened;
          if (!now) return undefined;
          if (source?.of !== now) {
            source = {
              of: now,
              events: (until) => now.session.handlers['events.subscribe'](ctx, {}, AbortSignal.any([until, now.ended])),
            };
          }
          return source;
        },
      },
      signal,
    );
  };

  const close = async (): Promise<void> => {
    idle.stop();
    try {
      await service.close();
    } finally {
      lock?.release();
    }
  };

  try {
    await service.start();
  } catch (error) {
    await close();
    throw error;
  }

  const handlers: Record<string, AnyHandler> = {
    ...(createWorkspaceApi(service) as unknown as Record<string, AnyHandler>),
    'events.subscribe': (ctx, _input, signal) => subscribe(ctx, signal),
  };
  for (const name of Object.keys(contract) as (keyof OsmiaContract)[]) {
    if (Object.hasOwn(handlers, name) || Object.hasOwn(workspaceContract, name)) continue;
    const ask: AnyHandler = (ctx, input, signal) => call(name as keyof SessionContract, ctx, input, signal);
    handlers[name] = contract[name].kind === 'stream' ? streamed(ask) : ask;
  }

  return {
    handlers: handlers as unknown as Handlers<OsmiaContract, CallContext>,
    status: () => service.status(),
    async ingestStream(input, signal) {
      if (!opened) throw locked();
      idle.touch();
      return opened.run(signal, (session, until) => session.ingestStream(input, until)).finally(() => idle.touch());
    },
    onChange(listener) {
      const onChange = (): void => listener(service.status());
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
    close,
  };
}

/** A stream of the session is asked for like a call, and then given on item by item. */
const streamed = (ask: AnyHandler): AnyHandler =>
  async function* items(ctx, input, signal) {
    yield* (await ask(ctx, input, signal)) as AsyncIterable<unknown>;
  };
