import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import type { WorkspaceKeys } from './keys.ts';

/** The only names a backup holds: a manifest made by somebody else must not reach outside the folder. */
const BackupPath = z.string().regex(/^(workspace\.db|keys\.json|secrets\.vault|blobs\/[0-9a-f]{2}\/[0-9a-f]{64})$/);
const BackupFile = z.object({
  path: BackupPath,
  size: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type BackupFile = z.infer<typeof BackupFile>;

const Body = z.object({
  format: z.literal('osmia-backup'),
  version: z.literal(1),
  osmiaVersion: z.string().max(100),
  createdAt: z.number().int(),
  zone: z.string().max(100),
  files: z.array(BackupFile),
  /** Ids of blobs that were damaged or missing in the workspace already. */
  damaged: z.array(z.string().max(100)),
});
export type BackupBody = z.infer<typeof Body>;

const Manifest = z.object({ body: Body, signature: z.string() });

const MANIFEST = 'manifest.json';

export function manifestText(body: BackupBody, keys: WorkspaceKeys): string {
  return `${JSON.stringify({ body, signature: keys.sign(JSON.stringify(body)) }, null, 1)}\n`;
}

export const manifestPath = (folder: string): string => join(folder, MANIFEST);

/** Errors: `workspace.damaged` where there is none (an interrupted backup has none), or it was changed. */
export function readManifest(folder: string, keys: WorkspaceKeys): BackupBody {
  let text: string;
  try {
    text = readFileSync(manifestPath(folder), 'utf8');
  } catch (error) {
    throw new AppError(
      'workspace.damaged',
      `${folder} is no complete backup: it has no ${MANIFEST}. It was interrupted, or this is another folder.`,
      { cause: error },
    );
  }
  const parsed = Manifest.safeParse(parseJson(text));
  if (!parsed.success || keys.sign(JSON.stringify(parsed.data.body)) !== parsed.data.signature) {
    throw new AppError('workspace.damaged', `The ${MANIFEST} of this backup is damaged or was changed.`);
  }
  return parsed.data.body;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
