import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runOsmia, startOsmia } from '../../../test/support/run-osmia.ts';
import { ExtractOutput } from '../output.ts';

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'osmia-test-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const TEXT = 'See hxxps://evil[.]example[.]com/a\nand 8.8.8.8:53, not 999.888.777.666\n';

async function extract(args: string[], stdin?: string | Uint8Array): Promise<ExtractOutput> {
  const run = await runOsmia(['extract', '--json', ...args], { home, ...(stdin === undefined ? {} : { stdin }) });
  expect(run).toMatchObject({ code: 0, stderr: '' });
  return ExtractOutput.parse(JSON.parse(run.stdout));
}

it('prints what is in a file, refanged, with every place, in the documented shape', async () => {
  const file = join(home, 'note.txt');
  writeFileSync(file, TEXT);
  const output = await extract([file]);
  expect(output).toEqual({
    source: file,
    coverage: { parts: 1, skipped: [] },
    observables: [
      {
        dataType: 'url',
        value: 'https://evil.example.com/a',
        places: [{ part: '/', offset: 4, length: 30, text: 'hxxps://evil[.]example[.]com/a', line: 1 }],
        marks: ['defanged'],
      },
      {
        dataType: 'ip',
        value: '8.8.8.8',
        places: [{ part: '/', offset: 39, length: 7, text: '8.8.8.8', line: 2 }],
        marks: ['port:53'],
      },
    ],
    rejected: [{ text: '999.888.777.666', part: '/', offset: 55, reason: expect.any(String) as string }],
  });
});

it('reads standard input, and gives the host of a URL when asked', async () => {
  const types = (output: ExtractOutput): string[] => output.observables.map((o) => o.dataType);
  expect(types(await extract(['-'], TEXT))).toEqual(['url', 'ip']);
  const derived = await extract(['-', '--derive'], TEXT);
  expect(derived.source).toBe('-');
  expect(derived.observables.find((o) => o.dataType === 'fqdn')?.value).toBe('evil.example.com');
});

it('takes what is empty, not UTF-8 or oddly named as it is', async () => {
  expect((await extract(['-'], '')).observables).toEqual([]);
  const latin1 = await extract(['-'], Buffer.from('caf\xe9 at evil.example.com\n', 'latin1'));
  expect(latin1.observables.map((o) => o.value)).toEqual(['evil.example.com']);
  const odd = join(home, 'odd\u202e name\n.txt');
  writeFileSync(odd, 'evil.example.com');
  expect((await extract([odd])).source).toBe(odd);
});

it('shows a person a defanged table without colours in a pipe', async () => {
  const run = await runOsmia(['extract', '-'], { home, stdin: TEXT });
  expect(run.code).toBe(0);
  expect(run.stdout).toContain('hxxps://evil[.]example[.]com/a');
  expect(run.stdout).toContain('8[.]8[.]8[.]8');
  expect(run.stdout).not.toContain('\u001b');
  expect(run.stdout).toContain('2 observables in 1 part, 1 rejected, 0 not read');
});

it('is quiet when its reader leaves early', async () => {
  const child = startOsmia(['extract', '-', '--json'], { home });
  child.stdout.destroy();
  child.stdin.end('10.20.30.40 '.repeat(10) + Array.from({ length: 20_000 }, (_, i) => `h${i}.example.com`).join(' '));
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(stderr).toBe('');
  expect(code).toBe(0);
});

it('ends with 130 when it is interrupted, and leaves no workspace behind', async () => {
  const child = startOsmia(['extract', '-', '--json'], { home });
  child.stdin.write('evil.example.com ');
  const tmp = join(home, 'tmp');
  // It waits for standard input by the time its workspace is there.
  while (!readdirSync(tmp).some((name) => existsSync(join(tmp, name, 'workspace.db')))) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  child.kill('SIGINT');
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(code).toBe(130);
  expect(readdirSync(tmp).filter((name) => name.startsWith('osmia-tmp-'))).toEqual([]);
});

it('sweeps the workspace of one that was killed', async () => {
  const child = startOsmia(['extract', '-', '--json'], { home });
  child.stdin.write('evil.example.com ');
  const tmp = join(home, 'tmp');
  const left = (): string[] => readdirSync(tmp).filter((name) => existsSync(join(tmp, name, 'run', 'temporary')));
  while (left().length === 0) await new Promise((resolve) => setImmediate(resolve));
  child.kill('SIGKILL');
  await new Promise((resolve) => child.on('close', resolve));
  expect(left()).toHaveLength(1);
  await extract(['-'], 'x');
  expect(left()).toEqual([]);
});
