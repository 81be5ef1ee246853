import {
  IconArrowUpRight,
  IconCircleCheck,
  IconCircleDashed,
  IconDeviceLaptop,
  IconFolder,
  IconHourglass,
  IconKey,
  IconKeyOff,
  IconPlugConnectedX,
  IconQuestionMark,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import { Facet } from '../../ui/facet.tsx';
import { TypeIcon, typeWords } from '../../ui/icons.tsx';
import { type CatalogueFilter, type CatalogueRow, facetCounts } from './catalogue-filter.ts';

type IconOf = ComponentType<{ size?: number | string; stroke?: number | string }>;

const STATES = [
  { value: 'ready', label: 'Can run', Icon: IconCircleCheck },
  { value: 'needs_link', label: 'Needs a link', Icon: IconHourglass },
  { value: 'cannot', label: 'Cannot run', Icon: IconPlugConnectedX },
  { value: 'unknown', label: 'Being looked at', Icon: IconCircleDashed },
] as const;

const REACHES = [
  { value: 'local', label: 'Stays here', Icon: IconDeviceLaptop },
  { value: 'sends', label: 'Sends', Icon: IconArrowUpRight },
  { value: 'undeclared', label: 'Nobody knows', Icon: IconQuestionMark },
] as const;

const KEYS = [
  { value: 'none', label: 'None', Icon: IconKeyOff },
  { value: 'optional', label: 'Optional', Icon: IconKey },
  { value: 'needed', label: 'Needed', Icon: IconKey },
  { value: 'unknown', label: 'Nobody knows', Icon: IconQuestionMark },
] as const;

/** What there is in the catalogue, with counts; a click filters. */
export function CatalogueFacets(props: {
  rows: readonly CatalogueRow[];
  filter: CatalogueFilter;
  onChange(filter: CatalogueFilter): void;
}) {
  const { rows, filter, onChange } = props;
  const counts = facetCounts(rows, filter);
  const toggled = <T extends string>(list: readonly T[], value: T): T[] =>
    list.includes(value) ? list.filter((one) => one !== value) : [...list, value];
  const group = <K extends 'states' | 'reaches' | 'keys'>(
    key: K,
    options: readonly { value: CatalogueFilter[K][number]; label: string; Icon: IconOf }[],
  ) =>
    options.map(({ value, label, Icon }) => {
      const chosen: readonly string[] = filter[key];
      const n = counts[key].get(value) ?? 0;
      // A word that says nothing of these analyzers is not shown.
      return n === 0 && !chosen.includes(value) ? null : (
        <Facet
          key={value}
          icon={<Icon size={14} stroke={1.75} />}
          label={label}
          n={n}
          isOn={chosen.includes(value)}
          onToggle={() => onChange({ ...filter, [key]: toggled(chosen, value) })}
        />
      );
    });
  const byCount = (key: 'dataTypes' | 'sources'): [string, number][] =>
    [...counts[key]].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
  return (
    <div className="facets scroll grow">
      <h2>State</h2>
      {group('states', STATES)}
      <h2>What leaves</h2>
      {group('reaches', REACHES)}
      <h2>Key</h2>
      {group('keys', KEYS)}
      {counts.sources.size > 1 || filter.sources.length > 0 ? <h2>Source</h2> : null}
      {(counts.sources.size > 1 || filter.sources.length > 0) &&
        byCount('sources').map(([source, n]) => (
          <Facet
            key={source}
            icon={<IconFolder size={14} stroke={1.75} />}
            label={source}
            n={n}
            isOn={filter.sources.includes(source)}
            onToggle={() => onChange({ ...filter, sources: toggled(filter.sources, source) })}
          />
        ))}
      <h2>Takes</h2>
      {byCount('dataTypes').map(([type, n]) => (
        <Facet
          key={type}
          icon={<TypeIcon dataType={type} />}
          label={typeWords(type)}
          n={n}
          isOn={filter.dataTypes.includes(type)}
          onToggle={() => onChange({ ...filter, dataTypes: toggled(filter.dataTypes, type) })}
        />
      ))}
    </div>
  );
}
