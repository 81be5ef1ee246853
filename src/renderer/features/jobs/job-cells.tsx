import { IconArrowDown, IconArrowUp, IconHistory, IconShieldHalf, IconX } from '@tabler/icons-react';
import type { Job } from '../../../shared/contract/entities.ts';
import { type DataType, isDataType } from '../../../shared/model/data-type.ts';
import { TaxonomyChips } from '../../ui/chips.tsx';
import { Check } from '../../ui/controls.tsx';
import { duration } from '../../ui/format.ts';
import { TypeIcon } from '../../ui/icons.tsx';
import { JobMark, jobSentence, STATUS_WORDS } from '../../ui/job-line.tsx';
import { Text } from '../../ui/text.tsx';
import { Age } from '../../ui/time.tsx';
import { useNow } from '../../ui/use-now.ts';
import { Value } from '../../ui/value.tsx';
import { plainVisible } from '../../ui/visible-text.ts';
import { UNKNOWN_MEANS, WAITING_WORDS, waitingSentence } from './waiting-words.ts';

export const JOB_COLUMNS =
  '14px minmax(112px, 132px) minmax(110px, 170px) minmax(190px, 1.1fr) minmax(120px, 1.5fr) 64px 52px 24px';

export const isActive = (job: Job): boolean => ['queued', 'waiting', 'running'].includes(job.status);
const typeOf = (name: string): DataType => (isDataType(name) ? name : 'other');

export function JobsHead() {
  return (
    <>
      <span role="columnheader">
        <span className="visually-hidden">Selected</span>
      </span>
      <span role="columnheader">State</span>
      <span role="columnheader">Analyzer</span>
      <span role="columnheader">Observable</span>
      <span role="columnheader">Result</span>
      <span role="columnheader" className="num">
        Took
      </span>
      <span role="columnheader" className="num">
        Age
      </span>
      <span role="columnheader">
        <span className="visually-hidden">Cancel</span>
      </span>
    </>
  );
}

/** What is said of a job in its row: its answer, or what it waits for and until when. */
function sentenceOf(job: Job, now: number): string {
  if (job.waiting.length > 0) return waitingSentence(job, now);
  if (job.status === 'unknown') return `${jobSentence(job)} ${UNKNOWN_MEANS}`;
  return jobSentence(job);
}

function StateCell({ job }: { job: Job }) {
  const [reason] = job.waiting;
  const words = reason === undefined ? STATUS_WORDS[job.status] : WAITING_WORDS[reason.kind].toLowerCase();
  return (
    <span role="gridcell" className="why" title={job.status === 'unknown' ? UNKNOWN_MEANS : undefined}>
      <JobMark job={job} />
      <span className="el">{reason === undefined || reason.kind === 'pause' ? words : `waits: ${words}`}</span>
      {job.priority !== 0 && isActive(job) && (
        <span className="t3" title={`Priority ${job.priority}`}>
          {job.priority > 0 ? (
            <IconArrowUp size={13} stroke={1.75} role="img" aria-label="Raised" />
          ) : (
            <IconArrowDown size={13} stroke={1.75} role="img" aria-label="Lowered" />
          )}
        </span>
      )}
      {job.isCached && (
        <span className="t3" title="Answered from an earlier report">
          <IconHistory size={13} stroke={1.75} role="img" aria-label="Cached" />
        </span>
      )}
    </span>
  );
}

export function JobCells({
  job,
  isSelected,
  onToggle,
  onCancel,
}: {
  job: Job;
  isSelected: boolean;
  onToggle(): void;
  onCancel(): void;
}) {
  const sentence = sentenceOf(job, useNow());
  const sandbox = job.sandbox === 'isolated' ? undefined : `Sandbox ${job.sandbox}: ${job.sandboxNotes.join(' ')}`;
  // What never started took no time: its reason has that room too.
  const hasRun = job.startedAt !== null;
  const took = job.startedAt !== null && job.endedAt !== null ? duration(job.endedAt - job.startedAt) : '';
  return (
    <>
      <span role="gridcell">
        <Check label={`Select ${job.flavorName}`} state={isSelected ? 'on' : 'off'} onToggle={onToggle} isInGrid />
      </span>
      <StateCell job={job} />
      <span role="gridcell" className="el">
        <Text>{job.flavorName}</Text> <span className="t3">{job.flavorVersion}</span>
      </span>
      <span role="gridcell" className="row tight">
        <span className="t3">
          <TypeIcon dataType={job.dataType} />
        </span>
        <Value dataType={typeOf(job.dataType)} value={job.value} />
      </span>
      <span
        role="gridcell"
        className={`f12 t2 row tight ${hasRun ? '' : 'two-columns'}`}
        {...(hasRun ? {} : { 'aria-colspan': 2 })}
      >
        {job.status === 'done' && job.taxonomies.length > 0 ? (
          <TaxonomyChips taxonomies={job.taxonomies} max={3} />
        ) : (
          <span className="el" title={plainVisible(sentence)}>
            <Text>{sentence}</Text>
          </span>
        )}
      </span>
      {hasRun && (
        <span role="gridcell" className="f12 t3 num row tight">
          {sandbox !== undefined && (
            <span title={sandbox}>
              <IconShieldHalf size={13} stroke={1.75} role="img" aria-label={`Sandbox ${job.sandbox}`} />
            </span>
          )}
          <span className="right">{took}</span>
        </span>
      )}
      <span role="gridcell" className="f12 t3 num">
        <Age at={job.queuedAt} />
      </span>
      <span role="gridcell" className="row">
        {isActive(job) && (
          <button
            type="button"
            className="t3"
            aria-label={`Cancel ${job.flavorName}`}
            title="Cancel"
            onClick={(event) => {
              event.stopPropagation();
              onCancel();
            }}
          >
            <IconX size={14} stroke={1.75} />
          </button>
        )}
      </span>
    </>
  );
}
