import { IconX } from '@tabler/icons-react';
import { parseSearch } from '../../../shared/model/search-query.ts';
import { Text } from '../../ui/text.tsx';

/** Filters that people ask for most, one click each; and those that the text holds, each with its way out. */
const READY = ['is:ioc', 'verdict:malicious', 'in:notes', 'is:open', 'after:7d'] as const;

export function FilterChips({ text, onChange }: { text: string; onChange(text: string): void }) {
  const { filters } = parseSearch(text, 0);
  const held = filters.map(({ from, to }) => ({ from, to, words: text.slice(from, to) }));
  const without = (from: number, to: number): string =>
    `${text.slice(0, from)}${text.slice(to)}`.replace(/\s+/g, ' ').trim();
  const offered = READY.filter((ready) => !held.some(({ words }) => words === ready));
  return (
    <div className="toolbar search-filters" role="group" aria-label="Filters">
      {held.map(({ from, to, words }) => (
        <button
          key={from}
          type="button"
          className="filter-chip"
          aria-pressed
          title={`Without ${words}`}
          onClick={() => onChange(without(from, to))}
        >
          <Text>{words}</Text>
          <IconX size={12} stroke={2} aria-hidden="true" />
        </button>
      ))}
      {offered.map((ready) => (
        <button
          key={ready}
          type="button"
          className="filter-chip"
          aria-pressed={false}
          onClick={() => onChange(`${text.trim()} ${ready}`.trim())}
        >
          {ready}
        </button>
      ))}
    </div>
  );
}
