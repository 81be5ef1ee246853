import type { Asset, AssetKind, AssetState, CaseAsset, Identifier } from '../../shared/contract/assets.ts';
import type { DataType } from '../../shared/model/data-type.ts';
import type { Db } from '../db/open.ts';

interface Row {
  id: string;
  engagement_id: string;
  name: string;
  kind: AssetKind;
  identifiers: string;
  criticality: number;
  owner: string;
  note: string;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
}

interface LinkRow extends Row {
  link_id: string;
  case_id: string;
  state: AssetState;
  state_at: number | null;
  events: number;
  observables: number;
  others: number;
}

export type StoredAsset = Asset & { deletedAt: number | null };

/** An asset in a case, in the trash or not. */
export interface AssetLink {
  id: string;
  caseId: string;
  assetId: string;
  deletedAt: number | null;
}

export interface AssetsRepo {
  find(id: string): StoredAsset | undefined;
  link(caseId: string, assetId: string): AssetLink | undefined;
  inCase(caseId: string): CaseAsset[];
  oneInCase(caseId: string, id: string): CaseAsset | undefined;
  countInCase(caseId: string): number;
  /** Cases that have it, the newest first; at most 200. */
  casesOf(assetId: string): { id: string; number: number; title: string; state: AssetState }[];
  /** Cases that have it, those in the trash included. */
  countLinks(assetId: string): number;
  /** Of one case; at most 500. */
  observablesOf(caseId: string, assetId: string): { id: string; dataType: DataType; value: string }[];
  /** Of the engagement, not in the case, with a name that begins so (lower case); at most 50. */
  others(engagementId: string, caseId: string, begin: string): { id: string; name: string; kind: AssetKind }[];
  /** Assets of a case that an observable's subject stands for. */
  ofSubjects(caseId: string, engagementId: string, hashes: readonly string[]): { hash: string; assetId: string }[];
}

const ASSET = `a.id, a.engagement_id, a.name, a.kind, a.identifiers, a.criticality, a.owner, a.note, a.created_at,
  a.updated_at, a.deleted_at`;

export function createAssetsRepo(db: Db): AssetsRepo {
  const byId = db.prepare<[string], Row>(`SELECT ${ASSET} FROM asset a WHERE a.id = ?`);
  const link = db.prepare<[string, string], AssetLink>(
    `SELECT id, case_id AS caseId, asset_id AS assetId, deleted_at AS deletedAt FROM case_asset
     WHERE case_id = ? AND asset_id = ? ORDER BY deleted_at IS NOT NULL LIMIT 1`,
  );
  // The counts end early: nobody needs to know how many thousand there are exactly.
  const inCase = `SELECT ${ASSET}, l.id AS link_id, l.case_id, l.state, l.state_at,
      (SELECT count(*) FROM timeline_link t WHERE t.case_id = l.case_id AND t.kind = 'asset' AND t.target = a.id) AS events,
      (SELECT count(*) FROM asset_subject s CROSS JOIN observable o ON o.engagement_id = s.engagement_id
         AND o.subject_hash = s.subject_hash WHERE s.asset_id = a.id AND o.case_id = l.case_id
         AND o.deleted_at IS NULL) AS observables,
      (SELECT count(*) FROM case_asset x JOIN case_record c ON c.id = x.case_id
         WHERE x.asset_id = a.id AND x.deleted_at IS NULL AND c.deleted_at IS NULL AND x.case_id <> l.case_id) AS others
    FROM case_asset l JOIN asset a ON a.id = l.asset_id
    WHERE l.case_id = ? AND l.deleted_at IS NULL AND a.deleted_at IS NULL`;
  const all = db.prepare<[string], LinkRow>(`${inCase} ORDER BY lower(a.name), a.id LIMIT 5000`);
  const one = db.prepare<[string, string], LinkRow>(`${inCase} AND l.asset_id = ?`);
  const count = db
    .prepare<[string], number>('SELECT count(*) FROM case_asset WHERE case_id = ? AND deleted_at IS NULL')
    .pluck();
  const casesOf = db.prepare<[string], { id: string; number: number; title: string; state: AssetState }>(
    `SELECT c.id, c.number, c.title, l.state FROM case_asset l JOIN case_record c ON c.id = l.case_id
     WHERE l.asset_id = ? AND l.deleted_at IS NULL AND c.deleted_at IS NULL ORDER BY c.number DESC LIMIT 200`,
  );
  const links = db
    .prepare<[string], number>('SELECT count(*) FROM case_asset WHERE asset_id = ? AND deleted_at IS NULL')
    .pluck();
  const observables = db.prepare<[string, string], { id: string; dataType: DataType; value: string }>(
    `SELECT o.id, o.data_type AS dataType, o.value FROM asset_subject s CROSS JOIN observable o
       ON o.engagement_id = s.engagement_id AND o.subject_hash = s.subject_hash
     WHERE s.asset_id = ? AND o.case_id = ? AND o.deleted_at IS NULL LIMIT 500`,
  );
  const others = db.prepare<[string, string, string, string], { id: string; name: string; kind: AssetKind }>(
    `SELECT a.id, a.name, a.kind FROM asset a WHERE a.engagement_id = ? AND lower(a.name) >= ? AND lower(a.name) < ?
       AND a.deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM case_asset l WHERE l.case_id = ? AND l.asset_id = a.id
         AND l.deleted_at IS NULL)
     ORDER BY lower(a.name), a.id LIMIT 50`,
  );
  const ofSubjects = db.prepare<[string, string, string], { hash: string; assetId: string }>(
    `SELECT s.subject_hash AS hash, s.asset_id AS assetId FROM json_each(?) j
     JOIN asset_subject s ON s.engagement_id = ? AND s.subject_hash = j.value
     JOIN case_asset l ON l.asset_id = s.asset_id AND l.case_id = ? AND l.deleted_at IS NULL`,
  );
  return {
    find(id) {
      const row = byId.get(id);
      return row && { ...toAsset(row), deletedAt: row.deleted_at };
    },
    link: (caseId, assetId) => link.get(caseId, assetId),
    inCase: (caseId) => all.all(caseId).map(toCaseAsset),
    oneInCase(caseId, id) {
      const row = one.get(caseId, id);
      return row && toCaseAsset(row);
    },
    countInCase: (caseId) => count.get(caseId) ?? 0,
    casesOf: (assetId) => casesOf.all(assetId),
    countLinks: (assetId) => links.get(assetId) ?? 0,
    observablesOf: (caseId, assetId) => observables.all(assetId, caseId),
    others: (engagementId, caseId, begin) => others.all(engagementId, begin, `${begin}\u{10ffff}`, caseId),
    ofSubjects: (caseId, engagementId, hashes) => ofSubjects.all(JSON.stringify(hashes), engagementId, caseId),
  };
}

const toAsset = (row: Row): Asset => ({
  id: row.id,
  engagementId: row.engagement_id,
  name: row.name,
  kind: row.kind,
  identifiers: JSON.parse(row.identifiers) as Identifier[],
  criticality: row.criticality,
  owner: row.owner,
  note: row.note,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const toCaseAsset = (row: LinkRow): CaseAsset => ({
  ...toAsset(row),
  caseId: row.case_id,
  state: row.state,
  stateAt: row.state_at,
  events: row.events,
  observables: row.observables,
  otherCases: row.others,
});
