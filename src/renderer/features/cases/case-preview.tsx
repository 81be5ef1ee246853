import { IconX } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { Link } from 'wouter';
import type { Case } from '../../../shared/contract/entities.ts';
import { handlingTime, isClosed } from '../../../shared/model/case-state.ts';
import { PapChip, Severity, Tag, TlpChip } from '../../ui/chips.tsx';
import { Button } from '../../ui/controls.tsx';
import { count } from '../../ui/format.ts';
import { LEVEL_WORDS, LevelIcon } from '../../ui/icons.tsx';
import { Text } from '../../ui/text.tsx';
import { DateTime } from '../../ui/time.tsx';
import { useNow } from '../../ui/use-now.ts';
import { durationWords } from './duration-words.ts';
import { StatusMark } from './status.tsx';

const Markdown = lazy(() => import('../../ui/markdown.tsx'));

const LEVELS = ['malicious', 'suspicious', 'safe', 'info'] as const;

/** A look at the case under the cursor, without leaving the list. */
export function CasePreview({ row, onClose }: { row: Case; onClose(): void }) {
  const now = useNow();
  const text = isClosed(row.status) && row.summary !== '' ? row.summary : row.description;
  return (
    <aside className="case-preview" aria-label={`Preview of #${row.number}`}>
      <div className="side-head">
        <Link className="lnk m el" href={`/cases/${row.number}`}>
          #{row.number} <Text>{row.title}</Text>
        </Link>
        <span className="right" />
        <Button kind="ghost" size="small" isIcon label="Close the preview" onClick={onClose}>
          <IconX size={14} stroke={1.75} />
        </Button>
      </div>
      <div className="case-preview-body">
        <div className="section row wrap">
          <Severity value={row.severity} />
          <StatusMark status={row.status} resolution={row.resolution} />
          <TlpChip tlp={row.tlp} />
          <PapChip pap={row.pap} />
          {row.tags.slice(0, 12).map((tag) => (
            <Tag key={tag}>{tag}</Tag>
          ))}
        </div>
        <div className="section f12 t2">
          <p>
            Started <DateTime at={row.startAt} />, {isClosed(row.status) ? 'took' : 'open for'}{' '}
            {durationWords(handlingTime(row, Math.max(now, row.startAt)))}
          </p>
          <p>
            {count(row.counts.observables)} observables, {count(row.counts.evidence)} files, {count(row.counts.notes)}{' '}
            notes, {row.counts.tasksDone} of {row.counts.tasks} tasks done
          </p>
          <p className="row wrap">
            {LEVELS.filter((level) => row.counts[level] > 0).map((level) => (
              <span key={level} className="row tight">
                <LevelIcon level={level} />
                {count(row.counts[level])} {LEVEL_WORDS[level].toLowerCase()}
              </span>
            ))}
          </p>
        </div>
        <div className="section">
          {text === '' ? (
            <p className="t3 f12">No description yet.</p>
          ) : (
            <Suspense fallback={null}>
              <Markdown text={text} />
            </Suspense>
          )}
        </div>
      </div>
    </aside>
  );
}
