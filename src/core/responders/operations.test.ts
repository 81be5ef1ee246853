import { v7 } from 'uuid';
import { expect, test } from 'vitest';
import { directAnalysis } from '../../../test/support/direct-analysis.ts';
import { makeCore, type TestCore } from '../../../test/support/make-core.ts';
import { putAlert } from '../../../test/support/put-alert.ts';
import { silentLogger } from '../../../test/support/make-db.ts';
import type { ObjectRef } from '../../shared/contract/responders.ts';
import { createObjectSource } from './object-source.ts';
import { createObjectsRepo } from './objects.repo.ts';
import { createOperationsRepo } from './operations.repo.ts';
import { createOperationsService, type OperationsService, storeOperations } from './operations.service.ts';

interface Kit extends TestCore {
  caseId: string;
  alertId: string;
  service: OperationsService;
  /** Stores what a job on this object asks for, as the transaction that stores its report does. Returns the job's id. */
  ask(object: ObjectRef, ...asked: Record<string, unknown>[]): string;
}

async function makeKit(): Promise<Kit> {
  const core = await makeCore();
  const { db, records, events, clock } = core;
  const { id: caseId, engagementId } = await core.api['cases.create']({ title: 'x' });
  const alertId = putAlert(core, {
    engagementId,
    type: 'misp',
    source: 'hub',
    sourceRef: '7',
    title: 'Seen',
    description: 'Text',
    severity: 3,
    tlp: 'green',
    tags: ['a'],
    observables: [{ dataType: 'ip', value: '198.51.100.9', isIoc: true }],
  });
  const objects = new Map<string, ObjectRef>();
  const repo = createOperationsRepo(db);
  const service = createOperationsService({
    repo,
    records,
    analysis: directAnalysis,
    jobOf: (id) => {
      const object = objects.get(id);
      return object && { id, name: 'Kit', caseId, object, actor: 'ana' };
    },
    events,
    clock,
    logger: silentLogger,
  });
  return {
    ...core,
    caseId,
    alertId,
    service,
    ask(object, ...asked) {
      const id = v7();
      objects.set(id, object);
      db.prepare(
        `INSERT INTO job (id, flavor_id, flavor_name, flavor_version, engagement_id, data_type, value, subject_hash, tlp, pap,
           parameters, cache_key, kind, status, run_at, analyzer_sha256, osmia_version, zone, queued_at)
         VALUES (?, 'k', 'Kit', '1', ?, 'thehive:case', '', '', 'amber', 'amber', '{}', '', 'responder', 'done', 0, '', '', '', 0)`,
      ).run(id, engagementId);
      storeOperations(repo, id, asked, clock.now());
      return id;
    },
  };
}

test('on an alert: read, tagged, given a field; each is undone, and not where somebody changed it since', async () => {
  const { service, records, ask, alertId } = await makeKit();
  const job = ask(
    { type: 'alert', id: alertId },
    { type: 'MarkAlertAsRead' },
    { type: 'AddTagToAlert', tag: 'handled' },
    { type: 'AddCustomFields', name: 'score', tpe: 'integer', value: '7' },
    { type: 'AddTagToCase', tag: 'x' },
  );
  await service.applyWaiting();
  expect(service.ofJob(job).map((each) => [each.status, each.canUndo])).toEqual([
    ['applied', true],
    ['applied', true],
    ['applied', true],
    ['failed', false],
  ]);
  expect(service.ofJob(job)[3]!.message).toMatch(/belongs to no case/);
  expect(records.alerts.get(alertId)).toMatchObject({ isRead: true, tags: ['a', 'handled'] });
  expect(records.customFields.values('alert', alertId)).toMatchObject([{ name: 'score', type: 'integer', value: 7 }]);

  const [read, tag, field] = service.ofJob(job);
  records.customFields.set({ actor: 'ana' }, { owner: 'alert', ownerId: alertId, name: 'score' }, 'integer', 8);
  await expect(service.undo('ana', field!.id)).rejects.toMatchObject({ code: 'conflict' });
  await service.undo('ana', read!.id);
  await service.undo('ana', tag!.id);
  expect(records.alerts.get(alertId)).toMatchObject({ isRead: false, tags: ['a'] });
  expect(records.customFields.values('alert', alertId)).toMatchObject([{ value: 8 }]);
  await expect(service.undo('ana', tag!.id)).rejects.toMatchObject({ code: 'conflict' });
});

test('what a life left waiting is applied in the next one, once', async () => {
  const { service, ask, caseId, api } = await makeKit();
  const job = ask(
    { type: 'case', id: caseId },
    { type: 'CreateTask', title: 'Once' },
    { type: 'CreateTask', title: 'Twice' },
  );
  await Promise.all([service.applyWaiting(), service.applyWaiting(), service.applyWaiting()]);
  expect((await api['tasks.list']({ caseId })).map((task) => task.title)).toEqual(['Once', 'Twice']);
  expect(service.ofJob(job).map((each) => each.status)).toEqual(['applied', 'applied']);
});

test('its state and what it did are one transaction, under the name of the responder', async () => {
  const { service, ask, caseId, db } = await makeKit();
  ask({ type: 'case', id: caseId }, { type: 'AddTagToCase', tag: 'one' });
  db.exec(
    `CREATE TRIGGER no_state BEFORE UPDATE ON operation WHEN new.status = 'applied' BEGIN SELECT RAISE(ABORT, 'no'); END`,
  );
  await service.applyWaiting();
  const tags = () => db.prepare('SELECT tags FROM case_record WHERE id = ?').pluck().get(caseId);
  expect(tags()).toBe('[]');
  expect(db.prepare('SELECT status FROM operation').pluck().all()).toEqual(['failed']);
  db.exec('DROP TRIGGER no_state');
  await service.apply(db.prepare<[], string>('SELECT id FROM operation').pluck().get()!);
  expect(tags()).toBe('["one"]');
  expect(
    db.prepare("SELECT actor, reason, json_extract(after, '$.tags') AS tags FROM change ORDER BY seq DESC").get(),
  ).toEqual({
    actor: 'ana',
    reason: 'Kit: AddTagToCase',
    tags: '["one"]',
  });
});

test('something that is gone by then fails in words', async () => {
  const { service, ask, api, caseId } = await makeKit();
  const task = await api['tasks.create']({ caseId, title: 'x' });
  const job = ask({ type: 'case_task', id: task.id }, { type: 'CloseTask' });
  await api['tasks.remove']({ id: task.id });
  await service.applyWaiting();
  expect(service.ofJob(job)).toMatchObject([{ status: 'failed', message: 'That task is in the trash.' }]);
});

test('objects have the fields of TheHive’s v0 format', async () => {
  const { records, db, api, caseId, alertId } = await makeKit();
  const source = createObjectSource(records, createObjectsRepo(db));
  const { added } = await api['observables.add']({ caseId, items: [{ value: 'evil.example.com', tags: ['t'] }] });
  const task = await api['tasks.create']({ caseId, title: 'Do it' });
  const log = await api['tasks.addLog']({ taskId: task.id, message: 'Done it' });
  records.customFields.set(
    { actor: 'ana', caseId },
    { owner: 'case', ownerId: caseId, name: 'ticket' },
    'string',
    'T-1',
  );
  const system = ['_id', 'id', '_type', 'createdAt', 'createdBy', 'updatedAt', 'updatedBy'];
  const keys = (type: ObjectRef['type'], id: string) => Object.keys(source.load({ type, id }).json).sort();
  const fields = (text: string) => [...system, ...text.split(' ')].sort();
  expect(keys('case', caseId)).toEqual(
    fields(
      'caseId title description severity startDate endDate impactStatus resolutionStatus tags flag tlp pap status summary owner customFields stats permissions',
    ),
  );
  expect(keys('case_task', task.id)).toEqual(
    fields('title group description owner status flag startDate endDate order dueDate case'),
  );
  expect(keys('case_task_log', log.id)).toEqual(fields('message startDate attachment status owner case_task'));
  expect(keys('case_artifact', added[0]!)).toEqual(
    fields('dataType data attachment tlp tags ioc sighted message reports stats startDate case'),
  );
  expect(keys('alert', alertId)).toEqual(
    fields('type source sourceRef title description severity date tags tlp pap status case artifacts customFields'),
  );
  expect(source.load({ type: 'case', id: caseId }).json['customFields']).toEqual({
    ticket: { string: 'T-1', order: 0 },
  });
  const alert = source.load({ type: 'alert', id: alertId });
  // The strictest of the alert and of what it brings.
  expect(alert).toMatchObject({
    tlp: 'amber',
    json: { status: 'New', tlp: 1, artifacts: [{ data: '198.51.100.9', tlp: 2, ioc: true }] },
  });
});
