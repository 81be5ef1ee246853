import type { Taxonomy } from '../../shared/model/report.ts';
import type { Db } from '../db/open.ts';
import { unpackBody } from '../jobs/reports.repo.ts';
import { reportText } from './documents.ts';
import { reportWords } from './report-words.ts';
import type { SearchIndex } from './search-index.repo.ts';

/** Reports that the migration could only put into the index by what they are about. */
export interface ReportTexts {
  /** The last one that is done, '' before the first; undefined where there is nothing left to do. */
  reached(): string | undefined;
  /** Does the one after; the id to go on from, undefined after the last. */
  next(after: string): string | undefined;
}

const MARK = 'search.reports';
/** Of the JSON of a report; the text of a larger one is not worth the time it takes to unpack. */
const MAX_BYTES = 16 * 2 ** 20;

interface Row {
  id: string;
  taxonomies: string;
  body: Buffer | null;
  engagementId: string;
  flavorName: string;
  value: string;
}

export function createReportTexts(db: Db, index: SearchIndex): ReportTexts {
  const mark = db.prepare<[string], string>('SELECT value FROM meta WHERE key = ?').pluck();
  const move = db.prepare<[string, string]>('UPDATE meta SET value = ? WHERE key = ?');
  const finish = db.prepare<[string]>('DELETE FROM meta WHERE key = ?');
  const after = db.prepare<[number, string], Row>(
    `SELECT r.id, r.taxonomies, iif(r.body_bytes <= ?, r.body, NULL) AS body, j.engagement_id AS engagementId,
       j.flavor_name AS flavorName, j.value
     FROM report r JOIN job j ON j.id = r.job_id WHERE r.id > ? ORDER BY r.id LIMIT 1`,
  );
  const step = db.transaction((from: string): string | undefined => {
    const row = after.get(MAX_BYTES, from);
    if (!row) {
      finish.run(MARK);
      return undefined;
    }
    const words = row.body === null ? '' : reportWords(unpackBody(row.body));
    const taxonomies = JSON.parse(row.taxonomies) as Taxonomy[];
    index.put('report', row.id, reportText({ ...row, taxonomies, words }));
    move.run(row.id, MARK);
    return row.id;
  });
  return { reached: () => mark.get(MARK), next: (from) => step.immediate(from) };
}
