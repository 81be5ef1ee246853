/** The placeholder in index.html that a host replaces by a fresh nonce on every load. */
export const NONCE_PLACEHOLDER = '__OSMIA_NONCE__';

/**
 * The one policy of the page, whichever host serves it. Mantine and CodeMirror add style elements and therefore need
 * the nonce; scripts come from our own files only. Element style attributes (`style-src-attr`) carry positions of
 * virtual rows; they cannot load anything.
 */
export function contentSecurityPolicy(nonce: string): string {
  return [
    `default-src 'none'`,
    `script-src 'self'`,
    `style-src 'self' 'nonce-${nonce}'`,
    `style-src-attr 'unsafe-inline'`,
    `img-src 'self' data: blob:`,
    `font-src 'self'`,
    `connect-src 'self'`,
    `base-uri 'none'`,
    `form-action 'none'`,
    `frame-ancestors 'none'`,
    `object-src 'none'`,
  ].join('; ');
}
