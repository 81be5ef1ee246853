import type { DataType } from '../../shared/model/data-type.ts';
import type { Db } from '../db/open.ts';
import { subjectHash } from '../observables/subject-hash.ts';

/**
 * The subject hashes under which cases may hold the same thing: a file also meets the hashes that somebody typed, and a
 * hash the files that have it (reference: thehive.md 2.7).
 */
export function createSameSubject(db: Db): (dataType: DataType, value: string, hash: string) => string[] {
  const file = db.prepare<[string], { md5: string; sha1: string; sha256: string }>(
    'SELECT md5, sha1, sha256 FROM blob WHERE sha256 = ?',
  );
  const bySha1 = db.prepare<[string], string>('SELECT sha256 FROM blob WHERE sha1 = ?').pluck();
  const byMd5 = db.prepare<[string], string>('SELECT sha256 FROM blob WHERE md5 = ?').pluck();
  return (dataType, value, hash) => {
    if (dataType === 'file') {
      const known = file.get(hash);
      if (!known) return [hash];
      return [
        hash,
        ...[known.sha256, known.sha1, known.md5].map((each) => subjectHash({ dataType: 'hash', value: each })),
      ];
    }
    if (dataType !== 'hash') return [hash];
    const text = value.toLowerCase();
    if (text.length === 64) return [hash, text];
    if (text.length === 40) return [hash, ...bySha1.all(text)];
    return text.length === 32 ? [hash, ...byMd5.all(text)] : [hash];
  };
}
