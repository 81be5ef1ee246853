import type { CaseTemplate } from '../shared/contract/case-templates.ts';
import { AppError } from '../shared/errors.ts';
import type { CliSession } from './session.ts';
import { printable } from './terminal.ts';

const MAX_NAMED = 20;

/** A case template by its name, whatever its case; `not_found` says which there are. */
export async function templateNamed(api: CliSession['api'], name: string): Promise<CaseTemplate> {
  const templates = await api['caseTemplates.list']({});
  const found = templates.find((each) => each.name.toLowerCase() === name.trim().toLowerCase());
  if (found !== undefined) return found;
  const names = templates.slice(0, MAX_NAMED).map((each) => printable(each.name));
  throw new AppError(
    'not_found',
    `There is no case template named ${printable(name)}. ${names.length === 0 ? 'There are none yet.' : `There are: ${names.join(', ')}.`}`,
  );
}
