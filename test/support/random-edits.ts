import { v7 as uuidv7 } from 'uuid';
import type { Db } from '../../src/core/db/open.ts';
import { SHARED_ENTITIES, type SharedEntity, type SharedPatch, type SharedRow } from '../../src/core/sync/registry.ts';
import type { Records } from '../../src/core/records.ts';
import { DATA_TYPES } from '../../src/shared/model/data-type.ts';
import { PAP_LABELS, TLP_LABELS } from '../../src/shared/model/marking.ts';

const DAY_MS = 86_400_000;
const START = Date.UTC(2025, 0, 1);
const TAGS = ['phish', 'loader', 'src:mail', 'misp:type="x"', 'Ω'];
const PEOPLE = ['', 'ana', 'bo'];
const LEVELS = ['info', 'safe', 'suspicious', 'malicious'] as const;

/** Numbers that are the same for the same seed; below `n`. */
export function dice(seed: number): (n: number) => number {
  let state = seed >>> 0 || 1;
  return (n) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % n;
  };
}

/**
 * Makes, changes, trashes, restores and moves cases, tasks, notes, observables and alerts through the store, and verdicts
 * and jobs as the engine writes them; some transactions are rolled back. Every step is one transaction.
 */
export function editAtRandom(db: Db, records: Records, steps: number, seed: number): void {
  const roll = dice(seed);
  const any = <T>(list: readonly T[]): T => list[roll(list.length)]!;
  const some = <T>(list: readonly T[]): T[] => list.filter(() => roll(3) === 0);
  const when = (): number => START + roll(600) * DAY_MS + roll(DAY_MS);
  const yes = (): boolean => roll(2) === 0;
  const maybe = <T>(value: T): T | null => (yes() ? value : null);
  const meta = { actor: 'test' };
  const { store } = records;
  const ids: Record<'case' | 'task' | 'note' | 'observable' | 'alert' | 'job', string[]> = {
    case: [],
    task: [],
    note: [],
    observable: [],
    alert: [],
    job: [],
  };
  const engagements = ['one', 'two'].map((name) => {
    const id = uuidv7();
    store.insert(
      'engagement',
      { id, name, tlp: 'amber', pap: 'amber', isOffline: true, createdAt: START, updatedAt: START, deletedAt: null },
      meta,
    );
    return id;
  });
  /** What this test does not care about gets the plainest value that its column takes. */
  const insert = <E extends SharedEntity>(entity: E, row: Partial<SharedRow<E>>): void => {
    const { table, fields } = SHARED_ENTITIES[entity];
    const columns = db.pragma(`table_info(${table})`) as { name: string; type: string; notnull: number }[];
    const whole: Record<string, unknown> = { ...row };
    for (const [name, field] of Object.entries(fields)) {
      const column = columns.find((each) => each.name === field.column);
      if (whole[name] !== undefined || column === undefined) continue;
      const plain = column.notnull === 0 ? null : column.type === 'INTEGER' ? 0 : '';
      whole[name] = field.kind === 'json' ? [] : field.kind === 'boolean' ? false : plain;
    }
    store.insert(entity, whole as SharedRow<E>, meta);
  };

  const common = () => ({ createdAt: when(), updatedAt: START, deletedAt: null });
  const lastNumber = db.prepare('SELECT coalesce(max(number), 0) FROM case_record').pluck();
  const newCase = (): void => {
    const id = uuidv7();
    insert('case', {
      id,
      number: 1 + (lastNumber.get() as number),
      engagementId: any(engagements),
      title: 'A case',
      severity: 1 + roll(4),
      status: 'open',
      tlp: any(TLP_LABELS),
      pap: any(PAP_LABELS),
      tags: some(TAGS),
      assignee: any(PEOPLE),
      startAt: START,
      endAt: maybe(when()),
      ...common(),
    });
    ids.case.push(id);
  };
  const newObservable = (): void => {
    const id = uuidv7();
    const caseId = any(ids.case);
    const engagementId = db.prepare('SELECT engagement_id FROM case_record WHERE id = ?').pluck().get(caseId) as string;
    insert('observable', {
      id,
      caseId,
      engagementId,
      dataType: any(DATA_TYPES),
      value: id,
      subjectHash: id,
      tlp: any(TLP_LABELS),
      pap: any(PAP_LABELS),
      tags: some(TAGS),
      marks: yes() ? ['alert:x'] : ['port:80'],
      isIoc: yes(),
      isSighted: yes(),
      sourceJobId: maybe('job'),
      ...common(),
    });
    ids.observable.push(id);
  };
  const newTask = (): void => {
    const id = uuidv7();
    insert('task', {
      id,
      caseId: any(ids.case),
      title: 'A task',
      group: any(['default', 'later']),
      status: 'waiting',
      assignee: any(PEOPLE),
      startAt: maybe(START),
      endAt: maybe(when()),
      ...common(),
    });
    ids.task.push(id);
  };
  const newNote = (): void => {
    const id = uuidv7();
    const taskId = ids.task.length > 0 && yes() ? any(ids.task) : null;
    insert('note', { id, caseId: any(ids.case), taskId, ...common() });
    ids.note.push(id);
  };
  const newAlert = (): void => {
    const id = uuidv7();
    insert('alert', {
      id,
      engagementId: any(engagements),
      type: any(['misp', 'mail']),
      source: any(['a', 'b']),
      sourceRef: id,
      severity: 1 + roll(4),
      date: START,
      tlp: 'amber',
      pap: 'amber',
      tags: some(TAGS),
      ...common(),
    });
    ids.alert.push(id);
  };

  const change = <E extends SharedEntity>(entity: E, list: readonly string[], patch: SharedPatch<E>): void => {
    if (list.length > 0) store.update(entity, any(list), patch, meta);
  };
  const trash = (): void => {
    const entity = any(['case', 'task', 'note', 'observable', 'alert'] as const);
    change(entity, ids[entity], { deletedAt: maybe(START) });
  };

  const insertJob = db.prepare(
    `INSERT INTO job (id, flavor_id, flavor_name, flavor_version, engagement_id, data_type, value, subject_hash, tlp, pap,
       parameters, cache_key, service, status, run_at, analyzer_sha256, osmia_version, zone, queued_at, is_cached)
     VALUES (?, 'f', ?, '1', ?, 'ip', 'v', 'h', 'amber', 'amber', '{}', 'k', ?, ?, 0, '', '', 'UTC', ?, ?)`,
  );
  const moveJob = db.prepare('UPDATE job SET status = ?, started_at = ?, ended_at = ? WHERE id = ?');
  const putVerdict = db.prepare(
    `INSERT INTO observable_verdict (observable_id, case_id, level, analysed_at) VALUES (?, '', ?, 0)
     ON CONFLICT (observable_id) DO UPDATE SET level = excluded.level`,
  );
  const dropVerdict = db.prepare('DELETE FROM observable_verdict WHERE observable_id = ?');
  const STATUSES = ['queued', 'waiting', 'running', 'done', 'failed', 'refused', 'cancelled', 'unknown'];

  const actions: (() => void)[] = [
    newCase,
    newObservable,
    newObservable,
    newTask,
    newNote,
    newAlert,
    trash,
    trash,
    () => change('case', ids.case, { severity: 1 + roll(4), tags: some(TAGS), assignee: any(PEOPLE) }),
    () => change('case', ids.case, { title: `Renamed ${roll(9)}` }),
    () =>
      change('case', ids.case, {
        status: any(['open', 'in_progress', 'resolved', 'duplicated'] as const),
        endAt: maybe(when()),
        resolution: maybe('true_positive' as const),
        impact: maybe('no_impact' as const),
      }),
    () =>
      change('task', ids.task, {
        status: any(['waiting', 'in_progress', 'completed', 'cancelled'] as const),
        endAt: maybe(when()),
      }),
    // As a merge does: the row goes to another case.
    () => change('task', ids.task, { caseId: any(ids.case) }),
    () => change('note', ids.note, { caseId: any(ids.case) }),
    () => change('observable', ids.observable, { isIoc: yes(), isSighted: yes(), tags: some(TAGS) }),
    () => change('observable', ids.observable, { tlp: any(TLP_LABELS), dataType: any(DATA_TYPES) }),
    () => change('alert', ids.alert, { isRead: yes(), isUpdated: yes(), caseId: maybe(any(ids.case)) }),
    () => {
      if (ids.observable.length === 0) return;
      if (roll(4) === 0) dropVerdict.run(any(ids.observable));
      else putVerdict.run(any(ids.observable), any(LEVELS));
    },
    () => {
      const id = uuidv7();
      insertJob.run(id, any(['A', 'B']), any(engagements), any(['', 'vt']), any(STATUSES), when(), roll(2));
      ids.job.push(id);
    },
    () => {
      if (ids.job.length > 0) moveJob.run(any(STATUSES), maybe(START), maybe(START + roll(9_999)), any(ids.job));
    },
  ];
  newCase();
  for (let step = 0; step < steps; step++) {
    const isGivenUp = roll(20) === 0;
    const before = Object.fromEntries(Object.entries(ids).map(([name, list]) => [name, list.length]));
    try {
      store.transaction({}, () => {
        any(actions)();
        if (isGivenUp) throw new GivenUp();
      });
    } catch (error) {
      if (!(error instanceof GivenUp)) throw error;
      for (const [name, length] of Object.entries(before)) ids[name as keyof typeof ids].length = length;
    }
  }
}

class GivenUp extends Error {}
