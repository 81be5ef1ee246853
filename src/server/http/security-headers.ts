import { contentSecurityPolicy } from '../../shared/content-security-policy.ts';

/** Headers of every answer, whatever it is. `nonce` is fresh for each answer; only the page makes use of it. */
export function securityHeaders(nonce: string): Record<string, string> {
  return {
    'content-security-policy': contentSecurityPolicy(nonce),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), payment=()',
    'x-dns-prefetch-control': 'off',
    'x-frame-options': 'DENY',
  };
}
