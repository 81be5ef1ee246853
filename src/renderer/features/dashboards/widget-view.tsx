import { Menu } from '@mantine/core';
import { IconDots, IconMaximize } from '@tabler/icons-react';
import { lazy, type ReactNode, Suspense, useCallback, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import type { StatAnswer, Widget } from '../../../shared/contract/dashboards.ts';
import { STAT_FIELDS } from '../../../shared/model/stat-fields.ts';
import { errorText } from '../../api/error-text.ts';
import { refuseSecrets } from '../../api/refuse-secrets.ts';
import { Button } from '../../ui/controls.tsx';
import { Text } from '../../ui/text.tsx';
import { toast } from '../../ui/toast.tsx';
import { saveText } from '../../ui/save-text.ts';
import { useListState } from '../alerts/list-state.ts';
import { CounterView } from './counter-view.tsx';
import { countedAt, listOf } from './open-counted.ts';
import { savePicture, textPicture } from './picture.ts';
import { TableView } from './table-view.tsx';
import { TextView } from './text-view.tsx';
import { formatValue, summaryOf, tableOf, tableToCsv, type WidgetTable } from './widget-table.ts';

const Chart = lazy(() => import('./chart.tsx'));

export type Days = { from: number; to: number } | null;

/** One widget: what it says, the same as a table, as a file, as a picture; every number opens the list behind it. */
export function WidgetView(props: {
  widget: Widget;
  answers: readonly StatAnswer[];
  days: Days;
  /** Handle, edit and remove, while the dashboard is being edited. */
  tools?: ReactNode;
  onZoom?: (() => void) | undefined;
  isLarge?: boolean;
}) {
  const { widget, answers, days } = props;
  const [, navigate] = useLocation();
  const { set: showAlerts } = useListState();
  const [isTable, setTable] = useState(false);
  const [picture, setPicture] = useState<(() => string) | undefined>();
  const table = useMemo(() => tableOf(widget, answers), [widget, answers]);
  const title = widget.title === '' ? 'Untitled' : widget.title;
  const keepPicture = useCallback((take: (() => string) | undefined) => setPicture(() => take), []);

  const open = (rowAt: number, columnAt: number): void => {
    const row = table.rows[rowAt];
    const column = table.columns[columnAt];
    if (row === undefined || column === undefined || row.isRest) return;
    const list = listOf(countedAt(row, column), row.span ?? days);
    if (list === undefined) {
      toast('There is no list of these');
      return;
    }
    if (list.left.length > 0) toast(`The list cannot filter by ${list.left.join('; ')}`);
    if (list.alerts) showAlerts({ filter: list.alerts, cursor: 0 });
    navigate(list.path);
  };
  const isChart = widget.kind !== 'counter' && widget.kind !== 'text';
  const hasLegend = isChart && widget.kind !== 'donut' && table.columns.length > 1;
  const saveCsv = async (): Promise<void> => {
    const text = tableToCsv(table);
    try {
      await refuseSecrets(text);
      saveText(`${fileName(title)}.csv`, text, 'text/csv');
    } catch (error) {
      toast(errorText(error).message);
    }
  };
  const savePng = (): void => {
    const url = isChart && !isTable ? picture?.() : textPicture(title, pictureLines(table));
    if (url !== undefined && url !== '') savePicture(`${fileName(title)}.png`, url);
  };
  return (
    <section className={props.isLarge ? 'widget large' : 'widget'} aria-label={title} data-kind={widget.kind}>
      <header className="widget-head">
        <h2 className="el">
          <Text>{title}</Text>
        </h2>
        {hasLegend && !isTable && <Legend table={table} />}
        <span className="grow" />
        {props.tools}
        {props.onZoom && (
          <Button kind="ghost" size="small" isIcon label={`Zoom ${title}`} onClick={props.onZoom}>
            <IconMaximize size={14} stroke={1.75} />
          </Button>
        )}
        <Menu position="bottom-end">
          <Menu.Target>
            <Button kind="ghost" size="small" isIcon label={`More of ${title}`}>
              <IconDots size={15} stroke={1.75} />
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {isChart && (
              <Menu.Item onClick={() => setTable(!isTable)}>{isTable ? 'Show as chart' : 'Show as table'}</Menu.Item>
            )}
            <Menu.Item onClick={() => void saveCsv()} disabled={table.rows.length === 0}>
              Save as CSV
            </Menu.Item>
            <Menu.Item onClick={savePng} disabled={isChart && !isTable && picture === undefined}>
              Save as PNG
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </header>
      {table.notes.map((note) => (
        <p key={note} className="widget-note f11 t3">
          {note}
        </p>
      ))}
      <div className="widget-body">
        {table.problems.length > 0 ? (
          <p className="widget-empty f12 t2" role="note">
            {table.problems.join(' ')}
          </p>
        ) : widget.kind === 'text' ? (
          <TextView widget={widget} table={table} />
        ) : widget.kind === 'counter' ? (
          <CounterView table={table} onPick={open} />
        ) : table.isEmpty ? (
          <p className="widget-empty f12 t3">{emptyWords(widget)}</p>
        ) : isTable ? (
          <TableView table={table} title={title} onPick={open} />
        ) : (
          <div className="chart-with-legend">
            <Suspense fallback={<div className="chart" aria-busy="true" />}>
              <Chart
                widget={widget}
                table={table}
                summary={summaryOf(title, table)}
                onPick={open}
                onReady={keepPicture}
              />
            </Suspense>
            {widget.kind === 'donut' && <DonutLegend table={table} onPick={open} />}
            <div className="visually-hidden">
              <TableView table={table} title={title} />
            </div>
          </div>
        )}
      </div>
    </section>
  );
}

function Legend({ table }: { table: WidgetTable }) {
  return (
    <ul className="legend f12" aria-hidden="true">
      {table.columns.map(({ key, label, color }) => (
        <li key={key}>
          <span className="swatch" data-color={color} />
          <Text>{label}</Text>
        </li>
      ))}
    </ul>
  );
}

function DonutLegend({ table, onPick }: { table: WidgetTable; onPick(row: number, column: number): void }) {
  const unit = table.columns[0]?.unit ?? 'things';
  const whole = table.rows.reduce((sum, { values }) => sum + (values[0] ?? 0), 0);
  return (
    <ul className="donut-legend f12">
      {table.rows.map(({ label, color, values, isRest }, at) => (
        <li key={label}>
          <button type="button" disabled={isRest} onClick={() => onPick(at, 0)} title={label}>
            <span className="swatch" data-color={color} />
            <span className="el grow">
              <Text>{label}</Text>
            </span>
            <span className="b">{formatValue(values[0] ?? null, unit)}</span>
            <span className="t3 percent">{whole === 0 ? '' : `${Math.round(((values[0] ?? 0) / whole) * 100)} %`}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** What there would be, so that an empty pane says what to do about it. */
function emptyWords(widget: Widget): string {
  const entities = 'series' in widget ? widget.series.map(({ entity }) => entity) : [widget.entity];
  const many = [...new Set(entities)].map((entity) => STAT_FIELDS[entity].many);
  return `No ${many.join(' or ')} to count in this period.`;
}

const fileName = (title: string): string =>
  title
    .replace(/[^\p{L}\p{N} _-]+/gu, '')
    .trim()
    .slice(0, 80) || 'widget';

const pictureLines = ({ columns, rows }: WidgetTable): string[] =>
  rows.map(({ label, values, unit }) =>
    [label, ...columns.map((column, at) => formatValue(values[at] ?? null, unit ?? column.unit))].join('   '),
  );
