import { expect, test } from 'vitest';
import { readTaxonomy } from './taxonomy-file.ts';

const FILE = {
  namespace: 'bench',
  description: 'Where a thing came from',
  version: 3,
  predicates: [
    { value: 'source', expanded: 'Source', colour: '#336699' },
    { value: 'seen', expanded: 'Seen by ourselves' },
  ],
  values: [
    {
      predicate: 'source',
      entry: [
        { value: 'mail', expanded: 'By mail' },
        { value: 'web', colour: '#fff' },
      ],
    },
  ],
};

test('values become tags with the colour of their predicate, predicates without values are tags themselves', () => {
  expect(readTaxonomy(JSON.stringify(FILE))).toEqual({
    namespace: 'bench',
    description: 'Where a thing came from',
    version: 3,
    entries: [
      { tag: 'bench:source="mail"', colour: '#336699', label: 'By mail' },
      { tag: 'bench:source="web"', colour: '#ffffff', label: '' },
      { tag: 'bench:seen', colour: null, label: 'Seen by ourselves' },
    ],
  });
});

test.each([
  [{ ...FILE, namespace: 4 }, 'namespace is missing'],
  [{ ...FILE, predicates: {} }, 'predicates is missing, or is not a list'],
  [{ ...FILE, predicates: [{ expanded: 'x' }] }, 'predicates[0].value'],
  [{ ...FILE, values: [{ predicate: 'nope', entry: [] }] }, 'values[0].predicate: “nope”'],
  [{ ...FILE, values: [{ predicate: 'source', entry: [3] }] }, 'values[0].entry[0]'],
  [{ ...FILE, predicates: [], values: [] }, 'names no predicate'],
  [{ ...FILE, predicates: [{ value: 'x'.repeat(300) }], values: [] }, 'longer than 200'],
  [[], 'the file is not an object'],
])('a bad file says what is wrong and where (%#)', (file, message) => {
  expect(() => readTaxonomy(JSON.stringify(file))).toThrow(message);
});

test('more tags than any taxonomy has are refused', () => {
  const predicates = Array.from({ length: 20_001 }, (_, index) => ({ value: `p${index}` }));
  expect(() => readTaxonomy(JSON.stringify({ namespace: 'n', predicates }))).toThrow('more than 20000');
});
