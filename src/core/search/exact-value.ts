import type { DataType } from '../../shared/model/data-type.ts';
import { subjectHash } from '../observables/subject-hash.ts';

/** Longest text that is tried as a value typed whole. */
const MAX_VALUE = 4_096;

/** Types that a text could be a whole value of; a few, each is one lookup. */
function typesOf(text: string): DataType[] {
  if (/\s/.test(text)) return ['other', 'user-agent', 'mail_subject', 'filename', 'registry'];
  if (text.includes('://')) return ['url', 'other'];
  if (/^[0-9a-f]{32,128}$/i.test(text)) return ['hash', 'other'];
  if (/^[^@]+@[^@]+$/.test(text)) return ['mail', 'other'];
  if (/^[0-9a-f:.]+(?:\/\d+)?$/i.test(text) && /[.:]/.test(text)) return ['ip', 'other', 'domain', 'fqdn'];
  if (/^cve-\d+-\d+$/i.test(text)) return ['cve'];
  if (/^as\d+$/i.test(text)) return ['autonomous-system', 'hostname'];
  if (text.startsWith('/')) return ['uri_path', 'filename', 'other'];
  if (text.includes('\\')) return ['registry', 'filename', 'other'];
  if (text.includes('.')) return ['domain', 'fqdn', 'filename', 'hostname', 'other'];
  return ['hostname', 'filename', 'crypto_address', 'other', 'registry', 'regexp'];
}

/** Subjects that a text typed whole could be, as `observable.subject_hash` has them. `files` are SHA-256 of stored files. */
export function subjectsOf(text: string, files: readonly string[]): string[] {
  if (text === '' || text.length > MAX_VALUE) return [];
  const spellings = new Set([text, text.toLowerCase(), text.toUpperCase()]);
  const hashes = new Set(files.map((sha256) => subjectHash({ sha256 })));
  for (const dataType of typesOf(text)) {
    // Stored values are normalised: only these types are written in capitals, or as somebody typed them.
    for (const value of spellings) hashes.add(subjectHash({ dataType, value }));
  }
  return [...hashes];
}
