import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { manifestPath } from './backup-manifest.ts';
import { replacePrivateFile } from './durable.ts';

/** Beside the database, because it is needed when the database cannot be read. */
const fileOf = (dir: string): string => join(dir, 'last-backup.json');

const LastBackup = z.object({ path: z.string().max(4_096), at: z.number().int().nonnegative() });

/** Notes where the last good backup of a workspace is. */
export function noteBackup(dir: string, backup: z.infer<typeof LastBackup>): void {
  replacePrivateFile(fileOf(dir), JSON.stringify(backup));
}

/** The sentence that a damaged workspace ends with: where the last backup is, and how it comes back. */
export function backupAdvice(dir: string): string {
  const last = readNote(dir);
  if (!last) return 'Restore a backup into a new folder: osmia restore BACKUP --workspace NEW-FOLDER.';
  const when = new Date(last.at).toISOString().slice(0, 16).replace('T', ' ');
  return existsSync(manifestPath(last.path))
    ? `The last backup is of ${when} UTC. To bring it back beside this one: osmia restore "${last.path}" --workspace NEW-FOLDER.`
    : `The last backup was made ${when} UTC as ${last.path}, which cannot be read now: attach that disk, or restore another backup.`;
}

function readNote(dir: string): z.infer<typeof LastBackup> | undefined {
  try {
    return LastBackup.safeParse(JSON.parse(readFileSync(fileOf(dir), 'utf8'))).data;
  } catch {
    // Never made, or it went with whatever damaged the rest: the general advice holds.
    return undefined;
  }
}
