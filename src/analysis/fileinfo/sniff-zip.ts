import { inflateRawSync } from 'node:zlib';
import { indexOfText, latin1, startsWith, u16, u32 } from './bytes.ts';
import { detected, type DetectedType } from './detected-type.ts';

/** More names than this say nothing new about what a ZIP is. */
const MAX_NAMES = 2000;
const MAX_CONTENT_TYPES_BYTES = 512 * 1024;

const OOXML = 'application/vnd.openxmlformats-officedocument.';

/** What `[Content_Types].xml` calls the main part, and what that makes the whole. */
const MAIN_PARTS: readonly [needle: string, type: DetectedType][] = [
  [
    'ms-word.document.macroenabled',
    detected('application/vnd.ms-word.document.macroenabled.12', 'Word document with macros', 'docm'),
  ],
  [
    'ms-word.template.macroenabled',
    detected('application/vnd.ms-word.template.macroenabled.12', 'Word template with macros', 'dotm'),
  ],
  [
    'ms-excel.sheet.macroenabled',
    detected('application/vnd.ms-excel.sheet.macroenabled.12', 'Excel workbook with macros', 'xlsm'),
  ],
  [
    'ms-excel.template.macroenabled',
    detected('application/vnd.ms-excel.template.macroenabled.12', 'Excel template with macros', 'xltm'),
  ],
  [
    'ms-excel.addin.macroenabled',
    detected('application/vnd.ms-excel.addin.macroenabled.12', 'Excel add-in with macros', 'xlam'),
  ],
  [
    'ms-excel.sheet.binary.macroenabled',
    detected('application/vnd.ms-excel.sheet.binary.macroenabled.12', 'Excel binary workbook', 'xlsb'),
  ],
  [
    'ms-powerpoint.presentation.macroenabled',
    detected(
      'application/vnd.ms-powerpoint.presentation.macroenabled.12',
      'PowerPoint presentation with macros',
      'pptm',
    ),
  ],
  [
    'ms-powerpoint.slideshow.macroenabled',
    detected('application/vnd.ms-powerpoint.slideshow.macroenabled.12', 'PowerPoint show with macros', 'ppsm'),
  ],
  [
    'ms-powerpoint.addin.macroenabled',
    detected('application/vnd.ms-powerpoint.addin.macroenabled.12', 'PowerPoint add-in with macros', 'ppam'),
  ],
  ['wordprocessingml.document.main', detected(`${OOXML}wordprocessingml.document`, 'Word document', 'docx')],
  ['wordprocessingml.template.main', detected(`${OOXML}wordprocessingml.template`, 'Word template', 'dotx')],
  ['spreadsheetml.sheet.main', detected(`${OOXML}spreadsheetml.sheet`, 'Excel workbook', 'xlsx')],
  ['spreadsheetml.template.main', detected(`${OOXML}spreadsheetml.template`, 'Excel template', 'xltx')],
  [
    'presentationml.presentation.main',
    detected(`${OOXML}presentationml.presentation`, 'PowerPoint presentation', 'pptx'),
  ],
  ['presentationml.slideshow.main', detected(`${OOXML}presentationml.slideshow`, 'PowerPoint show', 'ppsx')],
  ['presentationml.template.main', detected(`${OOXML}presentationml.template`, 'PowerPoint template', 'potx')],
];

const STORED_MIMETYPES: Readonly<Record<string, DetectedType>> = {
  'application/epub+zip': detected('application/epub+zip', 'EPUB book', 'epub'),
  'application/vnd.oasis.opendocument.text': detected(
    'application/vnd.oasis.opendocument.text',
    'OpenDocument text',
    'odt',
  ),
  'application/vnd.oasis.opendocument.spreadsheet': detected(
    'application/vnd.oasis.opendocument.spreadsheet',
    'OpenDocument spreadsheet',
    'ods',
  ),
  'application/vnd.oasis.opendocument.presentation': detected(
    'application/vnd.oasis.opendocument.presentation',
    'OpenDocument presentation',
    'odp',
  ),
  'application/vnd.oasis.opendocument.graphics': detected(
    'application/vnd.oasis.opendocument.graphics',
    'OpenDocument drawing',
    'odg',
  ),
};

interface Entries {
  names: string[];
  contentTypes: string;
  mimetype: string;
}

function inflate(data: Uint8Array): string {
  try {
    return inflateRawSync(data, { maxOutputLength: MAX_CONTENT_TYPES_BYTES, finishFlush: 2 }).toString('latin1');
  } catch {
    return '';
  }
}

/** Local file headers, found by their signature: sizes in them may be absent or lies, so none is trusted. */
function readLocalHeaders(head: Uint8Array): Entries {
  const entries: Entries = { names: [], contentTypes: '', mimetype: '' };
  for (let at = indexOfText(head, 'PK\x03\x04'); at >= 0; at = indexOfText(head, 'PK\x03\x04', at + 4)) {
    const nameLength = u16(head, at + 26);
    const dataAt = at + 30 + nameLength + u16(head, at + 28);
    const name = latin1(head, at + 30, Math.min(nameLength, 512));
    entries.names.push(name);
    const method = u16(head, at + 8);
    if (name === '[Content_Types].xml' && entries.contentTypes === '') {
      const size = u32(head, at + 18);
      const data = head.subarray(dataAt, size > 0 ? dataAt + size : head.length);
      entries.contentTypes = method === 8 ? inflate(data) : latin1(data, 0, MAX_CONTENT_TYPES_BYTES);
    }
    if (name === 'mimetype' && method === 0) entries.mimetype = latin1(head, dataAt, Math.min(u32(head, at + 18), 128));
    if (entries.names.length >= MAX_NAMES) break;
  }
  return entries;
}

/** Names from central directory records, found by their signature. */
function readCentralNames(tail: Uint8Array): string[] {
  const names: string[] = [];
  for (let at = indexOfText(tail, 'PK\x01\x02'); at >= 0; at = indexOfText(tail, 'PK\x01\x02', at + 4)) {
    names.push(latin1(tail, at + 46, Math.min(u16(tail, at + 28), 512)));
    if (names.length >= MAX_NAMES) break;
  }
  return names;
}

function byNames(names: readonly string[]): DetectedType | undefined {
  const has = (name: string): boolean => names.includes(name);
  const starts = (prefix: string): boolean => names.some((name) => name.startsWith(prefix));
  const ends = (suffix: string): boolean => names.some((name) => name.toLowerCase().endsWith(suffix));
  const macros = ends('vbaproject.bin');
  const part = (needle: string): DetectedType | undefined => MAIN_PARTS.find(([key]) => key === needle)?.[1];
  if (has('[Content_Types].xml') || has('_rels/.rels')) {
    if (starts('word/')) return part(macros ? 'ms-word.document.macroenabled' : 'wordprocessingml.document.main');
    if (has('xl/workbook.bin')) return part('ms-excel.sheet.binary.macroenabled');
    if (starts('xl/')) return part(macros ? 'ms-excel.sheet.macroenabled' : 'spreadsheetml.sheet.main');
    if (starts('ppt/')) {
      return part(macros ? 'ms-powerpoint.presentation.macroenabled' : 'presentationml.presentation.main');
    }
    if (starts('visio/')) return detected('application/vnd.ms-visio.drawing', 'Visio drawing', 'vsdx');
    if (has('AppxManifest.xml')) return detected('application/appx', 'Windows app package', 'appx');
    if (ends('.nuspec')) return detected('application/x-nuget', 'NuGet package', 'nupkg');
    if (ends('extension.vsixmanifest')) return detected('application/vsix', 'Visual Studio extension', 'vsix');
    if (starts('3D/')) return detected('model/3mf', '3D model', '3mf');
  }
  if (has('AndroidManifest.xml')) return detected('application/vnd.android.package-archive', 'Android package', 'apk');
  if (names.some((name) => /^Payload\/[^/]+\.app\//.test(name)))
    return detected('application/x-ios-app', 'iOS app', 'ipa');
  if (has('META-INF/mozilla.rsa')) return detected('application/x-xpinstall', 'Firefox extension', 'xpi');
  if (has('META-INF/MANIFEST.MF')) return detected('application/java-archive', 'Java archive', 'jar');
  if (has('doc.kml')) return detected('application/vnd.google-earth.kmz', 'Google Earth file', 'kmz');
  return undefined;
}

/**
 * What a ZIP is, from its first bytes and, where the caller has them, its last (the central directory).
 * Undefined when `head` does not begin like a ZIP.
 */
export function sniffZip(head: Uint8Array, tail: Uint8Array = head): DetectedType | undefined {
  if (startsWith(head, 'PK\x05\x06')) return detected('application/zip', 'ZIP archive (empty)', 'zip');
  if (!startsWith(head, 'PK\x03\x04') && !startsWith(head, 'PK\x07\x08')) return undefined;
  const entries = readLocalHeaders(head);
  const stored = STORED_MIMETYPES[entries.mimetype.replace(/-template$/, '').trim()];
  if (stored !== undefined) return stored;
  const types = entries.contentTypes.toLowerCase();
  const main = MAIN_PARTS.find(([needle]) => types.includes(needle));
  if (main !== undefined) return main[1];
  const named = byNames([...entries.names, ...readCentralNames(tail)]);
  if (named !== undefined) return named;
  const encrypted = (u16(head, 6) & 1) === 1;
  return detected('application/zip', encrypted ? 'ZIP archive (encrypted)' : 'ZIP archive', 'zip');
}
