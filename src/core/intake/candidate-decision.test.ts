import { expect, test } from 'vitest';
import { firstDecision } from './candidate-decision.ts';

test.each([
  ['domain', [], 'accept'],
  ['hash', ['sha256'], 'accept'],
  ['filename', [], 'undecided'],
  ['ip', ['private'], 'undecided'],
  ['ip', ['private', 'documentation'], 'undecided'],
  ['domain', ['strings'], 'undecided'],
  ['fqdn', ['defanged', 'derived'], 'undecided'],
] as const)('%s with marks %j: %s', (dataType, marks, decision) => {
  expect(firstDecision({ dataType, marks: [...marks] })).toBe(decision);
});
