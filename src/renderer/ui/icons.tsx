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

/** The data type with its icon, as every grid writes it. */
export function DataTypeMark({ dataType }: { dataType: string }) {
  return (
    <span className="type">
      <TypeIcon dataType={dataType} />
      <span className="el">{dataType}</span>
    </span>
  );
}

/** An icon for a stored file by its media type. */
export function MediaIcon({ mediaType, size = 15 }: { mediaType: string; size?: number }) {
  const Found: Icon = mediaType.startsWith('image/')
    ? IconPhoto
    : mediaType === 'message/rfc822' || mediaType.includes('outlook')
      ? IconMail
      : /zip|rar|7z|tar|gzip|compressed/.test(mediaType)
        ? IconFileZip
        : mediaType === 'application/pdf'
          ? IconFileTypePdf
          : mediaType === 'text/html' || mediaType.includes('xml') || mediaType.includes('script')
            ? IconCode
            : mediaType.includes('header')
              ? IconListDetails
              : mediaType.startsWith('text/')
                ? IconFileText
                : IconFile;
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
