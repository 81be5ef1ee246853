import { Menu } from '@mantine/core';
import { IconFilter } from '@tabler/icons-react';
import { typeWords } from '../../ui/icons.tsx';
import { count } from '../../ui/format.ts';
import { edgeWords, type GraphFilter, type Picture, typeOf } from './graph-model.ts';

const NAMES: Readonly<Record<string, string>> = { case: 'Other cases', evidence: 'Texts and pictures' };

/** Which types and which kinds of links are drawn. */
export function FilterMenu({
  picture,
  filter,
  onChange,
}: {
  picture: Picture;
  filter: GraphFilter;
  onChange(filter: GraphFilter): void;
}) {
  const types = countBy(picture.spots.map(({ node }) => typeOf(node)));
  const links = countBy(picture.lines.map(({ edge }) => edge.kind));
  const wordsOf = new Map(picture.lines.map(({ edge }) => [edge.kind, edgeWords(edge)]));
  const hidden = filter.hiddenTypes.size + filter.hiddenLinks.size;
  return (
    <Menu closeOnItemClick={false} position="bottom-start">
      <Menu.Target>
        <button type="button" className="btn">
          <IconFilter size={14} stroke={1.75} aria-hidden="true" /> Types and links
          {hidden > 0 && <span className="count t3">{hidden} hidden</span>}
        </button>
      </Menu.Target>
      <Menu.Dropdown mah={420} style={{ overflowY: 'auto' }}>
        <Menu.Label>Things</Menu.Label>
        {types.map(([type, n]) => (
          <Choice
            key={type}
            label={NAMES[type] ?? typeWords(type)}
            n={n}
            isOn={!filter.hiddenTypes.has(type)}
            onToggle={() => onChange({ ...filter, hiddenTypes: toggled(filter.hiddenTypes, type) })}
          />
        ))}
        <Menu.Label>Links</Menu.Label>
        {links.map(([kind, n]) => (
          <Choice
            key={kind}
            label={wordsOf.get(kind) ?? kind}
            n={n}
            isOn={!filter.hiddenLinks.has(kind)}
            onToggle={() => onChange({ ...filter, hiddenLinks: toggled(filter.hiddenLinks, kind) })}
          />
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Choice(props: { label: string; n: number; isOn: boolean; onToggle(): void }) {
  return (
    <Menu.CheckboxItem
      checked={props.isOn}
      onChange={props.onToggle}
      rightSection={<span className="count t3">{count(props.n)}</span>}
    >
      {props.label}
    </Menu.CheckboxItem>
  );
}

function countBy<T extends string>(values: readonly T[]): [T, number][] {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].toSorted((a, b) => b[1] - a[1]);
}

function toggled<T>(set: ReadonlySet<T>, value: T): Set<T> {
  const next = new Set(set);
  if (!next.delete(value)) next.add(value);
  return next;
}
