import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ExtractOutput } from '../../src/cli/output.ts';
import { buildMail } from '../support/build-mail.ts';
import { buildZip } from '../support/build-zip.ts';
import type { OsmiaRun } from '../support/run-osmia.ts';
import { peakMemory } from './support/processes.ts';
import { found, makeServedWorld, type ServedWorld } from './support/served-world.ts';

vi.setConfig({ testTimeout: 60_000 });

let served: ServedWorld;
beforeAll(async () => {
  served = await makeServedWorld();
});
afterAll(() => served.remove());

const extracted = (run: OsmiaRun): ExtractOutput => ExtractOutput.parse(JSON.parse(run.stdout));

/** Extracts by the command and uploads the same bytes: both answer, and say the same of what could not be read. */
async function bothWays(name: string, bytes: Uint8Array): Promise<{ run: OsmiaRun; out: ExtractOutput }> {
  const run = await served.osmia(['extract', served.world.put(name, bytes)]);
  expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' });
  const out = extracted(run);
  const intake = await served.upload(name, bytes);
  expect(intake.state).toBe('ready');
  expect(intake.coverage).toEqual(out.coverage);
  expect(found(intake)).toBe(out.observables.length);
  await served.expectItGoesOn();
  return { run, out };
}

describe('files that hold something odd', () => {
  it('an empty file', async () => {
    const { out } = await bothWays('empty.bin', new Uint8Array(0));
    expect(out).toMatchObject({ observables: [], rejected: [] });
    const text = await served.world.run(['extract', '-', '--workspace', served.world.workspace]);
    expect(text.stdout).toContain('The input is empty.');
  });

  it('text that is not UTF-8', async () => {
    const latin = Buffer.concat([
      Buffer.from([0xff, 0xc3, 0x28, 0x80]),
      Buffer.from('r\xe9sum\xe9 https://odd.example.com/x ', 'latin1'),
    ]);
    const { out } = await bothWays('latin1.txt', latin);
    expect(out.observables.map(({ value }) => value)).toContain('https://odd.example.com/x');
    const wide = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('https://wide.example.com/x', 'utf16le')]);
    expect((await bothWays('utf16.txt', wide)).out.observables[0]?.value).toBe('https://wide.example.com/x');
  });

  it('a mail with 10,000 parts: what is not read is said', async () => {
    const parts = Array.from({ length: 10_000 }, (_, i) => ({
      type: 'text/plain',
      name: `p${i}.txt`,
      body: `h${i}.example.com`,
    }));
    const mail = buildMail(['From: a@example.org', 'To: b@example.org', 'Subject: many'], parts);
    const { out } = await bothWays('many.eml', mail);
    const { parts: read, skipped } = out.coverage;
    expect(read).toBeGreaterThan(100);
    if (read < 10_000) expect(skipped.map(({ reason }) => reason).join()).toMatch(/\d/);
  });

  it('50 MB on one line', async () => {
    const start = performance.now();
    const line = Buffer.concat([Buffer.alloc(50 * 2 ** 20, 'a.'), Buffer.from(' https://end.example.com/x')]);
    const { out } = await bothWays('line.txt', line);
    const isFound = out.observables.some(({ value }) => value === 'https://end.example.com/x');
    if (!isFound) expect(out.coverage.skipped).not.toEqual([]);
    expect(performance.now() - start).toBeLessThan(55_000);
    expect(peakMemory(served.host.pid)).toBeLessThan(1_500);
  });

  it('a zip in the mail, one with a password and one that is broken', async () => {
    const zip = buildZip([
      { name: 'in.txt', data: 'https://inside.example.com/' },
      { name: '../../out.txt', data: 'https://outside.example.com/' },
      { name: 'locked.txt', data: 'https://locked.example.com/', encrypted: true },
    ]);
    const mail = buildMail(
      ['From: a@example.org', 'To: b@example.org', 'Subject: zip'],
      [
        { type: 'text/plain', body: 'see attachment' },
        { type: 'application/zip', name: 'a.zip', body: zip },
        { type: 'application/zip', name: 'cut.zip', body: zip.subarray(0, zip.length >> 1) },
      ],
    );
    const { out } = await bothWays('zip.eml', mail);
    const values = out.observables.map(({ value }) => value);
    expect(values).toContain('https://inside.example.com/');
    expect(values).toContain('https://outside.example.com/');
    expect(values).not.toContain('https://locked.example.com/');
    const skipped = out.coverage.skipped.map(({ part }) => part).join('\n');
    expect(skipped).toContain('locked.txt');
    expect(skipped).toContain('cut.zip');
  });

  it('a name with control and bidi characters is data: shown harmlessly, never obeyed', async () => {
    const names = [
      'new\nline\r.txt',
      '\u001b[31mred\u0007.txt',
      'inv\u202efdp.exe',
      '-rf',
      '--help',
      ' ',
      'a'.repeat(250),
    ];
    for (const name of names) {
      const path = served.world.put(name, 'https://named.example.com/');
      const plain = await served.world.run(['extract', path, '--workspace', served.world.workspace]);
      expect(plain.code).toBe(0);
      expect(plain.stdout + plain.stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/);
      const intake = await served.upload(name, 'https://named.example.com/');
      expect(intake.state).toBe('ready');
      expect(intake.name).not.toMatch(/[\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]/);
    }
    const missing = await served.world.run([
      'extract',
      'gone\u001b[2J\u202e.txt',
      '--workspace',
      served.world.workspace,
    ]);
    expect(missing.code).toBe(2);
    expect(missing.stderr).not.toMatch(/[\u001b\u202e]/);
    expect(await served.web.upload('', 'x')).toMatchObject({ status: 400 });
    expect(await served.web.upload('x'.repeat(5_000), 'x')).toMatchObject({ status: 400 });
    await served.expectItGoesOn();
  });
});
