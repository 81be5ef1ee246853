import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { contentSecurityPolicy, NONCE_PLACEHOLDER } from '../shared/content-security-policy.ts';
import { isOurs } from './navigation-guard.ts';

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Serves the built page from one folder. Anything else, anywhere else, in any spelling, is 404. */
export function createPageHandler(pageFolder: string): (request: { url: string; method: string }) => Promise<Response> {
  return async (request) => {
    const file = request.method === 'GET' && isOurs(request.url) ? toFile(pageFolder, request.url) : undefined;
    const mediaType = file === undefined ? undefined : MEDIA_TYPES[extname(file)];
    if (file === undefined || mediaType === undefined) return notFound();
    let bytes: Buffer;
    try {
      bytes = await readFile(file);
    } catch {
      return notFound();
    }
    const nonce = randomBytes(16).toString('base64url');
    const body =
      extname(file) === '.html' ? bytes.toString('utf8').replaceAll(NONCE_PLACEHOLDER, nonce) : new Uint8Array(bytes);
    return new Response(body, {
      headers: {
        'content-type': mediaType,
        'content-security-policy': contentSecurityPolicy(nonce),
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      },
    });
  };
}

function toFile(folder: string, url: string): string | undefined {
  let path: string;
  try {
    path = decodeURIComponent(new URL(url).pathname);
  } catch {
    return undefined;
  }
  if (path.includes('\0') || path.includes('\\')) return undefined;
  const file = normalize(join(folder, path === '/' ? 'index.html' : path));
  // The separator matters: a sibling folder `renderer-evil` must not pass for `renderer`.
  return file.startsWith(folder.endsWith(sep) ? folder : folder + sep) ? file : undefined;
}

const notFound = (): Response => new Response('Not found', { status: 404, headers: { 'cache-control': 'no-store' } });
