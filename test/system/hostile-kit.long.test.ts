import { vi } from 'vitest';
import { describeHostileKit } from './support/hostile-suite.ts';

vi.setConfig({ hookTimeout: 180_000 });

describeHostileKit('limited', ['unshare', 'landlock']);
