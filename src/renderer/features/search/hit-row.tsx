import {
  IconBell,
  IconBriefcase2,
  IconChecklist,
  IconFile,
  IconNote,
  IconReport,
  IconTimelineEvent,
} from '@tabler/icons-react';
import { isDataType } from '../../../shared/model/data-type.ts';
import { Verdict } from '../../ui/chips.tsx';
import { TypeIcon } from '../../ui/icons.tsx';
import { Marked, MarkedValue } from '../../ui/marked.tsx';
import { Text } from '../../ui/text.tsx';
import { placeOf } from './hit-words.ts';
import type { Hit } from './queries.ts';

const ICONS = {
  case: IconBriefcase2,
  task: IconChecklist,
  note: IconNote,
  alert: IconBell,
  evidence: IconFile,
  event: IconTimelineEvent,
  report: IconReport,
} as const;

/** One hit on one line: what it is, what matches in it, where it lies. */
export function HitRow({ hit }: { hit: Hit }) {
  const { title, snippet } = hit;
  const dataType = hit.dataType !== null && isDataType(hit.dataType) ? hit.dataType : 'other';
  const isValue = hit.kind === 'observable' || hit.kind === 'report';
  return (
    <span className="palette-row">
      {hit.kind === 'observable' ? <TypeIcon dataType={dataType} size={15} /> : <KindIcon kind={hit.kind} />}
      <span className="hit-title el">
        {isValue ? (
          <MarkedValue dataType={dataType} {...title} />
        ) : (
          <Marked text={title.text === '' ? 'Untitled' : title.text} marks={title.marks} />
        )}
      </span>
      {snippet.text !== '' && (
        <span className="hit-snippet el f12 t2">
          <Marked {...snippet} />
        </span>
      )}
      <span className="f12 t3 hit-place el">
        <Text>{placeOf(hit)}</Text>
      </span>
      {hit.verdict !== null && <Verdict level={hit.verdict} />}
    </span>
  );
}

function KindIcon({ kind }: { kind: keyof typeof ICONS }) {
  const Icon = ICONS[kind];
  return <Icon size={15} stroke={1.75} aria-hidden="true" />;
}
