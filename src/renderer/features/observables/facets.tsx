import { IconEye, IconTarget } from '@tabler/icons-react';
import { DATA_TYPES } from '../../../shared/model/data-type.ts';
import { LEVELS } from '../../../shared/model/report.ts';
import type { Output } from '../../api/client.ts';
import { Facet } from '../../ui/facet.tsx';
import { LEVEL_WORDS, LevelIcon, TypeIcon, typeWords } from '../../ui/icons.tsx';
import { type FilterState, toggled } from './filter-state.ts';

type FacetCounts = Output<'observables.list'>['facets'];

/** What there is, with counts; a click filters. */
export function Facets(props: { facets: FacetCounts; state: FilterState; onChange(state: FilterState): void }) {
  const { facets, state } = props;
  const set = (patch: Partial<FilterState>): void => props.onChange({ ...state, ...patch });
  const types = DATA_TYPES.filter((type) => (facets.dataTypes[type] ?? 0) > 0).sort(
    (a, b) => (facets.dataTypes[b] ?? 0) - (facets.dataTypes[a] ?? 0),
  );
  return (
    <div className="facets scroll grow">
      <h2>Verdict</h2>
      {[...LEVELS].reverse().map((level) => (
        <Facet
          key={level}
          icon={<LevelIcon level={level} />}
          label={LEVEL_WORDS[level]}
          n={facets.verdicts[level] ?? 0}
          isOn={state.verdicts.includes(level)}
          onToggle={() => set({ verdicts: toggled(state.verdicts, level) })}
        />
      ))}
      <Facet
        icon={<LevelIcon level={null} />}
        label={LEVEL_WORDS.none}
        n={facets.verdicts['notAnalysed'] ?? 0}
        isOn={state.isNotAnalysed}
        onToggle={() => set({ isNotAnalysed: !state.isNotAnalysed })}
      />
      {types.length > 0 && <h2>Type</h2>}
      {types.map((type) => (
        <Facet
          key={type}
          icon={<TypeIcon dataType={type} />}
          label={typeWords(type)}
          n={facets.dataTypes[type] ?? 0}
          isOn={state.dataTypes.includes(type)}
          onToggle={() => set({ dataTypes: toggled(state.dataTypes, type) })}
        />
      ))}
      <h2>Flags</h2>
      <Facet
        icon={<IconTarget size={14} stroke={1.75} />}
        label="IOC"
        n={facets.ioc}
        isOn={state.isIoc}
        onToggle={() => set({ isIoc: !state.isIoc })}
      />
      <Facet
        icon={<IconEye size={14} stroke={1.75} />}
        label="Sighted"
        n={facets.sighted}
        isOn={state.isSighted}
        onToggle={() => set({ isSighted: !state.isSighted })}
      />
    </div>
  );
}
