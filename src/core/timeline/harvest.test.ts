import { expect, test } from 'vitest';
import { makeCore, type TestCore } from '../../../test/support/make-core.ts';

async function caseWithNote(core: TestCore, body: string): Promise<{ caseId: string; noteId: string }> {
  const { id: caseId } = await core.api['cases.create']({ title: 'Invoice' });
  const note = await core.api['notes.save']({ caseId, title: 'Triage', body });
  return { caseId, noteId: note.id };
}

test('times in notes are proposed with their sentence, and nothing is stored before it is accepted', async () => {
  const core = await makeCore();
  const { caseId, noteId } = await caseWithNote(
    core,
    '# What happened\n\n- At 2026-11-20 07:12 UTC three people **got the mail**. Nobody noticed.\n- Opened 2026-11-20 07:31 on WS-7.\n',
  );
  const { proposals } = await core.api['timeline.harvest']({ caseId });
  expect(proposals).toMatchObject([
    {
      source: 'note',
      sourceId: noteId,
      sourceLabel: 'Triage',
      given: '2026-11-20 07:12 UTC',
      at: Date.UTC(2026, 10, 20, 7, 12),
      precision: 'minute',
      zone: 'UTC',
      title: 'three people got the mail',
      knownAs: null,
    },
    // It says no zone: that is asked, not guessed.
    { given: '2026-11-20 07:31', at: null, question: 'It says no zone. Where was that clock?' },
  ]);
  expect((await core.api['timeline.counts']({ caseId })).events).toBe(0);

  const keys = proposals.map((each) => ({ key: each.key }));
  const first = await core.api['timeline.accept']({ caseId, items: keys });
  expect(first.added).toHaveLength(1);
  expect(first.refused).toEqual([{ key: keys[1]?.key, reason: expect.stringContaining('zone') }]);
  const again = await core.api['timeline.accept']({ caseId, zone: 'Europe/Madrid', items: keys });
  expect(again).toMatchObject({ added: [expect.any(String)], alreadyThere: 1, refused: [] });
  const rows = await core.api['timeline.rows']({ ids: (await core.api['timeline.index']({ caseId })).ids });
  expect(rows.map((row) => [row.at, row.zone])).toEqual([
    [Date.UTC(2026, 10, 20, 6, 31), 'Europe/Madrid'],
    [Date.UTC(2026, 10, 20, 7, 12), 'UTC'],
  ]);
});

test('a sentence with several times names each event without them', async () => {
  const core = await makeCore();
  const { caseId } = await caseWithNote(core, '* Logons from abroad 2026-11-21 02:10 UTC and 2026-11-21 02:15 UTC.');
  const { proposals } = await core.api['timeline.harvest']({ caseId });
  expect(proposals.map((each) => each.title)).toEqual(['Logons from abroad', 'Logons from abroad']);
});

test('a repeated harvest doubles nothing, and one thrown away comes back as itself', async () => {
  const core = await makeCore();
  const { caseId } = await caseWithNote(core, 'Blocked 2026-11-20 08:37 UTC. Blocked 2026-11-20 08:37 UTC.');
  const accept = async () => {
    const { proposals } = await core.api['timeline.harvest']({ caseId });
    return core.api['timeline.accept']({ caseId, items: proposals.map(({ key }) => ({ key })) });
  };
  const { added } = await accept();
  expect(added).toHaveLength(2);
  expect(await accept()).toMatchObject({ added: [], alreadyThere: 2 });
  await core.api['timeline.remove']({ ids: added });
  expect((await accept()).added.toSorted()).toEqual(added.toSorted());
});

test('sighted observables bring the time in their message, else when they were recorded', async () => {
  const core = await makeCore();
  const { id: caseId } = await core.api['cases.create']({ title: 'Invoice' });
  await core.api['assets.create']({ caseId, name: 'WS-7', identifiers: [{ type: 'ip', value: '10.0.0.7' }] });
  await core.api['observables.add']({
    caseId,
    items: [
      { value: '10.0.0.7', isSighted: true, message: 'proxy log, 2026-11-20 07:34:02 UTC' },
      { value: 'quiet.example.com', isSighted: false },
      { value: 'loud.example.com', isSighted: true },
    ],
  });
  const { proposals } = await core.api['timeline.harvest']({ caseId });
  expect(proposals.map((each) => [each.title, each.at])).toEqual(
    expect.arrayContaining([
      ['Seen: 10[.]0[.]0[.]7', Date.UTC(2026, 10, 20, 7, 34, 2)],
      ['Seen: loud[.]example[.]com', expect.any(Number)],
    ]),
  );
  expect(proposals).toHaveLength(2);
  expect(proposals.find((each) => each.title.includes('10'))?.assetIds).toHaveLength(1);
});

test('an event at the same instant is pointed at', async () => {
  const core = await makeCore();
  const { caseId } = await caseWithNote(core, 'Opened 2026-11-20 07:31 UTC');
  const made = await core.api['timeline.add']({
    caseId,
    title: 'User opened it',
    at: Date.UTC(2026, 10, 20, 7, 31),
    zone: 'UTC',
    precision: 'minute',
  });
  const { proposals } = await core.api['timeline.harvest']({ caseId });
  expect(proposals).toMatchObject([{ sameInstant: { id: made.id, title: 'User opened it' }, knownAs: null }]);
});
