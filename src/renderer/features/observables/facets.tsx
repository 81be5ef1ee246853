import { IconArrowsJoin, IconEye, IconTag, IconTarget, IconUnlink } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { DATA_TYPES } from '../../../shared/model/data-type.ts';
import { LEVELS } from '../../../shared/model/report.ts';
import type { Output } from '../../api/client.ts';
import { LEVEL_WORDS, LevelIcon, TypeIcon, typeWords } from '../../ui/icons.tsx';
import { SideFacet } from './side-facet.tsx';
import { type FilterState, type Flag, FLAG_WORDS, type Side, toggled } from './filter-state.ts';

type FacetCounts = Output<'observables.index'>['facets'];

const FLAG_ICONS: Readonly<Record<Exclude<Flag, 'unanalysed'>, ReactNode>> = {
  ioc: <IconTarget size={14} stroke={1.75} />,
  sighted: <IconEye size={14} stroke={1.75} />,
  elsewhere: <IconArrowsJoin size={14} stroke={1.75} />,
  ignored: <IconUnlink size={14} stroke={1.75} />,
};

/** What there is, with counts; a click filters, with Shift it leaves out. */
export function Facets(props: { facets: FacetCounts; state: FilterState; onChange(state: FilterState): void }) {
  const { facets, state } = props;
  const set = (patch: Partial<FilterState>): void => props.onChange({ ...state, ...patch });
  const types = DATA_TYPES.filter((type) => (facets.dataTypes[type] ?? 0) > 0 || state.dataTypes[type]).sort(
    (a, b) => (facets.dataTypes[b] ?? 0) - (facets.dataTypes[a] ?? 0),
  );
  const tags = [
    ...facets.tags,
    ...Object.keys(state.tags)
      .filter((tag) => !facets.tags.some((each) => each.tag === tag))
      .map((tag) => ({ tag, n: 0 })),
  ];
  const flag = (name: Flag, icon: ReactNode, n: number) => (
    <SideFacet
      key={name}
      icon={icon}
      label={name === 'unanalysed' ? LEVEL_WORDS.none : FLAG_WORDS[name]}
      n={n}
      side={state.flags[name]}
      onToggle={(side) => set({ flags: toggled(state.flags, name, side) })}
    />
  );
  return (
    <div className="facets scroll grow">
      <h2>Verdict</h2>
      {[...LEVELS].reverse().map((level) => (
        <SideFacet
          key={level}
          icon={<LevelIcon level={level} />}
          label={LEVEL_WORDS[level]}
          n={facets.verdicts[level] ?? 0}
          side={state.verdicts[level]}
          onToggle={(side) => set({ verdicts: toggled(state.verdicts, level, side) })}
        />
      ))}
      {flag('unanalysed', <LevelIcon level={null} />, facets.verdicts['notAnalysed'] ?? 0)}
      {types.length > 0 && <h2>Type</h2>}
      {types.map((type) => (
        <SideFacet
          key={type}
          icon={<TypeIcon dataType={type} />}
          label={typeWords(type)}
          n={facets.dataTypes[type] ?? 0}
          side={state.dataTypes[type]}
          onToggle={(side) => set({ dataTypes: toggled(state.dataTypes, type, side) })}
        />
      ))}
      <h2>Flags</h2>
      {flag('ioc', FLAG_ICONS.ioc, facets.ioc)}
      {flag('sighted', FLAG_ICONS.sighted, facets.sighted)}
      {flag('elsewhere', FLAG_ICONS.elsewhere, facets.elsewhere)}
      {(facets.ignored > 0 || state.flags.ignored) && flag('ignored', FLAG_ICONS.ignored, facets.ignored)}
      {tags.length > 0 && <h2>Tags</h2>}
      {tags.map(({ tag, n }) => (
        <SideFacet
          key={tag}
          icon={<IconTag size={14} stroke={1.75} />}
          label={tag}
          n={n}
          side={state.tags[tag]}
          onToggle={(side: Side) => set({ tags: toggled(state.tags, tag, side) })}
        />
      ))}
    </div>
  );
}
