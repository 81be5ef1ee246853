import type { Candidate } from '../../../shared/contract/intake.ts';

/** Bytes that the viewer fetches at once, and the raster of their starts: a place never lies at a window's edge. */
export const WINDOW = 32_768;
const RASTER = 16_384;

export const windowFor = (offset: number): number => Math.max(0, Math.floor((offset - 2_048) / RASTER) * RASTER);

export interface Highlight {
  /** UTF-8 byte offsets in the part. */
  start: number;
  end: number;
  decision: Candidate['decision'];
  isCurrent: boolean;
}

interface PlaceRef {
  candidate: Candidate;
  index: number;
  start: number;
  end: number;
}

/** Every place of every candidate, by part and sorted by its start: made once, asked at every step of the cursor. */
export type PlaceIndex = ReadonlyMap<string, readonly PlaceRef[]>;

export function indexPlaces(candidates: readonly Candidate[]): PlaceIndex {
  const byPart = new Map<string, PlaceRef[]>();
  for (const candidate of candidates) {
    candidate.places.forEach((place, index) => {
      const ref = { candidate, index, start: place.offset, end: place.offset + place.length };
      const list = byPart.get(place.part);
      if (list) list.push(ref);
      else byPart.set(place.part, [ref]);
    });
  }
  for (const list of byPart.values()) list.sort((a, b) => a.start - b.start);
  return byPart;
}

/** No value is longer in its source than this many bytes; a place that starts earlier cannot reach into a window. */
const LONGEST = 262_144;

function firstFrom(list: readonly PlaceRef[], start: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle]?.start ?? 0) < start) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where the candidates lie in a part, sorted, without overlaps: the current one first, then accepted ones win. */
export function highlightsIn(
  index: PlaceIndex,
  part: string,
  range: { start: number; end: number },
  current: { seq: number; place: number } | undefined,
): Highlight[] {
  const list = index.get(part) ?? [];
  const found: Highlight[] = [];
  for (let at = firstFrom(list, range.start - LONGEST); at < list.length; at++) {
    const ref = list[at];
    if (!ref || ref.start >= range.end) break;
    if (ref.end <= range.start || ref.end === ref.start) continue;
    const isCurrent = ref.candidate.seq === current?.seq && ref.index === current.place;
    found.push({ start: ref.start, end: ref.end, decision: ref.candidate.decision, isCurrent });
  }
  const rank = (each: Highlight): number => (each.isCurrent ? 0 : each.decision === 'accept' ? 1 : 2);
  const kept: Highlight[] = [];
  let taken = 0;
  // Sweep by start; of two that overlap, the better ranked one stays.
  for (const next of found.sort((a, b) => a.start - b.start || rank(a) - rank(b))) {
    const last = kept.at(-1);
    if (last === undefined || next.start >= taken) kept.push(next);
    else if (rank(next) < rank(last)) kept[kept.length - 1] = next;
    else continue;
    taken = next.end;
  }
  return kept;
}

export interface Piece {
  text: string;
  highlight: Highlight | undefined;
}
export interface SourceLine {
  number: number;
  pieces: Piece[];
  isCurrent: boolean;
}

/** UTF-8 length of one code point. */
const byteLength = (point: number): number => (point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4);

/** Cuts a window of text into numbered lines and highlighted pieces, in one pass. */
export function cutLines(
  text: string,
  offset: number,
  firstLine: number,
  highlights: readonly Highlight[],
): SourceLine[] {
  const lines: SourceLine[] = [];
  let line: SourceLine = { number: firstLine, pieces: [], isCurrent: false };
  let byte = offset;
  let from = 0;
  let next = 0;
  let open: Highlight | undefined;

  const flush = (to: number): void => {
    if (to > from) {
      line.pieces.push({ text: text.slice(from, to), highlight: open });
      if (open?.isCurrent) line.isCurrent = true;
    }
    from = to;
  };

  for (let index = 0; index < text.length; ) {
    if (open && byte >= open.end) {
      flush(index);
      open = undefined;
    }
    const coming = highlights[next];
    if (!open && coming && byte >= coming.start) {
      flush(index);
      next += 1;
      if (byte < coming.end) open = coming;
    }
    const point = text.codePointAt(index) ?? 0;
    const width = point > 0xffff ? 2 : 1;
    if (point === 10) {
      flush(index);
      from = index + 1;
      lines.push(line);
      line = { number: line.number + 1, pieces: [], isCurrent: false };
    }
    byte += byteLength(point);
    index += width;
  }
  flush(text.length);
  lines.push(line);
  return lines;
}
