import { NativeSelect, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPlus, IconX } from '@tabler/icons-react';
import { PALETTE, type PaletteColor, type WidgetKind, type WidgetSeries } from '../../../shared/contract/dashboards.ts';
import { Button } from '../../ui/controls.tsx';
import { CountedFields } from './counted-fields.tsx';
import { COLOR_WORDS } from './palette.ts';

const MOST = 8;
const EMPTY: WidgetSeries = {
  entity: 'case',
  date: 'created',
  agg: 'count',
  label: '',
  style: 'line',
  color: null,
  filters: [],
};

/** The numbers or lines of a widget, in order. */
export function SeriesEditor(props: {
  kind: WidgetKind;
  series: readonly WidgetSeries[];
  onChange(series: WidgetSeries[]): void;
}) {
  const { kind, series } = props;
  const isDrawn = kind === 'line' || kind === 'multiline';
  const isOneEntity = kind === 'line';
  const set = (at: number, one: WidgetSeries): void =>
    props.onChange(
      series.map((each, i) => {
        if (i === at) return one;
        return isOneEntity && at === 0 && each.entity !== one.entity
          ? { ...EMPTY, ...each, entity: one.entity, filters: [] }
          : each;
      }),
    );
  const swap = (at: number, by: number): void => {
    const next = [...series];
    const [one] = next.splice(at, 1);
    if (one) next.splice(at + by, 0, one);
    props.onChange(next);
  };
  return (
    <fieldset aria-label="Series">
      {series.map((one, at) => (
        <div className="series" key={at}>
          <div className="row">
            <TextInput
              className="grow"
              aria-label={`Label of series ${at + 1}`}
              placeholder={kind === 'text' ? 'name, used as {{name}}' : 'Label'}
              value={one.label}
              maxLength={200}
              onChange={(event) => set(at, { ...one, label: event.currentTarget.value })}
            />
            <Button
              kind="ghost"
              size="small"
              isIcon
              label={`Move series ${at + 1} up`}
              isDisabled={at === 0}
              onClick={() => swap(at, -1)}
            >
              <IconArrowUp size={13} stroke={1.75} />
            </Button>
            <Button
              kind="ghost"
              size="small"
              isIcon
              label={`Move series ${at + 1} down`}
              isDisabled={at === series.length - 1}
              onClick={() => swap(at, 1)}
            >
              <IconArrowDown size={13} stroke={1.75} />
            </Button>
            <Button
              kind="ghost"
              size="small"
              isIcon
              label={`Remove series ${at + 1}`}
              isDisabled={series.length === 1 && kind !== 'text'}
              onClick={() => props.onChange(series.filter((_, i) => i !== at))}
            >
              <IconX size={13} stroke={1.75} />
            </Button>
          </div>
          <CountedFields
            of={one}
            name={`of series ${at + 1}`}
            isEntityFixed={isOneEntity && at > 0}
            onChange={(next) => set(at, next)}
          />
          {isDrawn && (
            <div className="pair">
              <NativeSelect
                label={`Drawn as, series ${at + 1}`}
                data={[
                  { value: 'line', label: 'Line' },
                  { value: 'area', label: 'Area' },
                  { value: 'bar', label: 'Bars' },
                ]}
                value={one.style}
                onChange={(event) => set(at, { ...one, style: event.currentTarget.value as WidgetSeries['style'] })}
              />
              <NativeSelect
                label={`Colour of series ${at + 1}`}
                data={[
                  { value: '', label: 'Automatic' },
                  ...PALETTE.map((color) => ({ value: color, label: COLOR_WORDS[color] })),
                ]}
                value={one.color ?? ''}
                onChange={(event) =>
                  set(at, {
                    ...one,
                    color: event.currentTarget.value === '' ? null : (event.currentTarget.value as PaletteColor),
                  })
                }
              />
            </div>
          )}
        </div>
      ))}
      <div>
        <Button
          size="small"
          isDisabled={series.length >= MOST}
          onClick={() => props.onChange([...series, { ...EMPTY, entity: series[0]?.entity ?? 'case' }])}
        >
          <IconPlus size={13} stroke={1.75} aria-hidden="true" />
          Series
        </Button>
      </div>
    </fieldset>
  );
}
