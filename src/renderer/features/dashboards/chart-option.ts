import type { EChartsCoreOption } from 'echarts/core';
import type { Widget } from '../../../shared/contract/dashboards.ts';
import type { ChartTheme } from './palette.ts';
import { formatValue, type TableColumn, type Unit, type WidgetTable } from './widget-table.ts';

/** Names longer than this many characters end in an ellipsis on an axis; the table has them whole. */
const LONGEST_NAME = 22;
const short = (text: string): string => (text.length > LONGEST_NAME ? `${text.slice(0, LONGEST_NAME - 1)}…` : text);

const withoutYear = (label: string): string => label.replace(/ \d{4}$/, '');

/** What ECharts draws. Texts are drawn on a canvas, never made into elements: tooltips too. */
export function chartOption(widget: Widget, table: WidgetTable, theme: ChartTheme): EChartsCoreOption {
  const base = {
    animation: false,
    textStyle: { fontFamily: theme.font, fontSize: 11, color: theme.quiet },
    tooltip: {
      renderMode: 'richText',
      confine: true,
      backgroundColor: theme.overlay,
      borderColor: theme.line,
      textStyle: { color: theme.text, fontSize: 12 },
    },
  };
  if (widget.kind === 'donut') return { ...base, ...donut(table, theme) };
  if (widget.kind === 'bar' && widget.interval === null) return { ...base, ...categories(table, theme) };
  return { ...base, ...overTime(widget, table, theme) };
}

function donut(table: WidgetTable, theme: ChartTheme): EChartsCoreOption {
  const unit = table.columns[0]?.unit ?? 'things';
  return {
    tooltip: {
      renderMode: 'richText',
      confine: true,
      backgroundColor: theme.overlay,
      borderColor: theme.line,
      textStyle: { color: theme.text, fontSize: 12 },
      formatter: ({ name, value, percent }: { name: string; value: number; percent: number }) =>
        `${name}\n${formatValue(value, unit)}, ${Math.round(percent)} %`,
    },
    series: [
      {
        type: 'pie',
        radius: ['58%', '92%'],
        itemStyle: { borderColor: theme.surface, borderWidth: 2 },
        label: { show: false },
        emphasis: { scale: false },
        data: table.rows.map(({ label, values, color }) => ({
          name: label,
          value: values[0] ?? 0,
          itemStyle: { color: theme.colors[color] },
        })),
      },
    ],
  };
}

function categories(table: WidgetTable, theme: ChartTheme): EChartsCoreOption {
  const unit = table.columns[0]?.unit ?? 'things';
  return {
    grid: { left: 4, right: 48, top: 4, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: { type: 'value', show: false },
    yAxis: {
      type: 'category',
      inverse: true,
      data: table.rows.map(({ label }) => label),
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { color: theme.text, fontSize: 12, formatter: short, interval: 0 },
    },
    series: [
      {
        type: 'bar',
        barMaxWidth: 16,
        barCategoryGap: '35%',
        itemStyle: { borderRadius: [0, 2, 2, 0] },
        label: {
          show: true,
          position: 'right',
          color: theme.text,
          fontSize: 12,
          formatter: ({ value }: { value: number }) => formatValue(value, unit),
        },
        data: table.rows.map(({ values, isRest }) => ({
          value: values[0] ?? 0,
          itemStyle: { color: theme.colors[isRest ? 'c8' : 'c1'] },
        })),
      },
    ],
  };
}

function overTime(widget: Widget, table: WidgetTable, theme: ChartTheme): EChartsCoreOption {
  const units = [...new Set(table.columns.map(({ unit }) => unit))].slice(0, 2);
  const isStacked = 'isStacked' in widget && widget.isStacked;
  return {
    grid: {
      left: 4,
      right: units.length > 1 ? 4 : 12,
      top: 12,
      bottom: 4,
      outerBoundsMode: 'same',
      outerBoundsContain: 'axisLabel',
    },
    tooltip: {
      trigger: 'axis',
      renderMode: 'richText',
      confine: true,
      axisPointer: { type: 'shadow', shadowStyle: { color: theme.hover, opacity: 0.6 } },
      backgroundColor: theme.overlay,
      borderColor: theme.line,
      textStyle: { color: theme.text, fontSize: 12 },
      formatter: (points: { dataIndex: number }[]) => tooltipText(table, points[0]?.dataIndex ?? 0),
    },
    xAxis: {
      type: 'category',
      data: table.rows.map(({ label }) => label),
      axisLine: { lineStyle: { color: theme.line } },
      axisTick: { show: false },
      axisLabel: {
        color: theme.quiet,
        hideOverlap: true,
        formatter: (label: string) => (label.length > 8 ? withoutYear(label) : label),
      },
    },
    yAxis: units.map((unit) => ({
      type: 'value',
      minInterval: unit === 'things' ? 1 : 0,
      splitNumber: 3,
      axisLabel: { color: theme.quiet, formatter: (value: number) => formatValue(value, unit) },
      splitLine: { lineStyle: { color: theme.line } },
    })),
    series: table.columns.map((column, at) => drawn(column, table, at, units, isStacked, theme)),
  };
}

function drawn(
  { label, color, style, unit }: TableColumn,
  table: WidgetTable,
  at: number,
  units: readonly Unit[],
  isStacked: boolean,
  theme: ChartTheme,
): object {
  const isBar = style === 'bar';
  return {
    name: label,
    type: isBar ? 'bar' : 'line',
    yAxisIndex: Math.max(0, units.indexOf(unit)),
    ...(isStacked ? { stack: unit } : {}),
    ...(isBar
      ? {
          barMaxWidth: 24,
          barGap: '10%',
          itemStyle: {
            color: theme.colors[color],
            borderRadius: isStacked ? 0 : [2, 2, 0, 0],
            ...(isStacked ? { borderColor: theme.surface, borderWidth: 1 } : {}),
          },
        }
      : {
          symbolSize: 5,
          showSymbol: table.rows.length <= 31,
          itemStyle: { color: theme.colors[color] },
          lineStyle: { width: 2, color: theme.colors[color] },
          ...(style === 'area' ? { areaStyle: { color: theme.colors[color], opacity: isStacked ? 0.75 : 0.25 } } : {}),
        }),
    // The whole height of a group can be clicked on a bar; of a line its points.
    triggerLineEvent: true,
    data: table.rows.map(({ values }) => values[at] ?? (isBar ? 0 : null)),
  };
}

function tooltipText({ head, columns, rows }: WidgetTable, index: number): string {
  const row = rows[index];
  if (row === undefined) return '';
  const lines = columns.map(({ label, unit }, at) => `${label}: ${formatValue(row.values[at] ?? null, unit)}`);
  return [`${head} ${row.label}`, ...lines].join('\n');
}
