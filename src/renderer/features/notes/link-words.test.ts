import { expect, test } from 'vitest';
import { mentionLink, mentionsIn, parseMention } from '../../ui/mention-link.ts';
import { toggleBox } from '../../ui/task-boxes.ts';
import { linkWords } from './link-words.ts';

const ID = '019aa000-0000-7000-8000-000000000001';

test('a link takes the place of words that stand there once', () => {
  expect(linkWords('from evil.example today', 'evil.example', '[x](y)')).toBe('from [x](y) today');
  expect(linkWords('a a', 'a', 'x')).toBeUndefined();
  expect(linkWords('**bold** words', 'bold words', 'x')).toBeUndefined();
  expect(linkWords('a', '', 'x')).toBeUndefined();
});

test('a mention is a link that is read again, whatever its words', () => {
  const link = mentionLink({ kind: 'observable', id: ID }, 'evil[.]example `x`\n\\');
  expect(link).toBe(`[evil\\[.\\]example \\\`x\\\` \\\\](osmia:observable/${ID})`);
  expect(mentionsIn(`see ${link} and ${link}`)).toEqual([{ kind: 'observable', id: ID }]);
});

test.each([
  `osmia:shell/${ID}`,
  'osmia:case/../../x',
  `osmia:case/${ID}/more`,
  'https://a.example',
  `OSMIA:case/${ID}`,
])('%s is no mention', (address) => expect(parseMention(address)).toBeUndefined());

test('a note may mention more than is looked up at once', () => {
  const many = Array.from({ length: 900 }, (_, i) =>
    mentionLink({ kind: 'case', id: ID.slice(0, -4) + String(i).padStart(4, '0') }, 'x'),
  );
  expect(mentionsIn(many.join(' '))).toHaveLength(500);
});

test('a box is ticked where its item begins, and nowhere else', () => {
  const source = '- [ ] one\n  1. [x] two\n- none';
  expect(toggleBox(source, 0)).toBe('- [x] one\n  1. [x] two\n- none');
  expect(toggleBox(source, source.indexOf('1.'))).toBe('- [ ] one\n  1. [ ] two\n- none');
  expect(toggleBox(source, source.indexOf('- none'))).toBeUndefined();
  expect(toggleBox(source, 10_000)).toBeUndefined();
});
