import { IconBriefcase2, IconFile, IconListDetails } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { Mention } from '../../shared/contract/notes.ts';
import { defang } from '../../shared/model/defang.ts';
import { LEVEL_WORDS, LevelIcon, TypeIcon } from './icons.tsx';
import { Text } from './text.tsx';

const ICONS = { case: IconBriefcase2, task: IconListDetails, evidence: IconFile } as const;

/** Something of this workspace in a text: shows what it is now and opens it. */
export function MentionChip({ mention }: { mention: Mention }) {
  const { kind, label, detail, path, dataType, verdict } = mention;
  const shown = dataType === null ? label : defang(dataType, label);
  const Icon = kind === 'observable' ? undefined : ICONS[kind];
  const verdictWords = verdict === null ? '' : `, ${LEVEL_WORDS[verdict]}`;
  return (
    <Link href={path} className="mention" title={`${shown}${detail === '' ? '' : `, ${detail}`}${verdictWords}`}>
      {Icon ? (
        <Icon size={12} stroke={1.75} aria-hidden="true" />
      ) : (
        <TypeIcon dataType={dataType ?? 'other'} size={12} />
      )}
      <span className={dataType === null ? 'el' : 'el mono'}>
        <Text>{shown.slice(0, 200)}</Text>
      </span>
      {kind === 'case' && detail !== '' && (
        <span className="el t2">
          <Text>{detail.slice(0, 120)}</Text>
        </span>
      )}
      {verdict !== null && (
        <>
          <LevelIcon level={verdict} size={12} />
          <span className="visually-hidden">{LEVEL_WORDS[verdict]}</span>
        </>
      )}
    </Link>
  );
}
