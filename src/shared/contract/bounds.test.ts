import { expect, test } from 'vitest';
import { contract } from './contract.ts';

/** What zod keeps of a schema; its public types name each kind of it apart. */
interface Definition {
  type: string;
  checks?: { _zod: { def: { check: string; minimum?: unknown; maximum?: unknown } } }[];
  format?: string;
  element?: Schema;
  shape?: Record<string, Schema>;
  options?: Schema[];
  keyType?: Schema;
  valueType?: Schema;
  innerType?: Schema;
  in?: Schema;
  out?: Schema;
}
interface Schema {
  _zod: { def: Definition };
}

/** A text of one of these forms has a length of its own. */
const FIXED = new Set(['uuid', 'guid', 'uuidv7', 'sha256_hex', 'datetime']);
const SIMPLE = new Set(['number', 'int', 'boolean', 'null', 'undefined', 'enum', 'literal']);

/** Paths of everything in a schema that may be as long as the caller likes. */
function unbounded(schema: Schema, path: string): string[] {
  const { def } = schema._zod;
  const inner = (part: Schema | undefined, name: string): string[] =>
    part === undefined ? [] : unbounded(part, path + name);
  const isBounded = (def.checks ?? []).some(({ _zod: { def: check } }) =>
    ['max_length', 'length_equals', 'max_size'].includes(check.check),
  );
  switch (def.type) {
    case 'string': {
      const formats = [def.format, ...(def.checks ?? []).map((one) => (one._zod.def as { format?: string }).format)];
      return isBounded || formats.some((format) => FIXED.has(format ?? '')) ? [] : [`${path} text`];
    }
    case 'array':
      return [...(isBounded ? [] : [`${path} list`]), ...inner(def.element, '[]')];
    case 'record':
      // The call's own size bounds how many names it has.
      return [...inner(def.keyType, '{name}'), ...inner(def.valueType, '{value}')];
    case 'object':
      return Object.entries(def.shape ?? {}).flatMap(([name, part]) => inner(part, `.${name}`));
    case 'union':
      return (def.options ?? []).flatMap((part) => inner(part, ''));
    case 'pipe':
      return [def.in, def.out].flatMap((part) => inner(part, ''));
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'transform':
      return inner(def.innerType, '');
    default:
      return SIMPLE.has(def.type) ? [] : [`${path} ${def.type}, which this test does not know`];
  }
}

test('everything that a caller may send has a bound', () => {
  const found = Object.entries(contract).flatMap(([name, { input }]) => unbounded(input as unknown as Schema, name));
  expect([...new Set(found)]).toEqual([]);
});
