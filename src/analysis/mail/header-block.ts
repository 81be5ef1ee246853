import { isUtf8 } from 'node:buffer';
import { addressParser, decodeWords } from 'postal-mime';
import type { MailAddress } from '../mail-message.ts';

export interface RawHeader {
  name: string;
  /** Unfolded and decoded. */
  value: string;
  /** As written, folds included, without the last line end. */
  raw: string;
}

export interface HeaderBlock {
  headers: RawHeader[];
  /** Index of the first byte of the body. */
  bodyStart: number;
  /** What is odd about the block; nothing of it is lost. */
  notes: string[];
}

const MAX_HEADERS = 2000;
const MAX_BLOCK = 2 ** 20;
/** A longer value is kept as it is: decoding it would only serve whoever made it so long. */
const MAX_DECODED = 64 * 1024;
const MAX_ADDRESSES = 1000;
const LF = 0x0a;

/**
 * Reads the header block of a mail or a MIME part from bytes `start` to `end`. Tolerates mbox separators, bare line feeds,
 * a missing blank line, lines that are no headers, and 8-bit bytes (UTF-8 where valid, else windows-1252).
 */
export function readHeaderBlock(bytes: Buffer, start: number, end: number): HeaderBlock {
  const headers: RawHeader[] = [];
  const notes: string[] = [];
  const limit = Math.min(end, start + MAX_BLOCK);
  let current: { name: string; lines: string[] } | undefined;
  let at = start;
  let bodyStart: number | undefined;
  const flush = (): void => {
    if (current !== undefined) headers.push(toHeader(current.name, current.lines));
    current = undefined;
  };
  while (at < limit && headers.length < MAX_HEADERS) {
    const newline = bytes.indexOf(LF, at);
    const next = newline < 0 || newline >= end ? end : newline + 1;
    const line = decodeHeaderBytes(bytes.subarray(at, Math.min(next, at + MAX_BLOCK)));
    if (line.trim() === '' && !(isFold(line) && foldGoesOn(bytes, next, end))) {
      bodyStart = next;
      break;
    }
    const first = at === start;
    if (isFold(line) && current !== undefined) current.lines.push(line);
    else {
      const name = headerName(line);
      if (name !== undefined) {
        flush();
        current = { name, lines: [line] };
      } else if (!(first && /^>?From /.test(line))) {
        if (headerName(decodeHeaderBytes(bytes.subarray(next, next + 200))) === undefined) {
          notes.push('no blank line between headers and body');
          bodyStart = at;
          break;
        }
        notes.push(`a line among the headers is no header: ${line.trim().slice(0, 60)}`);
      }
    }
    at = next;
  }
  flush();
  if (bodyStart === undefined && at < end) {
    notes.push(`more than ${MAX_HEADERS} headers or 1 MiB of them; the rest was read as body`);
    bodyStart = at;
  }
  return { headers, bodyStart: bodyStart ?? end, notes: notes.slice(0, 20) };
}

const isFold = (line: string): boolean => line.startsWith(' ') || line.startsWith('\t');

/** A line of blanks inside a folded header, which some mailers write, is followed by another fold. */
function foldGoesOn(bytes: Buffer, next: number, end: number): boolean {
  return next < end && (bytes[next] === 0x20 || bytes[next] === 0x09);
}

/** A field name and its colon at the start of a line. Names with blanks before the colon exist in the wild. */
const headerName = (line: string): string | undefined => /^([!-9;-~]{1,200})[ \t]{0,20}:/.exec(line)?.[1];

/** Header bytes are ASCII by the book; in the wild UTF-8 or a Windows code page. */
const decodeHeaderBytes = (bytes: Buffer): string =>
  isUtf8(bytes) ? bytes.toString('utf8') : new TextDecoder('windows-1252').decode(bytes);

function toHeader(name: string, lines: string[]): RawHeader {
  const raw = lines.join('').trimEnd();
  const unfolded = raw
    .slice(raw.indexOf(':') + 1)
    .split('\n')
    .map((line, index) => (index === 0 ? line.trim() : ` ${line.trim()}`))
    .join('')
    .trim();
  return { name, value: decodeHeaderWords(unfolded), raw };
}

/** Decodes RFC 2047 words; what cannot be decoded stays as it was written. */
function decodeHeaderWords(value: string): string {
  if (!value.includes('=?') || value.length > MAX_DECODED) return value;
  try {
    return decodeWords(value);
  } catch {
    return value;
  }
}

/** The mailboxes of an address header, groups flattened; at most MAX_ADDRESSES. Takes the undecoded value where it can. */
export function parseAddresses(value: string): MailAddress[] {
  if (value === '' || value.length > 4 * MAX_DECODED) return [];
  try {
    return addressParser(value, { flatten: true })
      .slice(0, MAX_ADDRESSES)
      .flatMap((mailbox) =>
        mailbox.address === undefined
          ? []
          : [{ name: decodeHeaderWords(mailbox.name).trim(), address: mailbox.address.trim() }],
      )
      .filter((mailbox) => mailbox.address !== '' || mailbox.name !== '');
  } catch {
    return [];
  }
}

/** A structured header such as Content-Type: its value in lower case and its parameters (RFC 2045, 2231, 2047). */
export interface ParameterisedValue {
  value: string;
  parameters: Map<string, string>;
}

export function parseParameters(header: string): ParameterisedValue {
  const parts = splitOutsideQuotes(header.slice(0, MAX_DECODED));
  const plain = new Map<string, string>();
  const pieces = new Map<string, { index: number; text: string; encoded: boolean }[]>();
  for (const part of parts.slice(1, 200)) {
    const equals = part.indexOf('=');
    if (equals <= 0) continue;
    const key = part.slice(0, equals).trim().toLowerCase();
    const text = unquote(part.slice(equals + 1).trim());
    const extended = /^([^*]+)(?:\*(\d{1,3}))?(\*)?$/.exec(key);
    if (extended?.[1] === undefined) continue;
    if (extended[2] === undefined && extended[3] === undefined) {
      if (!plain.has(key)) plain.set(key, decodeHeaderWords(text));
      continue;
    }
    const list = pieces.get(extended[1]) ?? [];
    list.push({ index: Number(extended[2] ?? 0), text, encoded: extended[3] !== undefined });
    pieces.set(extended[1], list);
  }
  for (const [name, list] of pieces) plain.set(name, joinExtended(list));
  return { value: (parts[0] ?? '').trim().toLowerCase(), parameters: plain };
}

function splitOutsideQuotes(text: string): string[] {
  const parts: string[] = [];
  let from = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '\\' && quoted) at += 1;
    else if (character === '"') quoted = !quoted;
    else if (character === ';' && !quoted) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  parts.push(text.slice(from));
  return parts;
}

function unquote(text: string): string {
  if (!text.startsWith('"')) return text.replace(/\([^()]{0,200}\)$/, '').trimEnd();
  const end = text.length > 1 && text.endsWith('"') ? text.length - 1 : text.length;
  // Only quotes and backslashes are unescaped: `C:\Users\x` in quotes is a path more often than an escape.
  return text.slice(1, end).replace(/\\(["\\])/g, '$1');
}

/** Puts `name*0*=utf-8''…; name*1=…` together again. */
function joinExtended(list: { index: number; text: string; encoded: boolean }[]): string {
  list.sort((a, b) => a.index - b.index);
  let charset = 'utf-8';
  const chunks: Buffer[] = [];
  for (const [position, piece] of list.entries()) {
    let text = piece.text;
    if (position === 0 && piece.encoded) {
      const marked = /^([\w.:-]{0,40})'[\w-]{0,20}'/.exec(text);
      if (marked !== null) {
        charset = marked[1] === undefined || marked[1] === '' ? charset : marked[1];
        text = text.slice(marked[0].length);
      }
    }
    chunks.push(piece.encoded ? percentDecode(text) : Buffer.from(text, 'utf8'));
  }
  const bytes = Buffer.concat(chunks);
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return bytes.toString('utf8');
  }
}

function percentDecode(text: string): Buffer {
  const binary = Buffer.from(text, 'utf8').toString('latin1');
  return Buffer.from(
    binary.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
}
