import type { Output } from '../../api/client.ts';
import { FilterChip } from '../../ui/controls.tsx';
import { chosen, type FilterState, toggled } from './filter-state.ts';

/** The questions that are asked most, each with how many there are. */
export function QuickChips(props: {
  facets: Output<'observables.index'>['facets'] | undefined;
  state: FilterState;
  onChange(state: FilterState): void;
}) {
  const { facets, state, onChange } = props;
  const bad = (facets?.verdicts['malicious'] ?? 0) + (facets?.verdicts['suspicious'] ?? 0);
  const on = chosen(state.verdicts, 'on');
  const isBadOnly = on.length === 2 && on.includes('malicious') && on.includes('suspicious');
  const flag = (name: 'unanalysed' | 'ioc' | 'elsewhere', label: string, n: number) => (
    <FilterChip
      label={label}
      count={n}
      isOn={state.flags[name] === 'on'}
      onToggle={() => onChange({ ...state, flags: toggled(state.flags, name) })}
    />
  );
  return (
    <>
      <FilterChip
        label="Bad only"
        count={bad}
        isOn={isBadOnly}
        onToggle={() => onChange({ ...state, verdicts: isBadOnly ? {} : { malicious: 'on', suspicious: 'on' } })}
      />
      {flag('unanalysed', 'Not analysed', facets?.verdicts['notAnalysed'] ?? 0)}
      <span className="chip-more">
        {flag('ioc', 'IOC', facets?.ioc ?? 0)}
        {flag('elsewhere', 'Seen elsewhere', facets?.elsewhere ?? 0)}
      </span>
    </>
  );
}
