import { AppError } from '../../shared/errors.ts';
import type { Records } from '../records.ts';
import type { ChangeMeta } from '../sync/synced-store.ts';

export interface TagOwner {
  owner: 'case' | 'observable' | 'alert';
  id: string;
}

const MAX_TAGS = 200;

/** False when it has the tag already. Inside the caller's transaction. */
export function addTag(records: Records, { owner, id }: TagOwner, tag: string, meta: ChangeMeta): boolean {
  const tags = tagsOf(records, owner, id);
  if (tags.includes(tag)) return false;
  if (tags.length >= MAX_TAGS) throw new AppError('too_large', `It has ${MAX_TAGS} tags, and that is the most.`);
  setTags(records, owner, id, [...tags, tag], meta);
  return true;
}

/** Throws `conflict` when the tag is gone already. */
export function withoutTag(records: Records, { owner, id, tag }: TagOwner & { tag: string }, meta: ChangeMeta): void {
  const tags = tagsOf(records, owner, id);
  if (!tags.includes(tag)) throw new AppError('conflict', `The tag ${tag} is gone already.`);
  setTags(
    records,
    owner,
    id,
    tags.filter((one) => one !== tag),
    meta,
  );
}

const tagsOf = ({ cases, observables, alerts }: Records, owner: TagOwner['owner'], id: string): string[] =>
  (owner === 'case' ? cases.get(id) : owner === 'alert' ? alerts.get(id) : observables.get(id)).tags;

function setTags(records: Records, owner: TagOwner['owner'], id: string, tags: string[], meta: ChangeMeta): void {
  const { cases, observables, alerts, store } = records;
  switch (owner) {
    case 'case':
      cases.update(meta.actor, id, { tags }, meta.reason);
      return;
    case 'alert':
      alerts.update(meta, id, { tags });
      return;
    case 'observable': {
      const { caseId } = observables.get(id);
      store.update('observable', id, { tags }, { ...meta, caseId, engagementId: cases.get(caseId).engagementId });
      observables.announce(caseId, [id]);
    }
  }
}
