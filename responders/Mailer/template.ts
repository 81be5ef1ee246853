import { asObject, type Json } from './job.ts';

const MAX_VALUE = 100_000;

/**
 * Puts values in the place of `{{name.of.value}}`. Nothing is evaluated: a name is a path through plain objects, and
 * what is not there is left out. What a value holds is never looked at again, so braces in it stay braces.
 */
export const fill = (template: string, values: Json): string =>
  template.replace(/\{\{\s*([A-Za-z_][\w.-]{0,200})\s*\}\}/g, (_all, path: string) => wordsOf(lookUp(values, path)));

function lookUp(values: Json, path: string): unknown {
  let value: unknown = values;
  for (const step of path.split('.')) {
    const at = asObject(value);
    if (!Object.hasOwn(at, step)) return undefined;
    value = at[step];
  }
  return value;
}

function wordsOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map(wordsOf).join(', ');
  return (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, MAX_VALUE);
}
