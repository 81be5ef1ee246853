import {
  IconAlertSquareRoundedFilled,
  IconAlertTriangleFilled,
  IconAt,
  IconBrowser,
  IconBug,
  IconCircleDashed,
  IconCoin,
  IconFile,
  IconFileText,
  IconFingerprint,
  IconHierarchy,
  IconInfoCircleFilled,
  IconLink,
  IconMail,
  IconPhoto,
  IconRegex,
  IconRoute,
  IconServer2,
  IconShieldCheckFilled,
  IconTag,
  IconTerminal2,
  IconWorld,
  IconFileZip,
  IconFileTypePdf,
  IconAppWindow,
  IconDatabase,
  IconFileDescription,
  IconFileTypeDoc,
  IconFileTypePpt,
  IconFileTypeXls,
  IconFileUnknown,
  IconMovie,
  IconScript,
  IconCode,
  IconListDetails,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import type { Level } from '../../shared/model/report.ts';

type Icon = ComponentType<{ size?: number | string; stroke?: number | string; className?: string }>;

const TYPES: Readonly<Record<string, Icon>> = {
  ip: IconServer2,
  domain: IconWorld,
  fqdn: IconWorld,
  hostname: IconWorld,
  url: IconLink,
  mail: IconAt,
  hash: IconFingerprint,
  file: IconFile,
  filename: IconFileText,
  registry: IconTerminal2,
  'user-agent': IconBrowser,
  cve: IconBug,
  'autonomous-system': IconHierarchy,
  mail_subject: IconMail,
  crypto_address: IconCoin,
  uri_path: IconRoute,
  regexp: IconRegex,
};

export function TypeIcon({ dataType, size = 14 }: { dataType: string; size?: number }) {
  const Found = TYPES[dataType] ?? IconTag;
  return <Found size={size} stroke={1.75} aria-hidden="true" />;
}

/** Names of our own model in plain words; the short ones already are. */
const TYPE_WORDS: Readonly<Record<string, string>> = {
  mail_subject: 'subject',
  filename: 'file name',
  crypto_address: 'wallet',
  'autonomous-system': 'AS number',
  'user-agent': 'user agent',
  uri_path: 'URI path',
  regexp: 'pattern',
};

export const typeWords = (dataType: string): string => TYPE_WORDS[dataType] ?? dataType;

/** The data type with its icon, as every grid writes it. */
export function DataTypeMark({ dataType }: { dataType: string }) {
  return (
    <span className="type">
      <TypeIcon dataType={dataType} />
      <span className="el">{typeWords(dataType)}</span>
    </span>
  );
}

/** First match wins: an Office file is a zip of XML, and its type says so too. */
const MEDIA: readonly (readonly [RegExp, Icon])[] = [
  [/^image\//, IconPhoto],
  [/^(audio|video)\//, IconMovie],
  [/rfc822-headers|header/, IconListDetails],
  [/^message\/|ms-outlook|ms-tnef|mbox/, IconMail],
  [/ms-excel|spreadsheet|csv|sylk/, IconFileTypeXls],
  [/powerpoint|presentation/, IconFileTypePpt],
  [/msword|ms-word|wordprocessing|opendocument\.text|rtf/, IconFileTypeDoc],
  [/onenote|visio|mspublisher|officedocument/, IconFileDescription],
  [/pdf|postscript/, IconFileTypePdf],
  [/vbaproject|script|powershell|batch|perl|python|ruby|php|asp|wsf|hta|yara/, IconScript],
  [/executable|dosexec|x-elf|mach-binary|msi$|dex$|java-vm|wasm/, IconAppWindow],
  [/zip|rar|7z|tar|gzip|compress|archive|cpio|cab|deb$|rpm$|arj|lz|xz|zstd|package|iso9660|diskimage/, IconFileZip],
  [/encrypted|pem-file/, IconFileUnknown],
  [/sqlite|pcap|registry|evt|prefetch|dump|disk|vhd|vmdk/, IconDatabase],
  [/html|xml|json/, IconCode],
  [/^text\//, IconFileText],
];

/** An icon for a stored file by its media type. */
export function MediaIcon({ mediaType, size = 15 }: { mediaType: string; size?: number }) {
  const Found = MEDIA.find(([pattern]) => pattern.test(mediaType))?.[1] ?? IconFile;
  return <Found size={size} stroke={1.75} aria-hidden="true" />;
}

const LEVELS: Readonly<Record<Level | 'none', Icon>> = {
  info: IconInfoCircleFilled,
  safe: IconShieldCheckFilled,
  suspicious: IconAlertTriangleFilled,
  malicious: IconAlertSquareRoundedFilled,
  none: IconCircleDashed,
};

export const LEVEL_WORDS: Readonly<Record<Level | 'none', string>> = {
  info: 'Info',
  safe: 'Safe',
  suspicious: 'Suspicious',
  malicious: 'Malicious',
  none: 'Not analysed',
};

export function LevelIcon({ level, size = 14 }: { level: Level | null; size?: number }) {
  const key = level ?? 'none';
  const Found = LEVELS[key];
  return (
    <span className="mark" data-level={key} aria-hidden="true">
      <Found size={size} />
    </span>
  );
}
