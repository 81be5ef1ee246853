import type { AlertArtifact } from '../../shared/contract/responders.ts';
import type { Pap, Tlp } from '../../shared/model/marking.ts';
import type { Db } from '../db/open.ts';

export interface Alert {
  id: string;
  engagementId: string;
  type: string;
  source: string;
  sourceRef: string;
  title: string;
  description: string;
  severity: number;
  date: number;
  tlp: Tlp;
  pap: Pap;
  tags: string[];
  isRead: boolean;
  isUpdated: boolean;
  caseId: string | null;
  artifacts: AlertArtifact[];
  createdAt: number;
  updatedAt: number;
  deletedAt: number | null;
}

interface Row {
  id: string;
  engagement_id: string;
  type: string;
  source: string;
  source_ref: string;
  title: string;
  description: string;
  severity: number;
  date: number;
  tlp: Tlp;
  pap: Pap;
  tags: string;
  is_read: number;
  is_updated: number;
  case_id: string | null;
  artifacts: string;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
}

export interface AlertsRepo {
  /** Also finds one in the trash. */
  find(id: string): Alert | undefined;
  findByRef(engagementId: string, type: string, source: string, sourceRef: string): Alert | undefined;
}

export function createAlertsRepo(db: Db): AlertsRepo {
  const byId = db.prepare<[string], Row>('SELECT * FROM alert WHERE id = ?');
  const byRef = db.prepare<[string, string, string, string], Row>(
    'SELECT * FROM alert WHERE engagement_id = ? AND type = ? AND source = ? AND source_ref = ?',
  );
  return {
    find(id) {
      const row = byId.get(id);
      return row && rowToAlert(row);
    },
    findByRef(engagementId, type, source, sourceRef) {
      const row = byRef.get(engagementId, type, source, sourceRef);
      return row && rowToAlert(row);
    },
  };
}

const rowToAlert = (row: Row): Alert => ({
  id: row.id,
  engagementId: row.engagement_id,
  type: row.type,
  source: row.source,
  sourceRef: row.source_ref,
  title: row.title,
  description: row.description,
  severity: row.severity,
  date: row.date,
  tlp: row.tlp,
  pap: row.pap,
  tags: JSON.parse(row.tags) as string[],
  isRead: row.is_read === 1,
  isUpdated: row.is_updated === 1,
  caseId: row.case_id,
  artifacts: JSON.parse(row.artifacts) as AlertArtifact[],
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  deletedAt: row.deleted_at,
});
