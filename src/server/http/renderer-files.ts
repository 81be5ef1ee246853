import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NONCE_PLACEHOLDER } from '../../shared/content-security-policy.ts';
import { AppError } from '../../shared/errors.ts';

/** The built page with this load's nonce in it. Errors: `unavailable` when the renderer was not built. */
export async function renderPage(rendererDir: string, nonce: string): Promise<string> {
  let html: string;
  try {
    html = await readFile(join(rendererDir, 'index.html'), 'utf8');
  } catch (cause) {
    throw new AppError('unavailable', 'The window was not built. Run “npm start”, which builds it.', { cause });
  }
  return html.replaceAll(NONCE_PLACEHOLDER, nonce);
}
