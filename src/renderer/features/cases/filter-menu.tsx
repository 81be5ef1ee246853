import { Checkbox, NumberInput, Popover, Select, TagsInput, TextInput } from '@mantine/core';
import { IconFilterPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type CaseFilter, type CaseStats, DATE_PRESETS, type DatePreset } from '../../../shared/contract/case-list.ts';
import { PAP_LABELS, TLP_LABELS } from '../../../shared/model/marking.ts';
import { CASE_STATUSES, RESOLUTIONS } from '../../../shared/contract/entities.ts';
import { SEVERITY_WORDS } from '../../ui/chips.tsx';
import { Button } from '../../ui/controls.tsx';
import { PRESET_WORDS, RESOLUTION_WORDS, toggleIn, without } from './case-filter-words.ts';
import { statsQuery } from './queries.ts';
import { CASE_STATUS_WORDS } from './status-words.ts';

const FIELDS = [
  ['statuses', 'Status'],
  ['resolutions', 'Resolution'],
  ['severities', 'Severity'],
  ['tlps', 'TLP'],
  ['paps', 'PAP'],
  ['assignees', 'Assignee'],
  ['tags', 'Tags'],
  ['startAt', 'Started'],
  ['endAt', 'Ended'],
  ['updatedAt', 'Changed'],
  ['createdAt', 'Opened'],
  ['number', 'Number'],
  ['handling', 'Handling time'],
  ['textMatch', 'Words of the title'],
] as const;
type FieldName = (typeof FIELDS)[number][0];

interface EditProps {
  filter: CaseFilter;
  stats: CaseStats | undefined;
  onFilter(filter: CaseFilter): void;
}

/** Everything a list can be filtered by: a field, then what it must be. Changes show at once behind it. */
export function FilterMenu(props: { engagementId: string; filter: CaseFilter; onFilter(filter: CaseFilter): void }) {
  const { filter, onFilter } = props;
  const [field, setField] = useState<FieldName>('statuses');
  const [isOpen, setOpen] = useState(false);
  const { data: stats } = useQuery({ ...statsQuery(props.engagementId), enabled: isOpen });
  return (
    <Popover position="bottom-start" width={300} trapFocus opened={isOpen} onChange={setOpen}>
      <Popover.Target>
        <Button size="small" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <IconFilterPlus size={14} stroke={1.75} aria-hidden="true" />
          Filter
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <div className="add-form filter-panel">
          <Select
            label="Filter by"
            data-autofocus
            comboboxProps={{ withinPortal: false }}
            allowDeselect={false}
            data={FIELDS.map(([value, label]) => ({ value, label }))}
            value={field}
            onChange={(value) => setField(value ?? 'statuses')}
          />
          <FieldEditor key={field} field={field} filter={filter} stats={stats} onFilter={onFilter} />
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

function FieldEditor({ field, ...props }: EditProps & { field: FieldName }) {
  switch (field) {
    case 'statuses':
      return <OneOf {...props} name="statuses" options={CASE_STATUSES} word={(value) => CASE_STATUS_WORDS[value]} />;
    case 'resolutions':
      return (
        <OneOf
          {...props}
          name="resolutions"
          options={[...RESOLUTIONS.toReversed(), 'none']}
          word={(value) => (value === 'none' ? 'None (open)' : RESOLUTION_WORDS[value])}
        />
      );
    case 'severities':
      return (
        <OneOf {...props} name="severities" options={[4, 3, 2, 1]} word={(value) => SEVERITY_WORDS[value - 1] ?? ''} />
      );
    case 'tlps':
      return <OneOf {...props} name="tlps" options={TLP_LABELS} word={(value) => value.toUpperCase()} />;
    case 'paps':
      return <OneOf {...props} name="paps" options={PAP_LABELS} word={(value) => value.toUpperCase()} />;
    case 'assignees':
      return (
        <OneOf
          {...props}
          name="assignees"
          options={[...new Set(['', ...(props.stats?.assignees.slice(0, 12).map(({ value }) => value) ?? [])])]}
          word={(value) => (value === '' ? 'Nobody' : value)}
        />
      );
    case 'tags':
      return <TagFilter {...props} />;
    case 'startAt':
    case 'endAt':
    case 'updatedAt':
    case 'createdAt':
      return <DateEditor {...props} name={field} />;
    case 'number':
      return <RangeEditor {...props} name="number" unit={1} withNot />;
    case 'handling':
      return <RangeEditor {...props} name="handling" unit={3_600_000} />;
    case 'textMatch':
      return <WordsEditor {...props} />;
  }
}

type ListName = 'statuses' | 'severities' | 'tlps' | 'paps' | 'assignees' | 'resolutions';

function OneOf<K extends ListName>(
  props: EditProps & {
    name: K;
    options: readonly NonNullable<CaseFilter[K]>[number][];
    word(value: NonNullable<CaseFilter[K]>[number]): string;
  },
) {
  const chosen = (props.filter[props.name] ?? []) as readonly unknown[];
  return (
    <div className="filter-options">
      {props.options.map((option) => (
        <Checkbox
          key={String(option)}
          label={props.word(option)}
          checked={chosen.includes(option)}
          onChange={() => props.onFilter(toggleIn(props.filter, props.name, option))}
        />
      ))}
    </div>
  );
}

const TAG_MODES = [
  ['any', 'Any of'],
  ['all', 'All of'],
  ['none', 'None of'],
] as const;

function TagFilter({ filter, stats, onFilter }: EditProps) {
  const tags = filter.tags ?? {};
  const put = (next: NonNullable<CaseFilter['tags']>): void => {
    const kept = Object.entries(next).filter(([, value]) =>
      Array.isArray(value) ? value.length > 0 : value !== undefined,
    );
    onFilter(kept.length === 0 ? without(filter, 'tags') : { ...filter, tags: Object.fromEntries(kept) });
  };
  return (
    <>
      {TAG_MODES.map(([mode, label]) => (
        <TagsInput
          key={mode}
          label={label}
          comboboxProps={{ withinPortal: false }}
          data={stats?.tags.map(({ value }) => value) ?? []}
          limit={50}
          maxTags={50}
          value={tags[mode] ?? []}
          onChange={(value) => put({ ...tags, [mode]: value })}
        />
      ))}
      <Checkbox
        label="Has no tag"
        checked={tags.isEmpty === true}
        onChange={(event) => put({ ...tags, isEmpty: event.currentTarget.checked ? true : undefined })}
      />
    </>
  );
}

const DAY = 86_400_000;

function DateEditor({ filter, onFilter, name }: EditProps & { name: 'startAt' | 'endAt' | 'updatedAt' | 'createdAt' }) {
  const dates = filter[name];
  const put = (next: NonNullable<typeof dates>): void => {
    const kept = Object.entries(next).filter(([, value]) => value !== undefined);
    onFilter(kept.length === 0 ? without(filter, name) : { ...filter, [name]: Object.fromEntries(kept) });
  };
  const read = (text: string, isEnd: boolean): number | undefined => {
    const at = Date.parse(`${text}T00:00:00Z`);
    return Number.isNaN(at) || at < 0 ? undefined : at + (isEnd ? DAY - 1 : 0);
  };
  const shown = (at: number | undefined): string => (at === undefined ? '' : new Date(at).toISOString().slice(0, 10));
  return (
    <>
      <Select
        label="When"
        comboboxProps={{ withinPortal: false }}
        clearable
        data={[
          ...DATE_PRESETS.map((value) => ({ value: value as string, label: PRESET_WORDS[value] })),
          ...(name === 'endAt' ? [{ value: 'empty', label: 'never' }] : []),
        ]}
        value={dates?.isEmpty === true ? 'empty' : (dates?.preset ?? null)}
        onChange={(value) =>
          put(value === null ? {} : value === 'empty' ? { isEmpty: true } : { preset: value as DatePreset })
        }
      />
      <div className="filter-pair">
        <TextInput
          type="date"
          label="From (UTC)"
          value={shown(dates?.from)}
          onChange={(event) => put({ from: read(event.currentTarget.value, false), to: dates?.to })}
        />
        <TextInput
          type="date"
          label="To (UTC)"
          value={shown(dates?.to)}
          onChange={(event) => put({ from: dates?.from, to: read(event.currentTarget.value, true) })}
        />
      </div>
    </>
  );
}

function RangeEditor(props: EditProps & { name: 'number' | 'handling'; unit: number; withNot?: boolean }) {
  const { filter, onFilter, name, unit } = props;
  const range: { min?: number | undefined; max?: number | undefined; not?: number | undefined } = filter[name] ?? {};
  const put = (part: 'min' | 'max' | 'not', value: string | number): void => {
    const next = { ...range, [part]: typeof value === 'number' ? Math.round(value * unit) : undefined };
    const kept = Object.entries(next).filter(([, each]) => each !== undefined);
    onFilter(kept.length === 0 ? without(filter, name) : { ...filter, [name]: Object.fromEntries(kept) });
  };
  const label = name === 'handling' ? ' (hours)' : '';
  return (
    <div className="filter-pair">
      {(['min', 'max', ...(props.withNot ? (['not'] as const) : [])] as const).map((part) => (
        <NumberInput
          key={part}
          label={`${{ min: 'At least', max: 'At most', not: 'Not' }[part]}${label}`}
          min={0}
          max={1_000_000_000}
          hideControls
          value={range[part] === undefined ? '' : range[part] / unit}
          onChange={(value) => put(part, value)}
        />
      ))}
    </div>
  );
}

function WordsEditor({ filter, onFilter }: EditProps) {
  return (
    <>
      <Select
        label="Must hold"
        comboboxProps={{ withinPortal: false }}
        allowDeselect={false}
        data={[
          { value: 'all', label: 'all of the words' },
          { value: 'any', label: 'any of the words' },
          { value: 'none', label: 'none of the words' },
        ]}
        value={filter.textMatch ?? 'all'}
        onChange={(value) =>
          onFilter(value === 'all' || value === null ? without(filter, 'textMatch') : { ...filter, textMatch: value })
        }
      />
      <TextInput
        label="Words"
        maxLength={500}
        value={filter.text ?? ''}
        onChange={(event) => {
          const text = event.currentTarget.value;
          onFilter(text === '' ? without(filter, 'text') : { ...filter, text });
        }}
      />
    </>
  );
}
