import { vi } from 'vitest';
import { describeHostileKit } from './support/hostile-suite.ts';

vi.setConfig({ hookTimeout: 90_000 });

describeHostileKit('isolated', ['bwrap']);
