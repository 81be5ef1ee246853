import { parseParameters, readHeaderBlock, type ParameterisedValue, type RawHeader } from './header-block.ts';

/** A leaf of the MIME tree: where its body lies in the mail and how it says it is to be read. */
export interface MimePart {
  headers: RawHeader[];
  type: ParameterisedValue;
  disposition: ParameterisedValue;
  /** Content-Transfer-Encoding in lower case, empty when there is none. */
  encoding: string;
  contentId: string | undefined;
  start: number;
  end: number;
  /** True where an enclosing multipart is a digest or the part itself says that it is a mail. */
  isMail: boolean;
}

const MAX_NESTING = 32;
const LF = 0x0a;
const DASH = 0x2d;

export const headerOf = (headers: readonly RawHeader[], name: string): string | undefined =>
  headers.find((header) => header.name.toLowerCase() === name)?.value;

export interface MimeWalk {
  parts: MimePart[];
  /** What was lost. */
  problems: Set<string>;
  /** What is odd. */
  notes: Set<string>;
  maxParts: number;
}

/**
 * Collects the leaves of a MIME entity between `start` and `end`, in order. Broken structure is read as a lenient mail
 * program would: a missing boundary is guessed, a missing end is the end of the parent, and what lies after the last
 * boundary of a multipart is only dropped when it is blank.
 */
export function collectParts(
  bytes: Buffer,
  entity: { headers: RawHeader[]; start: number; end: number; defaultType: string },
  walk: MimeWalk,
  depth = 0,
): void {
  const { headers, start, end } = entity;
  const type = parseParameters(headerOf(headers, 'content-type') ?? entity.defaultType);
  if (!/^[\w.+-]+\/[\w.+-]+$/.test(type.value)) type.value = type.value === 'text' ? 'text/plain' : entity.defaultType;
  if (type.value.startsWith('multipart/')) {
    if (depth >= MAX_NESTING) {
      walk.notes.add(`multiparts are nested more than ${MAX_NESTING} deep; the innermost were read as text`);
    } else if (splitMultipart(bytes, type, start, end, walk, depth)) return;
    type.value = 'text/plain';
  }
  if (walk.parts.length >= walk.maxParts) {
    walk.problems.add(`the mail has more than ${walk.maxParts} parts; the rest was not read`);
    return;
  }
  walk.parts.push({
    headers,
    type,
    disposition: parseParameters(headerOf(headers, 'content-disposition') ?? ''),
    encoding: (headerOf(headers, 'content-transfer-encoding') ?? '').trim().toLowerCase(),
    contentId: headerOf(headers, 'content-id')?.replace(/^<|>$/g, ''),
    start,
    end,
    isMail: type.value === 'message/rfc822' || type.value === 'message/global',
  });
}

/** False when no boundary could be found at all. */
function splitMultipart(
  bytes: Buffer,
  type: ParameterisedValue,
  start: number,
  end: number,
  walk: MimeWalk,
  depth: number,
): boolean {
  const stated = type.parameters.get('boundary')?.trimEnd();
  let ranges = stated === undefined || stated === '' ? undefined : findRanges(bytes, stated, start, end);
  if (ranges === undefined || ranges.length === 0) {
    const guessed = guessBoundary(bytes, start, end);
    walk.notes.add(
      stated === undefined || stated === ''
        ? 'a multipart states no boundary'
        : `the boundary "${stated.slice(0, 70)}" never occurs`,
    );
    ranges = guessed === undefined ? [] : findRanges(bytes, guessed, start, end);
    if (ranges.length === 0) return false;
  }
  const defaultType = type.value === 'multipart/digest' ? 'message/rfc822' : 'text/plain';
  for (const range of ranges) {
    if (walk.parts.length >= walk.maxParts) {
      walk.problems.add(`the mail has more than ${walk.maxParts} parts; the rest was not read`);
      return true;
    }
    if (range.outside) {
      // Preamble and epilogue are not shown by mail programs, so something hidden there must not be lost here.
      if (!hasText(bytes, range.start, range.end)) continue;
      const hidden = { headers: [], start: range.start, end: range.end, defaultType: 'text/plain' };
      walk.notes.add('text stands before the first or after the last boundary, where mail programs do not show it');
      collectParts(bytes, hidden, walk, depth + 1);
      continue;
    }
    const block = readHeaderBlock(bytes, range.start, range.end);
    for (const note of block.notes) walk.notes.add(`in a part: ${note}`);
    if (range.unclosed) walk.problems.add('the last part of a multipart has no end; the mail may be cut off');
    collectParts(
      bytes,
      { headers: block.headers, start: block.bodyStart, end: range.end, defaultType },
      walk,
      depth + 1,
    );
  }
  return true;
}

interface Range {
  start: number;
  end: number;
  /** Preamble or epilogue. */
  outside: boolean;
  unclosed: boolean;
}

/** The stretches between lines `--boundary`; one pass over the bytes. Empty when the boundary does not occur. */
function findRanges(bytes: Buffer, boundary: string, start: number, end: number): Range[] {
  const mark = Buffer.from(`--${boundary}`, 'utf8');
  const ranges: Range[] = [];
  let open = start;
  let inside = false;
  let closed = false;
  for (let at = bytes.indexOf(mark, start); at >= 0 && at < end; ) {
    const after = at + mark.length;
    const lineEnd = bytes.indexOf(LF, after);
    const next = lineEnd < 0 || lineEnd >= end ? end : lineEnd + 1;
    const closing = bytes[after] === DASH && bytes[after + 1] === DASH;
    const rest = bytes.subarray(closing ? after + 2 : after, Math.min(next, after + 80));
    const atLineStart = at === start || bytes[at - 1] === LF;
    if (atLineStart && (closing || isBlank(rest))) {
      ranges.push({
        start: open,
        end: Math.max(open, at - lineEndBefore(bytes, at)),
        outside: !inside,
        unclosed: false,
      });
      open = next;
      inside = !closing;
      closed = closing;
    }
    // After the closing line only another opening one (a broken mail) can follow; the scan goes on for it.
    at = bytes.indexOf(mark, Math.max(after, atLineStart ? next - 1 : after));
    if (ranges.length > 20_000) break;
  }
  if (ranges.length === 0) return [];
  if (open < end) ranges.push({ start: open, end, outside: !inside, unclosed: inside && !closed });
  return ranges;
}

/** Length of the line end that belongs to the boundary and not to the part before it. */
const lineEndBefore = (bytes: Buffer, at: number): number => {
  if (bytes[at - 1] !== LF) return 0;
  return bytes[at - 2] === 0x0d ? 2 : 1;
};

const isBlank = (bytes: Uint8Array): boolean => bytes.every((byte) => byte <= 0x20);

/** More than blanks and the stock sentence old mailers put there. */
function hasText(bytes: Buffer, start: number, end: number): boolean {
  const text = bytes.toString('latin1', start, end).trim();
  return text !== '' && !(text.length < 200 && /multi-?part message in MIME format/i.test(text));
}

/** The first line `--xyz` of the body that is followed by something like a part header or by a blank line. */
function guessBoundary(bytes: Buffer, start: number, end: number): string | undefined {
  const head = bytes.toString('latin1', start, Math.min(end, start + 64 * 1024));
  const found =
    /(?:^|\n)--([^\s-][^\r\n]{0,69}|-{1,30}[^\s-][^\r\n]{0,60})[ \t]*\r?\n(?:Content-[A-Za-z-]{2,40}\s{0,4}:|\r?\n)/i.exec(
      head,
    );
  return found?.[1];
}
