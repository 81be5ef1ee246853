import type { QuotaGate } from '../quota/quota-port.ts';

/** For an engine without a ledger: nothing has a budget. */
export const unlimitedQuota: QuotaGate = {
  costOf: () => null,
  reserve: () => ({ isReserved: true }),
  settle: () => undefined,
  release: () => undefined,
  learn: () => undefined,
  freeAt: () => undefined,
  recover: () => ({ settled: 0, released: 0 }),
};
