import type { Identifier } from '../../shared/contract/assets.ts';
import type { DataType } from '../../shared/model/data-type.ts';
import type { Db } from '../db/open.ts';
import { subjectHash } from '../observables/subject-hash.ts';
import type { SyncedStore } from '../sync/synced-store.ts';

/** Which observables an identifier is written as. */
const TYPES: Readonly<Record<Identifier['type'], readonly DataType[]>> = {
  hostname: ['hostname', 'fqdn', 'domain', 'other'],
  ip: ['ip'],
  mac: ['other'],
  account: ['other', 'mail'],
  sid: ['other'],
  mail: ['mail'],
  other: ['other'],
};

/** The subjects that an identifier may be; observables hold hosts, mail hosts and addresses in lower case. */
export function subjectsOf({ type, value }: Identifier): string[] {
  const spellings = new Set([
    value,
    value.toLowerCase(),
    ...(type === 'mac' || type === 'sid' ? [value.toUpperCase()] : []),
  ]);
  return [...spellings].flatMap((spelling) =>
    TYPES[type].map((dataType) => subjectHash({ dataType, value: spelling })),
  );
}

/** Keeps which subjects an asset stands for, so that it meets its observables by lookup. */
export function keepAssetSubjects(db: Db, store: SyncedStore): void {
  const clear = db.prepare<[string]>('DELETE FROM asset_subject WHERE asset_id = ?');
  const put = db.prepare<[string, string, string]>(
    'INSERT OR IGNORE INTO asset_subject (engagement_id, subject_hash, asset_id) VALUES (?, ?, ?)',
  );
  store.project('asset', ({ id, before, after }) => {
    if (before !== undefined) clear.run(id);
    if (after.deletedAt !== null) return;
    for (const hash of new Set(after.identifiers.flatMap(subjectsOf))) put.run(after.engagementId, hash, id);
  });
}
