import { IconListCheck } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import type { Job } from '../../../shared/contract/entities.ts';
import { COUNT_MOST, EVERYTHING, type JobSelection, type QueueRule } from '../../../shared/contract/queue.ts';
import { runRequestStore } from '../../state/run-request.ts';
import { Button, Empty, FilterChip, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count, plural } from '../../ui/format.ts';
import { STATUS_WORDS } from '../../ui/job-line.tsx';
import { Hint } from '../../ui/kbd.tsx';
import { useKeys } from '../../ui/keys.ts';
import { toast } from '../../ui/toast.tsx';
import { stepCursor, VirtualGrid } from '../../ui/virtual-grid.tsx';
import { isActive, JOB_COLUMNS, JobCells, JobsHead } from './job-cells.tsx';
import { JobSelectionBar, QueueToolbar } from './job-toolbar.tsx';
import {
  jobsQuery,
  type JobsFilter,
  planRetry,
  queueQuery,
  useCancelJobs,
  useCancelMatching,
  usePause,
  usePrioritize,
} from './queries.ts';
import { QueueFacets, type Shown } from './queue-facets.tsx';
import { QueueNotices } from './queue-notices.tsx';
import { ServiceDialog } from './service-dialog.tsx';
import { serviceName, WAITING_WORDS } from './waiting-words.ts';
import './jobs.css';

function filterOf(shown: Shown, caseId: string | undefined): JobsFilter {
  const { status, waitingFor, service } = shown;
  return {
    ...(caseId === undefined ? {} : { caseId }),
    ...(status === undefined
      ? {}
      : { statuses: status === 'unfinished' ? ['queued', 'waiting', 'running'] : [status] }),
    ...(waitingFor === undefined ? {} : { waitingFor: [waitingFor] }),
    ...(service === undefined ? {} : { service }),
  };
}

function wordsOf({ status, waitingFor, service }: Shown): string | undefined {
  if (status === 'unfinished') return 'not finished';
  if (status !== undefined) return STATUS_WORDS[status];
  if (waitingFor !== undefined) return `waits: ${WAITING_WORDS[waitingFor].toLowerCase()}`;
  return service === undefined ? undefined : serviceName(service);
}

/** Jobs of a case or of all, live, with the state of the queue beside them. */
export function JobsView({
  caseId,
  backTo = '/jobs',
  asked,
}: {
  caseId?: string;
  backTo?: string;
  asked?: Job['status'] | undefined;
}) {
  const [shown, setShown] = useState<Shown>(asked === undefined ? {} : { status: asked });
  const [cursor, setCursor] = useState(0);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [isSideOpen, setSideOpen] = useState(false);
  const [setUp, setSetUp] = useState<{ rule: QueueRule; usualAtOnce: number | null; expireHours: number | null }>();
  const [failed, setFailed] = useState<unknown>();
  const [, navigate] = useLocation();
  const filter = useMemo(() => filterOf(shown, caseId), [shown, caseId]);
  const query = useInfiniteQuery({ ...jobsQuery(filter), placeholderData: keepPreviousData });
  const queue = useQuery(queueQuery(caseId)).data;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const cancel = useCancelJobs();
  const cancelMatching = useCancelMatching();
  const pause = usePause();
  const prioritize = usePrioritize();
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const at = Math.min(cursor, rows.length - 1);
  const current = rows[at];
  const isPaused = queue !== undefined && queue.everything.pausedAt !== null;
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  const show = (next: Shown): void => {
    setShown(next);
    setCursor(0);
    setSelected(new Set());
    setSideOpen(false);
  };
  const told = (cancelled: number): void => {
    setSelected(new Set());
    toast(`${plural(cancelled, 'job')} cancelled`);
  };
  const stop = (ids: readonly string[]): void => {
    if (ids.length > 0) cancel.mutate([...ids], { onSuccess: ({ cancelled }) => told(cancelled) });
  };
  const stopAll = (): void => cancelMatching.mutate(filter, { onSuccess: ({ cancelled }) => told(cancelled) });
  const togglePause = (): void => pause.mutate({ service: EVERYTHING, isPaused: !isPaused });
  const flush = (): void => {
    runRequestStore.getState().open({
      waiting: { jobs: { filter: { ...(caseId === undefined ? {} : { caseId }), waitingFor: ['link'] } } },
      about: 'Jobs that waited for a link',
      backTo,
    });
    navigate('/run');
  };
  const retry = async (jobs: JobSelection): Promise<void> => {
    try {
      const { sheet, leftOut } = await planRetry(jobs);
      if (sheet.counts.jobs + sheet.counts.refused === 0) {
        toast(leftOut[0] ? `Nothing to try again. ${leftOut[0].reason}` : 'Nothing to try again');
        return;
      }
      runRequestStore.getState().open({ retry: { jobs }, about: 'Jobs to be tried again', backTo });
      navigate('/run');
    } catch (error) {
      setFailed(error);
    }
  };
  const targets = rows.filter((job) => (selected.size > 0 ? selected.has(job.id) : job.id === current?.id));
  const activeTargets = targets.filter(isActive).map((job) => job.id);
  const endedTargets = targets.filter((job) => !isActive(job)).map((job) => job.id);
  const raise = (priority: number): void => {
    if (activeTargets.length === 0) return;
    prioritize.mutate(
      { jobs: { ids: activeTargets }, priority },
      { onSuccess: ({ changed }) => toast(`Priority of ${plural(changed, 'job')} changed`) },
    );
  };
  const canRetryShown = shown.status === 'failed' || shown.status === 'cancelled';
  const retryTargets = (): void => {
    if (selected.size > 0) {
      if (endedTargets.length > 0) void retry({ ids: endedTargets });
    } else if (canRetryShown) void retry({ filter });
    else if (endedTargets.length > 0) void retry({ ids: endedTargets });
  };
  const open = (index: number): void => {
    const job = rows[index];
    if (job) navigate(`/reports/${job.id}`);
  };
  const toggle = (index: number): void => {
    const job = rows[index];
    if (!job) return;
    const next = new Set(selected);
    if (!next.delete(job.id)) next.add(job.id);
    setSelected(next);
  };
  useKeys([
    { keys: 'j', run: () => setCursor(stepCursor(rows, at, 1)) },
    { keys: 'k', run: () => setCursor(stepCursor(rows, at, -1)) },
    { keys: 'ArrowDown', run: () => setCursor(stepCursor(rows, at, 1)) },
    { keys: 'ArrowUp', run: () => setCursor(stepCursor(rows, at, -1)) },
    { keys: 'x', run: () => toggle(at) },
    { keys: 'mod+a', run: () => setSelected(new Set(rows.map((job) => job.id))) },
    { keys: 'Enter', run: () => open(at) },
    { keys: 'r', label: 'Run again', run: retryTargets },
    { keys: 'p', label: 'Pause or go on with the queue', run: togglePause },
    { keys: '+', label: 'Start sooner', run: () => raise(1) },
    { keys: '-', label: 'Start later', run: () => raise(-1) },
    { keys: 'Delete', label: 'Cancel the jobs', run: () => stop(activeTargets) },
    { keys: 'Escape', run: () => (selected.size > 0 ? setSelected(new Set()) : show({})) },
  ]);

  const words = wordsOf(shown);
  const failure = query.error ?? cancel.error ?? cancelMatching.error ?? pause.error ?? prioritize.error ?? failed;
  const active = queue === undefined ? 0 : queue.counts.queued + queue.counts.waiting + queue.counts.running;
  const activeShown = words === undefined || shown.status === 'unfinished' ? active : rows.filter(isActive).length;
  return (
    <div className="jobs">
      <aside className="jobs-side" aria-label="States and services" data-open={isSideOpen}>
        {queue && (
          <QueueFacets
            queue={queue}
            shown={shown}
            onShow={show}
            onSetUp={(rule) => setSetUp({ rule, usualAtOnce: rule.usualAtOnce, expireHours: null })}
          />
        )}
      </aside>
      <section aria-label="Jobs">
        {selected.size > 0 ? (
          <JobSelectionBar
            selected={selected.size}
            active={activeTargets.length}
            ended={endedTargets.length}
            onPriority={raise}
            onRetry={retryTargets}
            onCancel={() => stop(activeTargets)}
            onClear={() => setSelected(new Set())}
          />
        ) : (
          <QueueToolbar
            isPaused={isPaused}
            active={activeShown >= COUNT_MOST || hasNextPage ? `${count(activeShown)}+` : count(activeShown)}
            hasActive={activeShown > 0}
            canRetry={canRetryShown && rows.length > 0}
            isSideOpen={isSideOpen}
            onSide={() => setSideOpen(!isSideOpen)}
            onPause={togglePause}
            onSetUp={() =>
              queue && setSetUp({ rule: queue.everything, usualAtOnce: null, expireHours: queue.expireHours })
            }
            onRetry={retryTargets}
            onCancelAll={stopAll}
          >
            {words === undefined ? (
              <span className="f12 t3">All jobs</span>
            ) : (
              <FilterChip label={words} isOn onToggle={() => show({})} />
            )}
          </QueueToolbar>
        )}
        {queue && <QueueNotices queue={queue} onResume={togglePause} onFlush={flush} />}
        {failure !== null && failure !== undefined && (
          <div className="section">
            <ErrorNote error={failure} onRetry={() => void query.refetch()} />
          </div>
        )}
        {query.isPending ? (
          <Skeleton lines={5} />
        ) : rows.length === 0 ? (
          <Empty
            icon={IconListCheck}
            title={words === undefined ? 'No jobs yet' : 'No job is in this state'}
            actions={words === undefined ? undefined : <Button onClick={() => show({})}>Show all jobs</Button>}
          >
            Select observables and press R: the run sheet shows what would run, and what would leave, before anything
            does.
          </Empty>
        ) : (
          <VirtualGrid
            label="Jobs"
            rows={rows}
            rowKey={(job) => job.id}
            rowHeight={() => 30}
            columns={JOB_COLUMNS}
            head={<JobsHead />}
            cursor={at}
            onCursor={setCursor}
            onOpen={open}
            onEnd={loadMore}
            isSelected={(job) => selected.has(job.id)}
            renderRow={(job, index) => (
              <JobCells
                job={job}
                isSelected={selected.has(job.id)}
                onToggle={() => toggle(index)}
                onCancel={() => stop([job.id])}
              />
            )}
          />
        )}
        <div className="hints">
          <Hint keys={['Enter']}>Open the report</Hint>
          <Hint keys={['X']}>Select</Hint>
          <Hint keys={['+']}>Sooner</Hint>
          <Hint keys={['-']}>Later</Hint>
          <Hint keys={['Delete']}>Cancel</Hint>
        </div>
      </section>
      {setUp && <ServiceDialog key={setUp.rule.service} {...setUp} onClose={() => setSetUp(undefined)} />}
    </div>
  );
}
