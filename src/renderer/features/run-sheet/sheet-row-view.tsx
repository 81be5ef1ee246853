import {
  IconArrowUpRight,
  IconCheck,
  IconChevronDown,
  IconChevronRight,
  IconDeviceLaptop,
  IconHandStop,
  IconHistory,
  IconHourglass,
} from '@tabler/icons-react';
import type { RunRow, RunSheet } from '../../../shared/contract/jobs.ts';
import { type DataType, isDataType } from '../../../shared/model/data-type.ts';
import { Check } from '../../ui/controls.tsx';
import { plural } from '../../ui/format.ts';
import { TypeIcon } from '../../ui/icons.tsx';
import { Text } from '../../ui/text.tsx';
import { Age } from '../../ui/time.tsx';
import { Value } from '../../ui/value.tsx';
import type { SheetRow } from './sheet-rows.ts';

const typeOf = (name: string): DataType => (isDataType(name) ? name : 'other');

export function SheetRowView(props: {
  row: SheetRow;
  sheet: RunSheet;
  ticked: ReadonlySet<number>;
  forced: ReadonlySet<number>;
  isLocalOpen: boolean;
  onTick(rows: readonly number[], isOn: boolean): void;
  onAskAgain(row: number): void;
  onFoldLocal(): void;
}) {
  const { row, sheet } = props;
  switch (row.kind) {
    case 'local-head':
      return <LocalHead {...props} />;
    case 'edge':
      return <Edge sheet={sheet} />;
    case 'destination':
      return <DestinationHead {...props} destination={row.destination} />;
    case 'row':
      return <JobCells {...props} row={row.row} />;
    case 'refused-head':
      return (
        <span role="gridcell" aria-colspan={5} className="row">
          <IconHandStop size={15} stroke={1.75} className="t3" aria-hidden="true" />
          Refused by the gate
          <span className="t3">{plural(sheet.refused.length, 'job')}. They cost nothing and left nothing.</span>
        </span>
      );
    case 'refused':
      return <RefusedCells row={row.row} />;
  }
}

interface TickProps {
  ticked: ReadonlySet<number>;
  onTick(rows: readonly number[], isOn: boolean): void;
}

/** The box of a whole group. */
function GroupCheck({ rows, label, ticked, onTick }: TickProps & { rows: readonly RunRow[]; label: string }) {
  const on = rows.filter((row) => ticked.has(row.row)).length;
  return (
    <Check
      label={label}
      state={on === 0 ? 'off' : on === rows.length ? 'on' : 'mixed'}
      onToggle={() =>
        onTick(
          rows.map((row) => row.row),
          on === 0,
        )
      }
    />
  );
}

function LocalHead(props: TickProps & { sheet: RunSheet; isLocalOpen: boolean; onFoldLocal(): void }) {
  const { local } = props.sheet;
  const subjects = new Set(local.map((row) => `${row.dataType} ${row.value}`)).size;
  const names = [...new Set(local.map((row) => row.flavorName))];
  const Chevron = props.isLocalOpen ? IconChevronDown : IconChevronRight;
  return (
    <span role="gridcell" aria-colspan={5} className="row grow">
      {local.length > 0 && (
        <GroupCheck rows={local} label="All local jobs" ticked={props.ticked} onTick={props.onTick} />
      )}
      <IconDeviceLaptop size={15} stroke={1.75} className="t3" aria-hidden="true" />
      <button type="button" className="row grow" aria-expanded={props.isLocalOpen} onClick={props.onFoldLocal}>
        Stays on this machine
        <span className="t3 el grow">
          {local.length === 0
            ? 'no local analyzer applies'
            : `${plural(local.length, 'job')} on ${plural(subjects, 'observable')}: ${names.join(', ')}`}
        </span>
        {local.length > 0 && <Chevron size={14} stroke={1.75} className="t3" aria-hidden="true" />}
      </button>
    </span>
  );
}

function Edge({ sheet }: { sheet: RunSheet }) {
  const services = sheet.destinations.length;
  const requests = sheet.destinations.reduce((sum, each) => sum + each.rows.length, 0);
  return (
    <span role="gridcell" aria-colspan={5} className="row edge">
      <IconArrowUpRight size={15} stroke={1.75} aria-hidden="true" />
      Leaves this machine
      <span className="t3">
        {services === 0
          ? 'nothing'
          : `at most ${plural(sheet.counts.valuesLeaving, 'value')} in ${plural(requests, 'request')} to ${plural(services, 'service')}`}
      </span>
    </span>
  );
}

function DestinationHead(props: TickProps & { destination: RunSheet['destinations'][number] }) {
  const { destination } = props;
  return (
    <span role="gridcell" aria-colspan={5} className="destination">
      <GroupCheck rows={destination.rows} label={destination.name} ticked={props.ticked} onTick={props.onTick} />
      <span className="grow">
        <span className="row">
          <b>
            <Text>{destination.name}</Text>
          </b>
          <span className="mono t3 el">
            <Text>{destination.hosts.join(', ')}</Text>
          </span>
        </span>
        <span className="f12 t2 el" style={{ display: 'block', fontWeight: 400 }}>
          Seen by: <Text>{destination.seenBy}</Text>. Kept: <Text>{destination.keeps}</Text>.
        </span>
      </span>
    </span>
  );
}

function JobCells(props: TickProps & { row: RunRow; forced: ReadonlySet<number>; onAskAgain(row: number): void }) {
  const { row } = props;
  const isOn = props.ticked.has(row.row);
  const isCached = row.verdict === 'cached';
  return (
    <>
      <span role="gridcell">
        <Check
          label={`${row.flavorName} on ${row.value.slice(0, 60)}`}
          state={isOn ? 'on' : isCached ? 'dashed' : 'off'}
          onToggle={() => props.onTick([row.row], !isOn)}
          isInGrid
        />
      </span>
      <span role="gridcell" className="el">
        <Text>{row.flavorName}</Text> <span className="t3">{row.flavorVersion}</span>
      </span>
      <span role="gridcell" className="row">
        <span className="t3">
          <TypeIcon dataType={row.dataType} />
        </span>
        <Value dataType={typeOf(row.dataType)} value={row.value} />
      </span>
      <span role="gridcell" className="f12 t2 el" title={row.leaves}>
        <Text>{capital(isCached && !props.forced.has(row.row) ? 'nothing' : row.leaves)}</Text>
      </span>
      <span role="gridcell" className="why">
        {isCached ? (
          <>
            <IconHistory size={14} stroke={1.75} className="t3" aria-hidden="true" />
            <span className="el">Cached, {row.cachedAt !== null && <Age at={row.cachedAt} />} old</span>
            <button type="button" className="lnk right" onClick={() => props.onAskAgain(row.row)}>
              {props.forced.has(row.row) ? 'Use cached' : 'Ask again'}
            </button>
          </>
        ) : row.verdict === 'waiting' ? (
          <>
            <IconHourglass size={14} stroke={1.75} className="t3" aria-hidden="true" />
            <span className="el" title={row.reason?.message}>
              Waits: <Text>{row.reason?.message ?? 'for a slot'}</Text>
            </span>
          </>
        ) : (
          <>
            <span className="mark" data-level="safe">
              <IconCheck size={14} stroke={1.75} aria-hidden="true" />
            </span>
            Allowed
          </>
        )}
      </span>
    </>
  );
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function RefusedCells({ row }: { row: RunRow }) {
  return (
    <>
      <span role="gridcell" className="t3">
        <TypeIcon dataType={row.dataType} />
      </span>
      <span role="gridcell" className="el">
        <Text>{row.flavorName}</Text> <span className="t3">{row.flavorVersion}</span>
      </span>
      <span role="gridcell" className="refusal">
        <Value dataType={typeOf(row.dataType)} value={row.value} />
        <span className="f12 t2 el" title={row.reason?.message}>
          <Text>{row.reason?.message ?? 'No reason was recorded.'}</Text>
        </span>
      </span>
      <span role="gridcell" className="f12 t3 el">
        Nothing
      </span>
      <span role="gridcell" className="why">
        <IconHandStop size={14} stroke={1.75} className="t3" aria-hidden="true" />
        <span className="refusal">
          Refused
          <span className="el t3" title={row.instead ?? undefined}>
            {row.instead === null ? `Would have sent ${row.leaves}` : <Text>{row.instead}</Text>}
          </span>
        </span>
      </span>
    </>
  );
}
