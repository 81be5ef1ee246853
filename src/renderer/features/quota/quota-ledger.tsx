import { IconArrowBackUp, IconCheck, IconHourglass, IconPencil } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import type { LedgerRow, QuotaWindow } from '../../../shared/contract/quota.ts';
import { isDataType } from '../../../shared/model/data-type.ts';
import { Empty, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count, dateTime, day, timeOfDay } from '../../ui/format.ts';
import { usePrefs } from '../../ui/prefs.ts';
import { Text } from '../../ui/text.tsx';
import { useNow } from '../../ui/use-now.ts';
import { Value } from '../../ui/value.tsx';
import { VirtualGrid } from '../../ui/virtual-grid.tsx';
import { ledgerQuery } from './queries.ts';

const ROW = 30;
const DAY_MS = 86_400_000;
const ICONS = { reserved: IconHourglass, settled: IconCheck, returned: IconArrowBackUp, learned: IconPencil } as const;

/** Every unit of one budget, the newest first. */
export function QuotaLedger({ budgetKey, window }: { budgetKey: string; window: QuotaWindow | undefined }) {
  const query = useInfiniteQuery(ledgerQuery({ key: budgetKey, ...(window === undefined ? {} : { window }) }));
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const [cursor, setCursor] = useState(-1);
  const [, navigate] = useLocation();
  const clock = usePrefs((prefs) => prefs.clock);
  const now = useNow();
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  if (query.error) return <ErrorNote error={query.error} />;
  if (query.isPending) return <Skeleton />;
  if (rows.length === 0) {
    return (
      <Empty icon={IconCheck} title="Nothing was counted yet">
        The first call that goes out on this budget stands here, with what was left after it.
      </Empty>
    );
  }
  return (
    <VirtualGrid<LedgerRow>
      label="Ledger"
      rows={rows}
      rowKey={(row) => row.seq}
      rowHeight={() => ROW}
      columns="58px minmax(136px, 1fr) minmax(0, 2.2fr) 56px 48px 96px 56px"
      head={
        <>
          <span role="columnheader">{clock === 'utc' ? 'UTC' : 'Local'}</span>
          <span role="columnheader">Job</span>
          <span role="columnheader">Observable</span>
          <span role="columnheader">Case</span>
          <span role="columnheader" className="num">
            Units
          </span>
          <span role="columnheader">State</span>
          <span role="columnheader" className="num">
            Left
          </span>
        </>
      }
      cursor={cursor}
      onCursor={setCursor}
      onOpen={(index) => {
        const id = rows[index]?.job?.id;
        if (id !== undefined) navigate(`/reports/${id}`);
      }}
      onEnd={loadMore}
      renderRow={(row) => (
        <>
          <span role="gridcell" className="mono t3" title={dateTime(row.at, clock)}>
            {now - row.at < DAY_MS ? timeOfDay(row.at, clock) : day(row.at, now, clock)}
          </span>
          <span role="gridcell" className="el">
            {row.state === 'learned' ? (
              'Correction'
            ) : (
              <Text>{row.job === null ? 'a job that is gone' : `${row.job.flavorName} ${row.job.flavorVersion}`}</Text>
            )}
          </span>
          <span role="gridcell" className="row tight">
            <What row={row} />
          </span>
          <span role="gridcell" className="mono t3">
            {row.job?.caseNumber === null || row.job === null ? '' : `#${row.job.caseNumber}`}
          </span>
          <span role="gridcell" className="num">
            {count(row.state === 'returned' ? 0 : row.units)}
          </span>
          <span role="gridcell" className="f12 t2">
            <State state={row.state} />
          </span>
          <span role="gridcell" className="num f12 t2">
            {row.left === null ? '' : count(row.left)}
          </span>
        </>
      )}
    />
  );
}

function What({ row }: { row: LedgerRow }) {
  if (row.state === 'learned' || row.job === null || row.detail !== '') {
    return (
      <span className="el t2" title={row.detail}>
        <Text>{row.detail}</Text>
      </span>
    );
  }
  return <Value dataType={isDataType(row.job.dataType) ? row.job.dataType : 'other'} value={row.job.value} />;
}

function State({ state }: { state: LedgerRow['state'] }) {
  const Icon = ICONS[state];
  return (
    <span className="row tight">
      <Icon size={13} stroke={1.75} className="t3" aria-hidden="true" />
      {state}
    </span>
  );
}
