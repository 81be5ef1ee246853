import type { MessagePortMain, UtilityProcess } from 'electron';
import type { FromCore, ToCore } from './control-messages.ts';

export interface CoreProcessDeps {
  /** Forks the utility process; called again after a crash. */
  fork(): UtilityProcess;
  start: Extract<ToCore, { type: 'start' }>;
  /** A fatal message, or the second crash within a minute. */
  onFatal(message: string): void;
  /** The core is new: windows must ask for a port again. */
  onRestart(): void;
  now(): number;
  setTimer(fn: () => void, ms: number): void;
}

export interface CoreProcess {
  connectWindow(port: MessagePortMain): void;
  grant(token: string, path: string): void;
  /** Orderly: the core parks its jobs and closes the database; killed after five seconds. */
  close(): Promise<void>;
}

const CLOSE_DEADLINE_MS = 5_000;
/** A core that dies twice within this time would die a third time. */
const CRASH_WINDOW_MS = 60_000;

/** Keeps one core process alive for as long as the app runs. Leases bring its jobs back after a crash. */
export function createCoreProcess(deps: CoreProcessDeps): CoreProcess {
  let lastCrash = Number.NEGATIVE_INFINITY;
  let isClosing = false;
  let onClosed: (() => void) | undefined;
  let child = launch();

  function launch(): UtilityProcess {
    const started = deps.fork();
    started.on('message', (message: FromCore) => {
      if (message.type === 'fatal') {
        isClosing = true;
        deps.onFatal(message.message);
      }
      if (message.type === 'closed') onClosed?.();
    });
    started.on('exit', () => {
      if (isClosing) {
        onClosed?.();
        return;
      }
      const isSecond = deps.now() - lastCrash < CRASH_WINDOW_MS;
      lastCrash = deps.now();
      if (isSecond) {
        isClosing = true;
        deps.onFatal(
          'The Osmia core stopped twice within a minute. What you saved is safe; the log says why it stopped.',
        );
        return;
      }
      child = launch();
      deps.onRestart();
    });
    post(started, deps.start);
    return started;
  }

  return {
    connectWindow: (port) => post(child, { type: 'window' }, [port]),
    grant: (token, path) => post(child, { type: 'grant', token, path }),
    close() {
      if (isClosing) return Promise.resolve();
      isClosing = true;
      return new Promise((resolve) => {
        let isDone = false;
        const done = (): void => {
          if (isDone) return;
          isDone = true;
          child.kill();
          resolve();
        };
        onClosed = done;
        deps.setTimer(done, CLOSE_DEADLINE_MS);
        post(child, { type: 'close' });
      });
    },
  };
}

function post(child: UtilityProcess, message: ToCore, ports: MessagePortMain[] = []): void {
  child.postMessage(message, ports);
}
