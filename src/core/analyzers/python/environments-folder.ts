import { homedir } from 'node:os';
import { join } from 'node:path';
import { appFolders } from '../../adapters/folders.ts';

/** Environments hold nothing of any case and belong to the machine, so they lie beside the workspaces, not in one. */
export const defaultEnvironmentsFolder = (): string =>
  join(appFolders(process.env, process.platform, homedir()).data, 'environments');
