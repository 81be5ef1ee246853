import type { SearchKind } from '../../shared/model/search-query.ts';
import type { Db } from '../db/open.ts';
import { createStatementCache } from '../db/statement-cache.ts';
import type { SearchText } from './documents.ts';

/** Kinds that `search_doc` numbers; observables have a number of their own. */
export type NumberedKind = Exclude<SearchKind, 'observable'>;

/** Writes the full-text indexes, always in the transaction that writes what they follow from. */
export interface SearchIndex {
  /** Puts a text in, in place of the one that was there. */
  put(kind: NumberedKind, rowId: string, text: SearchText, part?: string): void;
  /** With all its parts. */
  remove(kind: NumberedKind, rowId: string): void;
  putObservable(num: number, text: SearchText): void;
  /** One that is not in the index. */
  addObservable(num: number, text: SearchText): void;
  /** All but the value is another. */
  changeObservable(num: number, text: SearchText): void;
  removeObservable(num: number): void;
  engagementOf(caseId: string): string | undefined;
}

const COLUMNS = 'rowid, facets, title, body, tags';

export function createSearchIndex(db: Db): SearchIndex {
  // No statement costs anything before it is used: a start reads none of the indexes.
  const prepared = createStatementCache(db);
  const insert = (table: string, num: number, { facets, title, body, tags }: SearchText): void =>
    void prepared(`INSERT INTO ${table} (${COLUMNS}) VALUES (?, ?, ?, ?, ?)`).run(num, facets, title, body, tags);
  const drop = (table: string, num: number): void => void prepared(`DELETE FROM ${table} WHERE rowid = ?`).run(num);
  const addGrams = (num: number, value: string): void =>
    void prepared('INSERT INTO search_grams (rowid, value) VALUES (?, ?)').run(num, value);

  const numbersOf = (kind: NumberedKind, rowId: string): number[] =>
    prepared('SELECT num FROM search_doc WHERE row_id = ? AND kind = ?').pluck().all(rowId, kind) as number[];

  const remove = (kind: NumberedKind, rowId: string): void => {
    for (const num of numbersOf(kind, rowId)) {
      drop(`search_${kind}`, num);
      prepared('DELETE FROM search_doc WHERE num = ?').run(num);
    }
  };
  const removeObservable = (num: number): void => {
    drop('search_observable', num);
    drop('search_grams', num);
  };

  return {
    put(kind, rowId, text, part = '') {
      const known = prepared('SELECT num FROM search_doc WHERE row_id = ? AND kind = ? AND part = ?')
        .pluck()
        .get(rowId, kind, part) as number | undefined;
      if (known !== undefined) drop(`search_${kind}`, known);
      const num =
        known ??
        Number(
          prepared('INSERT INTO search_doc (kind, row_id, part) VALUES (?, ?, ?)').run(kind, rowId, part)
            .lastInsertRowid,
        );
      insert(`search_${kind}`, num, text);
    },
    remove,
    putObservable(num, text) {
      removeObservable(num);
      insert('search_observable', num, text);
      addGrams(num, text.title);
    },
    addObservable(num, text) {
      insert('search_observable', num, text);
      addGrams(num, text.title);
    },
    changeObservable(num, text) {
      drop('search_observable', num);
      insert('search_observable', num, text);
    },
    removeObservable,
    engagementOf: (caseId) =>
      prepared('SELECT engagement_id FROM case_record WHERE id = ?').pluck().get(caseId) as string | undefined,
  };
}
