import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultWorkspaceFolder } from '../../core/workspace/default-folder.ts';
import { AppError } from '../../shared/errors.ts';
import { interruptSignal } from '../attach/interrupt-signal.ts';
import { osmiaVersion } from '../attach/osmia-version.ts';
import { findBrowser, openBrowser, whyNoBrowser } from './browser.ts';
import { openDeviceSettings } from './device-settings.ts';
import { serveWorkspace } from './serve-workspace.ts';

/**
 * `npm start` without Electron: an app window of the machine's browser, or the address where none can be opened. Returns
 * the exit code.
 */
export async function runWebHost(argv: string[]): Promise<number> {
  const signal = interruptSignal();
  try {
    const { workspace, port, browser } = readArguments(argv);
    const settings = openDeviceSettings();
    const dir = resolve(workspace ?? settings.workspaceDir() ?? defaultWorkspaceFolder());
    if (workspace !== undefined) settings.rememberWorkspace(dir);
    const reason = browser ? whyNoBrowser() : 'asked not to';
    const binary = reason === undefined ? findBrowser() : undefined;
    await serveWorkspace({
      dir,
      port,
      osmiaVersion,
      signal,
      onReady({ url, launchUrl }) {
        if (binary === undefined) {
          process.stdout.write(
            `No window (${reason}). Open this address within 30 seconds; it works once:\n${launchUrl}\n`,
          );
          return undefined;
        }
        process.stdout.write(`Osmia opens in ${binary} (${url}). Closing the window ends it.\n`);
        const window = openBrowser(binary, launchUrl);
        signal.addEventListener('abort', () => window.close(), { once: true });
        return window.closed;
      },
    });
    return 0;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    process.stderr.write(`osmia: ${error.message}\n`);
    return 1;
  }
}

function readArguments(argv: string[]): { workspace: string | undefined; port: number; browser: boolean } {
  try {
    const { values } = parseArgs({
      args: argv,
      allowNegative: true,
      options: {
        workspace: { type: 'string' },
        port: { type: 'string', default: '0' },
        browser: { type: 'boolean', default: true },
      },
    });
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error('--port takes a number up to 65535');
    return { workspace: values.workspace, port, browser: values.browser };
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('invalid_input', `${what}. Known: --workspace DIR, --port N, --no-browser.`, { cause });
  }
}
