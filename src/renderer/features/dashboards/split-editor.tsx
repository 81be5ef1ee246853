import { Checkbox, NativeSelect, NumberInput, TextInput } from '@mantine/core';
import {
  type Interval,
  INTERVALS,
  PALETTE,
  type PaletteColor,
  type Widget,
} from '../../../shared/contract/dashboards.ts';
import { STAT_FIELDS, statValueLabel } from '../../../shared/model/stat-fields.ts';
import { CountedFields } from './counted-fields.tsx';
import { COLOR_WORDS } from './palette.ts';
import { firstField } from './widget-draft.ts';

type Split = Extract<Widget, { kind: 'bar' | 'donut' }>;

export const INTERVAL_WORDS: Readonly<Record<Interval, string>> = {
  day: 'for each day',
  week: 'for each week',
  month: 'for each month',
  year: 'for each year',
};

/** Bars and donuts: one field's values, in which order, how many, what they are called. `keys` are those shown now. */
export function SplitEditor(props: { widget: Split; keys: readonly string[]; onChange(widget: Split): void }) {
  const { widget, onChange } = props;
  const { fields } = STAT_FIELDS[widget.entity];
  const { by } = widget;
  const rename = (key: string, name: string): void => {
    const { [key]: _, ...names } = widget.names;
    onChange({ ...widget, names: name === '' ? names : { ...names, [key]: name } });
  };
  const recolor = (key: string, color: string): void => {
    const { [key]: _, ...colors } = widget.colors;
    onChange({ ...widget, colors: color === '' ? colors : { ...colors, [key]: color as PaletteColor } });
  };
  return (
    <>
      <CountedFields
        of={widget}
        name=""
        onChange={(next) => {
          const knows = fieldNames(next.entity).includes(next.by ?? '');
          onChange(
            next.entity === widget.entity || knows
              ? next
              : { ...next, by: firstField(next.entity), names: {}, colors: {} },
          );
        }}
      />
      <div className="pair">
        <NativeSelect
          label="Split by"
          data={[
            ...(widget.kind === 'bar' ? [{ value: '', label: 'Nothing' }] : []),
            ...fields.map(({ name, label }) => ({ value: name, label })),
          ]}
          value={by ?? ''}
          onChange={({ currentTarget: { value } }) =>
            onChange(
              widget.kind === 'bar'
                ? { ...widget, by: value === '' ? null : value, names: {}, colors: {} }
                : { ...widget, by: value, names: {}, colors: {} },
            )
          }
        />
        {widget.kind === 'bar' && (
          <NativeSelect
            label="Bars"
            data={[
              { value: '', label: 'one for each value' },
              ...INTERVALS.map((interval) => ({ value: interval, label: INTERVAL_WORDS[interval] })),
            ]}
            value={widget.interval ?? ''}
            onChange={({ currentTarget: { value } }) =>
              onChange({ ...widget, interval: value === '' ? null : (value as Interval) })
            }
          />
        )}
      </div>
      {widget.kind === 'bar' && widget.interval !== null && (
        <Checkbox
          label="Stacked"
          checked={widget.isStacked}
          onChange={(event) => onChange({ ...widget, isStacked: event.currentTarget.checked })}
        />
      )}
      <div className="pair">
        <NativeSelect
          label="Order"
          data={[
            { value: 'most', label: 'Most first' },
            { value: 'least', label: 'Least first' },
            { value: 'named', label: 'By name' },
          ]}
          value={widget.sort}
          onChange={(event) => onChange({ ...widget, sort: event.currentTarget.value as Split['sort'] })}
        />
        <NumberInput
          label="At most"
          min={1}
          max={50}
          clampBehavior="strict"
          allowDecimal={false}
          value={widget.limit}
          onChange={(value) => typeof value === 'number' && value >= 1 && onChange({ ...widget, limit: value })}
        />
      </div>
      {by !== null && props.keys.length > 0 && (
        <details>
          <summary className="f12 t2">Names and colours</summary>
          {props.keys.map((key) => {
            const known = statValueLabel(widget.entity, by, key);
            return (
              <div className="name-row" key={key}>
                <span className="f12 el">{known}</span>
                <TextInput
                  aria-label={`Name of ${known}`}
                  placeholder={known}
                  value={widget.names[key] ?? ''}
                  maxLength={200}
                  onChange={(event) => rename(key, event.currentTarget.value)}
                />
                <NativeSelect
                  aria-label={`Colour of ${known}`}
                  data={[
                    { value: '', label: 'Automatic' },
                    ...PALETTE.map((color) => ({ value: color, label: COLOR_WORDS[color] })),
                  ]}
                  value={widget.colors[key] ?? ''}
                  onChange={(event) => recolor(key, event.currentTarget.value)}
                />
              </div>
            );
          })}
        </details>
      )}
    </>
  );
}

const fieldNames = (entity: Split['entity']): string[] => STAT_FIELDS[entity].fields.map(({ name }) => name);
