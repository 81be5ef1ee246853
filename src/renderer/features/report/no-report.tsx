import type { Job } from '../../../shared/contract/entities.ts';
import { Button } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { JobMark, jobSentence } from '../../ui/job-line.tsx';
import { Text } from '../../ui/text.tsx';
import { DateTime } from '../../ui/time.tsx';
import { useCancelJob } from './queries.ts';

const TITLES: Readonly<Record<Job['status'], string>> = {
  queued: 'It waits for its turn',
  waiting: 'It waits',
  running: 'It is running',
  done: 'It finished without a report',
  failed: 'It failed',
  refused: 'The gate refused it',
  cancelled: 'It was cancelled',
  unknown: 'It may have acted',
};

/** A job that has no report: its state, the reason, what to do. */
export function NoReport({ job, onAgain }: { job: Job; onAgain(): void }) {
  const cancel = useCancelJob();
  const isActive = job.status === 'queued' || job.status === 'waiting' || job.status === 'running';
  return (
    <div className="scroll grow">
      <div className="section" style={{ maxWidth: 720 }}>
        <div className="note" role="status">
          <JobMark job={job} size={15} />
          <div className="grow breaks">
            <b className="m">{TITLES[job.status]}.</b> <Text>{jobSentence(job)}</Text>
            {job.status === 'failed' && ' Nothing was lost; the observable is as it was.'}
            {job.status === 'refused' && ' Nothing started and nothing left this machine.'}
          </div>
        </div>
        <dl className="kv" style={{ marginTop: 12 }}>
          <dt>Asked</dt>
          <dd>
            <DateTime at={job.queuedAt} />
          </dd>
          {job.startedAt !== null && (
            <>
              <dt>Started</dt>
              <dd>
                <DateTime at={job.startedAt} />, attempt {job.attempt}
              </dd>
            </>
          )}
          {job.exitCode !== null && (
            <>
              <dt>Exit code</dt>
              <dd>{job.exitCode}</dd>
            </>
          )}
        </dl>
        <div className="row" style={{ marginTop: 12 }}>
          {isActive ? (
            <Button isDisabled={cancel.isPending} onClick={() => cancel.mutate(job.id)}>
              Cancel the job
            </Button>
          ) : (
            <Button onClick={onAgain}>Run again…</Button>
          )}
        </div>
        {cancel.error && <ErrorNote error={cancel.error} />}
      </div>
      {job.stderr !== '' && (
        <div className="section">
          <h2>Log</h2>
          <pre className="raw">
            <Text>{job.stderr.slice(0, 100_000)}</Text>
          </pre>
        </div>
      )}
    </div>
  );
}
