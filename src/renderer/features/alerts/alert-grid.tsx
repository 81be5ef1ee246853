import type { AlertRow } from '../../../shared/contract/alerts.ts';
import { Severity, Tag } from '../../ui/chips.tsx';
import { Check } from '../../ui/controls.tsx';
import { count } from '../../ui/format.ts';
import { Text } from '../../ui/text.tsx';
import { Age } from '../../ui/time.tsx';
import { VirtualGrid } from '../../ui/virtual-grid.tsx';
import { AlertStatusMark } from './alert-words.tsx';

export function AlertGrid(props: {
  rows: readonly AlertRow[];
  cursor: number;
  selected: ReadonlySet<string>;
  onCursor(index: number): void;
  onOpen(index: number): void;
  onToggle(index: number): void;
  onEnd(): void;
}) {
  const { rows, selected } = props;
  return (
    <VirtualGrid
      label="Alerts"
      rows={rows}
      rowKey={(row) => row.id}
      rowHeight={() => 46}
      columns="16px 78px minmax(160px, 1fr) 88px 64px 48px"
      head={
        <>
          <span role="columnheader">
            <span className="visually-hidden">Selected</span>
          </span>
          <span role="columnheader">Severity</span>
          <span role="columnheader">Alert</span>
          <span role="columnheader">State</span>
          <span role="columnheader" className="num" title="Observables, IOCs among them">
            Values
          </span>
          <span role="columnheader" className="num" title="When it happened">
            Age
          </span>
        </>
      }
      cursor={props.cursor}
      onCursor={props.onCursor}
      onOpen={props.onOpen}
      isSelected={(row) => selected.has(row.id)}
      rowClass={(row) => (row.isRead ? 'alert-read' : 'alert-unread')}
      onEnd={props.onEnd}
      renderRow={(row, index) => (
        <>
          <span role="gridcell">
            <Check
              label={`Select ${row.title}`}
              state={selected.has(row.id) ? 'on' : 'off'}
              isInGrid
              onToggle={() => props.onToggle(index)}
            />
          </span>
          <span role="gridcell">
            <Severity value={row.severity} />
          </span>
          <span role="gridcell" className="alert-title">
            <span className="el title" title={row.title}>
              <Text>{row.title}</Text>
            </span>
            <span className="alert-from f12 t3">
              <span className="el">
                <Text>{row.type}</Text> · <Text>{row.source}</Text>
              </span>
              {row.tags.slice(0, 2).map((tag) => (
                <Tag key={tag}>{tag}</Tag>
              ))}
              {row.tags.length > 2 && <span>+{row.tags.length - 2}</span>}
            </span>
          </span>
          <span role="gridcell" className="alert-state">
            <AlertStatusMark alert={row} />
            {row.caseNumber !== null && <span className="f12 t3 mono">#{row.caseNumber}</span>}
          </span>
          <span role="gridcell" className="num alert-state">
            <span>{count(row.observables)}</span>
            {row.iocs > 0 && <span className="f12 t3">{count(row.iocs)} IOC</span>}
          </span>
          <span role="gridcell" className="num t3">
            <Age at={row.date} />
          </span>
        </>
      )}
    />
  );
}
