import {
  IconCircleDashed,
  IconHandStop,
  IconHourglass,
  IconLoader2,
  IconPlugConnectedX,
  IconQuestionMark,
  IconX,
} from '@tabler/icons-react';
import { Link } from 'wouter';
import type { Job } from '../../shared/contract/entities.ts';
import { worstLevel } from '../../shared/model/report.ts';
import type { HistoryLine } from '../../shared/contract/history.ts';
import type { Stale } from '../../shared/model/staleness.ts';
import { LevelIcon } from './icons.tsx';
import { Sparkline } from './sparkline.tsx';
import { StaleAge } from './stale-age.tsx';
import { Text } from './text.tsx';

const STATUS_ICONS = {
  queued: IconHourglass,
  waiting: IconHourglass,
  running: IconLoader2,
  failed: IconPlugConnectedX,
  refused: IconHandStop,
  cancelled: IconX,
  unknown: IconQuestionMark,
  done: IconCircleDashed,
} as const;

export const STATUS_WORDS: Readonly<Record<Job['status'], string>> = {
  queued: 'queued',
  waiting: 'waiting',
  running: 'running',
  done: 'done',
  failed: 'failed',
  refused: 'refused',
  cancelled: 'cancelled',
  unknown: 'unknown',
};

/** The icon of a state, in grey. */
export function StatusIcon({ status, size = 14 }: { status: Job['status']; size?: number }) {
  const Icon = STATUS_ICONS[status];
  return <Icon size={size} stroke={1.75} className={status === 'running' ? 't3 spin' : 't3'} aria-hidden="true" />;
}

/** The state of a job: a verdict where it has one, else an icon in grey (a failure is no verdict). */
export function JobMark({ job, size = 14 }: { job: Job; size?: number }) {
  const level = worstLevel(job.taxonomies.map((each) => each.level));
  if (job.status === 'done' && level !== undefined) return <LevelIcon level={level} size={size} />;
  return <StatusIcon status={job.status} size={size} />;
}

/** What a job says in one sentence: its summary, or why there is none. */
export function jobSentence(job: Job): string {
  if (job.status === 'done') return job.summary === '' ? 'The report has no summary.' : job.summary;
  if (job.reason) return job.reason.message;
  switch (job.status) {
    case 'running':
      return 'Running on this machine.';
    case 'queued':
      return 'Waits for a free slot.';
    case 'cancelled':
      return 'Cancelled. It left no report.';
    default:
      return 'No reason was recorded.';
  }
}

/** One job as a line of a drawer; a finished one opens its report. `line` draws how its answer moved over time. */
export function JobLine({ job, stale, line }: { job: Job; stale?: Stale | null; line?: HistoryLine | undefined }) {
  const at = job.cachedAt ?? job.endedAt ?? job.queuedAt;
  const inner = (
    <>
      <JobMark job={job} />
      <span className="row tight el">
        <span className="m el">
          <Text>{job.flavorName}</Text> <Text>{job.flavorVersion}</Text>
        </span>
        {line && line.runs.length > 1 && (
          <Sparkline runs={line.runs} label={line.drift ?? `No change over ${line.runs.length} runs`} />
        )}
      </span>
      <span className="age row tight">
        {job.status === 'done' ? <StaleAge at={at} why={stale?.message} /> : STATUS_WORDS[job.status]}
      </span>
      <span className="sentence">
        <Text>{jobSentence(job).slice(0, 400)}</Text>
      </span>
      {line?.drift && (
        <span className="sentence t3">
          <Text>{line.drift}</Text>
        </span>
      )}
      {stale && (
        <span className="sentence t3">
          <Text>{stale.message}</Text>
          {stale.code !== 'gone' && ' Run again to refresh.'}
        </span>
      )}
    </>
  );
  return job.reportId === null ? (
    <div className="report-line">{inner}</div>
  ) : (
    <Link className="report-line" href={`/reports/${job.id}`}>
      {inner}
    </Link>
  );
}
