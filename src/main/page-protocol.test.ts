import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeTempDir } from '../../test/support/make-db.ts';
import { createPageHandler } from './page-protocol.ts';

function setUp() {
  const root = makeTempDir();
  mkdirSync(join(root, 'renderer'));
  mkdirSync(join(root, 'renderer-evil'));
  writeFileSync(join(root, 'renderer', 'index.html'), '<meta name="osmia-nonce" content="__OSMIA_NONCE__">');
  writeFileSync(join(root, 'renderer', 'app.js'), 'export {}');
  writeFileSync(join(root, 'renderer', 'secret.db'), 'no');
  writeFileSync(join(root, 'renderer-evil', 'x.js'), 'no');
  writeFileSync(join(root, 'outside.js'), 'no');
  const handle = createPageHandler(join(root, 'renderer'));
  return (url: string, method = 'GET') => handle({ url, method });
}

test('the page comes with a fresh nonce that its policy names', async () => {
  const get = setUp();
  const nonces = new Set<string>();
  for (let i = 0; i < 3; i++) {
    const response = await get('osmia://app/');
    const nonce = /content="([\w-]+)"/.exec(await response.text())![1]!;
    const policy = response.headers.get('content-security-policy')!;
    expect(policy).toContain(`'nonce-${nonce}'`);
    expect(policy).toContain(`default-src 'none'`);
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    expect(response.headers.get('cache-control')).toBe('no-store');
    nonces.add(nonce);
  }
  expect(nonces.size).toBe(3);
});

test('our files and nothing else', async () => {
  const get = setUp();
  expect((await get('osmia://app/app.js')).status).toBe(200);
  for (const url of [
    'osmia://app/../outside.js',
    'osmia://app/..%2foutside.js',
    'osmia://app/%2e%2e/outside.js',
    'osmia://app/..%5coutside.js',
    'osmia://app/../renderer-evil/x.js',
    'osmia://app/%2e%2e%2frenderer-evil/x.js',
    'osmia://app/secret.db',
    'osmia://app/app.js%00.html',
    'osmia://app/%zz',
    'osmia://app/missing.js',
    'osmia://evil/app.js',
    'https://app/app.js',
    'file:///etc/passwd',
    'nonsense',
  ]) {
    expect((await get(url)).status, url).toBe(404);
  }
  expect((await get('osmia://app/app.js', 'POST')).status).toBe(404);
});
