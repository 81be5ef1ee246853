import {
  IconArrowUpRight,
  IconCheck,
  IconChevronDown,
  IconChevronRight,
  IconDeviceLaptop,
  IconHandStop,
  IconHistory,
  IconHourglass,
  IconUserExclamation,
  IconWritingSign,
} from '@tabler/icons-react';
import { Link } from 'wouter';
import type { RunRow, RunSheet } from '../../../shared/contract/jobs.ts';
import { type DataType, isDataType } from '../../../shared/model/data-type.ts';
import { PapChip, TlpChip } from '../../ui/chips.tsx';
import { Check } from '../../ui/controls.tsx';
import { count, plural } from '../../ui/format.ts';
import { TypeIcon } from '../../ui/icons.tsx';
import { Text } from '../../ui/text.tsx';
import { Age } from '../../ui/time.tsx';
import { Value } from '../../ui/value.tsx';
import { QuotaBar } from './run-side.tsx';
import type { Destination, RowPlace, SheetRow } from './sheet-rows.ts';
import type { Choices, Tally } from './sheet-state.ts';
import { useRow } from './use-row.ts';

const typeOf = (name: string): DataType => (isDataType(name) ? name : 'other');

interface RowProps {
  sheet: RunSheet;
  counts: Tally;
  choices: Choices;
  isLocalOpen: boolean;
  onTick(rows: readonly number[], isOn: boolean): void;
  onAskAgain(row: number): void;
  onFoldLocal(): void;
  onOverride(row: RunRow): void;
  onTakeBack(row: number): void;
  onLesser(row: RunRow): void;
}

export function SheetRowView(props: RowProps & { row: SheetRow }) {
  const { row, sheet } = props;
  switch (row.kind) {
    case 'local-head':
      return <LocalHead {...props} />;
    case 'edge':
      return <Edge sheet={sheet} />;
    case 'destination':
      return <DestinationHead {...props} destination={row.destination} />;
    case 'row':
      return <JobCells {...props} place={row.place} />;
    case 'refused-head':
      return (
        <span role="gridcell" aria-colspan={5} className="row">
          <IconHandStop size={15} stroke={1.75} className="t3" aria-hidden="true" />
          Refused by the gate
          <span className="t3">{plural(sheet.counts.refused, 'job')}. They cost nothing and left nothing.</span>
        </span>
      );
    case 'refused':
      return <RefusedCells {...props} place={row.place} />;
  }
}

/** The box of a whole group. */
function GroupCheck(props: Pick<RowProps, 'choices' | 'onTick'> & { rows: readonly number[]; label: string }) {
  const { rows, choices } = props;
  const on = rows.reduce((sum, row) => sum + (choices.ticked.has(row) ? 1 : 0), 0);
  return (
    <Check
      label={props.label}
      state={on === 0 ? 'off' : on === rows.length ? 'on' : 'mixed'}
      onToggle={() => props.onTick(rows, on === 0)}
    />
  );
}

function LocalHead(props: RowProps) {
  const { localIndex, localFlavors } = props.sheet;
  const total = localIndex.rows.length;
  const subjects = new Set(localIndex.subjects).size;
  const Chevron = props.isLocalOpen ? IconChevronDown : IconChevronRight;
  return (
    <span role="gridcell" aria-colspan={5} className="row grow">
      {total > 0 && (
        <GroupCheck rows={localIndex.rows} label="All local jobs" choices={props.choices} onTick={props.onTick} />
      )}
      <IconDeviceLaptop size={15} stroke={1.75} className="t3" aria-hidden="true" />
      <button type="button" className="row grow" aria-expanded={props.isLocalOpen} onClick={props.onFoldLocal}>
        Stays on this machine
        <span className="t3 el grow">
          {total === 0
            ? 'no local analyzer applies'
            : `${plural(total, 'job')} on ${plural(subjects, 'observable')}: ${localFlavors.join(', ')}`}
        </span>
        {total > 0 && <Chevron size={14} stroke={1.75} className="t3" aria-hidden="true" />}
      </button>
    </span>
  );
}

function Edge({ sheet }: { sheet: RunSheet }) {
  const services = sheet.destinations.length;
  const requests = sheet.destinations.reduce((sum, each) => sum + each.index.rows.length, 0);
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

function DestinationHead(props: RowProps & { destination: Destination }) {
  const { destination } = props;
  const { tlp, pap } = destination.accepts;
  // The window that is nearest to its end says most.
  const tightest = destination.quota.toSorted((a, b) => b.after / b.limit - a.after / a.limit)[0];
  return (
    <span role="gridcell" aria-colspan={5} className="destination">
      <GroupCheck
        rows={destination.index.rows}
        label={destination.name}
        choices={props.choices}
        onTick={props.onTick}
      />
      <span className="grow">
        <span className="row">
          <b className="el">
            <Text>{destination.name}</Text>
          </b>
          <span className="mono t3 el">
            <Text>{destination.hosts.filter((host) => host !== destination.name).join(', ')}</Text>
          </span>
        </span>
        <span className="f12 t2 el destination-facts">
          Seen by: <Text>{destination.seenBy}</Text>. Kept: <Text>{destination.keeps}</Text>.
        </span>
      </span>
      <span className="accepts row tight">
        <span className="f11 t3">Accepts up to</span>
        {tlp === null ? <span className="f11 t2">any TLP</span> : <TlpChip tlp={tlp} />}
        {pap === null ? <span className="f11 t2">any PAP</span> : <PapChip pap={pap} />}
      </span>
      <span className="destination-quota f12">
        {tightest === undefined ? (
          <span className="t3">No budget set</span>
        ) : (
          <>
            <span className="row">
              <span className="t2">{capital(tightest.window)}</span>
              <span className="right">
                <b>{count(tightest.used)}</b> to <b>{count(tightest.after)}</b> of {count(tightest.limit)}
              </span>
            </span>
            <QuotaBar outlook={tightest} after={tightest.after} />
          </>
        )}
      </span>
    </span>
  );
}

/** A row whose text is on the way: of its final height, and nothing that could be ticked by mistake. */
function ComingCells() {
  return (
    <span role="gridcell" aria-colspan={5} aria-busy="true" className="coming">
      <span className="skeleton" />
    </span>
  );
}

function JobCells(props: RowProps & { place: RowPlace }) {
  const row = useRow(props.place);
  if (row === undefined) return <ComingCells />;
  const isOn = props.choices.ticked.has(row.row);
  const isCached = row.verdict === 'cached';
  const isForced = props.choices.forced.has(row.row);
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
        <Text>{capital(isCached && !isForced ? 'nothing' : row.leaves)}</Text>
      </span>
      <span role="gridcell" className="why">
        <VerdictCell row={row} isForced={isForced} onAskAgain={props.onAskAgain} />
      </span>
    </>
  );
}

function VerdictCell({ row, isForced, onAskAgain }: { row: RunRow; isForced: boolean; onAskAgain(row: number): void }) {
  if (row.verdict === 'cached') {
    return (
      <>
        <IconHistory size={14} stroke={1.75} className="t3" aria-hidden="true" />
        <span className="el">Cached, {row.cachedAt !== null && <Age at={row.cachedAt} />} old</span>
        <button type="button" className="lnk right" onClick={() => onAskAgain(row.row)}>
          {isForced ? 'Use cached' : 'Ask again'}
        </button>
      </>
    );
  }
  if (row.verdict === 'waiting') {
    return (
      <>
        <IconHourglass size={14} stroke={1.75} className="t3" aria-hidden="true" />
        <span className="el" title={row.reason?.message}>
          Waits: <Text>{row.reason?.message ?? 'for a slot'}</Text>
        </span>
      </>
    );
  }
  if (row.hint !== null) {
    return (
      <>
        <span className="mark" data-level="suspicious">
          <IconUserExclamation size={14} stroke={1.75} aria-hidden="true" />
        </span>
        <span className="el" title={row.hint}>
          Allowed, look first
        </span>
      </>
    );
  }
  return (
    <>
      <span className="mark" data-level="safe">
        <IconCheck size={14} stroke={1.75} aria-hidden="true" />
      </span>
      Allowed
    </>
  );
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
/** Inside a sentence; what begins with two capitals is a name. */
const small = (text: string): string =>
  /^[A-Z][^A-Z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;

/** Where a refusal can be lifted, by its code. */
const WAYS: Readonly<Record<string, { href: string; label: string }>> = {
  settings_missing: { href: '/analyzers', label: 'Open its settings' },
  policy_service: { href: '/settings/policy', label: 'Open the policy' },
  policy_tlp: { href: '/settings/policy', label: 'Open the policy' },
  policy_pap: { href: '/settings/policy', label: 'Open the policy' },
  never_leaves: { href: '/settings/policy', label: 'Open the policy' },
};

function RefusedCells(props: RowProps & { place: RowPlace }) {
  const row = useRow(props.place);
  if (row === undefined) return <ComingCells />;
  const choice = props.choices.overruled.get(row.row);
  const why = row.refusals.join(' ') || (row.reason?.message ?? 'No reason was recorded.');
  return (
    <>
      <span role="gridcell" className="t3">
        {choice === undefined ? (
          <TypeIcon dataType={row.dataType} />
        ) : (
          <Check
            label={`${row.flavorName} on ${row.value.slice(0, 60)}, overruled`}
            state="on"
            onToggle={() => props.onTakeBack(row.row)}
            isInGrid
          />
        )}
      </span>
      <span role="gridcell" className="el">
        <Text>{row.flavorName}</Text> <span className="t3">{row.flavorVersion}</span>
      </span>
      <span role="gridcell" className="refusal">
        <Value dataType={typeOf(row.dataType)} value={row.value} />
        <span className="f12 t2 el" title={why}>
          <Text>{why}</Text>
        </span>
      </span>
      <span role="gridcell" className="f12 t3 two-lines" title={row.leaves}>
        <Text>{choice === undefined ? `Would send ${small(row.leaves)}` : capital(row.leaves)}</Text>
      </span>
      <span role="gridcell" className="why">
        {choice === undefined ? (
          <IconHandStop size={14} stroke={1.75} className="t3" aria-hidden="true" />
        ) : (
          <span className="mark" data-level="suspicious">
            <IconWritingSign size={14} stroke={1.75} aria-hidden="true" />
          </span>
        )}
        <span className="refusal">
          {choice === undefined ? (
            <>
              <RefusalActions {...props} row={row} />
              {row.instead !== null && (
                <span className="el t3" title={row.instead}>
                  <Text>{row.instead}</Text>
                </span>
              )}
            </>
          ) : (
            <>
              <span className="row tight">
                Overruled
                <button type="button" className="lnk" onClick={() => props.onTakeBack(row.row)}>
                  Take back
                </button>
              </span>
              <span className="el t3" title={choice.reason}>
                <Text>{choice.reason}</Text>
              </span>
            </>
          )}
        </span>
      </span>
    </>
  );
}

function RefusalActions({ row, onOverride, onLesser }: RowProps & { row: RunRow }) {
  const way = WAYS[row.reason?.code ?? ''];
  return (
    <span className="row tight refusal-actions">
      {row.lesser !== null && (
        <button type="button" className="lnk el" onClick={() => onLesser(row)}>
          {row.lesser.label}
        </button>
      )}
      {row.isOverridable && (
        <button type="button" className="lnk" onClick={() => onOverride(row)}>
          Override…
        </button>
      )}
      {!row.isOverridable && way !== undefined && (
        <Link className="lnk el" href={way.href}>
          {way.label}
        </Link>
      )}
      {!row.isOverridable && way === undefined && row.lesser === null && 'Refused'}
    </span>
  );
}
