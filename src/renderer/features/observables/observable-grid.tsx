import { IconArrowsJoin, IconEye, IconLoader2, IconTarget } from '@tabler/icons-react';
import { memo } from 'react';
import type { Observable } from '../../../shared/contract/entities.ts';
import type { Pap, Tlp } from '../../../shared/model/marking.ts';
import { useFreshness } from '../../state/freshness.ts';
import { PapChip, TaxonomyChips, TlpChip, Verdict } from '../../ui/chips.tsx';
import { Check } from '../../ui/controls.tsx';
import { plural } from '../../ui/format.ts';
import { DataTypeMark } from '../../ui/icons.tsx';
import { StaleAge } from '../../ui/stale-age.tsx';
import { useNow } from '../../ui/use-now.ts';
import { useStable } from '../../ui/use-stable.ts';
import { Value } from '../../ui/value.tsx';
import { VirtualGrid } from '../../ui/virtual-grid.tsx';

interface Marking {
  tlp: Tlp;
  pap: Pap;
}

export function ObservableGrid(props: {
  rows: readonly Observable[];
  total: number;
  cursor: number;
  selected: ReadonlySet<string>;
  marking: Marking | undefined;
  /** Of all rows. */
  engagementId: string;
  onCursor(index: number): void;
  onOpen(index: number): void;
  onToggle(index: number): void;
  onEnd(): void;
}) {
  const onToggle = useStable(props.onToggle);
  const { staleOf } = useFreshness(props.engagementId);
  const now = useNow();
  return (
    <VirtualGrid
      label="Observables"
      rows={props.rows}
      rowKey={(row) => row.id}
      rowHeight={() => 30}
      columns="14px 84px minmax(120px, 2.2fr) auto 96px minmax(60px, 1fr) 52px"
      head={
        <>
          <span role="columnheader">
            <span className="visually-hidden">Selected</span>
          </span>
          <span role="columnheader">Type</span>
          <span role="columnheader">Value</span>
          <span role="columnheader">
            <span className="visually-hidden">Flags</span>
          </span>
          <span role="columnheader">Verdict</span>
          <span role="columnheader">Taxonomies</span>
          <span role="columnheader" className="num">
            Age
          </span>
        </>
      }
      cursor={props.cursor}
      onCursor={props.onCursor}
      onOpen={props.onOpen}
      onEnd={props.onEnd}
      total={props.total + 1}
      isSelected={(row) => props.selected.has(row.id)}
      renderRow={(row, index) => (
        <Cells
          row={row}
          index={index}
          marking={props.marking}
          isSelected={props.selected.has(row.id)}
          stale={row.reports.map((report) => staleOf(report, now)).find((each) => each !== null)?.message}
          onToggle={onToggle}
        />
      )}
    />
  );
}

const Cells = memo(function ObservableCells(props: {
  row: Observable;
  index: number;
  marking: Marking | undefined;
  isSelected: boolean;
  /** Why one of its verdicts is stale. Text, so that an unchanged row is not drawn again. */
  stale: string | undefined;
  onToggle(index: number): void;
}) {
  const { row, marking, stale } = props;
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
      <span role="gridcell">
        <DataTypeMark dataType={row.dataType} />
      </span>
      <span role="gridcell">
        <Value dataType={row.dataType} value={row.value} />
      </span>
      <span role="gridcell" className="flags">
        {marking && marking.tlp !== row.tlp && <TlpChip tlp={row.tlp} />}
        {marking && marking.pap !== row.pap && <PapChip pap={row.pap} />}
        {row.isIoc && <IconTarget size={14} stroke={1.75} role="img" aria-label="IOC" />}
        {row.isSighted && <IconEye size={14} stroke={1.75} role="img" aria-label="Sighted" />}
        {row.seenIn.length > 0 && (
          <span title={`Also in ${row.seenIn.map((number) => `#${number}`).join(', ')}`}>
            <IconArrowsJoin size={14} stroke={1.75} role="img" aria-label="Seen in other cases" />
          </span>
        )}
      </span>
      <span role="gridcell">
        {row.activeJobs > 0 ? (
          <span className="verdict bare t2" title={`${plural(row.activeJobs, 'job')} not finished`}>
            <IconLoader2 size={14} stroke={1.75} className="spin t3" aria-hidden="true" />
            {row.verdict === null ? 'Running' : 'Again'}
          </span>
        ) : (
          <Verdict level={row.verdict} isBare />
        )}
      </span>
      <span role="gridcell">
        <TaxonomyChips taxonomies={row.taxonomies} max={2} />
      </span>
      <span role="gridcell" className="f12 t3 num">
        {row.analysedAt !== null && <StaleAge at={row.analysedAt} why={stale} />}
      </span>
    </>
  );
});
