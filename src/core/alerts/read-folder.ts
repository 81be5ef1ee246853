import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import type { AlertRunRecorder } from './alert-run.ts';
import { isNewer, readManifest } from './feed-manifest.ts';
import { openFileOnDisk } from './file-on-disk.ts';

/** How the reader of a place remembers what it has read. */
export interface Remembered {
  stampOf(name: string): string | undefined;
  putStamp(name: string, stamp: string): void;
}

const MANIFEST = 'manifest.json';
const MAX_MANIFEST = 64 * 2 ** 20;
const MAX_FILES = 10_000;
/** A file that was written to this short a time ago may not be whole yet. */
export const SETTLE_MS = 2_000;

/**
 * Reads what is new in a folder: a MISP feed where it has a manifest, else its files (not its sub-folders, no links).
 * Nothing in it is moved or changed. Resolves with whether something was left because it is still being written.
 */
export async function readFolder(
  path: string,
  run: AlertRunRecorder,
  remembered: Remembered,
  options: { settledBefore: number | null; signal: AbortSignal },
): Promise<{ isUnsettled: boolean }> {
  const { settledBefore, signal } = options;
  let entries;
  try {
    entries = await readdir(path, { withFileTypes: true });
  } catch (error) {
    throw new AppError(
      'file.not_found',
      `The folder cannot be read (${(error as NodeJS.ErrnoException).code ?? 'no reason is known'}).`,
    );
  }
  const files = entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort();
  if (files.includes(MANIFEST)) {
    await readMispFolder(path, new Set(files), run, remembered, signal);
    return { isUnsettled: false };
  }
  if (files.length > MAX_FILES)
    run.problem('', '', `more than ${MAX_FILES} files: the rest is left out. Move what was read elsewhere.`);
  let isUnsettled = false;
  for (const name of files.slice(0, MAX_FILES)) {
    signal.throwIfAborted();
    const facts = await stat(join(path, name)).catch(() => undefined);
    if (!facts) continue;
    const stamp = `${facts.size}:${facts.mtimeMs}`;
    if (remembered.stampOf(name) === stamp) run.skip();
    else if (settledBefore !== null && facts.mtimeMs > settledBefore) isUnsettled = true;
    else {
      await takeFile(join(path, name), name, run, signal);
      remembered.putStamp(name, stamp);
    }
  }
  return { isUnsettled };
}

/** One file, whatever kind it is. */
export async function takeFile(path: string, name: string, run: AlertRunRecorder, signal: AbortSignal): Promise<void> {
  let reader;
  try {
    reader = await openFileOnDisk(path);
  } catch (error) {
    run.problem(name, '', error instanceof AppError ? error.message : 'It cannot be read.');
    return;
  }
  try {
    await run.take(name, reader, signal);
  } finally {
    await reader.close();
  }
}

async function readMispFolder(
  path: string,
  files: ReadonlySet<string>,
  run: AlertRunRecorder,
  remembered: Remembered,
  signal: AbortSignal,
): Promise<void> {
  const manifest = join(path, MANIFEST);
  if ((await stat(manifest)).size > MAX_MANIFEST)
    throw new AppError('too_large', 'manifest.json is larger than 64 MiB.');
  const { events, odd } = readManifest(await readFile(manifest, 'utf8'));
  for (const name of odd) run.problem(MANIFEST, name, 'the name of this event is no UUID');
  for (const event of events) {
    signal.throwIfAborted();
    const name = `${event.uuid}.json`;
    if (!isNewer(remembered.stampOf(event.uuid), event)) run.skip();
    else if (!files.has(name)) run.problem(name, '', 'the manifest names this event, and its file is not there');
    else {
      await takeFile(join(path, name), name, run, signal);
      remembered.putStamp(event.uuid, event.stamp);
    }
  }
}
