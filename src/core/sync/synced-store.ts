import type { Statement } from 'better-sqlite3-multiple-ciphers';
import { v7 } from 'uuid';
import { AppError } from '../../shared/errors.ts';
import type { Db } from '../db/open.ts';
import type { Clock } from '../ports.ts';
import { currentCallGroup } from './call-group.ts';
import { changeHash } from './change-log.ts';
import { createHlc } from './hlc.ts';
import { type Field, SHARED_ENTITIES, type SharedEntity, type SharedPatch, type SharedRow } from './registry.ts';

/** Who changes something, and where it belongs. */
export interface ChangeMeta {
  actor: string;
  reason?: string;
  /** Groups changes that are undone together; by default the enclosing `transaction`, else the client's call. */
  txnId?: string;
  engagementId?: string | null;
  caseId?: string | null;
}

/** What was written of one row; `before` is undefined for a new one. Both are whole rows. */
export interface WrittenRow<E extends SharedEntity> {
  id: string;
  /** What a full-text index names the row by. */
  rowid: number;
  before: SharedRow<E> | undefined;
  after: SharedRow<E>;
  meta: ChangeMeta;
}

export interface SyncedStore {
  /** Returns the rowid, which the full-text index names the row by. */
  insert<E extends SharedEntity>(entity: E, row: SharedRow<E>, meta: ChangeMeta): number;
  /** False when there is no such row or nothing differs; then nothing is logged. */
  update<E extends SharedEntity>(entity: E, id: string, patch: SharedPatch<E>, meta: ChangeMeta): boolean;
  /**
   * Destroys a row and what the log says was in it; the log keeps that it was, when and by whom, and its hashes. What
   * follows from the row goes as if it went to the trash without its tags. What refers to it must be gone already.
   */
  erase(entity: SharedEntity, id: string, meta: ChangeMeta): void;
  /** A row as it stands, in the trash or not. */
  find<E extends SharedEntity>(entity: E, id: string): SharedRow<E> | undefined;
  /** One immediate transaction and one group in the log. Inner ones join the outer group. */
  transaction<T>(meta: Pick<ChangeMeta, 'txnId'>, fn: () => T): T;
  /**
   * What follows from shared rows (counters, full text) is kept here and nowhere else: `keep` is called in the writer's
   * transaction after every insert and update of the entity, those of undo, merge and sync included.
   */
  project<E extends SharedEntity>(entity: E, keep: (written: WrittenRow<E>) => void): void;
  /** For projections that gather what they write: a hundred rows of one transaction often change the same counter. */
  gather(gathered: Gathered): void;
}

export interface Gathered {
  /** Writes what was gathered; called in the writer's transaction before it ends. */
  write(): void;
  /** Forgets it: the transaction, or the part of it since the last `write`, is rolled back. */
  forget(): void;
}

type Values = Record<string, unknown>;

interface Shape {
  fields: readonly (readonly [name: string, field: Field<unknown>])[];
  known: Readonly<Record<string, Field<unknown>>>;
  table: string;
  insert: Statement;
  select: Statement;
  /** One statement for each set of fields that was ever changed together. */
  updates: Map<string, Statement>;
  projections: ((written: WrittenRow<SharedEntity>) => void)[];
}

const encode = (field: Field<unknown>, value: unknown): unknown =>
  field.kind === 'boolean' ? (value ? 1 : 0) : field.kind === 'json' ? JSON.stringify(value) : value;

const decode = (field: Field<unknown>, value: unknown): unknown =>
  field.kind === 'boolean' ? value === 1 : field.kind === 'json' ? JSON.parse(value as string) : value;

/** What does not say otherwise was written by the insert. */
const WHOLE_ROW = '*';

/**
 * The only writer of shared tables: row, per-field stamps and change record in one transaction
 * (DESIGN.md 4). synced-store.test.ts looks for writes that go around it.
 */
export function createSyncedStore(deps: { db: Db; clock: Clock; device: string }): SyncedStore {
  const { db, clock, device } = deps;
  const hlc = createHlc({ clock, device });
  const newestStamp = db.prepare('SELECT stamp FROM change ORDER BY seq DESC LIMIT 1').pluck().get() as
    | string
    | undefined;
  if (newestStamp !== undefined) hlc.observe(newestStamp);

  const lastHash = db.prepare('SELECT hash FROM change ORDER BY seq DESC LIMIT 1').pluck();
  const insertChange = db.prepare(
    `INSERT INTO change (id, txn_id, entity, row_id, before, after, stamp, device, actor, reason, engagement_id, case_id, at, hash)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const shapes = new Map<SharedEntity, Shape>();
  for (const name of Object.keys(SHARED_ENTITIES) as SharedEntity[]) shapes.set(name, shapeOf(db, name));

  const noteGesture = db.prepare(
    `INSERT INTO gesture (txn_id, seq, client, kind, at) VALUES (?, ?, ?, 'do', ?) ON CONFLICT (txn_id) DO NOTHING`,
  );

  // One wrapper for the life of the store: making one costs more than a small transaction's statements.
  const run = db.transaction((fn: () => unknown) => fn());
  let group: string | undefined;
  /** The call whose gesture this transaction has noted; undefined where it is somebody else's transaction. */
  let noted: string | null | undefined;

  const log = (
    entity: SharedEntity,
    id: string,
    before: string | null,
    after: string,
    stamp: string,
    meta: ChangeMeta,
  ): void => {
    const call = currentCallGroup();
    const change = {
      id: v7(),
      txn_id: meta.txnId ?? group ?? call?.id ?? v7(),
      entity,
      row_id: id,
      before,
      after,
      stamp,
      device,
      actor: meta.actor,
      reason: meta.reason ?? '',
      engagement_id: meta.engagementId ?? null,
      case_id: meta.caseId ?? null,
      at: clock.now(),
    };
    // Read, not remembered: a transaction rolled back elsewhere must not leave a hash behind.
    const hash = changeHash((lastHash.get() as string | undefined) ?? '', change);
    const { lastInsertRowid: seq } = insertChange.run(
      change.id,
      change.txn_id,
      change.entity,
      change.row_id,
      change.before,
      change.after,
      change.stamp,
      change.device,
      change.actor,
      change.reason,
      change.engagement_id,
      change.case_id,
      change.at,
      hash,
    );
    // Once a transaction, not once ever: one that is rolled back takes the note with it.
    if (call?.id === change.txn_id && noted !== call.id) {
      noteGesture.run(call.id, seq, call.client, change.at);
      if (noted !== undefined) noted = call.id;
    }
  };

  const insertRow = (entity: SharedEntity, row: Values, meta: ChangeMeta): number => {
    const shape = shapeFor(shapes, entity);
    const values: unknown[] = [row['id']];
    for (const [name, field] of shape.fields) {
      if (row[name] === undefined) throw new AppError('invalid_input', `A new ${entity} needs the field ${name}.`);
      values.push(encode(field, row[name]));
    }
    const { id, ...fields } = row;
    refuseUnknown(shape, entity, fields);
    const stamp = hlc.tick();
    const rowid = Number(shape.insert.run(...values, `{"${WHOLE_ROW}":"${stamp}"}`).lastInsertRowid);
    log(entity, id as string, null, JSON.stringify(fields), stamp, meta);
    tell(shape, { id: id as string, rowid, before: undefined, after: row as SharedRow<SharedEntity>, meta });
    return rowid;
  };

  const updateRow = (entity: SharedEntity, id: string, patch: Values, meta: ChangeMeta): boolean => {
    const shape = shapeFor(shapes, entity);
    refuseUnknown(shape, entity, patch);
    const row = shape.select.get(id) as Values | undefined;
    if (!row) return false;
    const before: Values = {};
    const after: Values = {};
    const columns: string[] = [];
    const values: unknown[] = [];
    const change = (name: string, encoded: unknown, value: unknown): void => {
      const field = shape.known[name]!;
      before[name] = decode(field, row[field.column]);
      after[name] = value;
      columns.push(field.column);
      values.push(encoded);
    };
    for (const [name, value] of Object.entries(patch)) {
      if (value === undefined) continue;
      const field = shape.known[name]!;
      const encoded = encode(field, value);
      if (encoded !== row[field.column]) change(name, encoded, value);
    }
    if (columns.length === 0) return false;
    if (shape.known['updatedAt'] && !Object.hasOwn(after, 'updatedAt')) {
      // Strictly greater, so that "changed since I read it" can be asked even after the clock went back.
      const now = Math.max(clock.now(), (row['updated_at'] as number) + 1);
      change('updatedAt', now, now);
    }
    const stamp = hlc.tick();
    const stamps = JSON.parse(row['stamps'] as string) as Record<string, string>;
    for (const name of Object.keys(after)) stamps[name] = stamp;
    updateStatement(db, shape, columns).run(...values, JSON.stringify(stamps), id);
    log(entity, id, JSON.stringify(before), JSON.stringify(after), stamp, meta);
    if (shape.projections.length > 0) {
      const whole = decodeRow(shape, id, row);
      const now = { ...whole, ...after } as SharedRow<SharedEntity>;
      tell(shape, { id, rowid: row['rowid'] as number, before: whole, after: now, meta });
    }
    return true;
  };

  const blank = db.prepare(
    `UPDATE change SET before = NULL, after = NULL, reason = '' WHERE entity = ? AND row_id = ?`,
  );
  const eraseRow = (entity: SharedEntity, id: string, meta: ChangeMeta): void => {
    const shape = shapeFor(shapes, entity);
    const row = shape.select.get(id) as Values | undefined;
    if (!row) return;
    const before = decodeRow(shape, id, row);
    const deletedAt = before.deletedAt ?? clock.now();
    // First as in the trash, so that projections which count from the tables find it gone.
    if (before.deletedAt === null)
      db.prepare(`UPDATE ${shape.table} SET deleted_at = ? WHERE id = ?`).run(deletedAt, id);
    const after = { ...before, deletedAt, ...('tags' in before && { tags: [] }) } as SharedRow<SharedEntity>;
    tell(shape, { id, rowid: row['rowid'] as number, before, after, meta });
    db.prepare(`DELETE FROM ${shape.table} WHERE id = ?`).run(id);
    blank.run(entity, id);
  };

  const gathering: Gathered[] = [];
  const settle = (): void => {
    for (const gathered of gathering) gathered.write();
  };
  const settled = <T>(fn: () => T, isNested: boolean): T => {
    const whole = (): T => {
      const result = fn();
      settle();
      return result;
    };
    try {
      return (isNested ? run(whole) : run.immediate(whole)) as T;
    } catch (error) {
      for (const gathered of gathering) gathered.forget();
      throw error;
    }
  };
  const begin = <T>(fn: () => T): T => {
    noted = null;
    try {
      return settled(fn, false);
    } finally {
      noted = undefined;
    }
  };
  /** What the outer transaction has gathered is written first, so that a roll-back of the inner one forgets only its own. */
  const nest = <T>(fn: () => T): T => {
    settle();
    return settled(fn, true);
  };
  const atomically = <T>(fn: () => T): T => {
    if (!db.inTransaction) return begin(fn);
    if (noted !== undefined) return fn();
    // In somebody else's transaction nobody says when it ends.
    try {
      const result = fn();
      settle();
      return result;
    } catch (error) {
      for (const gathered of gathering) gathered.forget();
      throw error;
    }
  };

  return {
    insert: (entity, row, meta) => atomically(() => insertRow(entity, row, meta)),
    update: (entity, id, patch, meta) => atomically(() => updateRow(entity, id, patch, meta)),
    erase: (entity, id, meta) => atomically(() => eraseRow(entity, id, meta)),
    find<E extends SharedEntity>(entity: E, id: string): SharedRow<E> | undefined {
      const shape = shapeFor(shapes, entity);
      const stored = shape.select.get(id) as Values | undefined;
      return stored && (decodeRow(shape, id, stored) as SharedRow<E>);
    },
    transaction<T>(meta: Pick<ChangeMeta, 'txnId'>, fn: () => T): T {
      const outer = group;
      group = outer ?? meta.txnId ?? currentCallGroup()?.id ?? v7();
      try {
        return db.inTransaction ? nest(fn) : begin(fn);
      } finally {
        group = outer;
      }
    },
    project(entity, keep) {
      shapeFor(shapes, entity).projections.push(keep as (written: WrittenRow<SharedEntity>) => void);
    },
    gather: (gathered) => void gathering.push(gathered),
  };
}

function tell(shape: Shape, written: WrittenRow<SharedEntity>): void {
  for (const keep of shape.projections) keep(written);
}

function decodeRow(shape: Shape, id: string, row: Values): SharedRow<SharedEntity> {
  const whole: Values = { id };
  for (const [name, field] of shape.fields) whole[name] = decode(field, row[field.column]);
  return whole as SharedRow<SharedEntity>;
}

function shapeOf(db: Db, name: SharedEntity): Shape {
  const { table, fields } = SHARED_ENTITIES[name];
  const entries = Object.entries(fields) as [string, Field<unknown>][];
  const columns = ['id', ...entries.map(([, field]) => field.column), 'stamps'];
  return {
    table,
    fields: entries,
    known: fields,
    insert: db.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`),
    select: db.prepare(`SELECT rowid AS rowid, ${columns.join(', ')} FROM ${table} WHERE id = ?`),
    updates: new Map(),
    projections: [],
  };
}

function shapeFor(shapes: Map<SharedEntity, Shape>, entity: string): Shape {
  const shape = shapes.get(entity as SharedEntity);
  if (!shape) throw new AppError('invalid_input', `${entity.slice(0, 40)} is not a shared entity.`);
  return shape;
}

function refuseUnknown(shape: Shape, entity: string, values: Values): void {
  for (const name of Object.keys(values)) {
    if (!Object.hasOwn(shape.known, name)) {
      throw new AppError('invalid_input', `${entity} has no shared field ${name.slice(0, 40)}.`);
    }
  }
}

function updateStatement(db: Db, shape: Shape, columns: readonly string[]): Statement {
  const key = columns.join(',');
  let statement = shape.updates.get(key);
  if (!statement) {
    const sets = columns.map((column) => `${column} = ?`).join(', ');
    statement = db.prepare(`UPDATE ${shape.table} SET ${sets}, stamps = ? WHERE id = ?`);
    shape.updates.set(key, statement);
  }
  return statement;
}
