import { logBug } from '../../core/bug-log.ts';
import type { Core } from '../../core/app.ts';
import type { CallContext, Clock, Logger } from '../../core/ports.ts';
import { contract } from '../../shared/contract/contract.ts';
import { serve } from '../../shared/rpc/serve.ts';
import { createHttpApp } from '../http/http-app.ts';

export interface WebHostOptions {
  core: Pick<Core, 'handlers' | 'ingestStream'>;
  rendererDir: string;
  /** 0 lets the system choose. */
  port: number;
  clock: Clock;
  logger: Logger;
  osmiaVersion: string;
}

export interface WebHost {
  /** `http://127.0.0.1:PORT/` */
  url: string;
  /** The same with a fresh single-use launch code in its fragment. */
  launchUrl(): string;
  /** Windows that are connected now. */
  windows(): number;
  onWindowsChange(listener: () => void): void;
  close(): Promise<void>;
}

/** Serves the page and the core to browsers on this machine. Errors: `conflict` when the port is taken. */
export async function startWebHost(options: WebHostOptions): Promise<WebHost> {
  const { core, logger } = options;
  const served = new Set<Promise<void>>();
  const listeners: (() => void)[] = [];
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  // A window may not name paths: what it has comes through /upload.
  const context: CallContext = { client: 'window', actor: 'analyst', resolveGrant: () => undefined };
  const onBug = (error: unknown, name: string): string => logBug(logger, error, name);

  const app = await createHttpApp({
    rendererDir: options.rendererDir,
    port: options.port,
    monotonic: () => options.clock.monotonic(),
    onBug,
    onUpload: (upload, signal) => core.ingestStream(upload, signal),
    onWindow(port) {
      const done = serve(contract, core.handlers, port, { context, app: options.osmiaVersion, onBug });
      served.add(done);
      changed();
      void done.finally(() => {
        served.delete(done);
        changed();
      });
    },
  });
  const url = `http://127.0.0.1:${await app.listen()}/`;

  return {
    url,
    launchUrl: () => `${url}#code=${app.codes.issue()}`,
    windows: () => served.size,
    onWindowsChange: (listener) => void listeners.push(listener),
    async close() {
      await app.close();
      await Promise.all(served);
    },
  };
}
