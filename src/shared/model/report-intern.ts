import { type FieldNature, looksLikeMoment, natureOf } from './report-noise.ts';

/** A value by number: equal numbers are equal values, whatever the order of their fields. */
export interface Known {
  id: number;
  /** The same without the fields that are noise. */
  quiet: number;
  /** Scalars in it. */
  leaves: number;
}

export interface Interner {
  of(value: unknown): Known;
  /** What a field's name says of it, worked out once. */
  nature(name: string): FieldNature;
  /** Some values lay beyond the bounds and were taken for equal. */
  isCut(): boolean;
}

export const MAX_DEPTH = 256;
const BEYOND: Known = { id: 0, quiet: 0, leaves: 0 };

/** Gives equal JSON values equal numbers, each value once: two trees are then compared at the cost of one look. */
export function createInterner(maxNodes: number): Interner {
  const numbers = new Map<string, number>();
  const known = new WeakMap<object, Known>();
  const natures = new Map<string, FieldNature>();
  let nodes = 0;
  let isCut = false;

  const numberOf = (text: string): number => {
    let number = numbers.get(text);
    if (number === undefined) numbers.set(text, (number = numbers.size + 1));
    return number;
  };

  const nature = (name: string): FieldNature => {
    let found = natures.get(name);
    if (found === undefined) natures.set(name, (found = natureOf(name)));
    return found;
  };

  const scalar = (value: unknown): Known => {
    const id = numberOf(typeof value === 'string' ? `"${value}` : `${typeof value} ${String(value)}`);
    return { id, quiet: id, leaves: 1 };
  };

  const visit = (value: unknown, depth: number): Known => {
    if (typeof value !== 'object' || value === null) {
      nodes += 1;
      return scalar(value);
    }
    const found = known.get(value);
    if (found !== undefined) return found;
    if (depth > MAX_DEPTH || nodes >= maxNodes) {
      isCut = true;
      // Remembered, so that nobody starts again from here as if it were the root.
      known.set(value, BEYOND);
      return BEYOND;
    }
    nodes += 1;
    const made = Array.isArray(value) ? list(value, depth) : record(value as Record<string, unknown>, depth);
    known.set(value, made);
    return made;
  };

  const list = (items: readonly unknown[], depth: number): Known => {
    const ids: number[] = [];
    const quiets: number[] = [];
    let leaves = 0;
    for (const item of items) {
      const one = visit(item, depth + 1);
      ids.push(one.id);
      quiets.push(one.quiet);
      leaves += one.leaves;
    }
    const [id, quiet] = [`[${ids.join()}`, `[${quiets.join()}`];
    return { id: numberOf(id), quiet: numberOf(quiet), leaves };
  };

  const record = (value: Readonly<Record<string, unknown>>, depth: number): Known => {
    let id = '{';
    let quiet = '{';
    let leaves = 0;
    for (const key of Object.keys(value).sort()) {
      const inner = value[key];
      const one = visit(inner, depth + 1);
      const name = numberOf(`"${key}`);
      id += `${name}:${one.id},`;
      leaves += one.leaves;
      const kind = nature(key);
      if (kind !== 'noise' && !(kind === 'plain' && looksLikeMoment(inner))) quiet += `${name}:${one.quiet},`;
    }
    return { id: numberOf(id), quiet: numberOf(quiet), leaves };
  };

  return { of: (value) => visit(value, 0), nature, isCut: () => isCut };
}
