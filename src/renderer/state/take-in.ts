import { redeemGrant, sendFile, sendPieces } from '../api/upload.ts';
import { hostBridge } from '../api/host.ts';
import { AppError } from '../../shared/errors.ts';
import { frameStore } from './frame-store.ts';

type Send = (options: {
  engagementId: string | undefined;
  signal: AbortSignal;
  onProgress(done: number, total: number | null): void;
}) => Promise<string>;

/** Takes one thing in, with its progress in the frame's list; undefined where it failed (the list then says why). */
async function takeIn(name: string, total: number | null, engagementId: string | undefined, send: Send) {
  const { putUpload, dropUpload } = frameStore.getState();
  const stop = new AbortController();
  const id = crypto.randomUUID();
  const show = (done: number, all: number | null, error: unknown = null): void =>
    putUpload({ id, name, done, total: all, error, cancel: () => stop.abort() });
  show(0, total);
  try {
    const intakeId = await send({ engagementId, signal: stop.signal, onProgress: show });
    dropUpload(id);
    return intakeId;
  } catch (error) {
    if (error instanceof AppError && error.code === 'cancelled') dropUpload(id);
    else show(0, total, error);
    return undefined;
  }
}

/** Takes files in one after the other and answers with the ids of those that were taken. */
export async function takeFiles(files: readonly File[], engagementId: string | undefined): Promise<string[]> {
  const ids: string[] = [];
  for (const file of files) {
    const id = await takeIn(file.name || 'Pasted picture', file.size, engagementId, (options) =>
      sendFile(file, options),
    );
    if (id !== undefined) ids.push(id);
  }
  return ids;
}

export async function takeText(text: string, engagementId: string | undefined): Promise<string | undefined> {
  const blob = new Blob([text], { type: 'text/plain' });
  // A slash would read as a folder: the core keeps the last part of a name only.
  const firstLine =
    text
      .trimStart()
      .split('\n', 1)[0]
      ?.replaceAll(/[/\\]+/g, ' ')
      .trim()
      .slice(0, 60) ?? '';
  const name = firstLine === '' ? 'Pasted text' : `Pasted: ${firstLine}`;
  return takeIn(name, blob.size, engagementId, (options) => sendPieces(blob, name, 'text', options));
}

export async function takePicture(file: File, engagementId: string | undefined): Promise<string | undefined> {
  const name = file.name || 'Pasted picture.png';
  return takeIn(name, file.size, engagementId, (options) => sendPieces(file, name, 'image', options));
}

/** The host's dialog, or the browser's. */
export async function chooseFiles(engagementId: string | undefined): Promise<string[]> {
  const bridge = hostBridge();
  if (!bridge) return takeFiles(await browserFiles(), engagementId);
  const ids: string[] = [];
  for (const grant of await bridge.pickFiles()) {
    const id = await takeIn(grant.name, null, engagementId, (options) =>
      redeemGrant(grant.token, options.engagementId),
    );
    if (id !== undefined) ids.push(id);
  }
  return ids;
}

function browserFiles(): Promise<File[]> {
  return new Promise((resolve) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.multiple = true;
    input.onchange = () => resolve([...(input.files ?? [])]);
    input.oncancel = () => resolve([]);
    input.click();
  });
}
