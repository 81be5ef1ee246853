import { detected, type DetectedType } from './detected-type.ts';

/** How much decoded text the rules below look at. Every one of them is linear in it. */
const LOOK_AT = 16_384;

interface DecodedText {
  text: string;
  encoding: 'ASCII' | 'UTF-8' | 'UTF-16 LE' | 'UTF-16 BE' | '8-bit';
}

function decode(encoding: string, bytes: Uint8Array): string {
  return new TextDecoder(encoding).decode(bytes);
}

/** UTF-16 without a byte order mark: nearly every second byte is zero, always on the same side. */
function guessUtf16(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const length = Math.min(bytes.length, 2048) & ~1;
  if (length < 8) return undefined;
  let even = 0;
  let odd = 0;
  for (let i = 0; i < length; i += 2) {
    if (bytes[i] === 0) even++;
    if (bytes[i + 1] === 0) odd++;
  }
  const units = length / 2;
  if (odd > units * 0.8 && even === 0) return 'utf-16le';
  if (even > units * 0.8 && odd === 0) return 'utf-16be';
  return undefined;
}

/** A stray control character must not hide a text from every reader: up to one in fifty is passed over. */
const STRAY_SHARE = 50;

function isPrintable(text: string): boolean {
  let strays = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0xfffd) return false;
    if (code < 32 && code !== 9 && code !== 10 && code !== 13 && code !== 12 && code !== 27 && code !== 26) strays++;
  }
  return strays * STRAY_SHARE <= text.length;
}

/** Decodes bytes that look like text; undefined for anything else. `whole` says that `bytes` is the whole file. */
export function decodeText(bytes: Uint8Array, whole: boolean): DecodedText | undefined {
  const piece = bytes.subarray(0, LOOK_AT * 2);
  if (piece[0] === 0xff && piece[1] === 0xfe) return { text: decode('utf-16le', piece), encoding: 'UTF-16 LE' };
  if (piece[0] === 0xfe && piece[1] === 0xff) return { text: decode('utf-16be', piece), encoding: 'UTF-16 BE' };
  const wide = guessUtf16(piece);
  if (wide !== undefined) {
    const text = decode(wide, piece.subarray(0, piece.length & ~1));
    return isPrintable(text) ? { text, encoding: wide === 'utf-16le' ? 'UTF-16 LE' : 'UTF-16 BE' } : undefined;
  }
  const cut = !whole || piece.length < bytes.length;
  const utf8 = new TextDecoder('utf-8').decode(piece, { stream: cut });
  if (isPrintable(utf8)) return { text: utf8, encoding: piece.every((byte) => byte < 128) ? 'ASCII' : 'UTF-8' };
  const single = decode('windows-1252', piece);
  // Old 8-bit text is mostly ASCII; compressed or encrypted data is not.
  const high = piece.reduce((count, byte) => count + (byte >= 128 ? 1 : 0), 0);
  return isPrintable(single) && high < piece.length * 0.4 ? { text: single, encoding: '8-bit' } : undefined;
}

const MAIL_HEADER =
  /^(?:received|from|to|cc|subject|date|message-id|return-path|delivered-to|mime-version|content-type|x-[a-z0-9-]{1,60}|reply-to|dkim-signature|authentication-results|arc-[a-z-]{1,40}|sender|list-[a-z-]{1,30}|thread-[a-z-]{1,20}|in-reply-to|references|content-transfer-encoding|user-agent|importance|bcc|received-spf|organization|auto-submitted|precedence|feedback-id|errors-to|envelope-to|content-disposition|content-language|accept-language|message-context|status|disposition-notification-to|resent-[a-z-]{1,20}|delivery-date|bounces-to|autocrypt|priority):/i;
const ANY_HEADER = /^[!-9;-~]{1,76}:/;
const TELLING = /^(?:received|from|message-id|return-path|delivered-to|subject|mime-version|date):/i;

/** A mail begins with header lines: three known ones, two of them telling, and nothing else before the empty line. */
function sniffMail(text: string): DetectedType | undefined {
  let lines = text.split(/\r?\n/, 200);
  const mbox = /^From \S+ /.test(lines[0] ?? '');
  if (mbox) lines = lines.slice(1);
  let known = 0;
  let telling = 0;
  for (const line of lines) {
    if (line === '') break;
    if (/^[ \t]/.test(line)) continue;
    if (!ANY_HEADER.test(line)) {
      // The last line of a cut head may be half a header; anything else that is no header makes it no mail.
      if (line === lines.at(-1)) break;
      return undefined;
    }
    if (MAIL_HEADER.test(line)) known++;
    if (TELLING.test(line)) telling++;
  }
  if (known < 3 || telling < 2) return undefined;
  return mbox
    ? detected('application/mbox', 'Mailbox (mbox)', 'mbox')
    : detected('message/rfc822', 'Mail message (EML)', 'eml');
}

/**
 * A mail by its first lines alone, whatever bytes its bodies hold: raw binary in one part must not keep the others from
 * being read.
 */
export function sniffMailHead(head: Uint8Array): DetectedType | undefined {
  return sniffMail(decode('windows-1252', head.subarray(0, LOOK_AT)));
}

function sniffMarkup(text: string): DetectedType | undefined {
  const start = text.trimStart();
  const low = start.slice(0, 4096).toLowerCase();
  if (!low.startsWith('<')) return undefined;
  if (/<(?:hta:application)\b/.test(low)) return detected('application/hta', 'HTML application (HTA)', 'hta');
  if (low.startsWith('<?php')) return detected('text/x-php', 'PHP script', 'php');
  if (low.startsWith('<%')) return detected('text/x-asp', 'ASP script', 'asp');
  if (/<(?:package|job)[\s>]/.test(low) && /<script[\s>]/.test(low))
    return detected('text/x-wsf', 'Windows script file (WSF)', 'wsf');
  if (/<scriptlet[\s>]/.test(low)) return detected('text/x-scriptlet', 'Windows script component (SCT)', 'sct');
  const isXml = low.startsWith('<?xml');
  if (
    !isXml &&
    /<(?:!doctype html|html|head|body|script|meta|title|iframe|table|div|a|p|img|style|center|form)[\s>/]/.test(
      low.slice(0, 1024),
    )
  ) {
    return detected('text/html', 'HTML document', 'html');
  }
  if (/<svg[\s>]/.test(low)) return detected('image/svg+xml', 'SVG image', 'svg');
  if (/<html[\s>]/.test(low)) return detected('text/html', 'HTML document (XHTML)', 'html');
  if (/<\?mso-application progid="(word|excel)/.test(low) || /<w:worddocument/.test(low)) {
    return detected('application/xml', 'Office document saved as XML', 'xml');
  }
  if (/<!doctype plist|<plist/.test(low)) return detected('application/x-plist', 'Apple property list (XML)', 'plist');
  if (isXml || (/^<[a-z_][\w:.-]{0,100}(?:\s[^<>]{0,2000})?\/?>/.test(low) && start.includes('</'))) {
    return detected('application/xml', 'XML document', 'xml');
  }
  return undefined;
}

function sniffJson(text: string, complete: boolean): DetectedType | undefined {
  const start = text.trimStart();
  if (!/^[{[]/.test(start)) return undefined;
  if (complete) {
    try {
      JSON.parse(start);
      return detected('application/json', 'JSON data', 'json');
    } catch {
      // May still be one JSON value a line.
    }
  }
  const lines = start.split('\n', 3);
  const first = lines[0] ?? '';
  if (lines.length > 1) {
    try {
      JSON.parse(first);
      return detected('application/x-ndjson', 'JSON lines', 'jsonl');
    } catch {
      // Not a value a line either.
    }
  }
  const shape = /^(?:\{\s*"(?:[^"\\]|\\.){0,500}"\s*:|\[\s*(?:\{|\[|"|-?\d|true|false|null))/;
  return !complete && shape.test(start) ? detected('application/json', 'JSON data', 'json') : undefined;
}

const INTERPRETERS: readonly [pattern: RegExp, type: DetectedType][] = [
  [/\b(?:ba|z|da|k|a)?sh\b/, detected('text/x-shellscript', 'Shell script', 'sh')],
  [/\bpython/, detected('text/x-python', 'Python script', 'py')],
  [/\bperl/, detected('text/x-perl', 'Perl script', 'pl')],
  [/\bruby/, detected('text/x-ruby', 'Ruby script', 'rb')],
  [/\bphp/, detected('text/x-php', 'PHP script', 'php')],
  [/\b(?:node|deno|bun)/, detected('text/javascript', 'JavaScript', 'js')],
  [/\bpwsh|\bpowershell/, detected('text/x-powershell', 'PowerShell script', 'ps1')],
  [/\bosascript/, detected('text/x-applescript', 'AppleScript', 'applescript')],
];

const FIRST_LINE: readonly [pattern: RegExp, type: DetectedType][] = [
  [/^\[InternetShortcut\]/i, detected('application/x-mswinurl', 'Internet shortcut', 'url')],
  [
    /^(?:Windows Registry Editor Version 5\.00|REGEDIT4)\s/,
    detected('text/x-ms-regedit', 'Windows registry script', 'reg'),
  ],
  [/^-----BEGIN PGP /, detected('application/pgp-encrypted', 'PGP data', 'asc')],
  [/^-----BEGIN [A-Z0-9 ]{1,40}-----/, detected('application/x-pem-file', 'PEM key or certificate', 'pem')],
  [/^BEGIN:VCALENDAR/i, detected('text/calendar', 'Calendar entry', 'ics')],
  [/^BEGIN:VCARD/i, detected('text/vcard', 'Address card', 'vcf')],
  [/^#@~\^/, detected('text/x-script-encoded', 'Encoded script (JSE, VBE)', 'jse')],
  [/^WEB\r?\n1\r?\n/, detected('text/x-iqy', 'Excel web query', 'iqy')],
  [/^ID;P/, detected('text/x-sylk', 'SYLK spreadsheet', 'slk')],
  [/^%!PS/, detected('application/postscript', 'PostScript document', 'ps')],
  [/^\[(?:version|defaultinstall|strings)\]/i, detected('text/x-inf', 'Windows setup information (INF)', 'inf')],
  [/^rule\s+\w{1,100}\s*(?::[\w\s]{1,200})?\{/, detected('text/x-yara', 'YARA rule', 'yar')],
];

/** Marks of a script language. One strong mark, or two different weak ones, decide. */
const SCRIPTS: readonly { type: DetectedType; strong: RegExp; weak: RegExp }[] = [
  {
    type: detected('text/x-perl', 'Perl script', 'pl'),
    strong: /^use (?:strict|warnings|v?5[\d.]*)\b|^package [\w:]{1,100};/m,
    weak: /^\s{0,20}(?:my [$@%(]|sub \w{1,60} ?\{|use [A-Z][\w:]{1,80})|\bqw\(/gm,
  },
  {
    type: detected('text/x-msdos-batch', 'Windows batch file', 'bat'),
    strong: /^\s{0,20}@?echo off\b|^\s{0,20}@echo\b/im,
    weak: /^\s{0,20}(?:setlocal|goto :?\w+|rem |set \/[ap] |if (?:not )?exist )|%~dp0|%comspec%/gim,
  },
  {
    type: detected('text/x-powershell', 'PowerShell script', 'ps1'),
    strong:
      /\b(?:Invoke-(?:Expression|WebRequest|Command)|New-Object\s+(?:System\.)?Net\.WebClient|Set-StrictMode|Write-Host\s|Get-WmiObject|Set-ExecutionPolicy)|\[CmdletBinding\(|\$PSScriptRoot|\[(?:System\.)?Convert\]::FromBase64String/i,
    weak: /^\s{0,20}\$[a-z_]\w{0,60}\s?=|\b(?:Get|Set|New|Start|Write|Out|Add|Remove)-[A-Z]\w{2,40}|^\s{0,20}param\s?\(|\s-(?:eq|ne|match|like)\s/gm,
  },
  {
    type: detected('text/javascript', 'JavaScript', 'js'),
    strong: /\bnew ActiveXObject\s?\(|\bmodule\.exports\b|^['"]use strict['"];/m,
    weak: /\bfunction\s?\w{0,60}\s?\([^()\n]{0,200}\)\s?\{|^\s{0,20}(?:var|let|const)\s+[\w$]{1,60}\s?=|=>\s?\{|\bdocument\.\w|\beval\s?\(|\bWScript\.|String\.fromCharCode|\brequire\(['"]|^\s{0,20}(?:import|export)\s[^\n]{1,200}from\s/gm,
  },
  {
    type: detected('text/vbscript', 'VBScript or VBA', 'vbs'),
    strong: /\b(?:Attribute VB_Name|On Error Resume Next|Option Explicit|Sub Auto_?Open)\b/i,
    weak: /^\s{0,20}(?:Dim\s+\w|Set\s+\w{1,60}\s?=|(?:Private |Public )?(?:Sub|Function)\s+\w|End (?:Sub|Function|If)|Next\b|Execute(?:Global)?\s?\(?)|\bCreateObject\s?\(|\bWScript\./gim,
  },
  {
    type: detected('text/x-python', 'Python script', 'py'),
    strong: /^if __name__ == ['"]__main__['"]|^# -\*- coding[:=]/m,
    weak: /^\s{0,20}(?:def \w{1,60}\(|class \w{1,60}[(:]|elif |except\b.{0,80}:)|^import \w[\w., ]{0,80}$|^from [\w.]{1,80} import /gm,
  },
];

function sniffScript(text: string): DetectedType | undefined {
  const bang = /^#!\s?([^\r\n]{1,200})/.exec(text)?.[1];
  if (bang !== undefined) {
    const type = INTERPRETERS.find(([pattern]) => pattern.test(bang))?.[1];
    return type ?? detected('text/x-script', 'Script', '');
  }
  for (const [pattern, type] of FIRST_LINE) if (pattern.test(text)) return type;
  for (const { type, strong } of SCRIPTS) if (strong.test(text)) return type;
  let best: DetectedType | undefined;
  let most = 1;
  for (const { type, weak } of SCRIPTS) {
    const kinds = new Set<string>();
    for (const [mark] of text.matchAll(weak)) {
      kinds.add(mark.trim().toLowerCase().slice(0, 5));
      if (kinds.size > 5) break;
    }
    if (kinds.size > most) {
      most = kinds.size;
      best = type;
    }
  }
  return best;
}

/** The same separator the same number of times in each of the first lines. Commas in prose are never that regular. */
function sniffCsv(text: string, complete: boolean): DetectedType | undefined {
  const lines = text.split(/\r?\n/, 12);
  if (!complete || lines.length === 12) lines.pop();
  const rows = lines.filter((line) => line.trim() !== '').slice(0, 10);
  if (rows.length < 2 || rows.some((row) => /^\s*(?:import|export|const|let|var|#include|\/\/|\/?\*)/.test(row)))
    return undefined;
  for (const [separator, name, mediaType] of [
    ['\t', 'tab', 'text/tab-separated-values'],
    [';', 'semicolon', 'text/csv'],
    [',', 'comma', 'text/csv'],
  ] as const) {
    const counts = rows.map((row) => row.replace(/"[^"]*"/g, '').split(separator).length - 1);
    const first = counts[0] ?? 0;
    // Lines of code end with a semicolon, lines of a list with a comma; rows of a table do not all end with nothing.
    if (rows.every((row) => row.endsWith(separator))) continue;
    const enough = first >= 2 || (first === 1 && rows.length >= 3);
    if (enough && counts.every((count) => count === first)) {
      return detected(mediaType, `Table (${name}-separated values)`, separator === '\t' ? 'tsv' : 'csv');
    }
  }
  return undefined;
}

/** What kind of text this is. `complete` says that `decoded` holds the whole file. */
export function sniffText(decoded: DecodedText, complete: boolean): DetectedType {
  const whole = complete && decoded.text.length <= LOOK_AT;
  const text = decoded.text.replace(/^\uFEFF/, '').slice(0, LOOK_AT);
  const kind =
    sniffMail(text) ??
    sniffMarkup(text) ??
    sniffJson(text, whole) ??
    sniffScript(text) ??
    sniffCsv(text, whole) ??
    detected('text/plain', 'Plain text', 'txt');
  return decoded.encoding === 'ASCII' ? kind : { ...kind, label: `${kind.label}, ${decoded.encoding}` };
}
