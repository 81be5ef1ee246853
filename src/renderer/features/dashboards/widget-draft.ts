import { Widget, type WidgetKind, type WidgetSeries } from '../../../shared/contract/dashboards.ts';
import { STAT_FIELDS, type StatEntity } from '../../../shared/model/stat-fields.ts';

export const KIND_WORDS: Readonly<Record<WidgetKind, string>> = {
  bar: 'Bars',
  line: 'Line',
  multiline: 'Several lines',
  donut: 'Donut',
  counter: 'Counter',
  text: 'Text',
};

const seriesOf = (entity: StatEntity): Pick<WidgetSeries, 'entity' | 'label'> => ({ entity, label: '' });

/** A new widget of a kind, with what an earlier choice has in common with it. */
export function draftOf(kind: WidgetKind, id: string, before?: Widget): Widget {
  const title = before?.title ?? '';
  const entity: StatEntity =
    before === undefined ? 'case' : 'entity' in before ? before.entity : (before.series[0]?.entity ?? 'case');
  const field = before && 'by' in before && before.by !== null ? before.by : firstField(entity);
  const filters = before && 'filters' in before ? before.filters : [];
  const series =
    before && 'series' in before && before.series.length > 0 ? before.series : [{ ...seriesOf(entity), filters }];
  switch (kind) {
    case 'bar':
      return Widget.parse({ kind, id, title, entity, by: field, filters });
    case 'donut':
      return Widget.parse({ kind, id, title, entity, by: field, filters });
    case 'line':
      return Widget.parse({ kind, id, title, series: series.map((one) => ({ ...one, entity })) });
    case 'multiline':
    case 'counter':
      return Widget.parse({ kind, id, title, series });
    case 'text':
      return Widget.parse({
        kind,
        id,
        title,
        text: 'There are **{{number}}** of them.',
        series: [{ ...series[0], label: 'number' }],
      });
  }
}

export const firstField = (entity: StatEntity): string => STAT_FIELDS[entity].fields[0]?.name ?? '';

/** What counts other things has other fields: what does not fit any more goes. */
export function withEntity<
  W extends {
    entity: StatEntity;
    date: 'created' | 'closed';
    agg: WidgetSeries['agg'];
    filters: WidgetSeries['filters'];
  },
>(of: W, entity: StatEntity): W {
  const info = STAT_FIELDS[entity];
  const knows = (name: string): boolean => info.fields.some((field) => field.name === name);
  return {
    ...of,
    entity,
    date: info.dates.includes(of.date) ? of.date : 'created',
    agg: info.measure === undefined ? 'count' : of.agg,
    filters: of.filters.filter(({ field }) => knows(field)),
  };
}
