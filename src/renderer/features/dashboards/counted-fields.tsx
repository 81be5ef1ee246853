import { NativeSelect } from '@mantine/core';
import type { WidgetSeries } from '../../../shared/contract/dashboards.ts';
import {
  type Aggregate,
  STAT_ENTITIES,
  STAT_FIELDS,
  type StatDate,
  type StatEntity,
} from '../../../shared/model/stat-fields.ts';
import { FilterEditor } from './filter-editor.tsx';
import { withEntity } from './widget-draft.ts';

type Counted = Pick<WidgetSeries, 'entity' | 'date' | 'agg' | 'filters'>;

const DATE_WORDS: Readonly<Record<StatDate, string>> = {
  created: 'the day it was made',
  closed: 'the day it was closed',
};

const aggregates = (entity: StatEntity): { value: Aggregate; label: string }[] => {
  const { measure, many, canScan } = STAT_FIELDS[entity];
  const count = { value: 'count' as const, label: `Number of ${many}` };
  if (measure === undefined) return [count];
  const what = measure.label.toLowerCase();
  return [
    count,
    { value: 'sum', label: `Sum of ${what}` },
    { value: 'avg', label: `Average ${what}` },
    ...(canScan
      ? [
          { value: 'min' as const, label: `Smallest ${what}` },
          { value: 'max' as const, label: `Largest ${what}` },
        ]
      : []),
  ];
};

/** What is counted, how, by which day, and under which conditions. */
export function CountedFields<C extends Counted>(props: {
  of: C;
  name: string;
  onChange(of: C): void;
  isEntityFixed?: boolean;
}) {
  const { of, name } = props;
  const { dates } = STAT_FIELDS[of.entity];
  return (
    <>
      <div className="pair">
        <NativeSelect
          label={`What ${name}`.trim()}
          data={STAT_ENTITIES.map((entity) => ({ value: entity, label: STAT_FIELDS[entity].label }))}
          value={of.entity}
          disabled={props.isEntityFixed === true}
          onChange={(event) => props.onChange(withEntity(of, event.currentTarget.value as StatEntity))}
        />
        <NativeSelect
          label={`Count ${name}`.trim()}
          data={aggregates(of.entity)}
          value={of.agg}
          onChange={(event) => props.onChange({ ...of, agg: event.currentTarget.value as Aggregate })}
        />
      </div>
      {dates.length > 1 && (
        <NativeSelect
          label={`By ${name}`.trim()}
          data={dates.map((date) => ({ value: date, label: DATE_WORDS[date] }))}
          value={of.date}
          onChange={(event) => props.onChange({ ...of, date: event.currentTarget.value as StatDate })}
        />
      )}
      <FilterEditor
        entity={of.entity}
        filters={of.filters}
        onChange={(filters) => props.onChange({ ...of, filters })}
      />
    </>
  );
}
