import { setImmediate as nextTurn } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { v7 } from 'uuid';
import type { Undone } from '../../shared/contract/changes.ts';
import type { ActivityService } from '../activity/activity.service.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../ports.ts';
import { type CallGroup, currentCallGroup, inCallGroup } from '../sync/call-group.ts';
import type { ChangeRow } from '../sync/change-log.ts';
import { SHARED_ENTITIES, type SharedEntity } from '../sync/registry.ts';
import type { ChangeMeta, SyncedStore } from '../sync/synced-store.ts';
import type { Gesture, GesturesRepo } from './gestures.repo.ts';

export interface ChangesService {
  /** Null where there is nothing to take back. `client` says whose last gesture, where no group is named. */
  undo(actor: string, client: CallGroup['client'], group?: string): Promise<Undone | null>;
  redo(actor: string, client: CallGroup['client'], group?: string): Promise<Undone | null>;
}

/** Changes that are read, and rows that are written, before others have a turn. */
const CHUNK = 500;
const ROWS_A_TRANSACTION = 100;
/** Rows of one group that are told of singly; of more, listeners are told of their cases. */
const MAX_ROW_EVENTS = 200;
const MAX_REASONS = 20;
/** The newest changes of a group that say what it was. */
const DESCRIBED = 2_000;
/** Written with every change, by the store itself. */
const KEPT_BY_STORE = new Set(['updatedAt']);

/** What a group did to one row, taken together. */
interface RowChange {
  entity: SharedEntity;
  id: string;
  isNew: boolean;
  /** What each field was before the group, and what it was after it. */
  fields: Map<string, { before: unknown; after: unknown }>;
  engagementId: string | null;
  caseId: string | null;
}

/**
 * Undo and redo from the change log. A field goes back where its value is still the one that the group wrote; one that
 * somebody changed since is left alone, and said. What a group made goes to the trash. Nothing is ever unwritten: taking
 * back is a group of changes of its own, and redo is taking that one back.
 */
export function createChangesService(deps: {
  gestures: GesturesRepo;
  activity: ActivityService;
  store: SyncedStore;
  events: EventBus;
  clock: Clock;
}): ChangesService {
  const { gestures, activity, store, events, clock } = deps;

  /** Rows in the order in which their first changes were made. */
  const collect = async (txnId: string): Promise<{ rows: RowChange[]; newest: ChangeRow[]; hasPurged: boolean }> => {
    const rows = new Map<string, RowChange>();
    const newest: ChangeRow[] = [];
    let hasPurged = false;
    let before = Number.MAX_SAFE_INTEGER;
    for (;;) {
      const page = gestures.changes(txnId, before, CHUNK);
      for (const change of page) {
        if (newest.length < DESCRIBED) newest.push(change);
        if (change.after === null) hasPurged = true;
        else gatherRow(rows, change);
      }
      if (page.length < CHUNK) return { rows: [...rows.values()].toReversed(), newest, hasPurged };
      before = page.at(-1)!.seq;
      await nextTurn();
    }
  };

  const note = (found: Undone, entity: string, label: string, field: string, why: string): void => {
    found.left += 1;
    if (found.reasons.length < MAX_REASONS) found.reasons.push({ entity, label, field, why });
  };

  /** What takes the row back as far as nobody changed it since. */
  const patchFor = (row: RowChange, found: Undone): Record<string, unknown> | undefined => {
    const now: Record<string, unknown> | undefined = store.find(row.entity, row.id);
    if (!now) return undefined;
    if (row.isNew) return now['deletedAt'] === null ? { deletedAt: clock.now() } : {};
    const patch: Record<string, unknown> = {};
    for (const [field, { before, after }] of row.fields) {
      if (isDeepStrictEqual(now[field], before)) continue;
      if (isDeepStrictEqual(now[field], after)) patch[field] = before;
      else note(found, row.entity, labelOf(now), field, 'It was changed since.');
    }
    return patch;
  };

  const takeBackRow = (row: RowChange, meta: ChangeMeta, found: Undone): boolean => {
    const patch = patchFor(row, found);
    if (patch === undefined || Object.keys(patch).length === 0) return false;
    try {
      return store.update(row.entity, row.id, patch, {
        ...meta,
        engagementId: row.engagementId,
        caseId: row.caseId,
      });
    } catch (error) {
      if (!isTaken(error)) throw error;
      note(found, row.entity, '', Object.keys(patch).join(', '), 'Something else has this name by now.');
      return false;
    }
  };

  const takeBack = async (gesture: Gesture, kind: 'undo' | 'redo', actor: string): Promise<Undone> => {
    const group = currentCallGroup()!.id;
    const { rows, newest, hasPurged } = await collect(gesture.txnId);
    const found: Undone = {
      group,
      of: gesture.txnId,
      what: activity.describe(newest.filter(({ after }) => after !== null)),
      doneAt: gesture.at,
      caseId: newest[0]?.case_id ?? null,
      restored: 0,
      left: 0,
      reasons: [],
    };
    if (hasPurged) note(found, 'case', '', '', 'It was destroyed since.');
    const written: RowChange[] = [];
    // The last thing made goes first: what hangs on a case before the case.
    const todo = rows.toReversed();
    try {
      for (let at = 0; at < todo.length || at === 0; at += ROWS_A_TRANSACTION) {
        if (at > 0) await nextTurn();
        store.transaction({ txnId: group }, () => {
          const done = todo
            .slice(at, at + ROWS_A_TRANSACTION)
            .filter((row) => takeBackRow(row, { actor, reason: kind }, found));
          written.push(...done);
          if (written.length > 0) gestures.link(group, kind, gesture.txnId);
          // Not before the last: taken back by half, it can be taken back again, and goes on where it stopped.
          if (at + ROWS_A_TRANSACTION >= todo.length) gestures.markUndone(gesture.txnId, group);
        });
      }
    } finally {
      found.restored = written.length;
      announce(written);
    }
    return found;
  };

  const announce = (rows: readonly RowChange[]): void => {
    const cases = new Set<string>();
    for (const { entity, id, caseId } of rows) {
      if (caseId !== null) cases.add(caseId);
      events.publish(SHARED_ENTITIES[entity].topic, rows.length > MAX_ROW_EVENTS ? (caseId ?? id) : id, caseId);
    }
    for (const id of cases) events.publish('case', id, id);
  };

  const asOwnGroup = <T>(client: CallGroup['client'], fn: () => Promise<T>): Promise<T> =>
    currentCallGroup() === undefined ? inCallGroup({ id: v7(), client }, fn) : fn();

  return {
    async undo(actor, client, group) {
      const gesture = group === undefined ? gestures.lastDone(client) : gestures.find(group);
      if (!gesture || gesture.undoneBy !== null) return null;
      return await asOwnGroup(client, () => takeBack(gesture, 'undo', actor));
    },
    async redo(actor, client, group) {
      const undo =
        group === undefined ? gestures.lastUndone(client) : gestures.find(gestures.find(group)?.undoneBy ?? '');
      if (!undo || undo.undoneBy !== null) return null;
      return await asOwnGroup(client, () => takeBack(undo, 'redo', actor));
    },
  };
}

function gatherRow(rows: Map<string, RowChange>, change: ChangeRow): void {
  if (!Object.hasOwn(SHARED_ENTITIES, change.entity)) return;
  const key = `${change.entity}\0${change.row_id}`;
  let row = rows.get(key);
  if (!row) {
    row = {
      entity: change.entity as SharedEntity,
      id: change.row_id,
      isNew: false,
      fields: new Map(),
      engagementId: change.engagement_id,
      caseId: change.case_id,
    };
    rows.set(key, row);
  }
  if (change.before === null) {
    row.isNew = true;
    return;
  }
  const after = JSON.parse(change.after!) as Record<string, unknown>;
  // The newest change comes first: it knows what was after the group, an older one what was before.
  for (const [field, before] of Object.entries(JSON.parse(change.before) as Record<string, unknown>)) {
    if (KEPT_BY_STORE.has(field)) continue;
    const newer = row.fields.get(field);
    row.fields.set(field, { before, after: newer ? newer.after : after[field] });
  }
}

function labelOf(row: Record<string, unknown>): string {
  const label = row['title'] ?? row['displayName'] ?? row['name'] ?? row['value'];
  return typeof label === 'string' ? label.slice(0, 200) : '';
}

const isTaken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'SQLITE_CONSTRAINT_UNIQUE';
