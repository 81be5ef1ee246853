import type { AttackPack, CaseTechnique, Tactic, Technique } from '../../shared/contract/attack.ts';
import type { AttackData } from '../../analysis/attack/read-bundle.ts';
import type { Keyset } from '../db/keyset.ts';
import type { Db } from '../db/open.ts';

interface TechniqueRow {
  id: string;
  name: string;
  tactics: string;
  platforms: string;
  description: string;
  url: string;
  is_old: number;
}

interface CaseRow {
  id: string;
  caseId: string;
  engagementId: string;
  technique: string;
  name: string | null;
  tactic: string;
  /** What the imported data knows. */
  possible: string | null;
  occurredAt: number | null;
  description: string;
  observableIds: string;
  events: number;
  firstAt: number | null;
  lastAt: number | null;
  createdAt: number;
  updatedAt: number;
  deletedAt: number | null;
}

export type StoredTechnique = CaseTechnique & { engagementId: string; deletedAt: number | null };

export interface AttackRepo {
  pack(): AttackPack | undefined;
  /** Replaces what was imported before. */
  putPack(data: AttackData, fileName: string, now: number): void;
  tactics(): Tactic[];
  technique(id: string): Technique | undefined;
  /** By the beginning of the id, else by words of the name in any order; at most 50, those in force first. */
  search(text: string, tactic: string | undefined): Technique[];
  /** Also one in the trash. */
  find(id: string): StoredTechnique | undefined;
  ofCase(caseId: string): CaseTechnique[];
  countInCase(caseId: string): number;
  /** Which of these a case has. */
  known(caseId: string, techniques: readonly string[]): string[];
  /** Cases with a technique or its sub-techniques, by number descending. */
  casesWith(
    engagementId: string,
    technique: string,
    after: Keyset | undefined,
    limit: number,
  ): { id: string; number: number; title: string; techniques: string[] }[];
}

const MOST = 50;

export function createAttackRepo(db: Db): AttackRepo {
  const pack = db.prepare<[], AttackPack>(
    `SELECT name, version, notice, imported_at AS importedAt, sha256, file_name AS fileName,
       (SELECT count(*) FROM attack_technique WHERE is_old = 0) AS techniques, (SELECT count(*) FROM attack_tactic) AS tactics
     FROM attack_pack WHERE id = 1`,
  );
  const putPack = db.prepare<[string, string, string, number, string, string]>(
    `INSERT OR REPLACE INTO attack_pack (id, name, version, notice, imported_at, sha256, file_name)
     VALUES (1, ?, ?, ?, ?, ?, ?)`,
  );
  const putTactic = db.prepare<[string, string, string, number]>(
    'INSERT OR REPLACE INTO attack_tactic (short_name, id, name, position) VALUES (?, ?, ?, ?)',
  );
  const putTechnique = db.prepare<[string, string, string, string, string, string, number]>(
    `INSERT OR REPLACE INTO attack_technique (id, name, tactics, platforms, description, url, is_old)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const clear = [db.prepare('DELETE FROM attack_tactic'), db.prepare('DELETE FROM attack_technique')];
  const tactics = db.prepare<[], Tactic>(
    'SELECT short_name AS shortName, id, name, position FROM attack_tactic ORDER BY position',
  );
  const byId = db.prepare<[string], TechniqueRow>('SELECT * FROM attack_technique WHERE id = ?');
  // The table has at most 10,000 rows, and one pack replaces another: reading it whole is bounded.
  const all = db.prepare<[], TechniqueRow>('SELECT * FROM attack_technique ORDER BY is_old, id');

  const columns = `t.id, t.case_id AS caseId, t.engagement_id AS engagementId, t.technique, a.name, t.tactic, a.tactics AS possible,
    t.occurred_at AS occurredAt, t.description, t.observable_ids AS observableIds, t.created_at AS createdAt,
    t.updated_at AS updatedAt, t.deleted_at AS deletedAt,
    (SELECT count(*) FROM timeline_link l WHERE l.case_id = t.case_id AND l.kind = 'technique' AND l.target = t.technique) AS events,
    (SELECT min(e.at) FROM timeline_link l JOIN timeline_event e ON e.id = l.event_id
       WHERE l.case_id = t.case_id AND l.kind = 'technique' AND l.target = t.technique) AS firstAt,
    (SELECT max(coalesce(e.end_at, e.at)) FROM timeline_link l JOIN timeline_event e ON e.id = l.event_id
       WHERE l.case_id = t.case_id AND l.kind = 'technique' AND l.target = t.technique) AS lastAt`;
  const from = 'FROM case_technique t LEFT JOIN attack_technique a ON a.id = t.technique';
  const find = db.prepare<[string], CaseRow>(`SELECT ${columns} ${from} WHERE t.id = ?`);
  const ofCase = db.prepare<[string], CaseRow>(
    `SELECT ${columns} ${from} WHERE t.case_id = ? AND t.deleted_at IS NULL ORDER BY t.technique, t.id LIMIT 5000`,
  );
  const count = db
    .prepare<[string], number>('SELECT count(*) FROM case_technique WHERE case_id = ? AND deleted_at IS NULL')
    .pluck();
  const known = db
    .prepare<[string, string], string>(
      `SELECT DISTINCT t.technique FROM case_technique t WHERE t.case_id = ? AND t.deleted_at IS NULL
       AND t.technique IN (SELECT value FROM json_each(?))`,
    )
    .pluck();
  // Sub-techniques are the ids that begin with the technique's and a dot.
  const casesWith = db.prepare<
    [string, string, string, string, number, number],
    { id: string; number: number; title: string; techniques: string }
  >(
    `SELECT c.id, c.number, c.title, json_group_array(DISTINCT t.technique) AS techniques
     FROM case_technique t JOIN case_record c ON c.id = t.case_id
     WHERE t.engagement_id = ? AND (t.technique = ? OR (t.technique >= ? AND t.technique < ?)) AND t.deleted_at IS NULL
       AND c.deleted_at IS NULL AND c.number < ?
     GROUP BY c.id ORDER BY c.number DESC LIMIT ?`,
  );

  return {
    pack: () => pack.get(),
    putPack(data, fileName, now) {
      db.transaction(() => {
        for (const statement of clear) statement.run();
        for (const each of data.tactics) putTactic.run(each.shortName, each.id, each.name, each.position);
        for (const each of data.techniques)
          putTechnique.run(
            each.id,
            each.name,
            JSON.stringify(each.tactics),
            JSON.stringify(each.platforms),
            each.description,
            each.url,
            each.isOld ? 1 : 0,
          );
        putPack.run(data.name, data.version, data.notice, now, data.sha256, fileName);
      }).immediate();
    },
    tactics: () => tactics.all(),
    technique(id) {
      const row = byId.get(id);
      return row && toTechnique(row);
    },
    search(text, tactic) {
      const words = text
        .toLowerCase()
        .split(/\s+/)
        .filter((word) => word !== '')
        .slice(0, 10);
      const found: Technique[] = [];
      for (const row of all.iterate()) {
        const haystack = `${row.id} ${row.name}`.toLowerCase();
        if (!words.every((word) => haystack.includes(word))) continue;
        const each = toTechnique(row);
        if (tactic !== undefined && tactic !== '' && !each.tactics.includes(tactic)) continue;
        found.push(each);
        if (found.length >= MOST) break;
      }
      return found;
    },
    find(id) {
      const row = find.get(id);
      return row && toStored(row);
    },
    ofCase: (caseId) => ofCase.all(caseId).map((row) => asCaseTechnique(toStored(row))),
    countInCase: (caseId) => count.get(caseId) ?? 0,
    known: (caseId, techniques) => known.all(caseId, JSON.stringify(techniques)),
    casesWith: (engagementId, technique, after, limit) =>
      casesWith
        .all(engagementId, technique, `${technique}.`, `${technique}/`, after?.at ?? Number.MAX_SAFE_INTEGER, limit)
        .map((row) => ({ ...row, techniques: (JSON.parse(row.techniques) as string[]).sort() })),
  };
}

const toTechnique = (row: TechniqueRow): Technique => ({
  id: row.id,
  name: row.name,
  tactics: JSON.parse(row.tactics) as string[],
  platforms: JSON.parse(row.platforms) as string[],
  description: row.description,
  url: row.url,
  isOld: row.is_old === 1,
});

const toStored = ({ possible, ...row }: CaseRow): StoredTechnique => ({
  ...row,
  name: row.name ?? '',
  tactic: row.tactic === '' ? onlyTactic(possible) : row.tactic,
  observableIds: JSON.parse(row.observableIds) as string[],
});

/** With one tactic there is no question which it was. */
function onlyTactic(possible: string | null): string {
  const tactics = possible === null ? [] : (JSON.parse(possible) as string[]);
  return tactics.length === 1 ? (tactics[0] ?? '') : '';
}

export function asCaseTechnique(stored: StoredTechnique): CaseTechnique {
  const { engagementId: _engagement, deletedAt: _deleted, ...technique } = stored;
  return technique;
}
