import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { migrate } from '../../src/core/db/migrate.ts';
import { openDatabase } from '../../src/core/db/open.ts';
import { createEventBus } from '../../src/core/events/bus.ts';
import { createBlobStore } from '../../src/core/evidence/blob-store.ts';
import { createDraftsRepo } from '../../src/core/notes/drafts.repo.ts';
import { createDraftsService } from '../../src/core/notes/drafts.service.ts';
import { createNotesRepo } from '../../src/core/notes/notes.repo.ts';
import { createNotesService } from '../../src/core/notes/notes.service.ts';
import { createRevisionsRepo } from '../../src/core/notes/revisions.repo.ts';
import { createRevisionsService } from '../../src/core/notes/revisions.service.ts';
import { createRecords } from '../../src/core/records.ts';
import { createWorkspaceKeys } from '../../src/core/workspace/keys.ts';
import { makeClock } from './make-db.ts';

// Types for ever, as an editor does: a draft after each word, the note after each tenth; says on standard output what
// was acknowledged, in `kind length` lines. Somebody kills it.
const [dir = '', master = ''] = process.argv.slice(2);
const clock = makeClock();
const keys = createWorkspaceKeys(Buffer.from(master, 'hex'));
const db = openDatabase(join(dir, 'workspace.db'), keys.database);
migrate(db, () => undefined);
const blobs = createBlobStore({ db, dir: join(dir, 'blobs'), keys, clock });
const events = createEventBus();
const { cases, store } = createRecords({ db, blobs, events, clock, osmiaVersion: '0.0.0-test' });
const drafts = createDraftsService({ repo: createDraftsRepo(db), cases, clock });
const revisions = createRevisionsService(createRevisionsRepo(db));
const notes = createNotesService({ repo: createNotesRepo(db), drafts, revisions, store, cases, blobs, events, clock });

const { id: caseId } = cases.create('ana', { title: 'x', description: '', severity: 2, tags: [] });
const { id } = notes.save('ana', { caseId, title: 'x', body: '', writer: '' });
writeSync(1, `note ${id} ${caseId}\n`);
for (let words = 1; ; words += 1) {
  const body = 'word '.repeat(words);
  clock.advance(1);
  if (words % 10 === 0) notes.save('ana', { id, caseId, title: 'x', body, writer: '' });
  else drafts.save({ caseId, noteId: id, writer: '' }, { title: 'x', body });
  writeSync(1, `saved ${words}\n`);
}
