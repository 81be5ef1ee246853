/**
 * Text of an RTF document, linear in its size. Font, colour and style tables and pictures are left out; field codes
 * (HYPERLINK, INCLUDEPICTURE) and template names are kept, because that is where an attack puts its address. An RTF made
 * from HTML (`\fromhtml1`, as Outlook does) gives back the HTML.
 */
export interface RtfText {
  text: string;
  isHtml: boolean;
  /** Embedded objects (`\objdata`), decoded from hex. */
  objects: Uint8Array[];
  /** False where a limit ended the reading. */
  complete: boolean;
}

interface Group {
  /** Nothing in this group is text. */
  hidden: boolean;
  /** Inside `{\*\htmltag …}`: HTML as it was. */
  htmlTag: boolean;
  /** Hex of an embedded object goes here. */
  object: boolean;
  /** Characters to skip after `\u`. */
  fallback: number;
}

const HIDDEN = new Set([
  'fonttbl',
  'colortbl',
  'stylesheet',
  'pict',
  'themedata',
  'colorschememapping',
  'latentstyles',
  'datastore',
  'listtable',
  'listoverridetable',
  'rsidtbl',
  'generator',
  'xmlnstbl',
  'blipuid',
  'panose',
  'falt',
]);
const BREAKS: Readonly<Record<string, string>> = {
  par: '\n',
  line: '\n',
  row: '\n',
  sect: '\n',
  page: '\n',
  tab: '\t',
  cell: '\t',
  emdash: '—',
  endash: '–',
  lquote: '‘',
  rquote: '’',
  ldblquote: '“',
  rdblquote: '”',
  bullet: '•',
};
const MAX_GROUPS = 2000;
const MAX_OBJECTS = 100;
const MAX_OBJECT_BYTES = 32 * 2 ** 20;

export function rtfToText(bytes: Uint8Array): RtfText {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  const isHtml = /\\fromhtml1/.test(source.slice(0, 4096));
  const ansi = ansiDecoder(source.slice(0, 4096));
  const out: string[] = [];
  const objects: Uint8Array[] = [];
  const stack: Group[] = [];
  let group: Group = { hidden: false, htmlTag: false, object: false, fallback: 1 };
  let objectHex: string[] = [];
  let objectLength = 0;
  let skip = 0;
  let complete = true;
  /** Between `\htmlrtf` and `\htmlrtf0`: RTF that only stands in for the HTML. */
  let standIn = false;
  let starred = false;

  const emit = (text: string): void => {
    if (group.object) {
      if (objectLength < MAX_OBJECT_BYTES * 2) objectHex.push(text);
      objectLength += text.length;
      return;
    }
    if (skip > 0) {
      const used = Math.min(skip, text.length);
      skip -= used;
      if (used === text.length) return;
      out.push(text.slice(used));
      return;
    }
    if (!group.hidden && (group.htmlTag || !standIn)) out.push(text);
  };

  for (let at = 0; at < source.length; ) {
    const character = source[at] ?? '';
    if (character === '{') {
      stack.push(group);
      if (stack.length > MAX_GROUPS) {
        complete = false;
        break;
      }
      group = { ...group };
      at += 1;
    } else if (character === '}') {
      if (group.object && stack.at(-1)?.object !== true) {
        if (objects.length >= MAX_OBJECTS || objectLength > MAX_OBJECT_BYTES * 2) complete = false;
        if (objects.length < MAX_OBJECTS)
          objects.push(Buffer.from(objectHex.join('').replace(/[^0-9a-f]/gi, ''), 'hex'));
        [objectHex, objectLength] = [[], 0];
      }
      group = stack.pop() ?? group;
      skip = 0;
      at += 1;
    } else if (character === '\\') {
      const next = source[at + 1] ?? '';
      if (next === "'") {
        emit(ansi(Number.parseInt(source.slice(at + 2, at + 4), 16)));
        at += 4;
      } else if (/[a-z]/i.test(next)) {
        const control = controlAt(source, at + 1);
        at = control.end;
        const { word, value } = control;
        if (word === 'bin') at += Math.max(0, Math.min(value ?? 0, source.length - at));
        else if (word === 'u') {
          emit(String.fromCharCode(((value ?? 0) + 0x10000) % 0x10000));
          skip = group.fallback;
        } else if (word === 'uc') group.fallback = Math.max(0, Math.min(value ?? 1, 10));
        else if (word === 'htmlrtf') standIn = value !== 0;
        else if (word === 'htmltag') group.htmlTag = true;
        else if (word === 'mhtmltag') group.hidden = true;
        else if (word === 'objdata') group.object = true;
        else if (HIDDEN.has(word)) group.hidden = true;
        else if (starred && (word === 'fldinst' || word === 'template')) emit(' ');
        const written = BREAKS[word];
        if (written !== undefined && !group.object) emit(written);
        starred = false;
      } else {
        if (next === '*') starred = true;
        else if (next === '~') emit(' ');
        else if (next === '\n' || next === '\r') emit('\n');
        else if (next === '\\' || next === '{' || next === '}') emit(next);
        at += 2;
      }
    } else if (character === '\r' || character === '\n') at += 1;
    else {
      let end = at + 1;
      while (end < source.length && !'{}\\\r\n'.includes(source[end] ?? '')) end += 1;
      const text = source.slice(at, end);
      emit(text);
      at = end;
    }
  }
  return { text: out.join(''), isHtml, objects, complete };
}

function controlAt(source: string, from: number): { word: string; value: number | undefined; end: number } {
  let end = from;
  while (end < source.length && end - from < 32 && /[a-z]/i.test(source[end] ?? '')) end += 1;
  const word = source.slice(from, end).toLowerCase();
  const number = /^-?\d{1,9}/.exec(source.slice(end, end + 10))?.[0];
  end += number?.length ?? 0;
  if (source[end] === ' ') end += 1;
  return { word, value: number === undefined ? undefined : Number(number), end };
}

function ansiDecoder(head: string): (byte: number) => string {
  const codepage = /\\ansicpg(\d{1,5})/.exec(head)?.[1] ?? '1252';
  let decoder: InstanceType<typeof TextDecoder>;
  try {
    decoder = new TextDecoder(`windows-${codepage}`);
  } catch {
    decoder = new TextDecoder('windows-1252');
  }
  return (byte) => (Number.isNaN(byte) ? '' : decoder.decode(Uint8Array.of(byte)));
}
