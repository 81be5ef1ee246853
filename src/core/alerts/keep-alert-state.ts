import { v7 } from 'uuid';
import { isDataType } from '../../shared/model/data-type.ts';
import type { Tlp } from '../../shared/model/marking.ts';
import { subjectHash } from '../observables/subject-hash.ts';
import type { SharedRow } from '../sync/registry.ts';
import type { SyncedStore } from '../sync/synced-store.ts';
import type { AlertState, AlertStateRepo } from './alert-state.repo.ts';
import { type AlertsRepo, statusOf } from './alerts.repo.ts';

type Row = SharedRow<'alert'>;

/** Keeps what follows from alerts, from what they bring and from the trash of cases: list, counters, tags and words. */
export function keepAlertState(deps: { store: SyncedStore; state: AlertStateRepo; alerts: AlertsRepo }): void {
  const { store, state, alerts } = deps;

  const count = (row: AlertState, by: 1 | -1): void => {
    const add = (name: string): void => state.count(row.engagementId, name, by);
    add('total');
    if (row.status === 'new' || row.status === 'updated') add('unread');
    if (row.isFollowed) add('followed');
    add(`status:${row.status}`);
    add(`type:${row.type}`);
    add(`source:${row.source}`);
    add(`severity:${row.severity}`);
  };

  const refresh = (num: number, row: Row): void => {
    const known = state.find(num);
    if (known) count(known, -1);
    if (row.deletedAt !== null) {
      if (known) state.remove(num);
      return;
    }
    const caseId = row.caseId !== null && state.isLiveCase(row.caseId) ? row.caseId : null;
    const next: AlertState = {
      num,
      alertId: row.id,
      engagementId: row.engagementId,
      status: statusOf({ ...row, hasCase: caseId !== null, hadCase: row.caseId !== null }),
      type: row.type,
      source: row.source,
      severity: row.severity,
      isRead: row.isRead,
      isFollowed: row.isFollowed,
      caseId,
      date: row.date,
    };
    state.put(next);
    count(next, 1);
  };

  store.project('alert', ({ rowid, before, after }) => {
    refresh(rowid, after);
    const isGone = after.deletedAt !== null;
    const wasGone = before === undefined || before.deletedAt !== null;
    if (isGone) {
      if (wasGone) return;
      state.putTags(rowid, after.engagementId, []);
      state.removeWords(rowid);
      return;
    }
    if (wasGone || before.tags.join('\0') !== after.tags.join('\0')) {
      state.putTags(rowid, after.engagementId, after.tags);
    }
    if (wasGone || before.title !== after.title || before.description !== after.description) {
      state.putWords(rowid, after.title, `${after.description} ${after.type} ${after.source} ${after.sourceRef}`);
    }
  });

  store.project('alertObservable', ({ before, after }) => {
    if (before?.deletedAt === null) size(before, -1);
    if (after.deletedAt === null) size(after, 1);
  });
  const size = (row: SharedRow<'alertObservable'>, by: 1 | -1): void =>
    state.addSize(row.alertId, by, row.isIoc ? by : 0, row.dataType === 'file' ? by : 0);

  // A case in the trash holds no alert; one that came back does again.
  store.project('case', ({ id, before, after }) => {
    if (before === undefined || (before.deletedAt === null) === (after.deletedAt === null)) return;
    for (const { num, id: alertId } of state.numsOfCase(id)) {
      const alert = alerts.find(alertId);
      if (alert) refresh(num, alert);
    }
  });

  takeOldArtifacts(store, state);
}

interface OldArtifact {
  dataType: string;
  data: string;
  message: string;
  tlp: Tlp;
  tags: string[];
  isIoc: boolean;
  isSighted: boolean;
}

/** An earlier Osmia kept values inside their alert; they become rows, once. */
function takeOldArtifacts(store: SyncedStore, state: AlertStateRepo): void {
  const old = state.oldArtifacts();
  if (old.length === 0) return;
  store.transaction({}, () => {
    for (const { alertId, engagementId, artifacts } of old) {
      const seen = new Set<string>();
      for (const [at, one] of (JSON.parse(artifacts) as OldArtifact[]).entries()) {
        const dataType = isDataType(one.dataType) && one.dataType !== 'file' ? one.dataType : 'other';
        const hash = subjectHash({ dataType, value: one.data });
        if (seen.has(`${dataType} ${hash}`)) continue;
        seen.add(`${dataType} ${hash}`);
        store.insert(
          'alertObservable',
          {
            id: v7(),
            alertId,
            engagementId,
            dataType,
            value: one.data,
            subjectHash: hash,
            blobId: null,
            mediaType: '',
            message: one.message,
            tlp: one.tlp,
            tags: one.tags,
            marks: [],
            isIoc: one.isIoc,
            isSighted: one.isSighted,
            ignoreSimilarity: false,
            seenAt: null,
            observableId: null,
            isOwn: false,
            createdAt: at,
            updatedAt: at,
            deletedAt: null,
          },
          { actor: 'osmia', reason: 'values of the alert as rows', engagementId },
        );
      }
    }
    state.clearOldArtifacts();
  });
}
