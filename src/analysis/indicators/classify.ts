import type { DataType } from '../../shared/model/data-type.ts';
import type { Checked } from './checked.ts';
import { passed } from './checked.ts';
import { createCollector } from './collector.ts';
import { checkCryptoAddress } from './crypto-address.ts';
import { extractInto } from './extract.ts';
import { checkFileName, hasKnownExtension } from './file-name.ts';
import { checkHash } from './hash-value.ts';
import { checkHost } from './host-name.ts';
import { checkCidr, checkIp } from './ip-address.ts';
import { isRegistryRoot } from './long-value.ts';
import { createWindow, fillWindow, sliceWindow } from './token-window.ts';
import { MAX_URL, urlAt } from './url-scan.ts';
import { readAttack, readAutonomousSystem, readCve, readMac } from './word-value.ts';

export type Classified = { dataType: DataType; value: string; marks: string[] } | { reason: string };

/** The longest value of any kind, in characters. */
const MAX_VALUE = 4096;

/** The text with defanged signs put right, and whether there were any. Values are read as plain text, without escapes. */
function refang(text: string): { text: string; defanged: boolean } {
  const window = createWindow();
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length > 8000) return { text, defanged: false };
  fillWindow(window, bytes, 0, bytes.length, 'text');
  const touched = window.touched.subarray(0, window.length).includes(1);
  return { text: sliceWindow(window, 0, window.length), defanged: touched };
}

const withDefanged = (marks: string[], defanged: boolean): string[] =>
  defanged && !marks.includes('defanged') ? [...marks, 'defanged'] : marks;

/**
 * One whole value as typed at a prompt: refanged, recognised, normalised. Every part of the text must belong to the
 * value. With `orOther`, what nothing recognises is of type `other`; without it the answer says why it is nothing.
 */
export function classifyValue(text: string, options: { orOther?: boolean } = {}): Classified {
  const typed = text.trim();
  if (typed === '') return { reason: 'nothing was typed' };
  if (typed.length > MAX_VALUE) return { reason: `longer than ${MAX_VALUE} characters` };
  const { text: value, defanged } = refang(typed);
  const give = (dataType: DataType, checked: { value: string; marks: string[] }): Classified => ({
    dataType,
    value: checked.value,
    marks: withDefanged(checked.marks, defanged),
  });

  const port = /^(\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.]{2,45}\]):(\d{1,5})$/i.exec(value);
  if (port !== null && Number(port[2]) > 0 && Number(port[2]) <= 65535) {
    const address = checkIp((port[1] as string).replace(/^\[|\]$/g, ''));
    if (passed(address)) return give('ip', { value: address.value, marks: [...address.marks, `port:${port[2]}`] });
  }
  for (const dataType of ['ip', 'url', 'hash', 'cve', 'autonomous-system', 'crypto_address', 'registry'] as const) {
    const checked = normalise(dataType, value);
    if (passed(checked)) return give(dataType, checked);
  }
  for (const read of [checkCidr, readOther]) {
    const checked = read(value);
    if (passed(checked)) return give('other', checked);
  }
  if (/^\d{1,10}(?:\.\d{1,10}){3}$/.test(value)) return { reason: reasonOf(checkIp(value)) };
  // Agents, paths and file names have blanks or context of their own: the extractor must find exactly this text.
  const collector = createCollector();
  extractInto(collector, Buffer.from(typed, 'utf8'), { part: '/', format: 'text' });
  const found = collector.result();
  const size = Buffer.byteLength(typed);
  const whole = found.observables.find(({ places }) =>
    places.some(({ offset, length }) => offset === 0 && length === size),
  );
  if (whole !== undefined) return { dataType: whole.dataType, value: whole.value, marks: whole.marks };
  if (value.includes('@')) {
    const mail = normalise('mail', value);
    if (passed(mail)) return give('mail', mail);
  }
  if (/^(?:[a-z]:\\|\\\\|~?\/)/i.test(value) && hasKnownExtension(value)) {
    const name = checkFileName(value);
    if (passed(name)) return give('filename', name);
  }
  const host = checkHost(value);
  if (!('reason' in host)) return give(host.kind, host);
  if (options.orOther === true) return { dataType: 'other', value: typed, marks: [] };
  const rejected = found.rejected.find(({ text: refused }) => refused === typed);
  return {
    reason:
      rejected?.reason ?? (value.includes('.') && !/\s/.test(value) ? host.reason : 'not a kind of value we know'),
  };
}

const reasonOf = (checked: Checked): string => ('reason' in checked ? checked.reason : 'not a kind of value we know');

function readOther(text: string): Checked {
  const attack = readAttack(text.toUpperCase());
  if (attack !== undefined) return { value: attack, marks: ['attack'] };
  const mac = readMac(text);
  return mac === undefined ? { reason: 'neither a MAC address nor an ATT&CK number' } : { value: mac, marks: ['mac'] };
}

/**
 * A host that somebody states to be one. They may know better than the suffix list, and want a `domain` analyzer run on
 * a deeper name, so neither an unknown suffix nor the depth is a reason to refuse.
 */
function checkNamed(text: string): Checked {
  const host = checkHost(text, true);
  return 'reason' in host ? host : { value: host.value, marks: host.marks };
}

function checkUrl(text: string): Checked {
  if (text.length > MAX_URL) return { reason: `longer than ${MAX_URL} characters` };
  const window = createWindow();
  const bytes = Buffer.from(text, 'utf8');
  fillWindow(window, bytes, 0, Math.min(bytes.length, 8000), 'text');
  const colon = sliceWindow(window, 0, Math.min(window.length, 8)).indexOf(':');
  const url = colon < 0 ? undefined : urlAt(window, 0, colon);
  if (url === undefined || url.start !== 0) return { reason: 'no http, https or ftp address' };
  if ('reason' in url) return { reason: url.reason };
  if (url.end < window.length) return { reason: 'more stands behind the address' };
  return { value: url.value, marks: url.marks };
}

function checkMail(text: string): Checked {
  const at = text.lastIndexOf('@');
  const local = text.slice(0, Math.max(at, 0));
  if (!/^[^\s@"<>()[\]\\,;:]{1,64}$/.test(local) || local.startsWith('.') || local.endsWith('.')) {
    return { reason: 'no address of the form name@host' };
  }
  const host = checkHost(text.slice(at + 1));
  return 'reason' in host ? host : { value: `${local.toLowerCase()}@${host.value}`, marks: host.marks };
}

function checkRegistry(text: string): Checked {
  const path = text.replace(/^([A-Za-z_]+):?\\+/, '$1\\');
  const root = path.slice(0, Math.max(path.indexOf('\\'), 0));
  if (!isRegistryRoot(root)) return { reason: 'a registry path begins with HKLM, HKCU or another root' };
  if (path.length > 2048 || /[\x00-\x1f]/.test(path)) return { reason: 'not a registry path' };
  const value = `${root.toUpperCase()}${path
    .slice(root.length)
    .replace(/\\{2,}/g, '\\')
    .replace(/\\$/, '')}`;
  return value.includes('\\') ? { value, marks: [] } : { reason: 'a root without a key' };
}

function checkLine(text: string, what: string): Checked {
  if (text === '') return { reason: `an empty ${what}` };
  // oxlint-disable-next-line no-control-regex
  return /[\x00-\x1f\x7f]/.test(text) ? { reason: `a control character in the ${what}` } : { value: text, marks: [] };
}

function fromWord(value: string | undefined, reason: string): Checked {
  return value === undefined ? { reason } : { value, marks: [] };
}

/**
 * Validates and normalises a value for a type that somebody stated (`--type`, or a change of type in Intake). Defanged
 * spellings are put right for the types that are written so.
 */
export function normalise(dataType: DataType, text: string): Checked {
  const typed = text.trim();
  if (typed === '') return { reason: 'nothing was typed' };
  if (typed.length > MAX_VALUE) return { reason: `longer than ${MAX_VALUE} characters` };
  switch (dataType) {
    case 'ip':
    case 'domain':
    case 'fqdn':
    case 'url':
    case 'mail': {
      const { text: value, defanged } = refang(typed);
      const checked =
        dataType === 'ip'
          ? checkIp(value)
          : dataType === 'url'
            ? checkUrl(value)
            : dataType === 'mail'
              ? checkMail(value)
              : checkNamed(value);
      return passed(checked) ? { value: checked.value, marks: withDefanged(checked.marks, defanged) } : checked;
    }
    case 'hash':
      return checkHash(typed);
    case 'cve':
      return fromWord(readCve(typed), 'a CVE number has the form CVE-2021-44228');
    case 'autonomous-system':
      return fromWord(readAutonomousSystem(typed.toUpperCase()), 'an autonomous system has the form AS64496');
    case 'crypto_address':
      return checkCryptoAddress(typed);
    case 'registry':
      return checkRegistry(typed);
    case 'filename':
      return checkFileName(typed);
    case 'file':
      return { reason: 'a file is dropped or picked, not typed' };
    case 'user-agent':
    case 'mail_subject':
    case 'uri_path':
    case 'hostname':
    case 'regexp':
    case 'other':
      return checkLine(typed, 'value');
  }
}
