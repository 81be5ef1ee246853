import { homedir } from 'node:os';
import { createFileLogger } from '../../core/adapters/file-logger.ts';
import { appFolders } from '../../core/adapters/folders.ts';
import type { Logger } from '../../core/ports.ts';

const silent: Logger = { info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * The log of a host that runs on plain Node, in the user's log folder. The file is opened with the first line: a command
 * that logs nothing leaves nothing. A home that cannot be written keeps nobody from working.
 */
export function createHostLogger(
  name: string,
  folder = appFolders(process.env, process.platform, homedir()).logs,
): Logger {
  let opened: Logger | undefined;
  const log = (): Logger => {
    opened ??= openOrSilent(name, folder);
    return opened;
  };
  return {
    info: (message, facts) => log().info(message, facts),
    warn: (message, facts) => log().warn(message, facts),
    error: (message, facts) => log().error(message, facts),
  };
}

function openOrSilent(name: string, folder: string): Logger {
  try {
    return createFileLogger({ folder, name });
  } catch {
    return silent;
  }
}
