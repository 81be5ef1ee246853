import { IconHistory, IconListCheck, IconShieldHalf, IconX } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import type { Job } from '../../../shared/contract/entities.ts';
import { type DataType, isDataType } from '../../../shared/model/data-type.ts';
import { TaxonomyChips } from '../../ui/chips.tsx';
import { Button, Check, Empty, Segmented, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { duration, plural } from '../../ui/format.ts';
import { TypeIcon } from '../../ui/icons.tsx';
import { JobMark, jobSentence, STATUS_WORDS } from '../../ui/job-line.tsx';
import { Hint } from '../../ui/kbd.tsx';
import { useKeys } from '../../ui/keys.ts';
import { Text } from '../../ui/text.tsx';
import { Age } from '../../ui/time.tsx';
import { toast } from '../../ui/toast.tsx';
import { Value } from '../../ui/value.tsx';
import { stepCursor, VirtualGrid } from '../../ui/virtual-grid.tsx';
import { activeJobIds, jobsQuery, useCancelJobs } from './queries.ts';

type Which = 'all' | 'active' | 'done' | 'failed' | 'refused' | 'cancelled';

const STATUSES: Readonly<Record<Which, Job['status'][] | undefined>> = {
  all: undefined,
  active: ['queued', 'waiting', 'running'],
  done: ['done'],
  failed: ['failed'],
  refused: ['refused'],
  cancelled: ['cancelled'],
};

const isActive = (job: Job): boolean => ['queued', 'waiting', 'running'].includes(job.status);
const typeOf = (name: string): DataType => (isDataType(name) ? name : 'other');

/** Jobs of a case or of all, live; what has not ended can be cancelled. */
export function JobsView({ caseId }: { caseId?: string }) {
  const [which, setWhich] = useState<Which>('all');
  const [cursor, setCursor] = useState(0);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [, navigate] = useLocation();
  const statuses = STATUSES[which];
  const query = useInfiniteQuery({
    ...jobsQuery({ ...(caseId === undefined ? {} : { caseId }), ...(statuses ? { statuses } : {}) }),
    placeholderData: keepPreviousData,
  });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const cancel = useCancelJobs();
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const at = Math.min(cursor, rows.length - 1);
  const current = rows[at];
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  const stop = (ids: readonly string[]): void => {
    if (ids.length === 0) return;
    cancel.mutate([...ids], {
      onSuccess: ({ cancelled }) => {
        setSelected(new Set());
        toast(`${plural(cancelled, 'job')} cancelled`);
      },
    });
  };
  const stopAll = async (): Promise<void> => stop(await activeJobIds(caseId));
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
    { keys: 'Enter', run: () => open(at) },
    { keys: 'Delete', run: () => stop(selected.size > 0 ? [...selected] : current ? [current.id] : []) },
    { keys: 'Escape', run: () => setSelected(new Set()) },
  ]);

  const failure = query.error ?? cancel.error;
  const activeSelected = rows.filter((job) => selected.has(job.id) && isActive(job)).map((job) => job.id);
  return (
    <>
      <div className={selected.size > 0 ? 'toolbar selection' : 'toolbar'}>
        <Segmented<Which>
          label="Which jobs"
          value={which}
          options={[
            { value: 'all', label: 'All' },
            { value: 'active', label: 'Not finished' },
            { value: 'done', label: 'Done' },
            { value: 'failed', label: 'Failed' },
            { value: 'refused', label: 'Refused' },
            { value: 'cancelled', label: 'Cancelled' },
          ]}
          onChange={(value) => {
            setWhich(value);
            setCursor(0);
            setSelected(new Set());
          }}
        />
        <span className="right" />
        {selected.size > 0 && (
          <Button size="small" isDisabled={activeSelected.length === 0} onClick={() => stop(activeSelected)}>
            Cancel {plural(activeSelected.length, 'job')}
          </Button>
        )}
        <Button size="small" isDisabled={!rows.some(isActive)} onClick={() => void stopAll()}>
          Cancel all
        </Button>
      </div>
      {failure && (
        <div className="section">
          <ErrorNote error={failure} onRetry={() => void query.refetch()} />
        </div>
      )}
      {query.isPending ? (
        <Skeleton lines={5} />
      ) : rows.length === 0 ? (
        <Empty
          icon={IconListCheck}
          title={which === 'all' ? 'No jobs yet' : `No job is ${which === 'active' ? 'unfinished' : which}`}
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
          columns="14px minmax(90px, 110px) minmax(110px, 170px) minmax(120px, 1fr) minmax(120px, 1.2fr) 72px 64px 24px"
          head={
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
          }
          cursor={at}
          onCursor={setCursor}
          onOpen={open}
          onEnd={loadMore}
          isSelected={(job) => selected.has(job.id)}
          renderRow={(job, index) => (
            <Cells
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
        <Hint keys={['Delete']}>Cancel</Hint>
      </div>
    </>
  );
}

function Cells({
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
  const sandbox = job.sandbox === 'isolated' ? undefined : `Sandbox ${job.sandbox}: ${job.sandboxNotes.join(' ')}`;
  const took = job.startedAt !== null && job.endedAt !== null ? duration(job.endedAt - job.startedAt) : '';
  return (
    <>
      <span role="gridcell">
        <Check label={`Select ${job.flavorName}`} state={isSelected ? 'on' : 'off'} onToggle={onToggle} isInGrid />
      </span>
      <span role="gridcell" className="why">
        <JobMark job={job} />
        {STATUS_WORDS[job.status]}
        {job.isCached && (
          <span className="t3" title="Answered from an earlier report">
            <IconHistory size={13} stroke={1.75} role="img" aria-label="Cached" />
          </span>
        )}
      </span>
      <span role="gridcell" className="el">
        <Text>{job.flavorName}</Text> <span className="t3">{job.flavorVersion}</span>
      </span>
      <span role="gridcell" className="row tight">
        <span className="t3">
          <TypeIcon dataType={job.dataType} />
        </span>
        <Value dataType={typeOf(job.dataType)} value={job.value} />
      </span>
      <span role="gridcell" className="f12 t2 row tight">
        {job.status === 'done' && job.taxonomies.length > 0 ? (
          <TaxonomyChips taxonomies={job.taxonomies} max={3} />
        ) : (
          <span className="el" title={jobSentence(job)}>
            <Text>{jobSentence(job)}</Text>
          </span>
        )}
      </span>
      <span role="gridcell" className="f12 t3 num row tight">
        {sandbox !== undefined && job.startedAt !== null && (
          <span title={sandbox}>
            <IconShieldHalf size={13} stroke={1.75} role="img" aria-label={`Sandbox ${job.sandbox}`} />
          </span>
        )}
        <span className="right">{took}</span>
      </span>
      <span role="gridcell" className="f12 t3 num">
        <Age at={job.queuedAt} />
      </span>
      <span role="gridcell">
        {isActive(job) && (
          <button
            type="button"
            className="t3"
            aria-label={`Cancel ${job.flavorName}`}
            title="Cancel"
            onClick={onCancel}
          >
            <IconX size={14} stroke={1.75} />
          </button>
        )}
      </span>
    </>
  );
}
