import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Ssdeep } from './ssdeep.ts';

function digest(bytes: Uint8Array, piece = 65_537): string {
  const hash = new Ssdeep(bytes.length);
  for (let at = 0; at < bytes.length; at += piece) hash.update(bytes.subarray(at, at + piece));
  return hash.digest();
}

/** The same bytes on every machine and in every run. */
function noise(length: number, seed: number, values = 256): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = seed >>> 0 || 1;
  for (let i = 0; i < length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[i] = (state >>> 0) % values;
  }
  return bytes;
}

const join2 = (a: Uint8Array, b: Uint8Array): Uint8Array => Buffer.concat([a, b]);

const SAMPLES: [name: string, bytes: Uint8Array][] = [
  ['nothing', new Uint8Array(0)],
  ['one byte', Uint8Array.of(65)],
  ['less than the window', noise(6, 1)],
  ['the window', noise(7, 2)],
  ['100 bytes', noise(100, 3)],
  // 192 = 64 pieces of 3 bytes: on each side of it another block size is the first guess.
  ['191 bytes', noise(191, 4)],
  ['192 bytes', noise(192, 5)],
  ['193 bytes', noise(193, 6)],
  ['384 bytes', noise(384, 7)],
  ['385 bytes', noise(385, 8)],
  ['4095 bytes', noise(4095, 9)],
  ['6144 bytes', noise(6144, 10)],
  ['6145 bytes', noise(6145, 11)],
  ['100,000 bytes', noise(100_000, 12)],
  ['1,572,864 bytes', noise(1_572_864, 13)],
  ['1,572,865 bytes', noise(1_572_865, 14)],
  ['zeros', new Uint8Array(50_000)],
  ['a repeated sentence', Buffer.from('the quick brown fox jumps over the lazy dog. '.repeat(5000))],
  ['noise, then zeros', join2(noise(30_000, 15), new Uint8Array(90_000))],
  ['zeros, then noise', join2(new Uint8Array(300_000), noise(2000, 16))],
  ['four values only', noise(200_000, 17, 4)],
  ['one value at the end', join2(new Uint8Array(70_000), Uint8Array.of(1))],
];

/** What ssdeep 2.14.1 prints for them. */
const VECTORS: Record<string, string> = {
  nothing: '3::',
  'one byte': '3:k:k',
  '100 bytes': '3:0h8qmmNhBrRVX7AOElpILcMHPycsjn:0aH6RVRElpTGPyPn',
  '193 bytes': '3:L34t52Mo+ovtfkLbiB+uPxbyNT0R2rLJbzvVbKCN7wZHU8o8x8bZEtLFP:G52/5vtfkLbC2CEZvpKG7QloS8bGP',
  '4095 bytes': '96:x+E2VKGcFx7eDVTorHn0Un/MI1CeE2uYkNr2Br1dtZvvbdDF+/BnLX:x+VKGIxiDVT20e/MIURant1vpx+/BL',
  '100,000 bytes': '3072:gXncfnJ4TD53TO02eb2vf62oQCK5c62az2ZPj9:gsBK5DO0HSa2oQCd6X25j9',
  'zeros, then noise': '48:psndlABsHGm2RI9b5X2mJTavbG2k1rZnm3sA2rMa2PkfV:psnDAOHl0I9NX7Tai7nm3sAJzPu',
  'four values only': '384:7YGjakoEkAgGXoqm1287D9fIXqYTYQOeHJHvBSbsmKhQAOB2qV+KR3ZdlG3UdLQv:B',
};

test.each(Object.entries(VECTORS))('%s: the known signature', (name, expected) => {
  const sample = SAMPLES.find(([known]) => known === name)?.[1];
  expect(sample && digest(sample)).toBe(expected);
});

test('the size of the pieces it is fed makes no difference', () => {
  const bytes = join2(noise(20_000, 21), new Uint8Array(500));
  const whole = digest(bytes, bytes.length);
  for (const piece of [1, 3, 6, 7, 8, 4096]) expect(digest(bytes, piece)).toBe(whole);
});

function programVersion(): string | undefined {
  try {
    return execFileSync('ssdeep', ['-V'], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

const installed = programVersion();

describe('against the ssdeep program', () => {
  const folder = mkdtempSync(join(tmpdir(), 'osmia-ssdeep-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  for (const [name, bytes] of SAMPLES) {
    test(name, (context) => {
      if (installed === undefined) context.skip('the ssdeep program is not installed');
      const path = join(folder, 'sample.bin');
      writeFileSync(path, bytes);
      const lines = execFileSync('ssdeep', ['-s', '-b', path], { encoding: 'utf8' }).split('\n');
      expect(digest(bytes)).toBe(lines[1]?.split(',')[0]);
    });
  }
});
