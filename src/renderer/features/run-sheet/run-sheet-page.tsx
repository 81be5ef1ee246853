import { IconArrowUpRight, IconClipboardList, IconDeviceLaptop, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { Redirect, useLocation } from 'wouter';
import type { RunSheet } from '../../../shared/contract/jobs.ts';
import { type RunRequest, useRunRequest } from '../../state/run-request.ts';
import { PapChip, TlpChip } from '../../ui/chips.tsx';
import { Button, Empty, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count, plural } from '../../ui/format.ts';
import { typeWords } from '../../ui/icons.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { useKeys } from '../../ui/keys.ts';
import { Text } from '../../ui/text.tsx';
import { toast } from '../../ui/toast.tsx';
import { stepCursor, VirtualGrid } from '../../ui/virtual-grid.tsx';
import { DataCardPane } from './data-card.tsx';
import { flavorsQuery, planQuery, useStartJobs } from './queries.ts';
import { SheetRowView } from './sheet-row-view.tsx';
import { type SheetRow, sheetRows } from './sheet-rows.ts';
import { firstTicks, isEmptySheet, runnableRows, runWords, tally } from './sheet-state.ts';
import './run-sheet.css';

/** The outbound manifest: nothing has started, and the edge of the machine is a line on the page. */
export function RunSheetPage() {
  const request = useRunRequest();
  if (!request) return <Redirect to="/jobs" />;
  return <Planned request={request} />;
}

function Planned({ request }: { request: RunRequest }) {
  const { data, error, refetch } = useQuery(planQuery(request.plan));
  const [, navigate] = useLocation();
  const close = (): void => navigate(request.backTo);
  useKeys([{ keys: 'Escape', run: close }]);
  return (
    <>
      <div className="page-head">
        <IconClipboardList size={18} stroke={1.75} className="t3" aria-hidden="true" />
        <h1>Run sheet</h1>
        <span className="f12 t3 el">
          <Text>{request.about}</Text>. Nothing runs until you press Run.
        </span>
        <span className="right" />
        {data && !isEmptySheet(data) && (
          <span className="row tight">
            <span className="f12 t2">Strictest</span>
            <TlpChip tlp={data.strictest.tlp} />
            <PapChip pap={data.strictest.pap} />
          </span>
        )}
        <Button kind="ghost" isIcon label="Close" keys="Escape" onClick={close}>
          <IconX size={16} stroke={1.75} />
        </Button>
      </div>
      {error && (
        <div className="section">
          <ErrorNote error={error} onRetry={() => void refetch()} />
        </div>
      )}
      {!data && !error && <Skeleton lines={6} />}
      {data && isEmptySheet(data) && <NothingApplies onBack={close} />}
      {data && !isEmptySheet(data) && (
        <Sheet key={data.id} sheet={data} onStarted={close} onReplan={() => void refetch()} />
      )}
    </>
  );
}

function NothingApplies({ onBack }: { onBack(): void }) {
  const { data } = useQuery(flavorsQuery);
  const types = [...new Set(data?.flatMap((flavor) => flavor.dataTypes))].map(typeWords).sort();
  return (
    <Empty
      icon={IconClipboardList}
      title="No analyzer takes this"
      actions={
        <Button keys="Escape" onClick={onBack}>
          Back <Kbd keys={['Esc']} />
        </Button>
      }
    >
      The {plural(data?.length ?? 0, 'analyzer')} of this workspace work on: {types.join(', ')}. Others can be added
      under Analyzers.
    </Empty>
  );
}

function Sheet({ sheet, onStarted, onReplan }: { sheet: RunSheet; onStarted(): void; onReplan(): void }) {
  const [ticked, setTicked] = useState<ReadonlySet<number>>(() => firstTicks(sheet));
  const [forced, setForced] = useState<ReadonlySet<number>>(new Set());
  const [isLocalOpen, setLocalOpen] = useState(
    () => sheet.destinations.length + sheet.refused.length === 0 || firstTicks(sheet).size === 0,
  );
  const [cursor, setCursor] = useState(1);
  const start = useStartJobs();
  const rows = useMemo(() => sheetRows(sheet, isLocalOpen), [sheet, isLocalOpen]);
  const counts = tally(sheet, ticked, forced);
  const at = Math.min(cursor, rows.length - 1);
  const current = rows[at];

  const tick = (numbers: readonly number[], isOn: boolean): void => {
    const next = new Set(ticked);
    for (const number of numbers) {
      if (isOn) next.add(number);
      else next.delete(number);
    }
    setTicked(next);
  };
  const askAgain = (row: number): void => {
    const next = new Set(forced);
    const isOn = !next.delete(row);
    if (isOn) next.add(row);
    setForced(next);
    tick([row], isOn);
  };
  const run = (only: 'all' | 'local'): void => {
    const chosen = (only === 'local' ? sheet.local : runnableRows(sheet)).filter((row) => ticked.has(row.row));
    if (chosen.length === 0 || start.isPending) return;
    start.mutate(
      {
        sheetId: sheet.id,
        rows: chosen.map((row) => row.row),
        force: chosen.flatMap((row) => (forced.has(row.row) ? [row.row] : [])),
      },
      {
        onSuccess: (jobs) => {
          toast(`${plural(jobs.length, 'job')} started`);
          onStarted();
        },
      },
    );
  };
  const isStop = (row: SheetRow): boolean => row.kind === 'edge' || row.kind === 'refused-head';
  useKeys([
    { keys: 'j', run: () => setCursor(stepCursor(rows, at, 1, isStop)) },
    { keys: 'k', run: () => setCursor(stepCursor(rows, at, -1, isStop)) },
    { keys: 'ArrowDown', run: () => setCursor(stepCursor(rows, at, 1, isStop)) },
    { keys: 'ArrowUp', run: () => setCursor(stepCursor(rows, at, -1, isStop)) },
    {
      keys: 'x',
      run: () => current?.kind === 'row' && tick([current.row.row], !ticked.has(current.row.row)),
    },
    { keys: 'mod+Enter', inFields: true, run: () => run('all') },
  ]);
  const leaves = counts.values > 0;
  return (
    <div className="run-sheet">
      <section aria-label="Jobs">
        <VirtualGrid
          label="Run sheet"
          headClass="indented"
          rows={rows}
          rowKey={(row) => row.key}
          rowHeight={(row) => row.height}
          columns="14px minmax(90px, 0.8fr) minmax(170px, 2fr) minmax(66px, 0.7fr) minmax(110px, 1fr)"
          head={
            <>
              <span role="columnheader">
                <span className="visually-hidden">Chosen</span>
              </span>
              <span role="columnheader">Analyzer</span>
              <span role="columnheader">Observable</span>
              <span role="columnheader">What leaves</span>
              <span role="columnheader">Gate</span>
            </>
          }
          cursor={at}
          onCursor={setCursor}
          isGroup={(row) => row.kind !== 'row' && row.kind !== 'refused'}
          rowClass={(row) => (row.kind === 'refused' ? 'refused' : 'indented')}
          renderRow={(row) => (
            <SheetRowView
              row={row}
              sheet={sheet}
              ticked={ticked}
              forced={forced}
              isLocalOpen={isLocalOpen}
              onTick={tick}
              onAskAgain={askAgain}
              onFoldLocal={() => setLocalOpen(!isLocalOpen)}
            />
          )}
        />
        <DataCardPane row={current?.kind === 'row' || current?.kind === 'refused' ? current.row : undefined} />
      </section>
      <aside className="run-side" aria-label="What this run does">
        <dl className="run-counts">
          <dd>{count(counts.jobs)}</dd>
          <dt>
            {counts.jobs === 1 ? 'job runs' : 'jobs run'}
            {counts.jobs > 0 && (counts.here === counts.jobs ? ', here' : `, ${counts.here} of them here`)}
          </dt>
          <dd className={leaves ? undefined : 't3'}>{count(counts.values)}</dd>
          <dt>
            {counts.values === 1 ? 'value leaves' : 'values leave'}
            {leaves && `, to ${plural(counts.services, 'service')}`}
          </dt>
          <dd className={sheet.counts.cached === 0 ? 't3' : undefined}>{count(sheet.counts.cached)}</dd>
          <dt>answered by earlier reports</dt>
          <dd className="t3">{count(sheet.counts.refused)}</dd>
          <dt>refused</dt>
        </dl>
        {start.error && (
          <div className="section">
            <ErrorNote error={start.error} onRetry={onReplan} />
          </div>
        )}
        <div className="run-foot">
          <Button
            kind="primary"
            isBlock
            keys="Control+Enter"
            isDisabled={counts.jobs === 0 || start.isPending}
            onClick={() => run('all')}
          >
            {leaves && <IconArrowUpRight size={15} stroke={1.75} aria-hidden="true" />}
            {runWords(counts)} <Kbd keys={['Ctrl', 'Enter']} />
          </Button>
          {leaves && counts.here > 0 && (
            <Button isBlock onClick={() => run('local')}>
              <IconDeviceLaptop size={15} stroke={1.75} aria-hidden="true" />
              Run only the {count(counts.here)} local jobs
            </Button>
          )}
          <p className="f12 t3">
            {counts.jobs === 0 && sheet.counts.cached > 0
              ? 'Earlier reports answer all of it. Tick rows to take those answers, or ask again.'
              : leaves
                ? 'Everything sent is written to the egress ledger.'
                : 'Nothing leaves this machine.'}
          </p>
        </div>
      </aside>
    </div>
  );
}
