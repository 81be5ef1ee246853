import { IconStar, IconStarFilled } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { CaseAsset } from '../../../shared/contract/assets.ts';
import type { TimelineEvent } from '../../../shared/contract/timeline.ts';
import { EVENT_KIND_WORDS, isOurs } from '../../../shared/model/event-kind.ts';
import { Check } from '../../ui/controls.tsx';
import { Text } from '../../ui/text.tsx';
import { plainVisible } from '../../ui/visible-text.ts';
import { type Order, rowsQuery } from './queries.ts';
import { clockWords, momentWords, SOURCE_WORDS, spanWords, zoneWords } from './words.ts';

export const EVENT_COLUMNS =
  '14px 18px 104px minmax(96px, 150px) minmax(180px, 1fr) minmax(0, 140px) 96px minmax(92px, 104px)';

/** Rows are read in blocks of this many ids, when the first of them comes into view. */
const BLOCK = 100;

export type ListRow = { group: number; count: number; key: string } | { position: number; id: string };
export const isGroup = (row: ListRow): row is Extract<ListRow, { group: number }> => 'group' in row;

export function EventsHead({ order }: { order: Order }) {
  return (
    <>
      <span role="columnheader">
        <span className="visually-hidden">Selected</span>
      </span>
      <span role="columnheader">
        <span className="visually-hidden">Starred</span>
      </span>
      <span role="columnheader">{order === 'event' ? 'Happened' : 'Recorded'}</span>
      <span role="columnheader">Kind</span>
      <span role="columnheader">Event</span>
      <span role="columnheader">Assets</span>
      <span role="columnheader">Source</span>
      <span role="columnheader" className="num">
        {order === 'event' ? 'Recorded' : 'Happened'}
      </span>
    </>
  );
}

/** One event of the block that it stands in. */
export function useBlockRow(caseId: string, ids: readonly string[], position: number): TimelineEvent | undefined {
  const start = Math.floor(position / BLOCK) * BLOCK;
  const { data } = useQuery({
    ...rowsQuery(caseId, ids.slice(start, start + BLOCK)),
    placeholderData: keepPreviousData,
    enabled: position >= 0 && position < ids.length,
  });
  const id = ids[position];
  return data?.find((row) => row.id === id);
}

export function EventCells(props: {
  caseId: string;
  ids: readonly string[];
  position: number;
  order: Order;
  zone: string;
  assets: ReadonlyMap<string, CaseAsset>;
  isSelected: boolean;
  onToggle(): void;
  onStar(event: TimelineEvent): void;
}) {
  const { order, zone } = props;
  const event = useBlockRow(props.caseId, props.ids, props.position);
  if (!event)
    return (
      <>
        <span role="gridcell" />
        <span role="gridcell" />
        <span role="gridcell" className="t3">
          …
        </span>
      </>
    );
  const Star = event.isStarred ? IconStarFilled : IconStar;
  const names = event.assetIds.flatMap((id) => props.assets.get(id)?.name ?? []);
  const happened = clockWords(event, zone) + (event.endAt === null ? '' : `, for ${spanWords(event.endAt - event.at)}`);
  const recorded = clockWords({ at: event.createdAt, precision: 'minute' }, zone);
  const time = order === 'event' ? happened : recorded;
  const other = order === 'event' ? event.createdAt : event.at;
  return (
    <>
      <span role="gridcell">
        <Check
          label={`Select ${event.title}`}
          state={props.isSelected ? 'on' : 'off'}
          onToggle={props.onToggle}
          isInGrid
        />
      </span>
      <span role="gridcell">
        <button
          type="button"
          className={event.isStarred ? 'event-star on' : 'event-star'}
          tabIndex={-1}
          aria-label={event.isStarred ? 'Take the star off' : 'Star'}
          aria-pressed={event.isStarred}
          onClick={() => props.onStar(event)}
        >
          <Star size={14} stroke={1.75} />
        </button>
      </span>
      <span
        role="gridcell"
        className="mono el event-time"
        title={`${event.given === '' ? '' : `Written ${plainVisible(event.given)}. `}Given in ${zoneWords(event.zone, event.at)}. ${event.notes.join(' ')}`}
      >
        {time}
        {event.notes.length > 0 && <span className="t3"> *</span>}
      </span>
      <span role="gridcell" className="row tight f12 t2">
        <span className={isOurs(event.kind) ? 'kind-dot ours' : 'kind-dot'} aria-hidden="true" />
        <span className="el">{EVENT_KIND_WORDS[event.kind]}</span>
      </span>
      <span role="gridcell" className="row tight">
        <span className="el m" title={plainVisible(event.title)}>
          <Text>{event.title}</Text>
        </span>
        {event.techniques.length > 0 && (
          <span className="f11 t3 mono nowrap">
            {event.techniques[0]}
            {event.techniques.length > 1 && ` +${event.techniques.length - 1}`}
          </span>
        )}
      </span>
      <span role="gridcell" className="el f12 t2" title={names.map((name) => plainVisible(name)).join(', ')}>
        <Text>{names.join(', ')}</Text>
      </span>
      <span role="gridcell" className="el f12 t3">
        {SOURCE_WORDS[event.source]}
      </span>
      <span role="gridcell" className="num f12 t3">
        {momentWords(other, zone)}
      </span>
    </>
  );
}
