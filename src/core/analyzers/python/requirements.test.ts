import { expect, test } from 'vitest';
import { readRequirements } from './requirements.ts';

test('the same packages have the same id, whatever their order, case, spaces and comments', () => {
  const one = readRequirements('cortexutils\nrequests>=2, <3\n');
  const other = readRequirements('# both\r\nRequests >= 2,<3   # http\r\n\r\nCortexUtils\r\ncortexutils');
  expect(other).toEqual(one);
  expect(one).toMatchObject({ lines: ['cortexutils', 'requests>=2,<3'], ignored: [], hosts: [] });
  expect(readRequirements('cortexutils\nrequests>=2').id).not.toBe(one.id);
});

test('extras, markers, names with dots and a continued line are kept', () => {
  expect(readRequirements('a_b.c[x, y] == 1.0 ; python_version < "3.9"\nlong>=1,\\\n  <2').lines).toEqual([
    'a-b-c[x,y]==1.0 ; python_version < "3.9"',
    'long>=1,<2',
  ]);
});

test('what would choose another index, run a local file or hide in the text is left out and said', () => {
  const { lines, ignored, hosts } = readRequirements(
    [
      '--index-url https://other.example/simple',
      '-e .',
      '-r other.txt',
      './local',
      '/etc/passwd',
      'file:///x.whl',
      'git+ssh://git@h.example/x',
      'name @ https://user:pw@h.example/x.whl',
      'x; rm -rf /',
      'a\u0001b',
      'y'.repeat(600),
      'ok==1',
      'git+https://code.example/a/b.git',
      'q @ https://files.example/q-1.whl',
    ].join('\n'),
  );
  expect(lines).toEqual([
    'git+https://code.example/a/b.git',
    'ok==1',
    'q @ https://files.example/q-1.whl',
    'x ; rm -rf /',
  ]);
  expect(hosts).toEqual(['code.example', 'files.example']);
  expect(ignored).toHaveLength(10);
});

test('a huge file is bounded', () => {
  const { lines, ignored } = readRequirements(Array.from({ length: 5_000 }, (_, i) => `p${i}`).join('\n'));
  expect(lines).toHaveLength(300);
  expect(ignored).toEqual(['everything after line 300']);
});
