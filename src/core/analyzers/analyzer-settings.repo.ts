import type { SettingScope } from '../../shared/contract/config.ts';
import type { Db } from '../db/open.ts';

/** One stored setting: a JSON value, or a secret that lies elsewhere. `''` as engagement is every engagement. */
export interface SettingRow {
  scope: SettingScope;
  target: string;
  engagement_id: string;
  name: string;
  value: string | null;
  secret_id: string | null;
}

export interface SettingFlavor {
  flavor_id: string;
  source: string;
  name: string;
  version: string;
  base: string;
}

export interface Carry {
  fromId: string;
  fromVersion: string;
  taken: string[];
  left: { name: string; reason: string }[];
  at: number;
}

type Slot = Pick<SettingRow, 'scope' | 'target' | 'engagement_id' | 'name'>;

export interface AnalyzerSettingsRepo {
  /** Rows that concern a flavor: those of all, of its base (target '' for none) and its own, of every engagement. */
  rowsFor(base: string, flavorId: string): SettingRow[];
  rowsOf(scope: SettingScope, target: string): SettingRow[];
  withSecrets(): SettingRow[];
  put(slot: Slot, content: { value: string } | { secretId: string }, now: number): void;
  /** False when there was none. */
  remove(slot: Slot): boolean;
  usesOf(secretId: string): SettingRow[];
  marks(base: string, flavorId: string): { scope: 'base' | 'flavor'; name: string; is_secret: number }[];
  mark(scope: 'base' | 'flavor', target: string, name: string, isSecret: boolean): void;
  note(flavor: SettingFlavor): void;
  /** Flavors of this name in a source that settings were stored for. */
  noted(source: string, name: string): SettingFlavor[];
  carry(flavorId: string): Carry | undefined;
  recordCarry(flavorId: string, carry: Carry): void;
  transaction<T>(work: () => T): T;
}

export function createAnalyzerSettingsRepo(db: Db): AnalyzerSettingsRepo {
  const columns = 'scope, target, engagement_id, name, value, secret_id';
  const rowsFor = db.prepare<[string, string], SettingRow>(
    `SELECT ${columns} FROM analyzer_setting WHERE scope = 'global' AND target = ''
     UNION ALL SELECT ${columns} FROM analyzer_setting WHERE scope = 'base' AND target = ?
     UNION ALL SELECT ${columns} FROM analyzer_setting WHERE scope = 'flavor' AND target = ?`,
  );
  const rowsOf = db.prepare<[string, string], SettingRow>(
    `SELECT ${columns} FROM analyzer_setting WHERE scope = ? AND target = ?`,
  );
  const withSecrets = db.prepare<[], SettingRow>(
    `SELECT ${columns} FROM analyzer_setting WHERE secret_id IS NOT NULL ORDER BY scope, target, name, engagement_id`,
  );
  const put = db.prepare<[string, string, string, string, string | null, string | null, number]>(
    `INSERT INTO analyzer_setting (scope, target, engagement_id, name, value, secret_id, set_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (scope, target, engagement_id, name)
     DO UPDATE SET value = excluded.value, secret_id = excluded.secret_id, set_at = excluded.set_at`,
  );
  const remove = db.prepare<[string, string, string, string]>(
    'DELETE FROM analyzer_setting WHERE scope = ? AND target = ? AND engagement_id = ? AND name = ?',
  );
  const uses = db.prepare<[string], SettingRow>(`SELECT ${columns} FROM analyzer_setting WHERE secret_id = ?`);
  const marks = db.prepare<[string, string], { scope: 'base' | 'flavor'; name: string; is_secret: number }>(
    `SELECT scope, name, is_secret FROM setting_mark
     WHERE (scope = 'base' AND target = ?) OR (scope = 'flavor' AND target = ?)`,
  );
  const mark = db.prepare<[string, string, string, number]>(
    `INSERT INTO setting_mark (scope, target, name, is_secret) VALUES (?, ?, ?, ?)
     ON CONFLICT (scope, target, name) DO UPDATE SET is_secret = excluded.is_secret`,
  );
  const note = db.prepare<[string, string, string, string, string]>(
    `INSERT INTO setting_flavor (flavor_id, source, name, version, base) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (flavor_id) DO UPDATE SET version = excluded.version, base = excluded.base`,
  );
  const noted = db.prepare<[string, string], SettingFlavor>(
    'SELECT flavor_id, source, name, version, base FROM setting_flavor WHERE source = ? AND name = ?',
  );
  const carry = db.prepare<
    [string],
    { from_id: string; from_version: string; taken: string; left_out: string; at: number }
  >('SELECT from_id, from_version, taken, left_out, at FROM setting_carry WHERE flavor_id = ?');
  const recordCarry = db.prepare<[string, string, string, string, string, number]>(
    `INSERT OR REPLACE INTO setting_carry (flavor_id, from_id, from_version, taken, left_out, at)
     VALUES (?, ?, ?, ?, ?, ?)`,
  );
  return {
    rowsFor: (base, flavorId) => rowsFor.all(base, flavorId),
    rowsOf: (scope, target) => rowsOf.all(scope, target),
    withSecrets: () => withSecrets.all(),
    put(slot, content, now) {
      const value = 'value' in content ? content.value : null;
      const secretId = 'secretId' in content ? content.secretId : null;
      put.run(slot.scope, slot.target, slot.engagement_id, slot.name, value, secretId, now);
    },
    remove: (slot) => remove.run(slot.scope, slot.target, slot.engagement_id, slot.name).changes > 0,
    usesOf: (secretId) => uses.all(secretId),
    marks: (base, flavorId) => marks.all(base, flavorId),
    mark: (scope, target, name, isSecret) => void mark.run(scope, target, name, isSecret ? 1 : 0),
    note: (one) => void note.run(one.flavor_id, one.source, one.name, one.version, one.base),
    noted: (source, name) => noted.all(source, name),
    carry(flavorId) {
      const row = carry.get(flavorId);
      if (row === undefined) return undefined;
      return {
        fromId: row.from_id,
        fromVersion: row.from_version,
        taken: JSON.parse(row.taken) as string[],
        left: JSON.parse(row.left_out) as Carry['left'],
        at: row.at,
      };
    },
    recordCarry(flavorId, { fromId, fromVersion, taken, left, at }) {
      recordCarry.run(flavorId, fromId, fromVersion, JSON.stringify(taken), JSON.stringify(left), at);
    },
    transaction: (work) => db.transaction(work).immediate(),
  };
}
