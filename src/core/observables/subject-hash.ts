import { hash } from 'node:crypto';
import type { DataType } from '../../shared/model/data-type.ts';

/**
 * What an observable *is*, in 64 hex digits: what correlates within an engagement, what the report cache asks for and
 * what `jobs.list` finds by. For a file it is the SHA-256 of its bytes, whatever its name; for a value the SHA-256 of
 * `<data type>\0<normalised value>`, so that the same text as another type is another subject.
 */
export function subjectHash(subject: { sha256: string } | { dataType: DataType; value: string }): string {
  return 'sha256' in subject
    ? subject.sha256.toLowerCase()
    : hash('sha256', `${subject.dataType}\0${subject.value}`, 'hex');
}
