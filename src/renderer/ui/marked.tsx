import type { DataType } from '../../shared/model/data-type.ts';
import { defang, splitForDisplay } from '../../shared/model/defang.ts';
import { Text } from './text.tsx';

type Mark = readonly [from: number, to: number];

/** Text cut at its marks; marks outside it or out of order are left out. */
export function cutAtMarks(text: string, marks: readonly Mark[]): { text: string; isMarked: boolean }[] {
  const parts: { text: string; isMarked: boolean }[] = [];
  let at = 0;
  for (const [from, to] of marks) {
    if (from < at || to <= from || to > text.length) continue;
    if (from > at) parts.push({ text: text.slice(at, from), isMarked: false });
    parts.push({ text: text.slice(from, to), isMarked: true });
    at = to;
  }
  if (at < text.length) parts.push({ text: text.slice(at), isMarked: false });
  return parts;
}

/** A value defanged, with its marks where they stand then. */
export function defangMarked(
  dataType: DataType,
  value: string,
  marks: readonly Mark[],
): { text: string; marks: Mark[] } {
  const { scheme, host } = splitForDisplay(dataType, value);
  const text = defang(dataType, value);
  const shownScheme = scheme === '' ? '' : defang(dataType, scheme);
  const isPlain = text === value;
  /** Where a place of the value stands in what is shown: every dot of the host has grown by two. */
  const move = (at: number): number => {
    if (isPlain) return at;
    const shift = shownScheme.length - scheme.length;
    if (at <= scheme.length) return Math.min(at, shownScheme.length);
    const dots = value.slice(scheme.length, Math.min(at, scheme.length + host.length)).split('.').length - 1;
    return at + shift + 2 * dots;
  };
  return { text, marks: marks.map(([from, to]) => [move(from), move(to)]) };
}

/** Somebody else's text with what was searched for standing out; never markup. */
export function Marked({ text, marks }: { text: string; marks: readonly Mark[] }) {
  return cutAtMarks(text, marks).map((part, index) =>
    part.isMarked ? (
      <mark key={index}>
        <Text>{part.text}</Text>
      </mark>
    ) : (
      <Text key={index}>{part.text}</Text>
    ),
  );
}

/** An observable's value, defanged, with what was searched for standing out. */
export function MarkedValue({ dataType, text, marks }: { dataType: DataType; text: string; marks: readonly Mark[] }) {
  const shown = defangMarked(dataType, text.slice(0, 600), marks);
  return (
    <span className="value mono">
      <span className="el">
        <Marked {...shown} />
      </span>
    </span>
  );
}
