import { Menu } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { PAP_LABELS, type Pap, TLP_LABELS, type Tlp } from '../../shared/model/marking.ts';
import { type Level, LEVELS, type Taxonomy } from '../../shared/model/report.ts';
import { LEVEL_WORDS, LevelIcon } from './icons.tsx';
import { useTagShades } from './tag-colours.ts';
import { Swatch } from './tag-swatch.tsx';
import { Text } from './text.tsx';

export const TlpChip = ({ tlp }: { tlp: Tlp }) => (
  <span className="tlp" data-tlp={tlp}>
    TLP:{tlp.toUpperCase()}
  </span>
);

export const PapChip = ({ pap }: { pap: Pap }) => (
  <span className="pap" data-pap={pap}>
    PAP:{pap.toUpperCase()}
  </span>
);

const TLP_MEANING: Readonly<Record<Tlp, string>> = {
  clear: 'may be shared with anybody',
  green: 'may be shared in the community',
  amber: 'for the organisation and its clients who need to know',
  'amber+strict': 'for the organisation only',
  red: 'for the people in the room',
};

const PAP_MEANING: Readonly<Record<Pap, string>> = {
  clear: 'no limit on how it is used',
  green: 'active use allowed, the target may notice',
  amber: 'passive look-ups only, no contact with the target',
  red: 'only on this machine, nothing that can be seen',
};

interface PickerProps<T> {
  value: T;
  label: string;
  /** A menu outside the popover would count as a click outside, which closes it before the choice is taken. */
  isInPopover?: boolean;
  onChange(value: T): void;
}

/** A chip that is edited in place: click or Enter opens the labels, each with its meaning. */
export function TlpPicker({ value, label, isInPopover, onChange }: PickerProps<Tlp>) {
  return (
    <Menu position="bottom-start" withinPortal={!isInPopover}>
      <Menu.Target>
        <button type="button" className="chip-button" aria-label={`${label}: TLP ${value}. Change`}>
          <TlpChip tlp={value} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {TLP_LABELS.map((tlp) => (
          <Menu.Item key={tlp} onClick={() => onChange(tlp)} leftSection={<TlpChip tlp={tlp} />}>
            <span className="f12 t2">{TLP_MEANING[tlp]}</span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

export function PapPicker({ value, label, isInPopover, onChange }: PickerProps<Pap>) {
  return (
    <Menu position="bottom-start" withinPortal={!isInPopover}>
      <Menu.Target>
        <button type="button" className="chip-button" aria-label={`${label}: PAP ${value}. Change`}>
          <PapChip pap={value} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {PAP_LABELS.map((pap) => (
          <Menu.Item key={pap} onClick={() => onChange(pap)} leftSection={<PapChip pap={pap} />}>
            <span className="f12 t2">{PAP_MEANING[pap]}</span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Icon and word; without a plate in grids. `null` is "not analysed", which is no verdict. */
export function Verdict({ level, isBare }: { level: Level | null; isBare?: boolean }) {
  return (
    <span className={isBare ? 'verdict bare' : 'verdict'} data-level={level ?? 'none'}>
      <LevelIcon level={level} />
      {LEVEL_WORDS[level ?? 'none']}
    </span>
  );
}

export function TaxonomyChip({ taxonomy, name }: { taxonomy: Taxonomy; name?: string }) {
  const value = String(taxonomy.value ?? '');
  return (
    <span
      className="taxonomy"
      title={`${LEVEL_WORDS[taxonomy.level]}: ${taxonomy.namespace}:${taxonomy.predicate} ${value}`}
    >
      <LevelIcon level={taxonomy.level} size={12} />
      <span className="visually-hidden">{LEVEL_WORDS[taxonomy.level]} </span>
      <Text>{name ?? `${taxonomy.namespace}:${taxonomy.predicate}`}</Text>
      <b className="el">
        <Text>{value}</Text>
      </b>
    </span>
  );
}

/** The few that fit in a row. */
export function TaxonomyChips({ taxonomies, max }: { taxonomies: readonly Taxonomy[]; max: number }) {
  // Worst first; a namespace that speaks twice is named by what it speaks of.
  const sorted = [...taxonomies].sort((a, b) => LEVELS.indexOf(b.level) - LEVELS.indexOf(a.level));
  const rest = sorted.slice(max);
  const isAlone = (taxonomy: Taxonomy): boolean =>
    sorted.filter((each) => each.namespace === taxonomy.namespace).length === 1;
  return (
    <span className="taxonomies">
      <span className="taxonomies-fit">
        {sorted.slice(0, max).map((taxonomy, index) => (
          <TaxonomyChip
            key={index}
            taxonomy={taxonomy}
            name={isAlone(taxonomy) ? taxonomy.namespace : taxonomy.predicate}
          />
        ))}
      </span>
      {rest.length > 0 && (
        <span
          className="taxonomy more"
          title={rest.map((each) => `${each.namespace}:${each.predicate} ${String(each.value ?? '')}`).join('\n')}
        >
          +{rest.length}
        </span>
      )}
    </span>
  );
}

export function Tag({ children }: { children: string }) {
  const shades = useTagShades(children);
  return (
    <span className="tag" title={children}>
      {shades && <Swatch shades={shades} />}
      <span className="el">
        <Text>{children}</Text>
      </span>
    </span>
  );
}

export const SEVERITY_WORDS = ['Low', 'Medium', 'High', 'Critical'] as const;

export function Severity({ value }: { value: number }) {
  return (
    <span className="severity" data-severity={value}>
      <span className="bars" aria-hidden="true">
        {SEVERITY_WORDS.map((word, index) => (
          <i key={word} className={index < value ? 'full' : undefined} />
        ))}
      </span>
      {SEVERITY_WORDS[value - 1] ?? String(value)}
    </span>
  );
}

export function SeverityPicker({ value, onChange }: { value: number; onChange(value: number): void }) {
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <button
          type="button"
          className="chip-button"
          aria-label={`Severity ${SEVERITY_WORDS[value - 1] ?? ''}. Change`}
        >
          <Severity value={value} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {SEVERITY_WORDS.map((word, index) => (
          <Menu.Item key={word} onClick={() => onChange(index + 1)}>
            <Severity value={index + 1} />
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** A small menu that shows its current choice, for places where a select box would be too heavy. */
export function ChoiceMenu<T extends string>(props: {
  label: string;
  value: T;
  options: readonly { value: T; label: string }[];
  onChange(value: T): void;
}) {
  const current = props.options.find((option) => option.value === props.value);
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <button
          type="button"
          className="filter-chip"
          aria-label={`${props.label}: ${current?.label ?? props.value}. Change`}
        >
          {current?.label ?? props.value}
          <IconChevronDown size={13} stroke={1.75} aria-hidden="true" />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {props.options.map((option) => (
          <Menu.Item key={option.value} onClick={() => props.onChange(option.value)}>
            {option.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
