import { expect, test } from 'vitest';
import { makeCore } from '../../../test/support/make-core.ts';
import { displayName } from '../display-name.ts';
import { startOfDay } from './start-of-day.ts';

test('the doctor names versions and health, and no path', async () => {
  const core = await makeCore();
  const { osmia, checks } = await core.api['system.doctor']({});
  expect(osmia).toBe('0.0.0-test');
  expect(checks.map((check) => check.name)).toEqual([
    'node',
    'database',
    'change log',
    'workspace',
    'disk',
    'keychain',
  ]);
  expect(checks.find((check) => check.name === 'database')!.message).toMatch(/SQLite 3\..*aegis/);
  expect(JSON.stringify(checks)).not.toContain(core.dir);
  core.db.prepare(`UPDATE change SET actor = 'x'`).run();
  const after = await core.api['system.doctor']({});
  expect(after.checks.find((check) => check.name === 'change log')).toMatchObject({ status: 'problem' });
});

test('what left today counts values and services since local midnight', async () => {
  const core = await makeCore();
  const insert = core.db.prepare(
    `INSERT INTO egress_entry (id, engagement_id, flavor_id, destination, hosts, data_type, value, subject_hash, what, tlp, pap, at, zone)
     VALUES (?, ?, 'f', ?, '[]', 'ip', 'v', ?, 'value', 'amber', 'amber', ?, 'Europe/Madrid')`,
  );
  const [engagement] = await core.api['engagements.list']({});
  const now = core.clock.now();
  insert.run('1', engagement!.id, 'vt', 'a', now);
  insert.run('2', engagement!.id, 'vt', 'b', now - 3_600_000);
  insert.run('3', engagement!.id, 'misp', 'b', now);
  insert.run('4', engagement!.id, 'vt', 'c', now - 86_400_000);
  insert.run('5', 'other', 'x', 'd', now);
  expect((await core.api['system.activity']({ engagementId: engagement!.id })).leftToday).toEqual({
    values: 2,
    services: 2,
  });
  expect(await core.api['system.activity']({})).toEqual({
    running: 0,
    queued: 0,
    waiting: 0,
    leftToday: { values: 3, services: 3 },
  });
});

test('midnight is where people are, also on days with a change of the clock', () => {
  const madrid = (now: string) => new Date(startOfDay(Date.parse(now), 'Europe/Madrid')).toISOString();
  expect(madrid('2026-11-23T09:42:00.123Z')).toBe('2026-11-22T23:00:00.000Z');
  expect(madrid('2026-11-22T23:00:00.000Z')).toBe('2026-11-22T23:00:00.000Z');
  expect(madrid('2026-03-29T12:00:00Z')).toBe('2026-03-28T23:00:00.000Z');
  expect(madrid('2026-10-25T12:00:00Z')).toBe('2026-10-24T22:00:00.000Z');
});

test('a name for display keeps what it neutralises', () => {
  expect(displayName('/home/ana/mail.eml')).toBe('mail.eml');
  expect(displayName('C:\\Users\\a\\x.doc')).toBe('x.doc');
  expect(displayName('a\u202egpj.exe')).toBe('a\\u{202e}gpj.exe');
  expect(displayName('\u200b')).toBe('\\u{200b}');
  expect(displayName('///')).toBe('unnamed');
  expect(displayName(`${'x'.repeat(5_000)}.exe`)).toMatch(/^x+…x+\.exe$/);
  expect(displayName('x'.repeat(5_000)).length).toBeLessThanOrEqual(255);
});
