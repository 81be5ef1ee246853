import { randomBytes } from 'node:crypto';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeTempDir, silentLogger } from '../../test/support/make-db.ts';
import { contract, type OsmiaContract } from '../shared/contract/contract.ts';
import { connect } from '../shared/rpc/connect.ts';
import type { Client } from '../shared/rpc/contract.ts';
import { createInProcessPair } from '../shared/rpc/in-process-port.ts';
import { serve } from '../shared/rpc/serve.ts';
import { createNoSecretStore } from './adapters/memory-secret-store.ts';
import { type Core, createCore } from './app.ts';

const clock = { now: Date.now, monotonic: () => performance.now(), zone: () => 'Europe/Madrid' };

async function start(dir: string, masterKey: Buffer): Promise<{ core: Core; api: Client<OsmiaContract> }> {
  const core = await createCore({
    dir,
    clock,
    logger: silentLogger,
    secrets: createNoSecretStore('There is no keychain here.'),
    osmiaVersion: '0.0.0-test',
    masterKey,
    createIfMissing: true,
    engine: { nodePath: process.execPath, bundledRoot: resolve(import.meta.dirname, '../..') },
  });
  onTestFinished(() => core.close());
  const [near, far] = createInProcessPair();
  void serve(contract, core.handlers, far, {
    context: { client: 'local', actor: 'ana', resolveGrant: () => undefined },
    app: '0.0.0-test',
    strict: true,
    onBug: (error) => {
      throw error;
    },
  });
  return { core, api: connect(contract, near).api };
}

test('what ran on a file before it was accepted goes with it into the case', async () => {
  const { api } = await start(join(makeTempDir(), 'w'), randomBytes(32));
  const path = join(makeTempDir(), 'note.txt');
  writeFileSync(path, 'Beacon to 45.77.1[.]9\n');
  const { id } = await api['intake.fromPath']({ path });
  await api['intake.wait']({ id });
  const sheet = await api['jobs.plan']({ subjects: [{ intakeId: id }] });
  const jobs = await api['jobs.start']({ sheetId: sheet.id, rows: sheet.localIndex.rows });
  await api['jobs.wait']({ ids: jobs.map((job) => job.id) });
  const { caseId } = await api['intake.accept']({ id, newCaseTitle: 'Early' });
  const { items } = await api['observables.list']({ caseId, dataTypes: ['file'] });
  expect(items[0]!.taxonomies.length).toBeGreaterThan(0);
  expect((await api['observables.get']({ id: items[0]!.id })).jobs).toHaveLength(jobs.length);
  expect((await api['cases.get']({ id: caseId })).counts.jobs).toBe(jobs.length);
});

test('from a dropped file to a report on an observable, and everything is there after a restart', async () => {
  const dir = join(makeTempDir(), 'w');
  const master = randomBytes(32);
  const { core, api } = await start(dir, master);
  const path = join(makeTempDir(), 'note.txt');
  writeFileSync(path, 'Beacon to hxxps://login[.]evil-portal[.]com/a from 45.77.1[.]9\n');
  const { id } = await api['intake.fromPath']({ path });
  const intake = await api['intake.wait']({ id });
  expect(intake).toMatchObject({ state: 'ready', counts: { accepted: 2 } });
  const { caseId } = await api['intake.accept']({ id, newCaseTitle: 'Beacon' });
  const { items } = await api['observables.list']({ caseId });
  const file = items.find((item) => item.dataType === 'file')!;
  const ip = items.find((item) => item.dataType === 'ip')!;

  const sheet = await api['jobs.plan']({ subjects: [{ observableId: file.id }, { observableId: ip.id }] });
  const fileRows = sheet.local.filter((row) => row.observableId === file.id);
  expect(fileRows.length).toBeGreaterThan(0);
  const jobs = await api['jobs.start']({ sheetId: sheet.id, rows: fileRows.map((row) => row.row) });
  const done = await api['jobs.wait']({ ids: jobs.map((job) => job.id) });
  expect(done.map((job) => [job.flavorName, job.status, job.reason])).toEqual(
    done.map((job) => [job.flavorName, 'done', null]),
  );
  const { observable, jobs: listed, evidence } = await api['observables.get']({ id: file.id });
  expect(listed).toHaveLength(jobs.length);
  expect(observable.taxonomies.length).toBeGreaterThan(0);
  expect(observable).toMatchObject({ activeJobs: 0, analysedAt: expect.any(Number) as number });
  expect(evidence).toMatchObject({ name: 'note.txt', observableId: file.id });
  expect((await api['cases.get']({ id: caseId })).counts).toMatchObject({ jobs: jobs.length, evidence: 1 });
  const { checks } = await api['system.doctor']({});
  expect(checks.map((check) => check.name)).toEqual(expect.arrayContaining(['keychain', 'sandbox', 'database']));

  await core.close();
  const wal = join(dir, 'workspace.db-wal');
  expect(existsSync(wal) ? statSync(wal).size : 0).toBe(0);
  const again = await start(dir, master);
  expect(await again.api['observables.list']({ caseId })).toMatchObject({ total: 3 });
  expect((await again.api['observables.get']({ id: file.id })).observable.verdict).toBe(observable.verdict);
});
