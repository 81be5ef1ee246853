import type { PolicyRule, PolicyRuleBody } from '../../shared/contract/policy.ts';
import type { Pap, Tlp } from '../../shared/model/marking.ts';
import type { Db } from '../db/open.ts';

interface PolicyRow {
  id: string;
  engagement_id: string | null;
  kind: PolicyRuleBody['kind'];
  target: string;
  variant: string;
  max_tlp: Tlp | null;
  max_pap: Pap | null;
  note: string;
  created_at: number;
}

export interface PolicyRepo {
  /** All that are in force, the oldest first. */
  all(): PolicyRule[];
  /** Changes with every write to the table, whoever wrote. */
  version(): string;
  /** Also one that was removed. */
  find(id: string): PolicyRule | undefined;
  /** A rule in force that says the same about the same. */
  same(engagementId: string | null, kind: string, target: string, variant: string): string | undefined;
  count(): number;
  /** Whether there ever was a rule. */
  isUntouched(): boolean;
  /** MD5, SHA-1 and SHA-256 of a stored file. */
  hashesOfBlob(blobId: string): string[];
  /** The same of the stored file that has this hash; empty when none has. */
  siblingsOf(hash: string): string[];
}

export function createPolicyRepo(db: Db): PolicyRepo {
  const columns = 'id, engagement_id, kind, target, variant, max_tlp, max_pap, note, created_at';
  const all = db.prepare<[], PolicyRow>(
    `SELECT ${columns} FROM policy_rule WHERE deleted_at IS NULL ORDER BY created_at, id`,
  );
  // A row's updated_at only ever grows, so this sum does too.
  const version = db.prepare<[], { n: number; sum: number | null }>(
    'SELECT count(*) AS n, sum(updated_at) AS sum FROM policy_rule',
  );
  const one = db.prepare<[string], PolicyRow>(`SELECT ${columns} FROM policy_rule WHERE id = ?`);
  const same = db.prepare<[string | null, string, string, string], { id: string }>(
    'SELECT id FROM policy_rule WHERE engagement_id IS ? AND kind = ? AND target = ? AND variant = ? AND deleted_at IS NULL',
  );
  const count = db.prepare<[], { n: number }>('SELECT count(*) AS n FROM policy_rule WHERE deleted_at IS NULL');
  const any = db.prepare<[], { n: number }>('SELECT EXISTS (SELECT 1 FROM policy_rule) AS n');
  interface Hashes {
    md5: string;
    sha1: string;
    sha256: string;
  }
  const ofBlob = db.prepare<[string], Hashes>('SELECT md5, sha1, sha256 FROM blob WHERE id = ?');
  const byHash = db.prepare<[string, string, string], Hashes>(
    'SELECT md5, sha1, sha256 FROM blob WHERE sha256 = ? OR sha1 = ? OR md5 = ? LIMIT 1',
  );
  const listed = (found: Hashes | undefined): string[] => (found ? [found.md5, found.sha1, found.sha256] : []);

  return {
    all: () => all.all().map(toRule),
    version() {
      const row = version.get();
      return `${row?.n ?? 0}:${row?.sum ?? 0}`;
    },
    find(id) {
      const row = one.get(id);
      return row && toRule(row);
    },
    same: (engagementId, kind, target, variant) => same.get(engagementId, kind, target, variant)?.id,
    count: () => count.get()?.n ?? 0,
    isUntouched: () => any.get()?.n === 0,
    hashesOfBlob: (blobId) => listed(ofBlob.get(blobId)),
    siblingsOf: (hash) => listed(byHash.get(hash, hash, hash)),
  };
}

function toRule(row: PolicyRow): PolicyRule {
  return {
    id: row.id,
    engagementId: row.engagement_id,
    rule: toBody(row),
    note: row.note,
    createdAt: row.created_at,
  };
}

/** The table's own checks hold what a variant can be for each kind only through the service, so a stranger reads as strict. */
function toBody(row: PolicyRow): PolicyRuleBody {
  switch (row.kind) {
    case 'ceiling':
      return { kind: 'ceiling', flavorId: row.target || null, maxTlp: row.max_tlp, maxPap: row.max_pap };
    case 'service':
      return {
        kind: 'service',
        host: row.target,
        effect: row.variant === 'allow' || row.variant === 'own' ? row.variant : 'deny',
      };
    case 'never':
      switch (row.variant) {
        case 'domain':
        case 'network':
        case 'wildcard':
        case 'internal':
          return { kind: 'never', match: row.variant, pattern: row.target };
        default:
          return { kind: 'never', match: 'exact', pattern: row.target };
      }
  }
}
