import type { AlertStatus } from '../../shared/contract/alerts.ts';
import type { Db } from '../db/open.ts';

/** One row of what the list is read by. */
export interface AlertState {
  num: number;
  alertId: string;
  engagementId: string;
  status: AlertStatus;
  type: string;
  source: string;
  severity: number;
  isRead: boolean;
  isFollowed: boolean;
  caseId: string | null;
  date: number;
}

interface StateRow extends Omit<AlertState, 'isRead' | 'isFollowed'> {
  isRead: number;
  isFollowed: number;
}

/** What is kept beside alerts, in the transaction that changes them. */
export interface AlertStateRepo {
  find(num: number): AlertState | undefined;
  put(state: AlertState): void;
  remove(num: number): void;
  isLiveCase(caseId: string): boolean;
  /** Numbers of alerts that point at a case. */
  numsOfCase(caseId: string): { num: number; id: string }[];
  count(engagementId: string, name: string, by: number): void;
  putTags(num: number, engagementId: string, tags: readonly string[]): void;
  putWords(num: number, title: string, body: string): void;
  removeWords(num: number): void;
  addSize(alertId: string, observables: number, iocs: number, files: number): void;
  /** Values that an earlier Osmia kept inside alerts, to be stored as rows; emptied by `clearOldArtifacts`. */
  oldArtifacts(): { alertId: string; engagementId: string; artifacts: string }[];
  clearOldArtifacts(): void;
}

export function createAlertStateRepo(db: Db): AlertStateRepo {
  const find = db.prepare<[number], StateRow>(
    `SELECT num, alert_id AS alertId, engagement_id AS engagementId, status, type, source, severity, is_read AS isRead,
       is_followed AS isFollowed, case_id AS caseId, date FROM alert_state WHERE num = ?`,
  );
  const put = db.prepare<[StateRow]>(
    `INSERT INTO alert_state (num, alert_id, engagement_id, status, type, source, severity, is_read, is_followed, case_id, date)
     VALUES (@num, @alertId, @engagementId, @status, @type, @source, @severity, @isRead, @isFollowed, @caseId, @date)
     ON CONFLICT (num) DO UPDATE SET status = excluded.status, type = excluded.type, source = excluded.source,
       severity = excluded.severity, is_read = excluded.is_read, is_followed = excluded.is_followed, case_id = excluded.case_id,
       date = excluded.date, engagement_id = excluded.engagement_id`,
  );
  const remove = db.prepare<[number]>('DELETE FROM alert_state WHERE num = ?');
  const liveCase = db.prepare<[string]>('SELECT 1 FROM case_record WHERE id = ? AND deleted_at IS NULL');
  const numsOfCase = db.prepare<[string], { num: number; id: string }>('SELECT num, id FROM alert WHERE case_id = ?');
  const count = db.prepare<[string, string, number]>(
    `INSERT INTO alert_counter (engagement_id, name, value) VALUES (?, ?, ?)
     ON CONFLICT (engagement_id, name) DO UPDATE SET value = value + excluded.value`,
  );
  const dropTags = db.prepare<[number], { tag: string; engagementId: string }>(
    'DELETE FROM alert_tag WHERE num = ? RETURNING tag, engagement_id AS engagementId',
  );
  const addTag = db.prepare<[string, string, number]>(
    'INSERT OR IGNORE INTO alert_tag (engagement_id, tag, num) VALUES (?, ?, ?)',
  );
  const dropWords = db.prepare<[number]>('DELETE FROM alert_words WHERE rowid = ?');
  const addWords = db.prepare<[number, string, string]>(
    'INSERT INTO alert_words (rowid, title, body) VALUES (?, ?, ?)',
  );
  const addSize = db.prepare<[string, number, number, number]>(
    `INSERT INTO alert_size (alert_id, observables, iocs, files) VALUES (?, ?, ?, ?) ON CONFLICT (alert_id) DO UPDATE SET
       observables = observables + excluded.observables, iocs = iocs + excluded.iocs, files = files + excluded.files`,
  );
  const old = db.prepare<[], { alertId: string; engagementId: string; artifacts: string }>(
    `SELECT o.alert_id AS alertId, a.engagement_id AS engagementId, o.artifacts FROM alert_artifact_0015 o JOIN alert a ON a.id = o.alert_id`,
  );
  const clearOld = db.prepare('DELETE FROM alert_artifact_0015');

  return {
    find(num) {
      const row = find.get(num);
      return row && { ...row, isRead: row.isRead === 1, isFollowed: row.isFollowed === 1 };
    },
    put: (state) => void put.run({ ...state, isRead: state.isRead ? 1 : 0, isFollowed: state.isFollowed ? 1 : 0 }),
    remove: (num) => void remove.run(num),
    isLiveCase: (caseId) => liveCase.get(caseId) !== undefined,
    numsOfCase: (caseId) => numsOfCase.all(caseId),
    count: (engagementId, name, by) => void count.run(engagementId, name, by),
    putTags(num, engagementId, tags) {
      for (const { tag, engagementId: owner } of dropTags.all(num)) count.run(owner, `tag:${tag}`, -1);
      for (const tag of new Set(tags)) {
        addTag.run(engagementId, tag, num);
        count.run(engagementId, `tag:${tag}`, 1);
      }
    },
    putWords(num, title, body) {
      dropWords.run(num);
      addWords.run(num, title, body);
    },
    removeWords: (num) => void dropWords.run(num),
    addSize: (alertId, observables, iocs, files) => void addSize.run(alertId, observables, iocs, files),
    oldArtifacts: () => old.all(),
    clearOldArtifacts: () => void clearOld.run(),
  };
}
