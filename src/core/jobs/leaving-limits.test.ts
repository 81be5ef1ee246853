import { v7 as uuidv7 } from 'uuid';
import { expect, onTestFinished, test } from 'vitest';
import { makeDb, makeTempDir, silentLogger } from '../../../test/support/make-db.ts';
import { type EngineKit, makeEngine } from '../../../test/support/make-engine.ts';
import type { JobRow } from '../engine/job-row.ts';
import type { PolicyRuleBody } from '../../shared/contract/policy.ts';
import { type Pap, PAP_LABELS, type Tlp, TLP_LABELS } from '../../shared/model/marking.ts';

const LOOKUP = 'kit/Lookup_1_0';
const DESTINATION = 'api.example.org';
const REASON = 'The owner of the data agreed by phone.';
const EVERYTHING = { filter: {} };

interface World {
  tlp?: Tlp;
  pap?: Pap;
  service?: 'deny' | 'allow-other';
  never?: boolean;
}

/** Written without a look at the gate: ranks by hand, and the analyzer's own limit of AMBER. */
function mayLeave(world: World, tlp: Tlp, pap: Pap): boolean {
  const rank = { clear: 0, green: 1, amber: 2, 'amber+strict': 3, red: 4 }[tlp];
  const papRank = { clear: 0, green: 1, amber: 2, red: 3 }[pap];
  const max = world.tlp === undefined ? 2 : { clear: 0, green: 1, amber: 2, 'amber+strict': 3, red: 4 }[world.tlp];
  const maxPap = world.pap === undefined ? 2 : { clear: 0, green: 1, amber: 2, red: 3 }[world.pap];
  return (
    rank <= Math.min(2, max) && papRank <= Math.min(2, maxPap) && world.service === undefined && world.never !== true
  );
}

async function make(): Promise<EngineKit> {
  const kit = await makeEngine(makeDb(), makeTempDir(), { logger: silentLogger });
  onTestFinished(() => kit.close());
  // The markings below are the whole marking: the engagement adds nothing.
  kit.db.prepare(`UPDATE engagement SET tlp = 'clear', pap = 'clear'`).run();
  kit.setOffline(false);
  return kit;
}

/** Every write is a later one, so that the policy is read again. */
let writes = 0;

function setWorld({ db, engagementId }: EngineKit, world: World): void {
  db.prepare('DELETE FROM policy_rule').run();
  const add = (rule: PolicyRuleBody, engagement: string | null): void => {
    const target = rule.kind === 'ceiling' ? '' : rule.kind === 'service' ? rule.host : rule.pattern;
    const variant = rule.kind === 'ceiling' ? '' : rule.kind === 'service' ? rule.effect : rule.match;
    const [tlp, pap] = rule.kind === 'ceiling' ? [rule.maxTlp, rule.maxPap] : [null, null];
    db.prepare(
      `INSERT INTO policy_rule (id, engagement_id, kind, target, variant, max_tlp, max_pap, note, created_at, updated_at, stamps)
       VALUES (?, ?, ?, ?, ?, ?, ?, '', 0, ?, '{}')`,
    ).run(uuidv7(), engagement, rule.kind, target, variant, tlp, pap, (writes += 1));
  };
  if (world.tlp !== undefined) add({ kind: 'ceiling', flavorId: null, maxTlp: world.tlp, maxPap: null }, null);
  if (world.pap !== undefined) add({ kind: 'ceiling', flavorId: null, maxTlp: null, maxPap: world.pap }, engagementId);
  if (world.service === 'deny') add({ kind: 'service', host: 'example.org', effect: 'deny' }, null);
  if (world.service === 'allow-other') add({ kind: 'service', host: 'other.test', effect: 'allow' }, engagementId);
  if (world.never === true) add({ kind: 'never', match: 'wildcard', pattern: 'marked *' }, null);
}

const MARKINGS = TLP_LABELS.flatMap((tlp) => PAP_LABELS.map((pap) => ({ tlp, pap })));
const subjects = MARKINGS.map(({ tlp, pap }) => ({
  dataType: 'other' as const,
  value: `marked ${tlp} ${pap}`,
  tlp,
  pap,
}));

interface Left {
  value: string;
  tlp: Tlp;
  pap: Pap;
  override_reason: string | null;
}

/** What left since the last time this was called. */
function leftSince(kit: EngineKit): () => Left[] {
  let seen = 0;
  return () => {
    const rows = kit.db
      .prepare('SELECT value, tlp, pap, override_reason FROM egress_entry ORDER BY at, id')
      .all() as Left[];
    const fresh = rows.slice(seen);
    seen = rows.length;
    return fresh;
  };
}

const planAll = (kit: EngineKit) => kit.jobs.plan({ subjects, flavorIds: [LOOKUP] });
const rowsOf = (sheet: Awaited<ReturnType<typeof planAll>>): number[] => [
  ...sheet.destinations.flatMap(({ index }) => index.rows),
  ...sheet.refusedIndex.rows,
];

const WORLDS: World[] = [
  {},
  { tlp: 'green' },
  { tlp: 'red' },
  { pap: 'clear' },
  { tlp: 'clear', pap: 'green' },
  { service: 'deny' },
  { service: 'allow-other' },
  { never: true },
];

test.each(WORLDS)('nothing leaves above a limit, whichever way it is asked for: %o', async (world) => {
  const kit = await make();
  const left = leftSince(kit);
  const expected = MARKINGS.filter(({ tlp, pap }) => mayLeave(world, tlp, pap)).length;
  const withinLimits = (rows: readonly Left[]): boolean => rows.every(({ tlp, pap }) => mayLeave(world, tlp, pap));
  const end = (jobs: readonly { id: string }[]) =>
    kit.jobs.wait(
      jobs.map(({ id }) => id),
      new AbortController().signal,
    );
  setWorld(kit, world);

  // Run: refused rows are started too, as a script would.
  const first = await planAll(kit);
  const ran = await end(await kit.jobs.start(first.id, rowsOf(first)));
  expect(ran.filter(({ status }) => status === 'done')).toHaveLength(expected);
  expect(ran.filter(({ status }) => status === 'refused')).toHaveLength(MARKINGS.length - expected);
  let sent = left();
  expect(sent).toHaveLength(expected);
  expect(withinLimits(sent)).toBe(true);

  // Cache: what was answered is answered from here, and what was refused is not answered at all.
  const second = await planAll(kit);
  expect(second.counts).toMatchObject({ cached: expected, refused: MARKINGS.length - expected });
  await end(await kit.jobs.start(second.id, rowsOf(second)));
  expect(left()).toEqual([]);

  // Asked again.
  const third = await planAll(kit);
  await end(await kit.jobs.start(third.id, rowsOf(third), { force: rowsOf(third) }));
  sent = left();
  expect(sent).toHaveLength(expected);
  expect(withinLimits(sent)).toBe(true);

  // Queued under these rules, and claimed under stricter ones.
  const fourth = await planAll(kit);
  const queued = await kit.jobs.start(fourth.id, rowsOf(fourth), { force: rowsOf(fourth) });
  setWorld(kit, { ...world, tlp: 'clear', pap: 'clear' });
  await end(queued);
  expect(left().every(({ tlp, pap }) => mayLeave({ ...world, tlp: 'clear', pap: 'clear' }, tlp, pap))).toBe(true);
  setWorld(kit, world);

  // Waited offline, and released under stricter rules.
  kit.setOffline(true);
  const fifth = await planAll(kit);
  await kit.jobs.start(fifth.id, rowsOf(fifth), { force: rowsOf(fifth) });
  expect(left()).toEqual([]);
  setWorld(kit, { ...world, pap: 'clear' });
  kit.setOffline(false);
  const { sheet: flush } = await kit.jobs.waitingSheets.planWaiting({ filter: {} });
  if (flush.id !== '') {
    const rows = rowsOf(flush);
    if (rows.length > 0) await kit.jobs.waitingSheets.release(flush.id, rows);
  }
  await kit.engine.drain();
  expect(left().every(({ tlp, pap }) => mayLeave({ ...world, pap: 'clear' }, tlp, pap))).toBe(true);

  // Tried again after a crash, under stricter rules.
  setWorld(kit, world);
  kit.db
    .prepare(`UPDATE job SET status = 'failed', reason_code = 'crashed', report_id = NULL WHERE status = 'done'`)
    .run();
  setWorld(kit, { ...world, tlp: 'green' });
  const { sheet: retry } = await kit.jobs.waitingSheets.planRetry(EVERYTHING);
  const again = rowsOf(retry);
  if (again.length > 0) await end(await kit.jobs.start(retry.id, again));
  const strictest = { ...world, tlp: world.tlp === 'clear' ? ('clear' as const) : ('green' as const) };
  expect(left().every(({ tlp, pap }) => mayLeave(strictest, tlp, pap))).toBe(true);
});

test('an override lets through what was shown, with its reason everywhere, and nothing stricter', async () => {
  const kit = await make();
  const left = leftSince(kit);
  const red = [{ dataType: 'other' as const, value: 'x', tlp: 'red' as const }];
  const plan = () => kit.jobs.plan({ subjects: red, flavorIds: [LOOKUP] });
  const sheet = await plan();
  expect(sheet.refused).toMatchObject([{ isOverridable: true, reason: { code: 'tlp' }, destination: DESTINATION }]);
  const overrides = [{ row: 0, reason: REASON }];

  const [job] = await kit.jobs.start(sheet.id, [0], { overrides });
  expect(job).toMatchObject({ status: 'queued', overrideReason: REASON });
  await kit.engine.drain();
  expect(kit.jobs.get(job?.id ?? '').status).toBe('done');
  expect(left()).toMatchObject([{ value: 'x', tlp: 'red', override_reason: REASON }]);
  const decisions = kit.db.prepare('SELECT verdict, code, override_reason FROM gate_decision ORDER BY at, id').all();
  expect(decisions).toEqual([
    { verdict: 'allow', code: 'overruled', override_reason: REASON },
    { verdict: 'allow', code: 'overruled', override_reason: REASON },
  ]);

  // A rule that came after the reason was typed is not overruled by it: neither at the start nor at the claim.
  const shown = await plan();
  setWorld(kit, { tlp: 'green' });
  const [late] = await kit.jobs.start(shown.id, [0], { overrides, force: [0] });
  expect(late).toMatchObject({ status: 'refused', reason: { code: 'policy_tlp' } });
  setWorld(kit, {});
  const again = await plan();
  const [claimed] = await kit.jobs.start(again.id, [0], { overrides, force: [0] });
  setWorld(kit, { service: 'deny' });
  await kit.engine.drain();
  expect(kit.jobs.get(claimed?.id ?? '')).toMatchObject({ status: 'refused', reason: { code: 'policy_service' } });
  expect(left()).toEqual([]);
});

test('what never leaves cannot be overruled, and neither can what was not refused or has no reason', async () => {
  const kit = await make();
  setWorld(kit, { never: true });
  const sheet = await kit.jobs.plan({
    subjects: [
      { dataType: 'other', value: 'marked 1', tlp: 'red' },
      { dataType: 'other', value: 'free' },
    ],
    flavorIds: [LOOKUP],
  });
  expect(sheet.refused).toMatchObject([
    { isOverridable: false, reason: { code: 'never_leaves' }, refusals: [expect.any(String), expect.any(String)] },
  ]);
  const start = (row: number, reason: string) => kit.jobs.start(sheet.id, [row], { overrides: [{ row, reason }] });
  await expect(start(0, REASON)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(start(1, REASON)).rejects.toMatchObject({ code: 'invalid_input' });
  setWorld(kit, {});
  const plain = await kit.jobs.plan({ subjects: [{ dataType: 'other', value: 'y', tlp: 'red' }], flavorIds: [LOOKUP] });
  await expect(kit.jobs.start(plain.id, [0], { overrides: [{ row: 0, reason: 'because   ' }] })).rejects.toMatchObject({
    code: 'invalid_input',
  });
  expect(kit.db.prepare('SELECT count(*) FROM egress_entry').pluck().get()).toBe(0);
});

test('a service of our own may have what never leaves', async () => {
  const kit = await make();
  setWorld(kit, { never: true });
  const verdict = async (): Promise<number> =>
    (await kit.jobs.plan({ subjects: [{ dataType: 'other', value: 'marked 1' }], flavorIds: [LOOKUP] })).counts.refused;
  expect(await verdict()).toBe(1);
  kit.db
    .prepare(
      `INSERT INTO policy_rule (id, kind, target, variant, note, created_at, updated_at, stamps) VALUES (?, 'service', ?, 'own', '', 0, 5, '{}')`,
    )
    .run(uuidv7(), DESTINATION);
  expect(await verdict()).toBe(0);
});

test('a row that was shown as refused does not run because it may by now', async () => {
  const kit = await make();
  setWorld(kit, { service: 'deny' });
  const sheet = await kit.jobs.plan({ subjects: [{ dataType: 'other', value: 'x' }], flavorIds: [LOOKUP] });
  setWorld(kit, {});
  const [job] = await kit.jobs.start(sheet.id, [0]);
  expect(job).toMatchObject({ status: 'refused', reason: { code: 'policy_service' } });
  const outcome = await kit.jobs.run(sheet.id, [0]);
  expect(outcome).toMatchObject({ started: 0, refused: 1, refusals: [{ row: 0 }] });
});

test('a row that was shown as cached is answered by that report, also when it has grown old meanwhile', async () => {
  const kit = await make();
  const left = leftSince(kit);
  await kit.run([{ dataType: 'other', value: 'x' }], [LOOKUP]);
  const sheet = await kit.jobs.plan({ subjects: [{ dataType: 'other', value: 'x' }], flavorIds: [LOOKUP] });
  expect(left()).toHaveLength(1);
  // An hour passes between look and click.
  kit.db.prepare('UPDATE job SET ended_at = ended_at - 3600000').run();
  const [job] = await kit.jobs.start(sheet.id, [0]);
  expect(job).toMatchObject({ status: 'done', isCached: true });
  expect(left()).toEqual([]);
});

test('an override is for the place that was shown: it does not hold for another program or another server', async () => {
  const kit = await make();
  kit.setOffline(true);
  const subject = { dataType: 'other' as const, value: 'x', tlp: 'red' as const };
  const sheet = await kit.jobs.plan({ subjects: [subject], flavorIds: [LOOKUP] });
  const [job] = await kit.jobs.start(sheet.id, [0], { overrides: [{ row: 0, reason: REASON }] });
  expect(job).toMatchObject({ status: 'waiting', overrideReason: REASON });
  const row = kit.db.prepare('SELECT * FROM job WHERE id = ?').get(job?.id) as JobRow;
  const said = (change: Partial<JobRow>) => kit.engine.ask({ ...row, ...change }).decision;
  expect(said({})).toMatchObject({ verdict: 'wait' });
  expect(said({ service: 'elsewhere.example.net' })).toMatchObject({ verdict: 'refuse', code: 'tlp' });
  expect(said({ analyzer_sha256: '0'.repeat(64) })).toMatchObject({ verdict: 'refuse', code: 'tlp' });
});
