import type { Engagement } from '../shared/contract/entities.ts';
import { AppError } from '../shared/errors.ts';
import type { CliSession } from './session.ts';
import { printable } from './terminal.ts';

/** The engagement of `--engagement`, by name or id; the first where none is named. Errors: `not_found`, naming them. */
export async function engagementNamed(api: CliSession['api'], wanted: string | undefined): Promise<Engagement> {
  const all = await api['engagements.list']({});
  const found = wanted === undefined ? all[0] : all.find(({ id, name }) => id === wanted || name === wanted);
  if (found) return found;
  const names = all.map(({ name }) => printable(name, 60)).join(', ');
  throw new AppError('not_found', `There is no engagement “${printable(wanted ?? '')}”. There are: ${names}.`);
}
