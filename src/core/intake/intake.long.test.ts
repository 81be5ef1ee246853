import { test } from 'vitest';
import { manyCandidates } from '../../../test/support/many-candidates.ts';

test('100,000 candidates', () => manyCandidates(100_000));
