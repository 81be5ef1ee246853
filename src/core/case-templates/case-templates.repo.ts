import type { CaseTemplate, TemplateField, TemplateTask } from '../../shared/contract/case-templates.ts';
import type { Pap, Tlp } from '../../shared/model/marking.ts';
import type { Db } from '../db/open.ts';

export interface CaseTemplatesRepo {
  /** By name. */
  list(): CaseTemplate[];
  find(id: string): CaseTemplate | undefined;
  /** Whatever its case. */
  findByName(name: string): CaseTemplate | undefined;
}

interface Row {
  id: string;
  name: string;
  display_name: string;
  title_prefix: string;
  description: string;
  summary: string;
  severity: number | null;
  tlp: Tlp | null;
  pap: Pap | null;
  is_flagged: number;
  tags: string;
  tasks: string;
  fields: string;
  created_at: number;
  updated_at: number;
}

export const MAX_TEMPLATES = 1_000;

export function createCaseTemplatesRepo(db: Db): CaseTemplatesRepo {
  const select = `SELECT id, name, display_name, title_prefix, description, summary, severity, tlp, pap, is_flagged, tags,
    tasks, fields, created_at, updated_at FROM case_template WHERE deleted_at IS NULL`;
  const all = db.prepare<[], Row>(`${select} ORDER BY name COLLATE NOCASE, id LIMIT ${MAX_TEMPLATES}`);
  const byId = db.prepare<[string], Row>(`${select} AND id = ?`);
  const byName = db.prepare<[string], Row>(`${select} AND name = ? COLLATE NOCASE LIMIT 1`);
  return {
    list: () => all.all().map(fromRow),
    find(id) {
      const row = byId.get(id);
      return row && fromRow(row);
    },
    findByName(name) {
      const row = byName.get(name);
      return row && fromRow(row);
    },
  };
}

const fromRow = (row: Row): CaseTemplate => ({
  id: row.id,
  name: row.name,
  displayName: row.display_name,
  titlePrefix: row.title_prefix,
  description: row.description,
  summary: row.summary,
  severity: row.severity,
  tlp: row.tlp,
  pap: row.pap,
  isFlagged: row.is_flagged === 1,
  tags: JSON.parse(row.tags) as string[],
  tasks: JSON.parse(row.tasks) as TemplateTask[],
  fields: JSON.parse(row.fields) as TemplateField[],
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
