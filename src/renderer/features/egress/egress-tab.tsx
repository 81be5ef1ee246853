import { Menu } from '@mantine/core';
import { IconArrowUpRight, IconFileExport, IconSearch, IconWritingSign } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { EgressEntry } from '../../../shared/contract/egress.ts';
import { isDataType } from '../../../shared/model/data-type.ts';
import { useEngagement } from '../../state/engagement.ts';
import { PapChip, TlpChip } from '../../ui/chips.tsx';
import { Button, Empty, FilterChip, FilterField, Segmented, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { dateTime, plural } from '../../ui/format.ts';
import { typeWords } from '../../ui/icons.tsx';
import { useKeys } from '../../ui/keys.ts';
import { usePrefs } from '../../ui/prefs.ts';
import { Text } from '../../ui/text.tsx';
import { toast } from '../../ui/toast.tsx';
import { Value } from '../../ui/value.tsx';
import { stepCursor, VirtualGrid } from '../../ui/virtual-grid.tsx';
import { saveText } from '../../ui/save-text.ts';
import { entriesQuery, type EgressFilter, exportText, findQuery, summaryQuery } from './queries.ts';
import './egress.css';

type Reach = 'one' | 'all';

/** Everything that left this machine: read, searched, and handed to the client. */
export function EgressTab() {
  const engagement = useEngagement();
  const [reach, setReach] = useState<Reach>('one');
  const [text, setText] = useState('');
  const [destination, setDestination] = useState<string>();
  const [onlyOverruled, setOverruled] = useState(false);
  const [failed, setFailed] = useState<unknown>();
  const field = useRef<HTMLInputElement>(null);
  useKeys([{ keys: '/', run: () => field.current?.focus() }]);
  if (!engagement) return <Skeleton />;
  const engagementId = reach === 'all' ? null : engagement.id;
  const filter: EgressFilter = {
    engagementId,
    ...(text.trim() !== '' && { text: text.trim() }),
    ...(destination !== undefined && { destination }),
    ...(onlyOverruled && { onlyOverruled }),
  };
  const save = async (format: 'csv' | 'json'): Promise<void> => {
    setFailed(undefined);
    try {
      const name = `egress-${reach === 'all' ? 'all' : engagement.name.replace(/[^\w-]+/g, '-')}.${format}`;
      saveText(name, await exportText(filter, format), format === 'csv' ? 'text/csv' : 'application/json');
      toast(`Ledger exported as ${name}`);
    } catch (error) {
      setFailed(error);
    }
  };
  return (
    <div className="egress">
      <section aria-label="Ledger">
        <div className="toolbar">
          <FilterField label="Value, hash, service or analyzer" value={text} onChange={setText} field={field} />
          {destination !== undefined && (
            <FilterChip label={destination} isOn onToggle={() => setDestination(undefined)} />
          )}
          <FilterChip label="Overruled" isOn={onlyOverruled} onToggle={() => setOverruled(!onlyOverruled)} />
          <Segmented<Reach>
            label="Which engagements"
            value={reach}
            options={[
              { value: 'one', label: 'This engagement' },
              { value: 'all', label: 'All' },
            ]}
            onChange={setReach}
          />
          <Menu position="bottom-end">
            <Menu.Target>
              <Button>
                <IconFileExport size={15} stroke={1.75} aria-hidden="true" />
                Export for the client…
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => void save('csv')}>CSV, for a spreadsheet</Menu.Item>
              <Menu.Item onClick={() => void save('json')}>JSON, for a program</Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </div>
        {failed !== undefined && <ErrorNote error={failed} />}
        {text.trim() !== '' && <Answer query={text.trim()} engagementId={engagementId} />}
        <Entries key={JSON.stringify(filter)} filter={filter} isAll={reach === 'all'} />
      </section>
      <Destinations engagementId={engagementId} chosen={destination} onChoose={setDestination} />
    </div>
  );
}

/** "Did we ever send this out, and to whom?" */
function Answer({ query, engagementId }: { query: string; engagementId: string | null }) {
  const { data, isFetching } = useQuery(findQuery(query, engagementId));
  if (!data) return isFetching ? <p className="egress-answer f12 t3">Looking through the ledger…</p> : null;
  const { entries, within, pending, isKnown } = data;
  const services = [...new Set(entries.map((entry) => entry.destination))];
  return (
    <p className="egress-answer f12" role="status">
      <IconSearch size={14} stroke={1.75} className="t3" aria-hidden="true" />
      <span>
        <b>
          {entries.length === 0
            ? `This very value never left${isKnown ? '' : ', and it is not known here'}.`
            : `It left ${plural(entries.length, 'time')}, to `}
          <Text>{services.join(', ')}</Text>
          {entries.length > 0 && '.'}
        </b>{' '}
        <span className="t2">
          {within.length > 0 && `It is a part of ${plural(within.length, 'other value')} that left. `}
          {pending > 0 && `${plural(pending, 'job')} would send it and ${pending === 1 ? 'has' : 'have'} not yet. `}
          {data.lookedFor.length > 1 && `Looked for ${plural(data.lookedFor.length, 'form')} of it.`}
        </span>
      </span>
    </p>
  );
}

function Entries({ filter, isAll }: { filter: EgressFilter; isAll: boolean }) {
  const query = useInfiniteQuery(entriesQuery(filter));
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const [cursor, setCursor] = useState(0);
  const clock = usePrefs((prefs) => prefs.clock);
  const [, navigate] = useLocation();
  const { data: found } = useQuery(findQuery(filter.text ?? '', filter.engagementId));
  const rows = useMemo(() => {
    const listed = query.data?.pages.flatMap((page) => page.items) ?? [];
    const isNarrowed = filter.destination !== undefined || filter.onlyOverruled === true;
    // A hash also finds its file, whose name does not hold it.
    const known = new Set(listed.map((entry) => entry.id));
    const more = isNarrowed || !found ? [] : found.entries.filter((entry) => !known.has(entry.id));
    return more.length === 0 ? listed : [...more, ...listed].sort((a, b) => b.at - a.at);
  }, [query.data, found, filter]);
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const at = Math.min(cursor, rows.length - 1);
  const open = (index: number): void => {
    const jobId = rows[index]?.jobId;
    if (jobId) navigate(`/reports/${jobId}`);
  };
  useKeys([
    { keys: 'j', run: () => setCursor(stepCursor(rows, at, 1)) },
    { keys: 'k', run: () => setCursor(stepCursor(rows, at, -1)) },
    { keys: 'ArrowDown', run: () => setCursor(stepCursor(rows, at, 1)) },
    { keys: 'ArrowUp', run: () => setCursor(stepCursor(rows, at, -1)) },
    { keys: 'Enter', run: () => open(at) },
  ]);
  if (query.error) return <ErrorNote error={query.error} onRetry={() => void query.refetch()} />;
  if (query.isPending) return <Skeleton lines={5} />;
  if (rows.length === 0) {
    const isFiltered = filter.text !== undefined || filter.destination !== undefined || filter.onlyOverruled === true;
    // What belongs to no engagement, such as names of Python packages, is seen across all of them only.
    const nothing = isAll ? 'Nothing left this machine' : 'Nothing of this engagement left this machine';
    return (
      <Empty icon={IconArrowUpRight} title={isFiltered ? 'No entry matches' : nothing}>
        {isFiltered
          ? 'The filters above hide what is in the ledger.'
          : 'What an analyzer sends stands here before it starts: when, what, to whom, and under which marking.'}
      </Empty>
    );
  }
  return (
    <VirtualGrid<EgressEntry>
      label="Egress ledger"
      rows={rows}
      rowKey={(row) => row.id}
      rowHeight={() => 30}
      columns="148px minmax(110px, 1fr) minmax(0, 2fr) minmax(80px, 0.9fr) 168px minmax(48px, 0.4fr)"
      head={
        <>
          <span role="columnheader">{clock === 'utc' ? 'UTC' : 'Local'}</span>
          <span role="columnheader">To</span>
          <span role="columnheader">Value</span>
          <span role="columnheader">What left</span>
          <span role="columnheader">Marking</span>
          <span role="columnheader">{isAll ? 'Engagement' : 'Case'}</span>
        </>
      }
      cursor={at}
      onCursor={setCursor}
      onOpen={open}
      onEnd={loadMore}
      renderRow={(row) => <EntryCells row={row} isAll={isAll} clock={clock} />}
    />
  );
}

function EntryCells({ row, isAll, clock }: { row: EgressEntry; isAll: boolean; clock: 'utc' | 'local' }) {
  return (
    <>
      <span role="gridcell" className="mono t2 f12">
        {dateTime(row.at, clock).replace(' UTC', '')}
      </span>
      <span role="gridcell" className="el" title={`${row.destination} (${row.flavorId})`}>
        <Text>{row.destination}</Text>
      </span>
      <span role="gridcell" className="row">
        <Value dataType={isDataType(row.dataType) ? row.dataType : 'other'} value={row.value} />
      </span>
      <span role="gridcell" className="f12 t2 row tight" title={row.overrideReason ?? row.what}>
        {row.overrideReason !== null && (
          <span className="mark" data-level="suspicious">
            <IconWritingSign size={14} stroke={1.75} aria-label="Overruled" />
          </span>
        )}
        <span className="el">
          <Text>{row.overrideReason === null ? row.what : `Overruled: ${row.overrideReason}`}</Text>
        </span>
      </span>
      <span role="gridcell" className="row tight">
        <TlpChip tlp={row.tlp} />
        {row.pap !== 'clear' && <PapChip pap={row.pap} />}
      </span>
      <span role="gridcell" className="el t2">
        {isAll ? <Text>{row.engagementName}</Text> : row.caseNumber === null ? 'no case' : `#${row.caseNumber}`}
      </span>
    </>
  );
}

function Destinations(props: {
  engagementId: string | null;
  chosen: string | undefined;
  onChoose(name: string | undefined): void;
}) {
  const { data } = useQuery(summaryQuery(props.engagementId));
  const clock = usePrefs((prefs) => prefs.clock);
  if (!data) return null;
  return (
    <aside className="egress-side scroll" aria-label="Left this machine">
      <div className="section">
        <h2>Left this machine</h2>
        <span className="f12 t3">{data.since === null ? 'nothing yet' : `since ${dateTime(data.since, clock)}`}</span>
      </div>
      {data.destinations.map((each) => (
        <button
          type="button"
          key={each.name}
          className="egress-destination"
          aria-pressed={props.chosen === each.name}
          onClick={() => props.onChoose(props.chosen === each.name ? undefined : each.name)}
        >
          <span className="row">
            <b className="el">
              <Text>{each.name}</Text>
            </b>
            <span className="right">{plural(each.values, 'value')}</span>
          </span>
          <span className="f12 t2">
            {each.types.map(({ dataType, values }) => `${values} ${typeWords(dataType)}`).join(', ')}
            {each.overruled > 0 && `. ${each.overruled} overruled`}
          </span>
        </button>
      ))}
      <p className="section f12 t3">
        {plural(data.entries, 'entry', 'entries')}. They are written before an analyzer starts and cannot be changed.
      </p>
    </aside>
  );
}
