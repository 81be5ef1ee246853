import { homedir } from 'node:os';
import { join } from 'node:path';
import { appFolders } from '../adapters/folders.ts';

/** The workspace of a user who named none; the same for every host, so that they attach to one another. */
export const defaultWorkspaceFolder = (): string =>
  join(appFolders(process.env, process.platform, homedir()).data, 'workspace');
