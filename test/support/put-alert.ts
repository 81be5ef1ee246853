import { v7 } from 'uuid';
import { subjectHash } from '../../src/core/observables/subject-hash.ts';
import type { SharedRow } from '../../src/core/sync/registry.ts';
import type { TestCore } from './make-core.ts';

type Observable = Partial<SharedRow<'alertObservable'>> & Pick<SharedRow<'alertObservable'>, 'dataType' | 'value'>;

/** An alert with what it brings, written as a source would; what is not given is the usual. Returns its id. */
export function putAlert(
  core: Pick<TestCore, 'records' | 'clock'>,
  given: Partial<SharedRow<'alert'>> & { engagementId: string; observables?: Observable[] },
): string {
  const { store } = core.records;
  const now = core.clock.now();
  const id = v7();
  const { observables = [], ...facts } = given;
  const meta = { actor: 'feed', engagementId: given.engagementId };
  const times = { createdAt: now, updatedAt: now, deletedAt: null };
  store.transaction({}, () => {
    store.insert(
      'alert',
      {
        type: 'misp',
        source: 'hub',
        sourceRef: id,
        externalLink: '',
        title: 'Alert',
        description: '',
        severity: 2,
        date: now,
        lastSyncAt: now,
        tlp: 'amber',
        pap: 'amber',
        tags: [],
        isRead: false,
        isUpdated: false,
        isFollowed: true,
        caseId: null,
        import: null,
        importedAt: null,
        caseTemplate: '',
        ...times,
        ...facts,
        id,
      },
      meta,
    );
    for (const one of observables) {
      store.insert(
        'alertObservable',
        {
          alertId: id,
          engagementId: given.engagementId,
          subjectHash: subjectHash({ dataType: one.dataType, value: one.value }),
          blobId: null,
          mediaType: '',
          message: '',
          tlp: 'amber',
          tags: [],
          marks: [],
          isIoc: false,
          isSighted: false,
          ignoreSimilarity: false,
          seenAt: null,
          observableId: null,
          isOwn: false,
          ...times,
          ...one,
          id: v7(),
        },
        meta,
      );
    }
  });
  return id;
}
