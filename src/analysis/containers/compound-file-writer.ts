import { createRequire } from 'node:module';
import type { Entry } from '@kenjiuno/msgreader/lib/Burner.js';
import { Unreadable } from './part-reader.ts';
import type { CompoundEntry } from './compound-file.ts';

const require = createRequire(import.meta.url);
const { burn } = require('@kenjiuno/msgreader/lib/Burner.js') as typeof import('@kenjiuno/msgreader/lib/Burner.js');

const ROOT = 5;
const STORAGE = 1;
const STREAM = 2;
/** More entries than a message with 500 attachments has. */
const MAX_ENTRIES = 10_000;

/**
 * Writes a storage of a compound file as a compound file of its own: how a mail inside a mail becomes a message file.
 * `names` is the outer file's table of named properties, which the inner message shares.
 */
export function copyStorage(storage: CompoundEntry, names: CompoundEntry | undefined): Uint8Array {
  const entries: Entry[] = [{ name: 'Root Entry', type: ROOT, children: [], length: 0 }];
  const add = (parent: Entry, child: CompoundEntry, depth: number): void => {
    if (entries.length >= MAX_ENTRIES) throw new Unreadable('the mail inside has too many parts');
    const index = entries.length;
    parent.children?.push(index);
    if (child.isStorage) {
      const entry: Entry = { name: child.name, type: STORAGE, children: [], length: 0 };
      entries.push(entry);
      for (const inner of child.children) add(entry, inner, depth + 1);
      return;
    }
    // A copy, because the writer goes by the array's buffer and the content is a slice of a larger one.
    const content = Uint8Array.from(child.read());
    const bytes = depth === 0 && child.name === '__properties_version1.0' ? topLevelProperties(content) : content;
    entries.push({ name: child.name, type: STREAM, length: bytes.length, binaryProvider: () => bytes });
  };
  const root = entries[0];
  if (root === undefined) throw new Unreadable('the mail inside could not be copied');
  for (const child of storage.children) add(root, child, 0);
  if (names !== undefined && !storage.children.some((child) => child.name === names.name)) add(root, names, 0);
  return burn(entries);
}

/** The property stream of an inner message has a header of 24 bytes; that of a message file has 32. */
function topLevelProperties(bytes: Uint8Array): Uint8Array {
  if (bytes.length % 16 !== 8) return bytes;
  const out = new Uint8Array(bytes.length + 8);
  out.set(bytes.subarray(0, 24), 0);
  out.set(bytes.subarray(24), 32);
  return out;
}
