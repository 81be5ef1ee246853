import { expect, test } from 'vitest';
import { activityTitle, fieldWord, valueWord } from './activity-words.ts';

const group = { id: 'x', at: 0, actor: 'ana', reason: '', things: [], fields: [] };

test('a group is named by what was done to how many of what', () => {
  expect(activityTitle({ ...group, kind: 'added', entity: 'observable', count: 26 })).toBe('Added 26 observables');
  expect(activityTitle({ ...group, kind: 'changed', entity: 'case', count: 1 })).toBe('Changed the case');
  expect(activityTitle({ ...group, kind: 'trashed', entity: 'note', count: 1 })).toBe('Moved to the trash 1 note');
});

test('fields and values are words, times stay times, a cut text is shown', () => {
  expect(fieldWord('tlp')).toBe('TLP');
  expect(fieldWord('ignoreSimilarity')).toBe('Ignore similarity');
  expect(valueWord('isIoc', 'true')).toEqual({ text: 'yes' });
  expect(valueWord('endAt', '1000')).toEqual({ at: 1000 });
  expect(valueWord('severity', '3')).toEqual({ text: 'High' });
  expect(valueWord('status', '"in_progress"')).toEqual({ text: 'In progress' });
  expect(valueWord('status', '"completed"')).toEqual({ text: 'Completed' });
  expect(valueWord('tags', '["a","b"]')).toEqual({ text: 'a, b' });
  expect(valueWord('tags', '[]')).toBeUndefined();
  expect(valueWord('body', '"cut in the mid…')).toEqual({ text: 'cut in the mid…' });
});
