import { v7 } from 'uuid';
import { expect, test } from 'vitest';
import { directAnalysis } from '../../../test/support/direct-analysis.ts';
import { makeCore } from '../../../test/support/make-core.ts';
import type { ImportItem } from '../jobs/reports.service.ts';
import { createArtifactImport } from './import-artifacts.ts';

test('artifacts are checked, files become evidence, and the stricter marking holds', async () => {
  const core = await makeCore();
  const { api, records, blobs, events, clock } = core;
  const { id: caseId } = await api['cases.create']({ title: 'x', tlp: 'green', pap: 'red' });
  const jobId = v7();
  const blob = await blobs.put(Buffer.from('MZ attachment'), { owner: 'intake', id: jobId });
  const item = (index: number, part: Partial<ImportItem>): ImportItem => ({
    index,
    dataType: 'ip',
    value: '45.77.1.9',
    tlp: 'amber',
    pap: 'clear',
    tags: ['from-mail'],
    message: 'From Email',
    sourceJobId: jobId,
    ...part,
  });
  const importObservables = createArtifactImport({
    ...records,
    blobs,
    events,
    clock,
    osmiaVersion: 'test',
    analysis: directAnalysis,
  });
  const items = [
    item(0, {}),
    item(1, { value: 'not an ip' }),
    item(2, {
      dataType: 'file',
      value: '../a\u202egpj.exe',
      file: { blobId: blob.id, sha256: blob.sha256, contentType: 'application/x-dosexec' },
    }),
    item(3, { value: '45.77.1[.]9' }),
  ];
  const answer = await importObservables(caseId, items, { actor: 'ana', reason: 'Imported from Email' });
  expect(answer).toMatchObject({ alreadyThere: 1, refused: [{ index: 1 }] });
  expect(answer.added).toHaveLength(2);
  const list = await api['observables.list']({ caseId });
  for (const observable of list.items)
    expect(observable).toMatchObject({ tlp: 'amber', pap: 'red', tags: ['from-mail'] });
  const [evidence] = await api['evidence.list']({ caseId });
  expect(evidence).toMatchObject({ name: 'a\\u{202e}gpj.exe', sha256: blob.sha256, observableId: answer.added[1] });
  // The case's own key opens the bytes, whatever happens to where they came from.
  core.db.transaction(() => blobs.release({ owner: 'intake', id: jobId }))();
  const reader = await blobs.open(blob.id);
  expect(Buffer.from(await reader.read(0, 2)).toString()).toBe('MZ');
  await reader.close();
  const again = await importObservables(caseId, [items[2]!], { actor: 'ana', reason: '' });
  expect(again).toMatchObject({ added: [], alreadyThere: 1 });
  expect(await api['evidence.list']({ caseId })).toHaveLength(1);
});
