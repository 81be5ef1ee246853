/** How a shared field lies in its column. */
type FieldKind = 'plain' | 'boolean' | 'json';

export interface Field<T> {
  readonly column: string;
  readonly kind: FieldKind;
  /** Never set: carries the type. */
  readonly type?: T;
}

export const plain = <T extends string | number | null>(column: string): Field<T> => ({ column, kind: 'plain' });
export const boolean = (column: string): Field<boolean> => ({ column, kind: 'boolean' });
export const json = <T>(column: string): Field<T> => ({ column, kind: 'json' });

export const text = plain<string>;
export const list = json<string[]>;
export const time = plain<number>;
export const maybeTime = plain<number | null>;
export const maybeText = plain<string | null>;
