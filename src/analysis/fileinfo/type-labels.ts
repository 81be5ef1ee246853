import { detected, type DetectedType } from './detected-type.ts';

/** Words for the media types that only file-type recognises; the rest are named where they are recognised. */
const LABELS: Readonly<Record<string, string>> = {
  'image/jpeg': 'JPEG image',
  'image/png': 'PNG image',
  'image/apng': 'Animated PNG image',
  'image/gif': 'GIF image',
  'image/webp': 'WebP image',
  'image/bmp': 'Bitmap image (BMP)',
  'image/tiff': 'TIFF image',
  'image/x-icon': 'Windows icon',
  'image/heic': 'HEIC image',
  'image/avif': 'AVIF image',
  'application/x-xz': 'xz compressed file',
  'application/zstd': 'Zstandard compressed file',
  'application/x-lz4': 'LZ4 compressed file',
  'application/x-compress': 'Unix compress file',
  'application/x-arj': 'ARJ archive',
  'application/x-ace-compressed': 'ACE archive',
  'application/x-lzh-compressed': 'LZH archive',
  'application/x-cpio': 'cpio archive',
  'application/x-unix-archive': 'Unix ar archive',
  'application/x-rpm': 'RPM package',
  'application/x-apple-diskimage': 'macOS disk image (DMG)',
  'application/x-asar': 'Electron archive (ASAR)',
  'application/x-google-chrome-extension': 'Chrome extension',
  'application/x-shockwave-flash': 'Flash movie',
  'application/vnd.tcpdump.pcap': 'Network capture (pcap)',
  'application/vnd.ms-fontobject': 'Embedded font (EOT)',
  'application/pgp-encrypted': 'PGP data',
  'application/dicom': 'Medical image (DICOM)',
  'font/ttf': 'TrueType font',
  'font/otf': 'OpenType font',
  'font/woff': 'Web font (WOFF)',
  'font/woff2': 'Web font (WOFF2)',
  'audio/mpeg': 'MP3 sound',
  'audio/wav': 'WAV sound',
  'audio/flac': 'FLAC sound',
  'audio/ogg': 'Ogg sound',
  'video/mp4': 'MP4 video',
  'video/webm': 'WebM video',
  'video/matroska': 'Matroska video',
  'video/quicktime': 'QuickTime video',
  'video/vnd.avi': 'AVI video',
};

/** A name for people for what file-type calls `mediaType`; falls back to the type's own words. */
export function labelFor(mediaType: string, extension: string): string {
  const known = LABELS[mediaType];
  if (known !== undefined) return known;
  const family = mediaType.split('/')[0] ?? '';
  const noun = { image: 'image', audio: 'sound', video: 'video', font: 'font', model: '3D model' }[family];
  return noun === undefined ? `${extension.toUpperCase()} file (${mediaType})` : `${extension.toUpperCase()} ${noun}`;
}

/** What the operating system makes of a text with this extension, where the content alone cannot tell. */
const TEXT_BY_EXTENSION: Readonly<Record<string, [mediaType: string, label: string]>> = {
  bat: ['text/x-msdos-batch', 'Windows batch file'],
  cmd: ['text/x-msdos-batch', 'Windows batch file'],
  ps1: ['text/x-powershell', 'PowerShell script'],
  psm1: ['text/x-powershell', 'PowerShell module'],
  vbs: ['text/vbscript', 'VBScript'],
  bas: ['text/vbscript', 'VBA module'],
  js: ['text/javascript', 'JavaScript'],
  mjs: ['text/javascript', 'JavaScript'],
  jse: ['text/x-script-encoded', 'Encoded script (JSE)'],
  py: ['text/x-python', 'Python script'],
  sh: ['text/x-shellscript', 'Shell script'],
  md: ['text/markdown', 'Markdown text'],
  css: ['text/css', 'Style sheet'],
  ts: ['text/typescript', 'TypeScript'],
  log: ['text/plain', 'Log file'],
  csv: ['text/csv', 'Table (CSV)'],
};

/** Refines plain text by the name's extension; `plain` unchanged where the extension says nothing. */
export function plainTextByName(name: string, plain: DetectedType): DetectedType {
  const extension = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  if (!name.includes('.') || !Object.hasOwn(TEXT_BY_EXTENSION, extension)) return plain;
  const [mediaType, words] = TEXT_BY_EXTENSION[extension] ?? [plain.mediaType, plain.label];
  return detected(mediaType, plain.label.replace('Plain text', words), extension);
}
