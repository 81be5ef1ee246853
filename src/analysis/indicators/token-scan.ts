import type { DataType } from '../../shared/model/data-type.ts';
import { ASCII_LETTER, charClass, DIGIT, HEX, URL_END, WORD } from './char-class.ts';
import { namesHost, namesPage } from './bare-path.ts';
import { passed } from './checked.ts';
import { codeReading } from './code-name.ts';
import { cidrAt, type ColonValue, colonsAt, ssdeepAt } from './colon-value.ts';
import { extensionOf, fileReading, hasKnownExtension, isMemberLike, isProductName } from './file-name.ts';
import { checkHost, isInternalTopLevel, isTopLevel } from './host-name.ts';
import { checkIpv4 } from './ip-address.ts';
import { isAgentName, isPathUnit, isRegistryRoot, registryAt, unixFileName, userAgentAt } from './long-value.ts';
import { isLocalExtra, isTrimmed, mailAt, MAX_LOCAL } from './mail-address.ts';
import type { TextFormat } from './text-format.ts';
import { inWindowsPath, isDefanged, isMixed, withWriting } from './run-writing.ts';
import { sliceWindow, type TokenWindow } from './token-window.ts';
import { nestedUrls } from './nested-url.ts';
import { quotedNameEndingAt } from './quoted-name.ts';
import { isLikelyPort, portAt, urlAt, urlEnd } from './url-scan.ts';
import { sectionWordBefore, textBefore, versionWordBefore } from './version-context.ts';
import { readApart, readWord } from './word-value.ts';

/** What the scanner tells. Offsets are bytes of the array being scanned. */
export interface TokenSink {
  found(dataType: DataType, value: string, marks: string[], start: number, end: number): void;
  refused(dataType: DataType, reason: string, start: number, end: number): void;
}

export interface TokenScanner {
  /**
   * Scans the units `from..limit` of the window (values may end beyond `limit`, looking no further than the window).
   * Returns the unit to go on at, or minus the byte to go on at when a value ran beyond the token.
   */
  scan(window: TokenWindow, bytes: Buffer, end: number, from: number, limit: number): number;
}

const MAX_RUN = 1024;
const MAX_APART = '2021-4422890'.length;
const DOT = 0x2e;
const COLON = 0x3a;
const SLASH = 0x2f;
const BACKSLASH = 0x5c;
const AT = 0x40;
const HYPHEN = 0x2d;
const UNDERSCORE = 0x5f;

export function createTokenScanner(sink: TokenSink, format: TextFormat, derive: boolean): TokenScanner {
  let window!: TokenWindow;
  let bytes!: Buffer;
  let textEnd = 0;
  /** Up to which byte something has been found. */
  let foundTo = 0;

  const is = (at: number, bits: number): boolean =>
    at >= 0 && at < window.length && (charClass(window.codes[at] as number) & bits) !== 0;
  const codeAt = (at: number): number => (at >= 0 && at < window.length ? (window.codes[at] as number) : 0);

  function emit(dataType: DataType, value: string, marks: string[], from: number, to: number): void {
    foundTo = window.ends[to - 1] as number;
    sink.found(
      dataType,
      value,
      withWriting(window, marks, from, to),
      window.starts[from] as number,
      window.ends[to - 1] as number,
    );
  }

  const refuse = (dataType: DataType, reason: string, from: number, to: number): void =>
    sink.refused(dataType, reason, window.starts[from] as number, window.ends[Math.max(from, to - 1)] as number);

  function scanUrl(runStart: number, colon: number): number {
    const url = urlAt(window, runStart, colon);
    if (url === undefined) return -1;
    if ('reason' in url) {
      refuse('url', url.reason, url.start, url.end);
      return url.end;
    }
    emit('url', url.value, url.marks, url.start, url.end);
    if (derive && url.host !== undefined) {
      emit(url.host.dataType, url.host.value, [...url.host.marks, 'derived'], url.host.start, url.host.end);
    }
    emitNested(url.start, url.end);
    return url.end;
  }

  function emitNested(from: number, to: number): void {
    for (const inner of nestedUrls(sliceWindow(window, from, to))) {
      emit('url', inner.value, [...inner.marks, 'nested'], from + inner.from, from + inner.to);
    }
  }

  /**
   * An address without a scheme (`evil[.]com/gate.php`): who defangs one or writes a file or a query behind it means a
   * URL. The host ends at `hostEnd`, its port at `stop`. Returns the end of the URL, or -1 when it is none.
   */
  function scanBareUrl(
    host: { dataType: 'ip' | 'domain' | 'fqdn'; value: string; marks: readonly string[] },
    start: number,
    hostEnd: number,
    stop: number,
  ): number {
    if (codeAt(stop) !== SLASH || codeAt(stop + 1) === SLASH) return -1;
    const before = codeAt(start - 1);
    if (before === BACKSLASH || (before === SLASH && (codeAt(start - 2) !== SLASH || codeAt(start - 3) === COLON)))
      return -1;
    const end = urlEnd(window, start, stop);
    if (end - stop < 2) return -1;
    const path = sliceWindow(window, stop, end);
    if (!namesPage(path) && !(isDefanged(window, start, hostEnd) && !namesHost(path))) return -1;
    emit(
      'url',
      `http://${host.value}${sliceWindow(window, hostEnd, end)}`,
      [...host.marks, 'scheme-assumed'],
      start,
      end,
    );
    if (derive) emit(host.dataType, host.value, [...host.marks, 'derived'], start, hostEnd);
    emitNested(start, end);
    return end;
  }

  /** A mail address around the at sign; -1 when there is none. */
  function scanMail(runStart: number, at: number): number {
    const mail = mailAt(window, runStart, at);
    if (mail === undefined) return -1;
    if ('reason' in mail) refuse('mail', mail.reason, mail.start, mail.end);
    else {
      emit('mail', mail.value, mail.marks, mail.start, mail.end);
      if (derive) emit(mail.host.kind, mail.host.value, [...mail.host.marks, 'derived'], at + 1, mail.end);
    }
    return mail.end;
  }

  /** What `readAt` finds at `start` is given on; returns where to go on, or -1 when there is nothing. */
  function scanValue(readAt: (window: TokenWindow, start: number) => ColonValue | undefined, start: number): number {
    const found = readAt(window, start);
    if (found === undefined) return -1;
    if ('value' in found) emit(found.dataType, found.value, found.marks, start, found.end);
    else if (found.reason !== undefined) refuse('ip', found.reason, start, found.end);
    return found.stop;
  }

  /** Four numbers between dots, or a reason why not. Returns where to go on. */
  function scanQuad(start: number, end: number): number {
    const text = sliceWindow(window, start, end);
    const groups = text.split('.').length;
    if (groups < 4) return end;
    const address = groups === 4 ? checkIpv4(text) : { reason: 'more than four numbers' };
    const defanged = isDefanged(window, start, end);
    const version = defanged ? undefined : versionWordBefore(bytes, window.starts[start] as number);
    if (version !== undefined) {
      refuse('ip', `version after "${version}"`, start, end);
      return end;
    }
    const section = defanged ? undefined : sectionWordBefore(bytes, window.starts[start] as number, text);
    if (section !== undefined) {
      refuse('ip', `the number of a section after "${section}"`, start, end);
      return end;
    }
    if (!passed(address)) {
      refuse('ip', address.reason, start, end);
      return end;
    }
    if (codeAt(end) === SLASH && is(end + 1, DIGIT)) {
      const block = cidrAt(window, start, end);
      if (block !== undefined) {
        emit(block.dataType, block.value, block.marks, start, block.end);
        return block.end;
      }
    }
    const { port, end: stop } = portAt(window, end);
    const url = scanBareUrl({ dataType: 'ip', ...address }, start, end, stop);
    if (url > 0) return url;
    emit('ip', address.value, port > 0 ? [...address.marks, `port:${port}`] : address.marks, start, end);
    return codeAt(stop) === SLASH && is(stop + 1, ASCII_LETTER) ? urlEnd(window, start, stop) : stop;
  }

  function emitFile(start: number, end: number): number {
    emit('filename', sliceWindow(window, start, end), [], start, end);
    return end;
  }

  /** A run with a dot and a letter: file name, host, or neither. */
  function scanDotted(start: number, end: number): number {
    const text = sliceWindow(window, start, end);
    const labels = text.split('.');
    const before = codeAt(start - 1);
    const next = codeAt(end);
    const slashed = before === SLASH || before === BACKSLASH;
    const doubled = slashed && codeAt(start - 2) === before;
    const inPath = slashed && !doubled;
    const defanged = isDefanged(window, start, end);
    if (isProductName(text) && !defanged) {
      refuse('domain', 'the name of a product or an abbreviation', start, end);
      return end;
    }
    if (inPath && next !== BACKSLASH && !defanged) {
      if (hasKnownExtension(text, before === SLASH)) return emitFile(start, end);
      if (before === BACKSLASH && /[^.]{2}\.[A-Za-z0-9_]{1,12}$/.test(text) && inWindowsPath(window, start)) {
        return emitFile(start, end);
      }
    }
    const { port, end: stop } = portAt(window, end);
    const path = next === SLASH && !inPath;
    const reading = fileReading(text);
    if (reading === 'file') {
      if (next !== 0x28 || !isMemberLike(text)) return emitFile(start, end);
      refuse('filename', 'followed by a bracket like a call', start, end);
      return end;
    }
    if (reading === 'file-unless-host') {
      const inner = labels.length > 2 && fileReading(`a.${labels[labels.length - 2] as string}`) !== 'no';
      const asHost =
        defanged ||
        isLikelyPort(port, codeAt(stop)) ||
        path ||
        doubled ||
        labels[0]?.toLowerCase() === 'www' ||
        (labels.length > 2 && !inner);
      if (!asHost) {
        refuse('domain', `read as a file name, since \`.${extensionOf(text)}\` is an extension too`, start, end);
        return emitFile(start, end);
      }
    }
    if (!defanged && port === 0) {
      const suffix = (labels[labels.length - 1] as string).toLowerCase();
      const code = codeReading(text, next);
      if (code !== undefined && (isTopLevel(suffix) || suffix === 'test')) {
        refuse('domain', code, start, end);
        return end;
      }
      if (isInternalTopLevel(suffix) && labels.length < 3) return end;
    }
    const host = checkHost(text);
    if ('reason' in host) {
      const suffix = labels[labels.length - 1] as string;
      const shaped = /^[a-z]{1,24}$/i.test(suffix) && /^[a-z0-9._-]+$/i.test(text) && !text.includes('..');
      if (shaped && (!text.includes('_') || isTopLevel(suffix.toLowerCase()))) {
        refuse(labels.length > 2 ? 'fqdn' : 'domain', host.reason, start, end);
      }
      return end;
    }
    const url = scanBareUrl({ dataType: host.kind, value: host.value, marks: host.marks }, start, end, stop);
    if (url > 0) return url;
    emit(host.kind, host.value, port > 0 ? [...host.marks, `port:${port}`] : host.marks, start, end);
    if (codeAt(stop) === SLASH) return urlEnd(window, start, stop);
    return stop;
  }

  /** A file name with blanks whose closing quote follows the run that ends at `last`; -1 when there is none. */
  function scanQuotedName(last: number): number {
    const end = window.ends[last - 1] as number;
    const next = bytes[end] ?? 0;
    if (next !== 0x22 && next !== 0x27 && next < 0x80) return -1;
    const name = quotedNameEndingAt(bytes, end);
    if (name === undefined || name.start < foundTo) return -1;
    foundTo = end;
    sink.found('filename', name.value, [], name.start, end);
    return last;
  }

  /** Splits a run whose scripts do not belong together (`访问evil.com下载`) and reads the ASCII pieces. */
  function scanMixed(start: number, end: number): number {
    let at = start;
    let result = end;
    while (at < end) {
      while (at < end && codeAt(at) >= 0x80) at++;
      const from = at;
      while (at < end && codeAt(at) < 0x80) at++;
      if (at > from) result = Math.max(at, scanPlain(from, at));
    }
    return Math.max(result, end);
  }

  /** A run with nothing around it that decides; `start..end` may have dots and hyphens at its edges. */
  function scanPlain(first: number, last: number): number {
    // The two digits behind a percent sign are a character (`%2Fevil.com`), not the beginning of a name.
    const name = scanQuotedName(last);
    if (name > 0) return name;
    let start = codeAt(first - 1) === 0x25 && is(first, HEX) && is(first + 1, HEX) ? first + 2 : first;
    let end = last;
    while (end > start && isTrimmed(codeAt(end - 1))) end--;
    // An underscore may begin a name (_dmarc.…, _setup.exe), unless it is emphasis that also ends it.
    const kept = codeAt(end) === UNDERSCORE && end < last ? 0 : UNDERSCORE;
    for (let code = codeAt(start); start < end && isTrimmed(code) && code !== kept; code = codeAt(start)) start++;
    if (end - start < 2 || end - start > MAX_RUN) return last;
    let dots = 0;
    let letters = false;
    let hyphens = false;
    let wide = false;
    for (let i = start; i < end; i++) {
      const code = codeAt(i);
      if (code === DOT) dots++;
      else if (code === HYPHEN || code === UNDERSCORE) hyphens = true;
      else if (code >= 0x80) wide = true;
      else if ((charClass(code) & ASCII_LETTER) !== 0) letters = true;
    }
    if (wide) {
      if (dots === 0) return last;
      if (isMixed(window, start, end) || 'reason' in checkHost(sliceWindow(window, start, end))) {
        if (fileReading(sliceWindow(window, start, end)) === 'file') return Math.max(last, emitFile(start, end));
        return scanMixed(start, end);
      }
      return Math.max(last, scanDotted(start, end));
    }
    if (dots > 0 && !letters) {
      if (!hyphens) return after(last, end, scanQuad(start, end));
      for (let from = start, i = start; i <= end; i++) {
        if (i < end && codeAt(i) !== HYPHEN && codeAt(i) !== UNDERSCORE) continue;
        if (i - from >= 7) scanQuad(from, i);
        from = i + 1;
      }
      return last;
    }
    const text = sliceWindow(window, start, end);
    if (dots === 0 && !letters && end - start <= MAX_APART) {
      const byte = window.starts[start] as number;
      const apart = readApart(textBefore(bytes, byte), text);
      if (apart !== undefined) {
        foundTo = window.ends[end - 1] as number;
        sink.found(apart.dataType, apart.value, [], byte - apart.letters, foundTo);
        return last;
      }
    }
    if (dots === 0 || dots < 3) {
      const word = readWord(text);
      if (word !== undefined) {
        if ('reason' in word) refuse(word.dataType, word.reason, start, end);
        else {
          if (word.dataType === 'hash' && end - start === 32) {
            const kind = /(imp-?hash|ja3s?)\W{0,8}$/i.exec(textBefore(bytes, window.starts[start] as number))?.[1];
            if (kind !== undefined) word.marks = [kind.toLowerCase().replace('-', '')];
          }
          emit(word.dataType, word.value, word.marks, start, end);
        }
        return last;
      }
    }
    if (dots > 0) {
      if (dots === 3 && /^v\d+(?:\.\d+){3}$/i.test(text)) {
        refuse('ip', 'version after "v"', start, end);
        return last;
      }
      return after(last, end, scanDotted(start, end));
    }
    if (hyphens && end - start > 32) scanTailHash(start, end, text);
    return last;
  }

  /** Going on behind trailing dots, unless the value reached beyond them. */
  const after = (last: number, end: number, stop: number): number => (stop === end ? last : stop);

  /** `sha256-…`, `VirusShare_…`: a digest behind the last hyphen or underscore of a word. */
  function scanTailHash(start: number, end: number, text: string): void {
    const cut = Math.max(text.lastIndexOf('-'), text.lastIndexOf('_')) + 1;
    const word = readWord(text.slice(cut));
    if (word?.dataType === 'hash' && 'value' in word) emit('hash', word.value, word.marks, start + cut, end);
  }

  /** The run `start..end` of letters, digits, dots, hyphens; what follows it decides how it is read. */
  function scanRun(start: number, end: number): number {
    const next = codeAt(end);
    if (next === COLON) {
      const url = scanUrl(start, end);
      if (url >= 0) return url;
      if (end - start <= 4 || (is(start, HEX) && codeAt(start + 4) === DOT)) {
        const colons = scanValue(colonsAt, start);
        if (colons > 0) return colons;
      }
      if (end - start <= 10 && is(start, DIGIT)) {
        const hash = scanValue(ssdeepAt, start);
        if (hash > 0) return hash;
      }
    }
    if ((next === BACKSLASH || (next === COLON && codeAt(end + 1) === BACKSLASH)) && end - start <= 21) {
      if (isRegistryRoot(sliceWindow(window, start, end))) {
        const key = registryAt(bytes, window.starts[start] as number, textEnd, format);
        if (key !== undefined) return longValue('registry', key, start);
      }
    }
    if (next === SLASH && is(end + 1, DIGIT) && end - start <= 20 && isAgentName(sliceWindow(window, start, end))) {
      const agent = userAgentAt(bytes, window.starts[start] as number, textEnd, format);
      if (agent !== undefined) return longValue('user-agent', agent, start);
    }
    if (next === AT) {
      const mail = scanMail(start, end);
      if (mail >= 0) return mail;
      if (!is(end + 1, DIGIT)) return end + 1;
    } else if (isLocalExtra(next)) {
      let at = end;
      while (at < window.length && at - start <= MAX_LOCAL && (is(at, WORD) || isLocalExtra(codeAt(at)))) at++;
      if (codeAt(at) === AT) {
        const mail = scanMail(start, at);
        if (mail >= 0) return mail;
      }
    }
    return scanPlain(start, end);
  }

  function longValue(dataType: DataType, found: { value: string; end: number }, start: number): number {
    foundTo = found.end;
    sink.found(dataType, found.value, [], window.starts[start] as number, found.end);
    return -found.end;
  }

  /** An absolute Unix path from its slash; -1 when it is none or names no file. */
  function scanUnixPath(slash: number): number {
    let end = slash;
    while (end < window.length && end - slash < MAX_RUN && isPathUnit(codeAt(end))) end++;
    const name = unixFileName(sliceWindow(window, slash, end));
    if (name === undefined) return -1;
    emitFile(slash + name.from, slash + name.to);
    return end;
  }

  return {
    scan(tokenWindow, tokenBytes, end, from, limit) {
      window = tokenWindow;
      bytes = tokenBytes;
      textEnd = end;
      let at = from;
      // A run that the last window has dealt with.
      if (at > 0 && is(at - 1, WORD)) while (at < window.length && is(at, WORD)) at++;
      while (at < limit) {
        const code = codeAt(at);
        if (!is(at, WORD)) {
          if (
            code === SLASH &&
            is(at + 1, ASCII_LETTER) &&
            !is(at - 1, WORD) &&
            codeAt(at - 1) !== SLASH &&
            codeAt(at - 1) !== COLON
          ) {
            const path = scanUnixPath(at);
            if (path > 0) {
              at = path;
              continue;
            }
          } else if (code === COLON && codeAt(at + 1) === COLON && codeAt(at + 2) === COLON) {
            while (codeAt(at + 1) === COLON) at++;
          } else if (code === COLON && codeAt(at + 1) === COLON && !is(at - 1, WORD | URL_END)) {
            const address = scanValue(colonsAt, at);
            if (address > 0) {
              at = address;
              continue;
            }
          }
          at++;
          continue;
        }
        let stop = at + 1;
        while (stop < window.length && is(stop, WORD)) stop++;
        const result = scanRun(at, stop);
        if (result < 0) return result;
        at = Math.max(result, at + 1);
      }
      return at;
    },
  };
}
