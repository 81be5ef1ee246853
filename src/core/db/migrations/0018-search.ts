import type { Migration } from '../migrate.ts';

const WORDS = `fts5 (facets, title, body, tags, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2')`;

/** Tags of a row as words. */
const tagsOf = (column: string): string => `coalesce((SELECT group_concat(value, ' ') FROM json_each(${column})), '')`;
const token = (letter: string, column: string): string => `'${letter}' || replace(${column}, '-', '')`;
const tlpToken = (column: string): string => `'tlp' || replace(${column}, '+', '')`;

/**
 * Full text over everything that can be searched, one index a kind, so that a kind with few rows is not looked for among
 * a million of another. All follow from other rows (core/search); `facets` holds what filters ask for, as words.
 */
export const migration0018: Migration = {
  id: 18,
  name: 'search',
  sql: /* sql */ `
-- What an index names a row by: rowids without a column of their own may change in a VACUUM (a backup is one).
CREATE TABLE search_doc (
  num INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('case','task','note','alert','report','evidence','event')),
  row_id TEXT NOT NULL,
  -- Of evidence: the part whose text this is; '' for the file itself.
  part TEXT NOT NULL DEFAULT '',
  UNIQUE (row_id, kind, part)
) STRICT;
CREATE VIRTUAL TABLE search_case USING ${WORDS};
CREATE VIRTUAL TABLE search_task USING ${WORDS};
CREATE VIRTUAL TABLE search_note USING ${WORDS};
CREATE VIRTUAL TABLE search_alert USING ${WORDS};
CREATE VIRTUAL TABLE search_report USING ${WORDS};
CREATE VIRTUAL TABLE search_evidence USING ${WORDS};
CREATE VIRTUAL TABLE search_event USING ${WORDS};
-- By observable.num.
CREATE VIRTUAL TABLE search_observable USING ${WORDS};
-- Every three letters of a value, for a search inside words.
CREATE VIRTUAL TABLE search_grams USING fts5 (value, content='', contentless_delete=1, detail='none', tokenize='trigram');
DROP TABLE observable_words;

-- Looked up when a file's last holder goes, and when an observable goes: without these each would read the whole table.
CREATE INDEX evidence_blob ON evidence (blob_id);
CREATE INDEX alert_observable_of ON alert_observable (observable_id) WHERE observable_id IS NOT NULL;

-- The beginning of the text of each part that an inspection read, deflated: what the file's index is made of.
CREATE TABLE intake_text (
  intake_id TEXT NOT NULL REFERENCES intake (id) ON DELETE CASCADE,
  part TEXT NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (intake_id, part)
) STRICT, WITHOUT ROWID;

INSERT INTO search_doc (kind, row_id) SELECT 'case', id FROM case_record WHERE deleted_at IS NULL ORDER BY id;
INSERT INTO search_doc (kind, row_id) SELECT 'task', id FROM task WHERE deleted_at IS NULL ORDER BY id;
INSERT INTO search_doc (kind, row_id) SELECT 'note', id FROM note WHERE deleted_at IS NULL ORDER BY id;
INSERT INTO search_doc (kind, row_id) SELECT 'alert', id FROM alert WHERE deleted_at IS NULL ORDER BY id;
INSERT INTO search_doc (kind, row_id) SELECT 'evidence', id FROM evidence WHERE deleted_at IS NULL ORDER BY id;
INSERT INTO search_doc (kind, row_id) SELECT 'event', id FROM timeline_event WHERE deleted_at IS NULL ORDER BY id;
INSERT INTO search_doc (kind, row_id) SELECT 'report', id FROM report ORDER BY id;

INSERT INTO search_case (rowid, facets, title, body, tags)
  SELECT d.num, ${token('e', 'c.engagement_id')} || ' ' || ${token('c', 'c.id')} || ' ' || ${tlpToken('c.tlp')}
      || iif(c.status IN ('resolved','duplicated'), ' closed', ' open') || iif(c.is_flagged, ' starred', ''),
    c.title, substr(c.description || char(10) || c.summary, 1, 262144), ${tagsOf('c.tags')}
  FROM search_doc d JOIN case_record c ON c.id = d.row_id WHERE d.kind = 'case';
INSERT INTO search_task (rowid, facets, title, body, tags)
  SELECT d.num, ${token('e', 'c.engagement_id')} || ' ' || ${token('c', 'c.id')}
      || iif(t.status IN ('completed','cancelled'), ' closed', ' open') || iif(t.is_flagged, ' starred', ''),
    t.title, substr(t.task_group || char(10) || t.description, 1, 262144), ''
  FROM search_doc d JOIN task t ON t.id = d.row_id JOIN case_record c ON c.id = t.case_id WHERE d.kind = 'task';
INSERT INTO search_note (rowid, facets, title, body, tags)
  SELECT d.num, ${token('e', 'c.engagement_id')} || ' ' || ${token('c', 'c.id')}, n.title, substr(n.body, 1, 262144), ''
  FROM search_doc d JOIN note n ON n.id = d.row_id JOIN case_record c ON c.id = n.case_id WHERE d.kind = 'note';
INSERT INTO search_alert (rowid, facets, title, body, tags)
  SELECT d.num, ${token('e', 'a.engagement_id')} || iif(a.case_id IS NULL, '', ' ' || ${token('c', 'a.case_id')})
      || ' ' || ${tlpToken('a.tlp')} || iif(a.is_read, '', ' unread'),
    a.title, substr(a.type || ' ' || a.source || ' ' || a.source_ref || char(10) || a.description, 1, 262144),
    ${tagsOf('a.tags')}
  FROM search_doc d JOIN alert a ON a.id = d.row_id WHERE d.kind = 'alert';
INSERT INTO search_event (rowid, facets, title, body, tags)
  SELECT d.num, ${token('e', 'x.engagement_id')} || ' ' || ${token('c', 'x.case_id')} || iif(x.is_starred, ' starred', ''),
    x.title, substr(x.description, 1, 262144), ${tagsOf('x.tags')}
  FROM search_doc d JOIN timeline_event x ON x.id = d.row_id WHERE d.kind = 'event';
-- The text inside files that were taken in before was not kept.
INSERT INTO search_evidence (rowid, facets, title, body, tags)
  SELECT d.num, ${token('e', 'c.engagement_id')} || ' ' || ${token('c', 'c.id')}, e.name, e.type_label || ' ' || e.media_type, ''
  FROM search_doc d JOIN evidence e ON e.id = d.row_id JOIN case_record c ON c.id = e.case_id WHERE d.kind = 'evidence';
-- Bodies of reports are packed: their text follows when the workspace is open (search/catch-up.ts).
INSERT INTO search_report (rowid, facets, title, body, tags)
  SELECT d.num, ${token('e', 'j.engagement_id')}, j.flavor_name || ' ' || j.value, '', ''
  FROM search_doc d JOIN report r ON r.id = d.row_id JOIN job j ON j.id = r.job_id WHERE d.kind = 'report';
INSERT INTO meta (key, value) SELECT 'search.reports', '' WHERE EXISTS (SELECT 1 FROM report);

INSERT INTO search_observable (rowid, facets, title, body, tags)
  SELECT num, ${token('e', 'engagement_id')} || ' ' || ${token('c', 'case_id')}
      || ' t' || replace(replace(data_type, '-', ''), '_', '') || ' ' || ${tlpToken('tlp')}
      || iif(is_ioc, ' ioc', '') || iif(is_sighted, ' sighted', ''),
    value, message, ${tagsOf('tags')}
  FROM observable WHERE deleted_at IS NULL;
INSERT INTO search_grams (rowid, value) SELECT num, value FROM observable WHERE deleted_at IS NULL;
`,
};
