import type { DataType } from '../../shared/model/data-type.ts';
import { ASCII_LETTER, charClass, DIGIT, HEX, UNSPACED, URL_END, WORD } from './char-class.ts';
import { passed } from './checked.ts';
import { codeReading } from './code-name.ts';
import { extensionOf, fileReading, hasKnownExtension, isMemberLike, isProductName } from './file-name.ts';
import { checkSsdeep } from './hash-value.ts';
import { checkHost, isInternalTopLevel, isTopLevel } from './host-name.ts';
import { checkCidr, checkIpv4, checkIpv6, looksLikeIpv6 } from './ip-address.ts';
import { isAgentName, isPathUnit, isRegistryRoot, registryAt, unixFileName, userAgentAt } from './long-value.ts';
import type { TextFormat } from './text-format.ts';
import { DEFANGED, HIDDEN, sliceWindow, type TokenWindow } from './token-window.ts';
import { portAt, urlAt, urlEnd } from './url-scan.ts';
import { textBefore, versionWordBefore } from './version-context.ts';
import { readMac, readWord } from './word-value.ts';

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

const MAX_LOCAL = 64;
const MAX_RUN = 1024;
const MAX_PATH = 60;

const DOT = 0x2e;
const COLON = 0x3a;
const SLASH = 0x2f;
const BACKSLASH = 0x5c;
const AT = 0x40;
const HYPHEN = 0x2d;
const UNDERSCORE = 0x5f;

const isTrimmed = (code: number): boolean => code === DOT || code === HYPHEN || code === UNDERSCORE;
/** What may stand in a local part besides run characters. */
const isLocalExtra = (code: number): boolean => code === 0x2b || code === 0x25 || code === 0x7e || code === 0x26;

export function createTokenScanner(sink: TokenSink, format: TextFormat, derive: boolean): TokenScanner {
  let window!: TokenWindow;
  let bytes!: Buffer;
  let textEnd = 0;

  const is = (at: number, bits: number): boolean =>
    at >= 0 && at < window.length && (charClass(window.codes[at] as number) & bits) !== 0;
  const codeAt = (at: number): number => (at >= 0 && at < window.length ? (window.codes[at] as number) : 0);

  function withWriting(marks: string[], from: number, to: number): string[] {
    let seen = 0;
    for (let i = from; i < to; i++) seen |= window.touched[i] as number;
    if ((seen & DEFANGED) !== 0 && !marks.includes('defanged')) marks.push('defanged');
    if ((seen & HIDDEN) !== 0 && !marks.includes('obfuscated')) marks.push('obfuscated');
    return marks;
  }

  function isDefanged(from: number, to: number): boolean {
    for (let i = from; i < to; i++) if ((window.touched[i] as number) === DEFANGED) return true;
    return false;
  }

  function emit(dataType: DataType, value: string, marks: string[], from: number, to: number): void {
    sink.found(
      dataType,
      value,
      withWriting(marks, from, to),
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
    return url.end;
  }

  /** A mail address around the at sign; -1 when there is none. Anchored on the sign, so a run of letters costs nothing. */
  function scanMail(runStart: number, at: number): number {
    let local = at;
    while (local > runStart && at - local < MAX_LOCAL && (is(local - 1, WORD) || isLocalExtra(codeAt(local - 1))))
      local--;
    if (local > runStart && is(local - 1, WORD)) return -1;
    while (local < at && (isTrimmed(codeAt(local)) || isLocalExtra(codeAt(local))) && codeAt(local) !== UNDERSCORE)
      local++;
    let end = at + 1;
    while (end < window.length && end - at < 512 && is(end, WORD)) end++;
    while (end > at && isTrimmed(codeAt(end - 1))) end--;
    if (local === at || end <= at + 1 || codeAt(at - 1) === DOT) return -1;
    let hostText = sliceWindow(window, at + 1, end);
    let host = checkHost(hostText);
    if ('reason' in host) {
      const ascii = (/^[a-z0-9._-]+/i.exec(hostText)?.[0] ?? '').replace(/[.-]+$/, '');
      if (ascii !== '' && ascii.length < hostText.length) {
        host = checkHost(ascii);
        hostText = ascii;
        end = at + 1 + ascii.length;
      }
    }
    if ('reason' in host) {
      if (!/[a-z]\.[a-z]/i.test(hostText)) return -1;
      refuse('mail', host.reason, local, end);
      return end;
    }
    const name = sliceWindow(window, local, at).toLowerCase();
    emit('mail', `${name}@${host.value}`, host.marks, local, end);
    if (derive) emit(host.kind, host.value, [...host.marks, 'derived'], at + 1, end);
    return end;
  }

  /** MAC and IPv6 addresses and ssdeep hashes: what has colons within. Returns the end or -1. */
  function scanColons(start: number): number {
    let end = start;
    while (end < window.length && end - start < 64 && (is(end, HEX) || codeAt(end) === COLON || codeAt(end) === DOT))
      end++;
    const zone = codeAt(end) === 0x25 && end - start < 46;
    if (is(end, WORD) || codeAt(end) === AT) return -1;
    while (end > start && (codeAt(end - 1) === DOT || (codeAt(end - 1) === COLON && codeAt(end - 2) !== COLON))) end--;
    const text = sliceWindow(window, start, end);
    if (text.length < 3) return -1;
    const mac = readMac(text);
    if (mac !== undefined) {
      emit('other', mac, ['mac'], start, end);
      return end;
    }
    const address = checkIpv6(text);
    if (!passed(address)) return -1;
    if (!looksLikeIpv6(text)) {
      if (text.length > 4) refuse('ip', 'reads like code, not like an IPv6 address', start, end);
      return end;
    }
    if (codeAt(end) === SLASH && is(end + 1, DIGIT)) return scanCidr(start, end);
    let port = 0;
    let stop = end;
    if (codeAt(start - 1) === 0x5b && codeAt(end) === 0x5d) {
      const found = portAt(window, end + 1);
      port = found.port;
      if (port > 0) stop = found.end;
    }
    if (zone) while (stop < window.length && stop - end < 20 && (codeAt(stop) === 0x25 || is(stop, WORD))) stop++;
    emit('ip', address.value, port > 0 ? [...address.marks, `port:${port}`] : address.marks, start, end);
    return stop;
  }

  function scanSsdeep(start: number): number {
    let end = start;
    let colons = 0;
    for (; end < window.length && end - start < 145; end++) {
      const code = codeAt(end);
      if (code === COLON) {
        if (++colons > 2) break;
      } else if (!is(end, DIGIT | ASCII_LETTER) && code !== SLASH && code !== 0x2b) break;
    }
    if (colons < 2 || end - start < 16) return -1;
    const text = sliceWindow(window, start, end);
    const hash = checkSsdeep(text);
    if (!passed(hash) || !/[A-Za-z]/.test(text)) return -1;
    emit('hash', hash.value, hash.marks, start, end);
    return end;
  }

  function scanCidr(start: number, slash: number): number {
    let end = slash + 1;
    while (end < window.length && end - slash <= 3 && is(end, DIGIT)) end++;
    const bounded = !is(end, WORD) || (isTrimmed(codeAt(end)) && !is(end + 1, WORD));
    const block = bounded ? checkCidr(sliceWindow(window, start, end)) : { reason: '' };
    if (passed(block)) {
      emit('other', block.value, block.marks, start, end);
      return end;
    }
    return -1;
  }

  /** Four numbers between dots, or a reason why not. Returns where to go on. */
  function scanQuad(start: number, end: number): number {
    const text = sliceWindow(window, start, end);
    const groups = text.split('.').length;
    if (groups < 4) return end;
    const address = groups === 4 ? checkIpv4(text) : { reason: 'more than four numbers' };
    const defanged = isDefanged(start, end);
    const version = defanged ? undefined : versionWordBefore(bytes, window.starts[start] as number);
    if (version !== undefined) {
      refuse('ip', `version after "${version}"`, start, end);
      return end;
    }
    if (!passed(address)) {
      refuse('ip', address.reason, start, end);
      return end;
    }
    if (codeAt(end) === SLASH && is(end + 1, DIGIT)) {
      const block = scanCidr(start, end);
      if (block > 0) return block;
    }
    const { port, end: stop } = portAt(window, end);
    emit('ip', address.value, port > 0 ? [...address.marks, `port:${port}`] : address.marks, start, end);
    return codeAt(stop) === SLASH && is(stop + 1, ASCII_LETTER) ? urlEnd(window, start, stop) : stop;
  }

  function emitFile(start: number, end: number): number {
    emit('filename', sliceWindow(window, start, end), [], start, end);
    return end;
  }

  /** Whether the backslash before `start` belongs to a path with a drive or a variable, not to `DOMAIN\first.last`. */
  function inWindowsPath(start: number): boolean {
    for (let at = start - 1; at >= 0 && start - at <= MAX_PATH; at--) {
      const code = codeAt(at);
      if (code === 0x25 || (code === COLON && codeAt(at + 1) === BACKSLASH)) return true;
      if (code !== BACKSLASH && (charClass(code) & URL_END) !== 0) return false;
    }
    return false;
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
    const defanged = isDefanged(start, end);
    if (isProductName(text) && !defanged) {
      refuse('domain', 'the name of a product or an abbreviation', start, end);
      return end;
    }
    if (inPath && next !== BACKSLASH && !defanged) {
      if (hasKnownExtension(text, before === SLASH)) return emitFile(start, end);
      if (before === BACKSLASH && /[^.]{2}\.[A-Za-z0-9_]{1,12}$/.test(text) && inWindowsPath(start)) {
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
        defanged || port > 0 || path || doubled || labels[0]?.toLowerCase() === 'www' || (labels.length > 2 && !inner);
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
    emit(host.kind, host.value, port > 0 ? [...host.marks, `port:${port}`] : host.marks, start, end);
    if (codeAt(stop) === SLASH) return urlEnd(window, start, stop);
    return stop;
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

  function isMixed(start: number, end: number): boolean {
    let unspaced = false;
    let latin = false;
    for (let i = start; i < end; i++) {
      const code = codeAt(i);
      if (code === DOT) {
        unspaced = false;
        latin = false;
        continue;
      }
      const bits = charClass(code);
      unspaced ||= (bits & UNSPACED) !== 0;
      latin ||= (bits & (ASCII_LETTER | DIGIT)) !== 0;
      if (unspaced && latin) return true;
    }
    return false;
  }

  /** A run with nothing around it that decides; `start..end` may have dots and hyphens at its edges. */
  function scanPlain(first: number, last: number): number {
    // The two digits behind a percent sign are a character (`%2Fevil.com`), not the beginning of a name.
    let start = codeAt(first - 1) === 0x25 && is(first, HEX) && is(first + 1, HEX) ? first + 2 : first;
    let end = last;
    while (end > start && isTrimmed(codeAt(end - 1))) end--;
    // An underscore may begin a name (_dmarc.…, _setup.exe), unless it is emphasis that also ends it.
    const kept = codeAt(end) === UNDERSCORE && end < last ? 0 : UNDERSCORE;
    for (let code = codeAt(start); start < end && isTrimmed(code) && code !== kept; code = codeAt(start)) start++;
    if (end - start < 3 || end - start > MAX_RUN) return last;
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
      if (isMixed(start, end) || 'reason' in checkHost(sliceWindow(window, start, end))) {
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
    if (dots === 0 || dots < 3) {
      const word = readWord(text);
      if (word !== undefined) {
        if ('reason' in word) refuse(word.dataType, word.reason, start, end);
        else {
          if (
            word.dataType === 'hash' &&
            end - start === 32 &&
            /imp-?hash\W{0,8}$/i.test(textBefore(bytes, window.starts[start] as number))
          )
            word.marks = ['imphash'];
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
        const colons = scanColons(start);
        if (colons > 0) return colons;
      }
      if (end - start <= 10 && is(start, DIGIT)) {
        const hash = scanSsdeep(start);
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
            const address = scanColons(at);
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
