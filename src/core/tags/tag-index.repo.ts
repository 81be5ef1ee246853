import { foldTag } from '../../shared/model/tag.ts';
import type { Db } from '../db/open.ts';
import { createGatheredSums } from '../sync/gathered-sums.ts';
import type { Gathered } from '../sync/synced-store.ts';
import type { TagCarrier } from './keep-tags.ts';

export interface TagUse {
  tag: string;
  cases: number;
  observables: number;
  alerts: number;
  uses: number;
}

/** Where tags are and how often; '' as engagement is the whole workspace. */
export interface TagIndexRepo extends Gathered {
  putOn(tag: string, entity: TagCarrier, rowId: string): void;
  takeOff(tag: string, entity: TagCarrier, rowId: string): void;
  /** Stored by `write`. */
  count(engagementId: string, tag: string, entity: TagCarrier, by: 1 | -1): void;
  /** The most used first, after a position. */
  often(engagementId: string, after: { uses: number; tag: string } | undefined, limit: number): TagUse[];
  /** By the start of their folded text. */
  startingWith(engagementId: string, folded: string, limit: number): TagUse[];
  find(engagementId: string, tag: string): TagUse | undefined;
  /** Rows that carry it, in the order of their ids, those in the trash too. */
  carriers(tag: string, entity: TagCarrier, afterId: string, limit: number): string[];
}

const COLUMN: Readonly<Record<TagCarrier, string>> = { case: 'cases', observable: 'observables', alert: 'alerts' };

/** Sorts after everything that starts with a text. */
const LAST = '\u{10FFFF}';

/** `onNews` is told when tags came into use or went out of it, inside the writer's transaction. */
export function createTagIndexRepo(db: Db, onNews: () => void): TagIndexRepo {
  const put = db.prepare('INSERT INTO tag_on (tag, entity, row_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
  const take = db.prepare('DELETE FROM tag_on WHERE tag = ? AND entity = ? AND row_id = ?');
  const add = Object.fromEntries(
    (Object.keys(COLUMN) as TagCarrier[]).map((entity) => [
      entity,
      db
        .prepare<[string, string, string, number], number>(
          `INSERT INTO tag_use (engagement_id, tag, folded, ${COLUMN[entity]}) VALUES (?, ?, ?, ?)
           ON CONFLICT (engagement_id, tag) DO UPDATE SET ${COLUMN[entity]} = ${COLUMN[entity]} + excluded.${COLUMN[entity]}
           RETURNING uses`,
        )
        .pluck(),
    ]),
  );
  const forget = db.prepare('DELETE FROM tag_use WHERE engagement_id = ? AND tag = ?');
  const columns = 'tag, cases, observables, alerts, uses';
  const first = db.prepare<[string, number], TagUse>(
    `SELECT ${columns} FROM tag_use WHERE engagement_id = ? ORDER BY uses DESC, tag LIMIT ?`,
  );
  const next = db.prepare<[string, number, number, string, number], TagUse>(
    `SELECT ${columns} FROM tag_use WHERE engagement_id = ? AND (uses < ? OR (uses = ? AND tag > ?))
     ORDER BY uses DESC, tag LIMIT ?`,
  );
  const starting = db.prepare<[string, string, string, number], TagUse>(
    `SELECT ${columns} FROM tag_use WHERE engagement_id = ? AND folded >= ? AND folded < ? ORDER BY folded LIMIT ?`,
  );
  const one = db.prepare<[string, string], TagUse>(
    `SELECT ${columns} FROM tag_use WHERE engagement_id = ? AND tag = ?`,
  );
  const rows = db
    .prepare<[string, string, string, number], string>(
      'SELECT row_id FROM tag_on WHERE tag = ? AND entity = ? AND row_id > ? ORDER BY row_id LIMIT ?',
    )
    .pluck();
  let isNews = false;
  const sums = createGatheredSums<[engagementId: string, entity: TagCarrier, tag: string]>(
    ([engagementId, entity, tag], by) => {
      const uses = add[entity]?.get(engagementId, tag, foldTag(tag), by);
      if (uses === 0) forget.run(engagementId, tag);
      isNews ||= uses === 0 || uses === by;
    },
  );
  const write = (): void => {
    sums.write();
    if (isNews) onNews();
    isNews = false;
  };
  return {
    putOn: (tag, entity, rowId) => void put.run(tag, entity, rowId),
    takeOff: (tag, entity, rowId) => void take.run(tag, entity, rowId),
    count: (engagementId, tag, entity, by) => sums.add([engagementId, entity, tag], by),
    write,
    forget: sums.forget,
    often(engagementId, after, limit) {
      write();
      return after === undefined
        ? first.all(engagementId, limit)
        : next.all(engagementId, after.uses, after.uses, after.tag, limit);
    },
    startingWith(engagementId, folded, limit) {
      write();
      return starting.all(engagementId, folded, `${folded}${LAST}`, limit);
    },
    find(engagementId, tag) {
      write();
      return one.get(engagementId, tag);
    },
    carriers: (tag, entity, afterId, limit) => rows.all(tag, entity, afterId, limit),
  };
}
