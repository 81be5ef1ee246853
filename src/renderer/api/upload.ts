import { AppError, fromWireError, type WireError } from '../../shared/errors.ts';
import { callCore } from './client.ts';
import { hostBridge } from './host.ts';

export interface UploadOptions {
  engagementId: string | undefined;
  signal: AbortSignal;
  onProgress(done: number, total: number | null): void;
}

/** Bytes of one `intake.append`; its base64 stays under the contract's limit. */
const PIECE = 1_000_000;

/**
 * Hands a file to the core and resolves with the intake's id. In the desktop window the core reads it from disk itself;
 * in a browser it is streamed over HTTP. A file without a path (a picture from the clipboard) goes in pieces.
 */
export async function sendFile(file: File, options: UploadOptions): Promise<string> {
  const bridge = hostBridge();
  if (!bridge) return postFile(file, options);
  const grant = await bridge.grantFile(file);
  if (grant) return redeemGrant(grant.token, options.engagementId);
  return sendPieces(file, file.name || 'Pasted picture', 'image', options);
}

export async function redeemGrant(token: string, engagementId: string | undefined): Promise<string> {
  const intake = await callCore('intake.fromGrant', { token, ...(engagementId === undefined ? {} : { engagementId }) });
  return intake.id;
}

/** Pasted text or a pasted picture. */
export async function sendPieces(
  blob: Blob,
  name: string,
  origin: 'text' | 'image',
  options: UploadOptions,
): Promise<string> {
  const { id } = await callCore('intake.begin', {
    name,
    origin,
    size: blob.size,
    ...(options.engagementId === undefined ? {} : { engagementId: options.engagementId }),
  });
  for (let offset = 0; offset < blob.size; offset += PIECE) {
    if (options.signal.aborted) {
      await callCore('intake.discard', { id });
      throw new AppError('cancelled', `${name} was not taken in.`);
    }
    await callCore('intake.append', { id, base64: await toBase64(blob.slice(offset, offset + PIECE)) });
    options.onProgress(Math.min(offset + PIECE, blob.size), blob.size);
  }
  await callCore('intake.finish', { id });
  return id;
}

/** Base64 of a piece, without its `data:` prefix. */
export function toBase64(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      const url = typeof reader.result === 'string' ? reader.result : '';
      resolve(url.slice(url.indexOf(',') + 1));
    };
    reader.onerror = () => reject(new AppError('file.unreadable', 'The browser could not read the file.'));
    reader.readAsDataURL(blob);
  });
}

/** XMLHttpRequest, because fetch tells nothing of the bytes already sent. */
function postFile(file: File, options: UploadOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const query = new URLSearchParams({ name: file.name });
    if (options.engagementId !== undefined) query.set('engagement', options.engagementId);
    const request = new XMLHttpRequest();
    request.open('POST', `/upload?${query.toString()}`);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.upload.onprogress = (event) =>
      options.onProgress(event.loaded, event.lengthComputable ? event.total : null);
    request.onload = () => {
      const answer = parseAnswer(request.responseText);
      if (typeof answer === 'string') resolve(answer);
      else reject(answer);
    };
    request.onerror = () => reject(new AppError('unavailable', `${file.name} could not be sent to the core.`));
    request.onabort = () => reject(new AppError('cancelled', `${file.name} was not taken in.`));
    options.signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}

function parseAnswer(text: string): string | AppError {
  try {
    const answer = JSON.parse(text) as { id?: unknown; error?: WireError };
    if (typeof answer.id === 'string') return answer.id;
    if (answer.error) return fromWireError(answer.error);
  } catch {
    // No JSON: the host broke off.
  }
  return new AppError('unavailable', 'The core did not take the file.');
}
