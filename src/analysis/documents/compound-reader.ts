import { readRange } from '../byte-source.ts';
import { type CompoundEntry, openCompoundFile } from '../containers/compound-file.ts';
import type { PartReader } from '../containers/part-reader.ts';
import { CONTAINER_LIMITS } from '../inspection.ts';
import { readMsg } from '../mail/mail-reader.ts';
import { readStrings } from '../text/text-reader.ts';
import { cutWindows } from '../text/windows.ts';
import { vbaModules } from './vba.ts';

/**
 * Compound files: old Office documents, VBA projects, installers, and Outlook messages that were not recognised by their
 * directory's first entries. Macros are read as source text; of everything else the printable strings are searched.
 */
export const readCompound: PartReader = async (file, walk) => {
  if (file.source.size > CONTAINER_LIMITS.entryBytes) {
    await readStrings(file, walk);
    return;
  }
  let root: CompoundEntry;
  try {
    root = openCompoundFile(await readRange(file.source));
  } catch (error) {
    walk.skip(file.part, `the compound file is damaged: ${error instanceof Error ? error.message : String(error)}`);
    await readStrings(file, walk);
    return;
  }
  const names = new Set(root.children.map((child) => child.name));
  if (names.has('__properties_version1.0')) return readMsg(file, walk);
  if (names.has('EncryptedPackage')) {
    walk.warn(file.part, 'encrypted: a password is needed');
    walk.skip(file.part, 'an Office document that is encrypted: a password is needed');
    return;
  }
  for (const module of vbaModules(root)) {
    walk.warn(file.part, 'contains VBA macros');
    await walk.section(file, {
      name: `${module.name}.bas`,
      mediaType: 'text/vbscript',
      description: 'VBA macro, source text',
      format: 'text',
      pieces: cutWindows(module.source),
    });
  }
  await readStrings(file, walk);
};
