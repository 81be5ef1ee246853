import {
  IconArrowDown,
  IconArrowsJoin,
  IconArrowUp,
  IconEye,
  IconLoader2,
  IconTarget,
  IconUnlink,
} from '@tabler/icons-react';
import { memo, type ReactNode } from 'react';
import type { Observable } from '../../../shared/contract/entities.ts';
import type { ObservableSort } from '../../../shared/contract/observables.ts';
import type { Pap, Tlp } from '../../../shared/model/marking.ts';
import { useFreshness } from '../../state/freshness.ts';
import { PapChip, Tag, TaxonomyChips, TlpChip, Verdict } from '../../ui/chips.tsx';
import { Check } from '../../ui/controls.tsx';
import { plural } from '../../ui/format.ts';
import { DataTypeMark } from '../../ui/icons.tsx';
import { StaleAge } from '../../ui/stale-age.tsx';
import { Text } from '../../ui/text.tsx';
import { Age, When } from '../../ui/time.tsx';
import { useNow } from '../../ui/use-now.ts';
import { useStable } from '../../ui/use-stable.ts';
import { Value } from '../../ui/value.tsx';
import { VirtualGrid } from '../../ui/virtual-grid.tsx';
import { type Column, COLUMN_FACTS, SORT_WORDS } from './columns.ts';

interface Marking {
  tlp: Tlp;
  pap: Pap;
}

/** Tags and taxonomies that fit a row. */
const FIT = 2;

export function ObservableGrid(props: {
  nums: readonly number[];
  rowOf(num: number): Observable | undefined;
  onRange(first: number, last: number): void;
  columns: readonly Column[];
  sort: ObservableSort;
  onSort(sort: ObservableSort): void;
  cursor: number;
  isSelected(num: number): boolean;
  marking: Marking | undefined;
  /** Of all rows. */
  engagementId: string;
  onCursor(index: number): void;
  onOpen(index: number): void;
  onToggle(index: number): void;
}) {
  const { columns, sort, rowOf, isSelected } = props;
  const onToggle = useStable(props.onToggle);
  const { staleOf } = useFreshness(props.engagementId);
  const now = useNow();
  const before = columns.filter((column) => column === 'type');
  const after = columns.filter((column) => column !== 'type' && column !== 'flags');
  const width = (column: Column): string => COLUMN_FACTS[column].width;
  return (
    <VirtualGrid
      label="Observables"
      rows={props.nums}
      rowKey={(num) => num}
      rowHeight={() => 30}
      columns={['14px', ...before.map(width), 'minmax(120px, 2.2fr)', ...after.map(width)].join(' ')}
      head={
        <>
          <span role="columnheader">
            <span className="visually-hidden">Selected</span>
          </span>
          {before.map((column) => (
            <Head key={column} column={column} sort={sort} onSort={props.onSort} />
          ))}
          <SortHead label="Value" by="value" sort={sort} onSort={props.onSort} />
          {after.map((column) => (
            <Head key={column} column={column} sort={sort} onSort={props.onSort} />
          ))}
        </>
      }
      cursor={props.cursor}
      onCursor={props.onCursor}
      onOpen={props.onOpen}
      onRange={props.onRange}
      isSelected={isSelected}
      renderRow={(num, index) => {
        const row = rowOf(num);
        if (!row) return <Coming columns={columns} />;
        return (
          <Cells
            row={row}
            index={index}
            columns={columns}
            marking={props.marking}
            isSelected={isSelected(num)}
            stale={row.reports.map((report) => staleOf(report, now)).find((each) => each !== null)?.message}
            onToggle={onToggle}
          />
        );
      }}
    />
  );
}

function Head({ column, ...rest }: { column: Column; sort: ObservableSort; onSort(sort: ObservableSort): void }) {
  const { label, sort: by, isNumber } = COLUMN_FACTS[column];
  if (by !== undefined) return <SortHead label={label} by={by} isNumber={isNumber ?? false} {...rest} />;
  return (
    <span role="columnheader" className={isNumber ? 'num' : undefined}>
      {label}
    </span>
  );
}

/** A click orders by the column, a second one the other way where there is one. */
function SortHead(props: {
  label: string;
  by: ObservableSort;
  sort: ObservableSort;
  isNumber?: boolean;
  onSort(sort: ObservableSort): void;
}) {
  const isOldest = props.by === 'newest' && props.sort === 'oldest';
  const isOn = props.sort === props.by || isOldest;
  const next =
    props.by === 'newest' && props.sort === 'newest' ? 'oldest' : isOn && props.by !== 'newest' ? 'newest' : props.by;
  const isUp = isOldest || props.by === 'value' || props.by === 'type';
  const Arrow = isUp ? IconArrowUp : IconArrowDown;
  return (
    <span
      role="columnheader"
      className={props.isNumber ? 'num' : undefined}
      aria-sort={isOn ? (isUp ? 'ascending' : 'descending') : 'none'}
    >
      <button
        type="button"
        className="sort-head"
        title={SORT_WORDS[next]}
        tabIndex={-1}
        onClick={() => props.onSort(next)}
      >
        {props.label}
        {isOn && <Arrow size={12} stroke={1.75} aria-hidden="true" />}
      </button>
    </span>
  );
}

/** A row whose data is on its way keeps its place. */
function Coming({ columns }: { columns: readonly Column[] }) {
  return (
    <>
      <span role="gridcell" />
      {columns.includes('type') && <span role="gridcell" />}
      <span role="gridcell" aria-busy="true">
        <span className="skeleton coming" />
      </span>
    </>
  );
}

const Cells = memo(function ObservableCells(props: {
  row: Observable;
  index: number;
  columns: readonly Column[];
  marking: Marking | undefined;
  isSelected: boolean;
  /** Why one of its verdicts is stale. Text, so that an unchanged row is not drawn again. */
  stale: string | undefined;
  onToggle(index: number): void;
}) {
  const { row, columns } = props;
  return (
    <>
      <span role="gridcell">
        <Check
          label={`Select ${row.value.slice(0, 80)}`}
          state={props.isSelected ? 'on' : 'off'}
          onToggle={() => props.onToggle(props.index)}
          isInGrid
        />
      </span>
      {columns.includes('type') && (
        <span role="gridcell">
          <DataTypeMark dataType={row.dataType} />
        </span>
      )}
      <span role="gridcell" className="value-cell">
        <Value dataType={row.dataType} value={row.value} />
        {columns.includes('flags') && (
          <span className="flags">
            <Flags row={row} marking={props.marking} columns={columns} />
          </span>
        )}
      </span>
      {columns
        .filter((column) => column !== 'type' && column !== 'flags')
        .map((column) => (
          <span role="gridcell" key={column} className={CELL_CLASS[column]}>
            {cell(column, row, props)}
          </span>
        ))}
    </>
  );
});

const CELL_CLASS: Readonly<Partial<Record<Column, string>>> = {
  seen: 'f12 t3 num',
  added: 'f12 t3 num',
  age: 'f12 t3 num',
  message: 'f12 t2 el',
  tags: 'row tight',
};

function cell(column: Column, row: Observable, { stale }: { stale: string | undefined }): ReactNode {
  switch (column) {
    case 'verdict':
      return row.activeJobs > 0 ? (
        <span className="verdict bare t2" title={`${plural(row.activeJobs, 'job')} not finished`}>
          <IconLoader2 size={14} stroke={1.75} className="spin t3" aria-hidden="true" />
          {row.verdict === null ? 'Running' : 'Again'}
        </span>
      ) : (
        <Verdict level={row.verdict} isBare />
      );
    case 'taxonomies':
      return <TaxonomyChips taxonomies={row.taxonomies} max={FIT} />;
    case 'tags':
      return (
        <>
          {row.tags.slice(0, FIT).map((tag) => (
            <Tag key={tag}>{tag}</Tag>
          ))}
          {row.tags.length > FIT && (
            <span className="f12 t3" title={row.tags.slice(FIT).join(', ')}>
              +{row.tags.length - FIT}
            </span>
          )}
        </>
      );
    case 'tlp':
      return <TlpChip tlp={row.tlp} />;
    case 'pap':
      return <PapChip pap={row.pap} />;
    case 'seen':
      return row.seenIn.length === 0 ? null : plural(row.seenIn.length, 'case');
    case 'message':
      return row.message === '' ? null : (
        <span title={row.message.slice(0, 500)}>
          <Text>{row.message.split('\n', 1)[0] ?? ''}</Text>
        </span>
      );
    case 'added':
      return <Age at={row.createdAt} />;
    case 'age':
      return row.analysedAt === null ? null : <StaleAge at={row.analysedAt} why={stale} />;
    case 'type':
    case 'flags':
      return null;
  }
}

function Flags(props: { row: Observable; marking: Marking | undefined; columns: readonly Column[] }) {
  const { row, marking, columns } = props;
  return (
    <>
      {marking && !columns.includes('tlp') && marking.tlp !== row.tlp && <TlpChip tlp={row.tlp} />}
      {marking && !columns.includes('pap') && marking.pap !== row.pap && <PapChip pap={row.pap} />}
      {row.isIoc && <IconTarget size={14} stroke={1.75} role="img" aria-label="IOC" />}
      {row.isSighted && (
        <span>
          <IconEye size={14} stroke={1.75} role="img" aria-label="Sighted" />
          {row.sightedAt !== null && (
            <span className="visually-hidden">
              <When at={row.sightedAt} />
            </span>
          )}
        </span>
      )}
      {row.ignoreSimilarity && (
        <IconUnlink size={14} stroke={1.75} role="img" aria-label="Not compared with other cases" />
      )}
      {row.seenIn.length > 0 && (
        <span title={`Also in ${row.seenIn.map((number) => `#${number}`).join(', ')}`}>
          <IconArrowsJoin size={14} stroke={1.75} role="img" aria-label="Seen in other cases" />
        </span>
      )}
    </>
  );
}
