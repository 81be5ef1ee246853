import { AppError } from '../shared/errors.ts';
import type { Flavor } from '../shared/contract/entities.ts';
import type { CliSession } from './session.ts';
import { printable } from './terminal.ts';

/** The flavor that a full id (`<source>/<Name>_<version>`) or an unambiguous bare one names. Errors: `invalid_input`. */
export function flavorNamed(flavors: readonly Flavor[], id: string): Flavor {
  const exact = flavors.find((f) => f.id === id);
  if (exact) return exact;
  const bare = flavors.filter((f) => f.id.slice(f.id.indexOf('/') + 1) === id);
  if (bare.length === 1) return bare[0]!;
  if (bare.length > 1) {
    throw new AppError('invalid_input', `${id} is ambiguous. Name one of: ${bare.map((f) => f.id).join(', ')}.`, {
      details: { candidates: bare.map((f) => f.id) },
    });
  }
  // The name without its version is the usual mistake.
  const near = flavors.filter((f) => f.name.toLowerCase() === id.toLowerCase().split('/').at(-1)).map((f) => f.id);
  const hint = near.length > 0 ? `Did you mean ${near.join(' or ')}?` : '“osmia analyzers” lists them.';
  throw new AppError('invalid_input', `There is no analyzer ${printable(id)}. ${hint}`, {
    details: { candidates: near },
  });
}

/** The ids behind `--analyzers A,B`. */
export async function chooseFlavors(session: CliSession, list: string): Promise<string[]> {
  const names = list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) throw new AppError('invalid_input', '--analyzers needs at least one id.');
  const flavors = await session.api['analyzers.list']({});
  return [...new Set(names.map((name) => flavorNamed(flavors, name).id))];
}
