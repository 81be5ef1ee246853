import { AppError } from '../../shared/errors.ts';

/** Where a page ended in a list ordered by a time and an id. */
export interface Keyset {
  at: number;
  id: string;
}

const CURSOR = /^(\d{1,16})\.([0-9a-f-]{36})$/;

const cursorOf = ({ at, id }: Keyset): string => `${at}.${id}`;

/** `invalid_input` for what `pageOf` did not make. */
export function parseCursor(cursor: string): Keyset {
  const match = CURSOR.exec(cursor);
  if (!match?.[1] || !match[2]) throw new AppError('invalid_input', 'That page no longer exists. Read the list again.');
  return { at: Number(match[1]), id: match[2] };
}

/** Cuts a list read with `limit + 1` rows to a page. */
export function pageOf<T>(rows: T[], limit: number, keyOf: (row: T) => Keyset): { rows: T[]; next: string | null } {
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { rows: rows.slice(0, limit), next: last === undefined ? null : cursorOf(keyOf(last)) };
}
