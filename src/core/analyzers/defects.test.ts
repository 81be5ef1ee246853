import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeTempDir } from '../../../test/support/make-db.ts';
import { readSource } from './read-source.ts';

/** Reads one descriptor from a folder that holds only its program. */
function read(descriptor: Record<string, unknown>, mode = 0o755) {
  const root = makeTempDir();
  mkdirSync(join(root, 'A'));
  writeFileSync(join(root, 'A', 'a.py'), '#!/usr/bin/env python3\n');
  chmodSync(join(root, 'A', 'a.py'), mode);
  const whole = {
    name: 'A',
    version: '1.0',
    description: '',
    author: '',
    url: '',
    license: '',
    dataTypeList: ['ip'],
    command: 'A/a.py',
    ...descriptor,
  };
  writeFileSync(join(root, 'A', 'a.json'), JSON.stringify(whole));
  const { flavors, defects } = readSource('s', root, false);
  return { flavor: flavors[0], lines: defects.map(({ message }) => message), fatal: defects.some((d) => d.isFatal) };
}

const item = (fields: Record<string, unknown>) => ({
  configurationItems: [{ name: 'x', description: 'd', type: 'string', multi: false, required: false, ...fields }],
});

test('a descriptor without a defect says nothing', () => {
  expect(read({})).toMatchObject({ lines: [], flavor: { cannotRun: null } });
});

// Each of these is in a descriptor that ships (reference: cortex.md 1.3, 1.6, 2).
test.each<[string, Record<string, unknown>, RegExp]>([
  ['a default spelt "default"', item({ default: 'v' }), /^item x spells its default "default"$/],
  ['a default spelt "defaultvalue"', item({ defaultvalue: 'v' }), /^item x spells its default "defaultvalue"$/],
  ['a number with a text default', item({ type: 'number', defaultValue: '600' }), /^item x is a number with a text/],
  ['an item of no known type', item({ type: 'password' }), /^item x has the unknown type "password"; taken as string$/],
  ['a dotted name', item({ name: 'cache.root' }), /^item cache\.root has a dot in its name/],
  ['an item without a description', item({ description: undefined }), /^item x has no description$/],
  ['a name that ends in .json', { name: 'Decoder.json' }, /^its name ends in \.json$/],
  ['a version of three parts', { version: '0.3.1' }, /^its version 0\.3\.1 has more than two parts$/],
  [
    'mail-subject with a hyphen',
    { dataTypeList: ['mail-subject'] },
    /^it says mail-subject for what is called mail_subj/,
  ],
  ['a command line', { command: 'python3 A/a.py' }, /^its command is the command line "python3 A\/a\.py"; Osmia takes/],
  ['no author', { author: undefined }, /^it has no author$/],
  ['a config that is a list', { config: [1] }, /^its config is not an object and is left out$/],
])('%s is one line, and the flavor can run', (_name, descriptor, line) => {
  const { flavor, lines, fatal } = read(descriptor);
  expect(lines).toEqual([expect.stringMatching(line)]);
  expect(fatal).toBe(false);
  expect(flavor).toMatchObject({ cannotRun: null, program: expect.stringMatching(/A\/a\.py$/) });
});

test('no execute bit is one line, and the program is started by its interpreter', () => {
  const { flavor, lines } = read({}, 0o644);
  expect(lines).toEqual([expect.stringMatching(/^its program A\/a\.py has no execute bit/)]);
  expect(flavor?.cannotRun).toBeNull();
});

test.each([
  ['no command', { command: undefined }, /It names no command/],
  ['a command in a folder that is not there', { command: 'C25/a.py' }, /Its command C25\/a\.py does not exist/],
  ['a command with arguments of its own', { command: 'A/a.py --fast' }, /is a command line; a descriptor names one/],
  ['a shell line', { command: 'python3 -c "import os"' }, /is a command line; a descriptor names one/],
  ['only a container image', { command: undefined, dockerImage: 'x/y:1' }, /container image, which Osmia does not run/],
])('%s is one line, and says why it cannot run', (_name, descriptor, line) => {
  const { flavor, lines } = read(descriptor);
  expect(lines).toEqual([expect.stringMatching(line)]);
  expect(flavor?.cannotRun?.message).toMatch(line);
});

test('both spellings of mail subject are one type', () => {
  expect(read({ dataTypeList: ['mail-subject', 'mail_subject'] }).flavor?.dataTypes).toEqual(['mail_subject']);
});
