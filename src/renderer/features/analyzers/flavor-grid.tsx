import {
  IconArrowUpRight,
  IconDeviceLaptop,
  IconHourglass,
  IconPlugConnectedX,
  IconQuestionMark,
} from '@tabler/icons-react';
import type { DoctorLine } from '../../../shared/contract/doctor.ts';
import type { Flavor } from '../../../shared/contract/entities.ts';
import { typeWords } from '../../ui/icons.tsx';
import { Text } from '../../ui/text.tsx';
import { VirtualGrid } from '../../ui/virtual-grid.tsx';
import { type CatalogueRow, reachOf } from './catalogue-filter.ts';

const ROW_PX = 34;

/** The catalogue, one line an analyzer. */
export function FlavorGrid(props: { rows: readonly CatalogueRow[]; cursor: number; onCursor(index: number): void }) {
  return (
    <VirtualGrid
      label="Analyzers"
      rows={props.rows}
      rowKey={(row) => row.flavor.id}
      rowHeight={() => ROW_PX}
      columns="16px minmax(130px, 1.1fr) minmax(90px, 1fr) minmax(100px, 0.9fr) minmax(110px, 1.2fr)"
      head={
        <>
          <span role="columnheader">
            <span className="visually-hidden">Where it runs</span>
          </span>
          <span role="columnheader">Analyzer</span>
          <span role="columnheader">Takes</span>
          <span role="columnheader">What leaves</span>
          <span role="columnheader">State</span>
        </>
      }
      cursor={props.cursor}
      onCursor={props.onCursor}
      renderRow={(row) => <Cells {...row} />}
    />
  );
}

function Cells({ flavor, line }: CatalogueRow) {
  const takes = flavor.dataTypes.map(typeWords).join(', ');
  return (
    <>
      <span role="gridcell" className="t3">
        <ReachIcon flavor={flavor} />
      </span>
      <span role="gridcell" className="el" title={flavor.id}>
        <span className="m">
          <Text>{flavor.name}</Text>
        </span>{' '}
        <span className="t3">
          <Text>{flavor.version}</Text>
        </span>
      </span>
      <span role="gridcell" className="f12 t2 el" title={takes}>
        <Text>{takes}</Text>
      </span>
      <span role="gridcell" className="f12 t2 el" title={flavor.card.leaves}>
        <Text>{flavor.isLocal ? 'Nothing' : flavor.card.leaves}</Text>
      </span>
      <span role="gridcell" className="why">
        <State line={line} />
      </span>
    </>
  );
}

function ReachIcon({ flavor }: { flavor: Flavor }) {
  switch (reachOf(flavor)) {
    case 'local':
      return <IconDeviceLaptop size={15} stroke={1.75} role="img" aria-label="Stays here" />;
    case 'sends':
      return <IconArrowUpRight size={15} stroke={1.75} role="img" aria-label="Sends" />;
    case 'undeclared':
      return <IconQuestionMark size={15} stroke={1.75} role="img" aria-label="Nobody knows what it sends" />;
  }
}

function State({ line }: { line: DoctorLine | undefined }) {
  if (line === undefined) return <span className="t3">…</span>;
  if (line.state === 'ready') {
    return (
      <>
        <span className="health" aria-hidden="true" />
        Can run
      </>
    );
  }
  const Icon = line.state === 'needs_link' ? IconHourglass : IconPlugConnectedX;
  return (
    <>
      <Icon size={14} stroke={1.75} className="t3" aria-hidden="true" />
      <span className="el" title={line.line}>
        <Text>{line.state === 'needs_link' ? 'Needs a link' : line.line}</Text>
      </span>
    </>
  );
}
