import { startsWith, u16, u32 } from './bytes.ts';
import { detected, type DetectedType } from './detected-type.ts';

const CFB_MAGIC = '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1';

/** Where the directory of a compound file begins, in bytes; undefined where the header is no compound file's. */
export function cfbDirectoryOffset(head: Uint8Array): number | undefined {
  if (!startsWith(head, CFB_MAGIC) || head.length < 76) return undefined;
  const shift = u16(head, 30);
  if (shift !== 9 && shift !== 12) return undefined;
  return (u32(head, 48) + 1) * 2 ** shift;
}

const ENTRY = 128;

interface DirectoryEntry {
  name: string;
  clsid: string;
  root: boolean;
}

function readEntries(directory: Uint8Array): DirectoryEntry[] {
  const entries: DirectoryEntry[] = [];
  for (let at = 0; at + ENTRY <= directory.length; at += ENTRY) {
    const nameBytes = u16(directory, at + 64);
    const kind = directory[at + 66] ?? 0;
    // Past the sector the next sector of the chain may lie elsewhere: an impossible record ends the reading.
    if (nameBytes > 64 || nameBytes % 2 === 1 || ![0, 1, 2, 5].includes(kind)) break;
    if (kind === 0 || nameBytes < 2) continue;
    const name = new TextDecoder('utf-16le').decode(directory.subarray(at, at + nameBytes - 2));
    const clsid = Buffer.from(directory.subarray(at + 80, at + 96)).toString('hex');
    entries.push({ name, clsid, root: kind === 5 });
  }
  return entries;
}

/** Class ids of root storages as they lie in the file (the first three groups little-endian). */
const ROOT_CLSIDS: Readonly<Record<string, DetectedType>> = {
  '0b0d020000000000c000000000000046': detected('application/vnd.ms-outlook', 'Outlook message (MSG)', 'msg'),
  '84100c0000000000c000000000000046': detected('application/x-msi', 'Windows installer (MSI)', 'msi'),
  '86100c0000000000c000000000000046': detected('application/x-msi', 'Windows installer patch (MSP)', 'msp'),
  '0609020000000000c000000000000046': detected('application/msword', 'Word 97-2003 document', 'doc'),
  '2008020000000000c000000000000046': detected('application/vnd.ms-excel', 'Excel 97-2003 workbook', 'xls'),
  '108d81649b4fcf1186ea00aa00b929e8': detected(
    'application/vnd.ms-powerpoint',
    'PowerPoint 97-2003 presentation',
    'ppt',
  ),
};

function byStreams(names: ReadonlySet<string>): DetectedType | undefined {
  const some = (test: (name: string) => boolean): boolean => [...names].some(test);
  if (names.has('EncryptedPackage'))
    return detected('application/encrypted', 'Office document, encrypted with a password', '');
  if (names.has('__properties_version1.0') || some((name) => name.startsWith('__substg1.0_'))) {
    return detected('application/vnd.ms-outlook', 'Outlook message (MSG)', 'msg');
  }
  if (names.has('WordDocument')) return detected('application/msword', 'Word 97-2003 document', 'doc');
  if (names.has('Workbook') || names.has('Book'))
    return detected('application/vnd.ms-excel', 'Excel 97-2003 workbook', 'xls');
  if (names.has('PowerPoint Document')) {
    return detected('application/vnd.ms-powerpoint', 'PowerPoint 97-2003 presentation', 'ppt');
  }
  if (names.has('VisioDocument')) return detected('application/vnd.visio', 'Visio 97-2003 drawing', 'vsd');
  if (names.has('Contents') && names.has('Quill'))
    return detected('application/x-mspublisher', 'Publisher document', 'pub');
  if (names.has('Catalog') && names.has('256_1'))
    return detected('application/x-ms-thumbs', 'Windows thumbnail cache', 'db');
  if (some((name) => name.endsWith('.automaticDestinations-ms')) || names.has('DestList')) {
    return detected('application/x-ms-jumplist', 'Windows jump list', 'automaticDestinations-ms');
  }
  if (names.has('\x01Ole10Native')) return detected('application/x-cfb', 'OLE package with an embedded file', 'bin');
  if (names.has('_VBA_PROJECT') && names.has('dir'))
    return detected('application/x-ms-vbaproject', 'VBA macro project', 'bin');
  return undefined;
}

/**
 * What a compound file is, by the streams in its directory and then its class id.
 * @param directory bytes from `cfbDirectoryOffset` on: one sector is enough for the usual kinds.
 */
export function sniffCfb(directory: Uint8Array): DetectedType {
  const entries = readEntries(directory);
  const root = entries.find((entry) => entry.root);
  return (
    byStreams(new Set(entries.map((entry) => entry.name))) ??
    (root === undefined ? undefined : ROOT_CLSIDS[root.clsid]) ??
    detected('application/x-cfb', 'OLE compound file', '')
  );
}
