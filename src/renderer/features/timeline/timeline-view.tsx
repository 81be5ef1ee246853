import { useDebouncedValue } from '@mantine/hooks';
import { IconAdjustmentsHorizontal, IconClockPlus, IconTimeline } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { TimelineEvent, TimelineFilter } from '../../../shared/contract/timeline.ts';
import { undoable } from '../../state/undoable.ts';
import { Button, Empty, FilterChip, FilterField, Segmented, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count, plural } from '../../ui/format.ts';
import { Hint, Kbd } from '../../ui/kbd.tsx';
import { isTextField, useKeys } from '../../ui/keys.ts';
import { stepCursor, VirtualGrid } from '../../ui/virtual-grid.tsx';
import { AddEvent } from './add-event.tsx';
import { EventDetail } from './event-detail.tsx';
import { EVENT_COLUMNS, EventCells, EventsHead, isGroup, type ListRow, useBlockRow } from './event-rows.tsx';
import { ExportMenu, useTimelineExport } from './export-menu.tsx';
import { HarvestDialog } from './harvest-dialog.tsx';
import { assetsQuery, countsQuery, indexQuery, type Order, type TimelineIndex } from './queries.ts';
import { TimelineSide } from './timeline-side.tsx';
import { type Range, TimelineStrip } from './timeline-strip.tsx';
import { dayNumber, dayWords, momentWords } from './words.ts';
import { useZone, zoneOf } from './zone-store.ts';
import { ZoneToggle } from './zone-toggle.tsx';

/** The events of a case: strip, days, and the current one beside them. */
export function TimelineView(props: {
  caseId: string;
  caseNumber: number;
  eventId: string | undefined;
  technique: string | undefined;
}) {
  const { caseId, caseNumber } = props;
  const [filter, setFilter] = useState<TimelineFilter>(
    props.technique === undefined ? {} : { technique: props.technique },
  );
  const [text, setText] = useState('');
  const [asked] = useDebouncedValue(text, 150);
  const [order, setOrder] = useState<Order>('event');
  const [range, setRange] = useState<Range>();
  const [cursorId, setCursorId] = useState<string | undefined>(props.eventId);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [isDetailOpen, setDetailOpen] = useState(props.eventId !== undefined);
  const [isHarvestOpen, setHarvestOpen] = useState(false);
  const [isSideOpen, setSideOpen] = useState(false);
  const [failed, setFailed] = useState<unknown>();
  const [, navigate] = useLocation();
  const zone = zoneOf(useZone((state) => state.choice));
  const timeField = useRef<HTMLInputElement>(null);
  const filterField = useRef<HTMLInputElement>(null);

  const whole = useMemo(() => (asked.trim() === '' ? filter : { ...filter, text: asked }), [filter, asked]);
  const query = useQuery({ ...indexQuery(caseId, whole, order), placeholderData: keepPreviousData });
  const { data: counts } = useQuery(countsQuery(caseId));
  const { data: assets } = useQuery(assetsQuery(caseId));
  const assetsById = useMemo(() => new Map((assets ?? []).map((asset) => [asset.id, asset])), [assets]);
  const index = query.data;
  const rows = useMemo(
    () => (index ? listRows(index, order, zone, range) : { rows: [], shown: 0 }),
    [index, order, zone, range],
  );
  const positionOf = useMemo(() => new Map(index?.ids.map((id, position) => [id, position])), [index]);

  const at = rows.rows.findIndex((row) => !isGroup(row) && row.id === cursorId);
  const firstAt = stepCursor(rows.rows, -1, 1, isGroup);
  const cursor = at >= 0 ? at : firstAt;
  const currentRow = rows.rows[cursor];
  const current = currentRow && !isGroup(currentRow) ? currentRow : undefined;
  const event = useBlockRow(caseId, index?.ids ?? [], current?.position ?? -1);

  const go = (to: number): void => {
    const row = rows.rows[to];
    if (row && !isGroup(row)) setCursorId(row.id);
  };
  const step = (by: 1 | -1): void => go(stepCursor(rows.rows, cursor, by, isGroup));
  const say = (work: Promise<unknown>): void => void work.catch(setFailed);
  const targets = selected.size > 0 ? [...selected] : current ? [current.id] : [];
  const star = (events: readonly string[], isStarred: boolean): void => {
    if (events.length === 0) return;
    say(
      undoable(
        isStarred ? `${plural(events.length, 'event')} starred` : `${plural(events.length, 'star')} taken off`,
        'timeline.update',
        { ids: [...events], patch: { isStarred } },
      ),
    );
  };
  const starTargets = (): void => star(targets, selected.size > 0 || event?.isStarred !== true);
  const remove = (ids: readonly string[]): void => {
    if (ids.length === 0) return;
    setSelected(new Set());
    say(undoable(`${plural(ids.length, 'event')} moved to the trash`, 'timeline.remove', { ids: [...ids] }));
  };
  const toggle = (id: string | undefined): void => {
    if (id === undefined) return;
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    setSelected(next);
  };
  const shownIds = range === undefined ? undefined : rows.rows.flatMap((row) => (isGroup(row) ? [] : [row.id]));
  const exportAs = useTimelineExport(
    caseId,
    caseNumber,
    { filter: whole, ids: selected.size > 0 ? [...selected] : shownIds, zone },
    setFailed,
  );
  const isFiltered = Object.keys(whole).length > 0 || range !== undefined;
  const clear = (): void => {
    setFilter({});
    setText('');
    setRange(undefined);
  };
  useKeys([
    { keys: 'j', run: () => step(1) },
    { keys: 'k', run: () => step(-1) },
    { keys: 'ArrowDown', run: () => step(1) },
    { keys: 'ArrowUp', run: () => step(-1) },
    { keys: 'n', label: 'Add an event', run: () => timeField.current?.focus() },
    { keys: 'x', run: () => toggle(current?.id) },
    { keys: 'mod+a', run: () => setSelected(new Set(rows.rows.flatMap((row) => (isGroup(row) ? [] : [row.id])))) },
    { keys: 'Space', label: 'Details of the event', run: () => setDetailOpen(!isDetailOpen) },
    { keys: 'Enter', run: () => setDetailOpen(true) },
    { keys: 'h', label: 'Find times in this case', run: () => setHarvestOpen(true) },
    { keys: 'Delete', label: 'Move the events to the trash', run: () => remove(targets) },
    {
      keys: 'mod+c',
      label: 'Copy the events as a Markdown table',
      when: () => (window.getSelection()?.toString() ?? '') === '',
      run: () => exportAs('markdown'),
    },
    { keys: '/', run: () => filterField.current?.focus() },
    {
      keys: 'Escape',
      run: () => {
        if (selected.size > 0) setSelected(new Set());
        else if (isDetailOpen) setDetailOpen(false);
        else if (isFiltered) clear();
        else navigate('/cases');
      },
    },
  ]);

  if (query.error)
    return (
      <div className="section">
        <ErrorNote error={query.error} onRetry={() => void query.refetch()} />
      </div>
    );
  if (!index || !counts) return <Skeleton lines={5} />;
  const isBare = counts.events === 0;
  return (
    <div
      className="timeline"
      role="presentation"
      data-detail={isDetailOpen && event !== undefined}
      onKeyDown={(pressed) => {
        // The head of the case has F for itself; inside the timeline it is the event's star.
        if (pressed.key !== 'f' || pressed.ctrlKey || pressed.metaKey || pressed.altKey || isTextField(pressed.target))
          return;
        pressed.preventDefault();
        starTargets();
      }}
    >
      <aside className="timeline-side" aria-label="Filters of the timeline" data-open={isSideOpen}>
        <TimelineSide
          counts={counts}
          assets={assets ?? []}
          filter={filter}
          onFilter={(next) => {
            setFilter(next);
            setSideOpen(false);
          }}
        />
      </aside>
      <section aria-label="Events" className="timeline-main">
        {selected.size > 0 ? (
          <div className="toolbar selection">
            <span className="m">{plural(selected.size, 'event')} selected</span>
            <span className="right row tight">
              <Button size="small" onClick={starTargets}>
                Star <Kbd keys={['F']} />
              </Button>
              <Button size="small" onClick={() => exportAs('markdown')}>
                Copy as a table <Kbd keys={['Ctrl', 'C']} />
              </Button>
              <Button size="small" onClick={() => remove(targets)}>
                Move to trash <Kbd keys={['Delete']} />
              </Button>
              <Button size="small" kind="ghost" onClick={() => setSelected(new Set())}>
                Clear
              </Button>
            </span>
          </div>
        ) : (
          <div className="toolbar">
            <span className="side-toggle">
              <Button
                kind="ghost"
                isIcon
                label="Filters"
                isPressed={isSideOpen}
                onClick={() => setSideOpen(!isSideOpen)}
              >
                <IconAdjustmentsHorizontal size={15} stroke={1.75} />
              </Button>
            </span>
            <FilterField label="Filter events" value={text} onChange={setText} field={filterField} />
            {range !== undefined && (
              <FilterChip
                label={`${momentWords(range.from, zone)} to ${momentWords(range.to, zone)}`}
                count={rows.shown}
                isOn
                onToggle={() => setRange(undefined)}
              />
            )}
            {filter.technique !== undefined && (
              <FilterChip label={filter.technique} isOn onToggle={() => setFilter(withoutTechnique)} />
            )}
            <Segmented<Order>
              label="Order"
              value={order}
              options={[
                { value: 'event', label: 'Happened' },
                { value: 'recorded', label: 'Recorded' },
              ]}
              onChange={(next) => {
                setOrder(next);
                setRange(undefined);
              }}
            />
            <ZoneToggle />
            <Button onClick={() => setHarvestOpen(true)} keys="h">
              <IconClockPlus size={15} stroke={1.75} aria-hidden="true" />
              Find times <Kbd keys={['H']} />
            </Button>
            <ExportMenu onExport={exportAs} />
          </div>
        )}
        {index.ids.length > 0 && (
          <TimelineStrip
            index={index}
            order={order}
            zone={zone}
            cursor={current?.position ?? -1}
            range={range}
            onRange={setRange}
            onPick={(position) => setCursorId(index.ids[position])}
          />
        )}
        <AddEvent
          caseId={caseId}
          zone={zone}
          assetId={filter.assetId}
          field={timeField}
          onAdded={(id) => {
            setCursorId(id);
            const place = positionOf.get(id);
            if (place === undefined) setRange(undefined);
          }}
        />
        {failed !== undefined && (
          <div className="section">
            <ErrorNote error={failed} />
          </div>
        )}
        {index.isCut && <p className="section f12 t2">Only the first 100,000 events are shown. Filter them.</p>}
        {index.ids.length === 0 ? (
          <Empty
            icon={IconTimeline}
            title={isBare ? 'What happened, and when' : 'No event is left by these filters'}
            actions={
              isBare ? (
                <>
                  <Button kind="primary" onClick={() => setHarvestOpen(true)}>
                    Find times in this case <Kbd keys={['H']} />
                  </Button>
                  <Button onClick={() => timeField.current?.focus()}>
                    Add by hand <Kbd keys={['N']} />
                  </Button>
                </>
              ) : (
                <Button onClick={clear}>Show all events</Button>
              )
            }
          >
            {isBare
              ? 'The incident’s own timeline: every event keeps when it happened, in which zone that was written, and where it was taken from. Osmia proposes the times that your notes, mails and reports hold already.'
              : `${count(counts.events)} events are hidden.`}
          </Empty>
        ) : (
          <VirtualGrid<ListRow>
            label="Timeline"
            rows={rows.rows}
            rowKey={(row) => (isGroup(row) ? row.key : row.id)}
            rowHeight={(row) => (isGroup(row) ? 32 : 30)}
            columns={EVENT_COLUMNS}
            head={<EventsHead order={order} />}
            headClass="event-cols"
            cursor={cursor}
            onCursor={go}
            onOpen={() => setDetailOpen(true)}
            isGroup={isGroup}
            isSelected={(row) => !isGroup(row) && selected.has(row.id)}
            rowClass={() => 'event-cols'}
            renderRow={(row) =>
              isGroup(row) ? (
                <span role="gridcell">
                  {dayWords(row.group)} <span className="t3">{count(row.count)}</span>
                </span>
              ) : (
                <EventCells
                  caseId={caseId}
                  ids={index.ids}
                  position={row.position}
                  order={order}
                  zone={zone}
                  assets={assetsById}
                  isSelected={selected.has(row.id)}
                  onToggle={() => toggle(row.id)}
                  onStar={(starred: TimelineEvent) => star([starred.id], !starred.isStarred)}
                />
              )
            }
          />
        )}
        <div className="hints">
          <span>{plural(counts.events, 'event')}</span>
          <span className="right row loose">
            <Hint keys={['N']}>Add</Hint>
            <Hint keys={['Space']}>Details</Hint>
            <Hint keys={['F']}>Star</Hint>
            <Hint keys={['X']}>Select</Hint>
            <Hint keys={['Ctrl', 'C']}>Copy as a table</Hint>
          </span>
        </div>
      </section>
      {isDetailOpen && event && (
        <EventDetail
          key={event.id}
          event={event}
          caseNumber={caseNumber}
          zone={zone}
          assets={assets ?? []}
          onClose={() => setDetailOpen(false)}
          onRemove={() => remove([event.id])}
        />
      )}
      <HarvestDialog caseId={caseId} zone={zone} isOpen={isHarvestOpen} onClose={() => setHarvestOpen(false)} />
    </div>
  );
}

function withoutTechnique(filter: TimelineFilter): TimelineFilter {
  const { technique, ...rest } = filter;
  return technique === undefined ? filter : rest;
}

/** Events under the day they fall on in the shown zone; only those that the strip has in view. */
function listRows(
  index: TimelineIndex,
  order: Order,
  zone: string,
  range: Range | undefined,
): { rows: ListRow[]; shown: number } {
  const times = order === 'event' ? index.at : index.recordedAt;
  const rows: ListRow[] = [];
  let shown = 0;
  let group: Extract<ListRow, { group: number }> | undefined;
  index.ids.forEach((id, position) => {
    const at = times[position] ?? 0;
    const end = order === 'event' ? (index.endAt[position] ?? at) : at;
    if (range !== undefined && (end < range.from || at > range.to)) return;
    const day = dayNumber(at, zone);
    if (group?.group !== day) {
      group = { group: day, count: 0, key: `day ${day}` };
      rows.push(group);
    }
    group.count += 1;
    shown += 1;
    rows.push({ position, id });
  });
  return { rows, shown };
}
