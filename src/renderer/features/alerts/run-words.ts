import type { AlertRun } from '../../../shared/contract/alerts.ts';
import { plural } from '../../ui/format.ts';

/** "3 new alerts, 1 updated, 2 problems"; what did not happen is not said. */
export function runWords(run: AlertRun): string {
  const parts = [
    run.made > 0 ? plural(run.made, 'new alert') : '',
    run.updated > 0 ? `${run.updated} updated` : '',
    run.unchanged > 0 ? `${run.unchanged} without news` : '',
    run.skipped > 0 ? `${run.skipped} not changed since` : '',
    run.problems > 0 ? plural(run.problems, 'problem') : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'nothing new' : parts.join(', ');
}
