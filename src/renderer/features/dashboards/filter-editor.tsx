import { Checkbox, MultiSelect, NativeSelect, TagsInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import type { StatFilter } from '../../../shared/contract/dashboards.ts';
import { STAT_FIELDS, type StatEntity } from '../../../shared/model/stat-fields.ts';
import { Button } from '../../ui/controls.tsx';

/** Conditions that hold together; each names values of one field. */
export function FilterEditor(props: {
  entity: StatEntity;
  filters: readonly StatFilter[];
  onChange(filters: StatFilter[]): void;
}) {
  const { entity, filters } = props;
  const { fields } = STAT_FIELDS[entity];
  const set = (at: number, part: Partial<StatFilter>): void =>
    props.onChange(filters.map((filter, i) => (i === at ? { ...filter, ...part } : filter)));
  return (
    <fieldset aria-label="Filters">
      {filters.map((filter, at) => {
        const field = fields.find(({ name }) => name === filter.field);
        const label = field?.label ?? filter.field;
        return (
          <div className="series" key={`${at} ${filter.field}`}>
            <div className="row">
              <NativeSelect
                aria-label={`Field of filter ${at + 1}`}
                data={fields.map(({ name, label: words }) => ({ value: name, label: words }))}
                value={filter.field}
                onChange={(event) => set(at, { field: event.currentTarget.value, values: [] })}
              />
              <Checkbox
                label="is not"
                checked={filter.isNot}
                onChange={(event) => set(at, { isNot: event.currentTarget.checked })}
              />
              <span className="grow" />
              <Button
                kind="ghost"
                size="small"
                isIcon
                label={`Remove the filter on ${label}`}
                onClick={() => props.onChange(filters.filter((_, i) => i !== at))}
              >
                <IconX size={13} stroke={1.75} />
              </Button>
            </div>
            {field?.values ? (
              <MultiSelect
                aria-label={`Values of ${label}`}
                placeholder="Choose values"
                data={field.values.map((known) => ({ value: known.value, label: known.label }))}
                value={filter.values}
                onChange={(values) => set(at, { values })}
                hidePickedOptions
              />
            ) : (
              <TagsInput
                aria-label={`Values of ${label}`}
                placeholder="Type a value, then Enter"
                value={filter.values}
                onChange={(values) => set(at, { values })}
              />
            )}
          </div>
        );
      })}
      <div>
        <Button
          size="small"
          isDisabled={filters.length >= 10 || fields.length === 0}
          onClick={() => props.onChange([...filters, { field: fields[0]?.name ?? '', values: [], isNot: false }])}
        >
          <IconPlus size={13} stroke={1.75} aria-hidden="true" />
          Filter
        </Button>
      </div>
    </fieldset>
  );
}
