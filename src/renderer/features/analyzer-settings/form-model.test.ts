import { expect, test } from 'vitest';
import type { FlavorConfig, SettingField } from '../../../shared/contract/config.ts';
import { inheritedBy, savesOf, scopeOf, valueWords } from './form-model.ts';

const CLIENT = '019aa000-0000-7000-8000-000000000001';

const field = (more: Partial<SettingField> = {}): SettingField => ({
  name: 'port',
  description: '',
  type: 'number',
  isMulti: false,
  isRequired: false,
  isSecret: false,
  isMarked: false,
  kind: 'item',
  defaultValue: 443,
  held: [],
  effective: 443,
  from: 'descriptor',
  problem: '',
  ...more,
});

const config = (more: Partial<FlavorConfig> = {}): FlavorConfig => ({
  flavorId: 'kit/A_1_0',
  name: 'A',
  version: '1.0',
  engagementId: null,
  base: { name: 'Service', flavors: [] },
  fields: [],
  missing: [],
  unknown: [],
  carried: null,
  ...more,
});

const held = (scope: 'flavor' | 'base' | 'global', value: number, engagementId: string | null = null) => ({
  scope,
  engagementId,
  value,
  secret: null,
});

test('a new value goes to the siblings where there are any; what is held stays where it is', () => {
  expect(scopeOf(field(), config())).toBe('base');
  expect(scopeOf(field(), config({ base: null }))).toBe('flavor');
  expect(scopeOf(field({ kind: 'common' }), config())).toBe('flavor');
  expect(scopeOf(field({ held: [held('base', 1), held('flavor', 2)] }), config())).toBe('flavor');
  // What every engagement has does not say where one of them would keep its own.
  expect(scopeOf(field({ held: [held('flavor', 2)] }), config({ engagementId: CLIENT }))).toBe('base');
});

test('an empty field says what holds without it, and where that is from', () => {
  expect(inheritedBy(field(), 'base', config())).toEqual({ value: 443, from: 'its own default', isSecret: false });
  expect(inheritedBy(field({ defaultValue: null }), 'base', config())).toBeUndefined();
  const both = field({ held: [held('base', 1), held('flavor', 2)] });
  expect(inheritedBy(both, 'flavor', config())).toMatchObject({ value: 1, from: 'its shared settings' });
  expect(inheritedBy(both, 'flavor', config({ engagementId: CLIENT }))).toMatchObject({
    value: 2,
    from: 'this analyzer for every engagement',
  });
});

test('edits are saved in one call a scope', () => {
  expect(savesOf({})).toEqual([]);
  expect(
    savesOf({
      key: { scope: 'base', value: 'k' },
      port: { scope: 'flavor', value: null },
      hosts: { scope: 'base', value: ['a'] },
    }),
  ).toEqual([
    { scope: 'base', values: { key: 'k', hosts: ['a'] } },
    { scope: 'flavor', values: { port: null } },
  ]);
});

test('values in words', () => {
  expect([null, '', [], ['a', 'b'], true, 0].map((value) => valueWords(value))).toEqual([
    'nothing',
    'nothing',
    'an empty list',
    'a, b',
    'On',
    '0',
  ]);
});
