import { BarChart, LineChart, PieChart } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import { type ECharts, init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { Widget } from '../../../shared/contract/dashboards.ts';
import { chartOption } from './chart-option.ts';
import { readChartTheme } from './palette.ts';
import type { WidgetTable } from './widget-table.ts';

use([BarChart, LineChart, PieChart, GridComponent, TooltipComponent, CanvasRenderer]);

/** Comes in a chunk of its own, when the first chart is shown. The numbers stand beside it as a table for who cannot see it. */
export default function Chart(props: {
  widget: Widget;
  table: WidgetTable;
  summary: string;
  /** Row and column of what was clicked. */
  onPick(row: number, column: number): void;
  /** Called with a way to get the picture once it is there. */
  onReady(picture: (() => string) | undefined): void;
}) {
  const { widget, table, onPick, onReady } = props;
  const element = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts>(undefined);
  const pick = useRef(onPick);
  const scheme = useComputedColorScheme('dark');

  useEffect(() => {
    pick.current = onPick;
  });
  useEffect(() => {
    const host = element.current;
    if (host === null) return undefined;
    const made = init(host, undefined, { renderer: 'canvas' });
    chart.current = made;
    made.on('click', ({ dataIndex, seriesIndex }) => {
      if (typeof dataIndex === 'number') pick.current(dataIndex, seriesIndex ?? 0);
    });
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(host);
    return () => {
      observer.disconnect();
      chart.current = undefined;
      made.dispose();
    };
  }, []);
  useEffect(() => {
    const theme = readChartTheme();
    chart.current?.setOption({ darkMode: scheme === 'dark', ...chartOption(widget, table, theme) }, { notMerge: true });
    onReady(() => chart.current?.getDataURL({ pixelRatio: 2, backgroundColor: theme.surface }) ?? '');
    return () => onReady(undefined);
  }, [widget, table, scheme, onReady]);

  return <div ref={element} className="chart" role="img" aria-label={props.summary} />;
}
