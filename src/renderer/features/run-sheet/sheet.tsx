import { useMemo, useState } from 'react';
import type { RunRow, RunSheet } from '../../../shared/contract/jobs.ts';
import { plural } from '../../ui/format.ts';
import { useKeys } from '../../ui/keys.ts';
import { toast } from '../../ui/toast.tsx';
import { stepCursor, VirtualGrid } from '../../ui/virtual-grid.tsx';
import { DataCardPane } from './data-card.tsx';
import { OverrideDialog } from './override-dialog.tsx';
import { type Planned, type Swap, useRunSheet } from './queries.ts';
import { RunSide } from './run-side.tsx';
import { cachedRows, type Choices, firstTicks, runnableRows, tally } from './sheet-state.ts';
import { groupsOf, type RowPlace, type SheetRow, sheetRows } from './sheet-rows.ts';
import { SheetRowView } from './sheet-row-view.tsx';
import { SheetPagesContext, useRow } from './use-row.ts';

interface SheetProps {
  sheet: RunSheet;
  kind: Planned['kind'];
  /** Earlier answers are known and not wanted. */
  isRefresh: boolean;
  swaps: readonly Swap[];
  onSwap(swap: Swap): void;
  onStarted(): void;
  onReplan(): void;
}

export function Sheet(props: SheetProps) {
  const { sheet } = props;
  const pages = useMemo(() => ({ sheet, groups: groupsOf(sheet) }), [sheet]);
  return (
    <SheetPagesContext value={pages}>
      <Choosing {...props} />
    </SheetPagesContext>
  );
}

/** What was replaced by a form that gives away less starts unticked. */
function ticksWithout(sheet: RunSheet, isRefresh: boolean, swaps: readonly Swap[]): Set<number> {
  const ticks = firstTicks(sheet);
  if (isRefresh) for (const row of cachedRows(sheet)) ticks.add(row);
  for (const { from } of swaps) {
    for (const row of sheet.destinations.flatMap((each) => each.rows)) {
      if (row.flavorId === from.flavorId && row.dataType === from.dataType && row.value === from.value) {
        ticks.delete(row.row);
      }
    }
  }
  return ticks;
}

const placeOf = (row: SheetRow | undefined): RowPlace | undefined =>
  row?.kind === 'row' || row?.kind === 'refused' ? row.place : undefined;

const isStop = (row: SheetRow): boolean => row.kind === 'edge' || row.kind === 'refused-head';

function Choosing({ sheet, kind, isRefresh, swaps, onSwap, onStarted, onReplan }: SheetProps) {
  const [ticked, setTicked] = useState<ReadonlySet<number>>(() => ticksWithout(sheet, isRefresh, swaps));
  const [forced, setForced] = useState<Choices['forced']>(() => new Set(isRefresh ? cachedRows(sheet) : []));
  const [overruled, setOverruled] = useState<Choices['overruled']>(new Map());
  const [asking, setAsking] = useState<RunRow>();
  const [isLocalOpen, setLocalOpen] = useState(
    () => sheet.destinations.length + sheet.refusedIndex.rows.length === 0 || firstTicks(sheet).size === 0,
  );
  const start = useRunSheet(kind);
  const rows = useMemo(() => sheetRows(sheet, isLocalOpen), [sheet, isLocalOpen]);
  const [cursor, setCursor] = useState(() =>
    Math.max(
      0,
      rows.findIndex((row) => placeOf(row) !== undefined),
    ),
  );
  const choices = useMemo<Choices>(() => ({ ticked, forced, overruled }), [ticked, forced, overruled]);
  const counts = useMemo(() => tally(sheet, choices), [sheet, choices]);
  const at = Math.min(cursor, rows.length - 1);
  const place = placeOf(rows[at]);
  const current = useRow(place);

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
  const overrule = (row: RunRow, reason: string): void => {
    setOverruled(new Map(overruled).set(row.row, { reason, destination: row.destination }));
    setAsking(undefined);
  };
  const takeBack = (row: number): void => {
    const next = new Map(overruled);
    next.delete(row);
    setOverruled(next);
  };
  const swap = ({ flavorId, dataType, value, lesser, tlp, pap }: RunRow): void => {
    if (lesser === null) return;
    const { engagementId, caseId, flavorIds } = lesser;
    const to = { dataType: lesser.dataType, value: lesser.value, flavorIds, tlp, pap };
    onSwap({
      from: { flavorId, dataType, value },
      to: { ...to, ...(caseId === null ? { engagementId } : { caseId }) },
    });
  };
  const run = (only: 'all' | 'local'): void => {
    const from = only === 'local' ? sheet.localIndex.rows : runnableRows(sheet);
    const chosen = from.filter((row) => ticked.has(row));
    const overrides = only === 'local' ? [] : [...overruled].map(([row, { reason }]) => ({ row, reason }));
    chosen.push(...overrides.map(({ row }) => row));
    if (chosen.length === 0 || start.isPending) return;
    start.mutate(
      { sheetId: sheet.id, rows: chosen, force: chosen.filter((row) => forced.has(row)), overrides },
      {
        onSuccess: ({ begun, refused, why }) => {
          const verb = kind === 'waiting' ? 'released' : 'started';
          const late = refused === 0 ? '' : `. ${plural(refused, 'job')} refused since it was shown. ${why}`;
          toast(`${plural(begun, 'job')} ${verb}${late}`);
          onStarted();
        },
      },
    );
  };
  useKeys([
    { keys: 'j', run: () => setCursor(stepCursor(rows, at, 1, isStop)) },
    { keys: 'k', run: () => setCursor(stepCursor(rows, at, -1, isStop)) },
    { keys: 'ArrowDown', run: () => setCursor(stepCursor(rows, at, 1, isStop)) },
    { keys: 'ArrowUp', run: () => setCursor(stepCursor(rows, at, -1, isStop)) },
    {
      keys: 'x',
      label: 'Take in or leave out',
      run: () => rows[at]?.kind === 'row' && place && tick([place.row], !ticked.has(place.row)),
    },
    { keys: 'o', label: 'Overrule…', run: () => current?.isOverridable === true && setAsking(current) },
    { keys: 'mod+Enter', label: 'Run', inFields: true, run: () => run('all') },
  ]);
  return (
    <div className="run-sheet">
      <section aria-label="Jobs">
        <VirtualGrid
          label="Run sheet"
          headClass="indented"
          rows={rows}
          rowKey={(row) => row.key}
          rowHeight={(row) => row.height}
          columns="14px minmax(136px, 0.8fr) minmax(170px, 1.9fr) minmax(66px, 0.72fr) minmax(110px, 1.12fr)"
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
              counts={counts}
              choices={choices}
              isLocalOpen={isLocalOpen}
              onTick={tick}
              onAskAgain={askAgain}
              onFoldLocal={() => setLocalOpen(!isLocalOpen)}
              onOverride={setAsking}
              onTakeBack={takeBack}
              onLesser={swap}
            />
          )}
        />
        <DataCardPane place={place} />
      </section>
      <RunSide
        sheet={sheet}
        kind={kind}
        counts={counts}
        overruled={overruled.size}
        row={current}
        error={start.error}
        isPending={start.isPending}
        onRun={run}
        onReplan={onReplan}
        onLesser={swap}
      />
      <OverrideDialog row={asking} onClose={() => setAsking(undefined)} onOverrule={overrule} />
    </div>
  );
}
