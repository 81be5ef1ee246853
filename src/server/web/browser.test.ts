import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { makeTempDir } from '../../../test/support/make-db.ts';
import { browserArguments, findBrowser, openBrowser, startPage, whyNoBrowser } from './browser.ts';

const CODE = 'q'.repeat(43);
const URL_WITH_CODE = `http://127.0.0.1:4711/#code=${CODE}`;

/** A program that writes down how it was started and ends when its input file appears. */
function makeBrowser(dir: string, body: string): string {
  const path = join(dir, 'browser');
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

describe.skipIf(process.platform === 'win32')('the app window', () => {
  it('gets the launch code by a private file, never by its command line or environment', async () => {
    const dir = makeTempDir();
    const window = openBrowser(
      makeBrowser(
        dir,
        `printf '%s\\n' "$@" > ${dir}/argv; env > ${dir}/env; page=\${1#--app=file://}
         cp "$page" ${dir}/page; stat -c '%a %F' "$page" "$(dirname "$page")" > ${dir}/modes || true`,
      ),
      URL_WITH_CODE,
    );
    await window.closed;
    const argv = readFileSync(join(dir, 'argv'), 'utf8');
    expect(argv).not.toContain(CODE);
    expect(readFileSync(join(dir, 'env'), 'utf8')).not.toContain(CODE);
    expect(readFileSync(join(dir, 'page'), 'utf8')).toContain(URL_WITH_CODE);
    if (process.platform === 'linux') {
      expect(readFileSync(join(dir, 'modes'), 'utf8')).toBe('600 regular file\n700 directory\n');
    }
    const page = fileURLToPath(argv.split('\n')[0]!.slice('--app='.length));
    expect(existsSync(dirname(page))).toBe(false);
  });

  it('ends when it is told to, and its profile with it', async () => {
    const dir = makeTempDir();
    const window = openBrowser(makeBrowser(dir, 'exec sleep 60'), URL_WITH_CODE);
    window.close();
    await window.closed;
  });

  it('is over at once where the program cannot be started', async () => {
    await openBrowser('/nowhere/browser', URL_WITH_CODE).closed;
  });

  it('is the one that the user names, else the first that can run', () => {
    const dir = makeTempDir();
    expect(findBrowser({ OSMIA_BROWSER: '/opt/mine', PATH: dir })).toBe('/opt/mine');
    writeFileSync(join(dir, 'chromium'), 'not a program');
    expect(statSync(join(dir, 'chromium')).mode & 0o111).toBe(0);
    writeFileSync(join(dir, 'google-chrome'), '#!/bin/sh\n', { mode: 0o755 });
    if (process.platform === 'linux') expect(findBrowser({ PATH: dir })).toBe(join(dir, 'google-chrome'));
  });
});

it('says why there is no window', () => {
  if (process.getuid?.() === 0) expect(whyNoBrowser({ DISPLAY: ':0' })).toContain('root');
  else if (process.platform === 'linux') expect(whyNoBrowser({})).toContain('display');
});

it('keeps the sandbox on, and everything that talks off', () => {
  const flags = browserArguments('/profile', 'file:///profile/osmia.html');
  expect(flags.filter((flag) => /sandbox|disable-web-security|remote-debugging/.test(flag))).toEqual([]);
  for (const flag of [
    '--app=file:///profile/osmia.html',
    '--user-data-dir=/profile',
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-extensions',
    '--disable-spell-checking',
    '--dns-prefetch-disable',
    '--password-store=basic',
    '--disk-cache-size=1',
  ]) {
    expect(flags).toContain(flag);
  }
});

it('cannot be made to run a script by the address it leads to', () => {
  expect(startPage('http://127.0.0.1:1/#</script><script>alert(1)//')).not.toContain('</script><script>');
});
