import { expect, test } from 'vitest';
import { guessMapping, linesOf, readTable } from './add-table.ts';

test('heads are found, whatever other tools call them, and columns follow them', async () => {
  const table = await readTable(
    'Indicator,Type,Labels,to_ids,TLP,other\n45.77.1[.]9,ip,"c2, seen",1,TLP:RED,x\n\n"evil, portal.com",,,no,,\n',
  );
  expect(table).toMatchObject({ hasHead: true, columns: 6, problems: [] });
  const mapping = guessMapping(table);
  expect(mapping).toEqual(['value', 'type', 'tags', 'ioc', 'tlp', null]);
  expect(linesOf(table, mapping)).toEqual([
    { value: '45.77.1[.]9', dataType: 'ip', tags: ['c2', 'seen'], isIoc: true, tlp: 'red' },
    { value: 'evil, portal.com' },
  ]);
});

test('without a head the first column is the value; the sign between columns is found', async () => {
  const table = await readTable('45.77.1.9;first\n45.77.1.10;second\n');
  expect(table).toMatchObject({ hasHead: false, columns: 2 });
  expect(guessMapping(table)).toEqual(['value', null]);
  expect(linesOf(table, ['value', 'message'])).toEqual([
    { value: '45.77.1.9', message: 'first' },
    { value: '45.77.1.10', message: 'second' },
  ]);
  expect(linesOf(table, [null, null])).toEqual([]);
});

test('a file is no type of a value, and a type nobody knows is found anew', async () => {
  const table = await readTable('value\ttype\na.exe\tfile\nb\tnonsense\nc@example.com\temail');
  expect(linesOf(table, guessMapping(table))).toEqual([
    { value: 'a.exe' },
    { value: 'b' },
    { value: 'c@example.com', dataType: 'mail' },
  ]);
});

test('bad text never throws, and is read to its limits', async () => {
  for (const text of ['', '"never ends', 'a"b,c\n"x', '\u0000,\u0000\n', ','.repeat(100_000)]) {
    const table = await readTable(text);
    expect(linesOf(table, guessMapping(table)).length).toBeLessThan(10);
    expect(table.columns).toBeLessThanOrEqual(100);
  }
  const long = await readTable(`value\n${Array.from({ length: 100_005 }, (_, i) => `h${i}`).join('\n')}`);
  expect(linesOf(long, ['value'])).toHaveLength(100_000);
  expect(long.problems.at(-1)).toMatch(/100,000 rows/);
});
