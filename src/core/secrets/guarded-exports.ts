import type { caseTemplatesContract } from '../../shared/contract/case-templates.ts';
import type { dashboardsContract } from '../../shared/contract/dashboards.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { CallContext } from '../ports.ts';

type Exports = Pick<
  Handlers<typeof caseTemplatesContract & typeof dashboardsContract, CallContext>,
  'caseTemplates.export' | 'dashboards.export'
>;

/** Calls whose answer is a file for others: a text that somebody typed goes through `guard` first, whoever asks. */
export const guardedExports = (exports: Exports, guard: (text: string) => void): Exports => ({
  async 'caseTemplates.export'(...call) {
    const file = await exports['caseTemplates.export'](...call);
    guard(file.text);
    return file;
  },
  async 'dashboards.export'(...call) {
    const file = await exports['dashboards.export'](...call);
    guard(file.text);
    return file;
  },
});
