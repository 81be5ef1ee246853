import type { DataType } from '../../shared/model/data-type.ts';
import { checkCryptoAddress, mayBeCryptoAddress } from './crypto-address.ts';
import { checkHash, isHashLength } from './hash-value.ts';

export type WordReading =
  | { dataType: DataType; value: string; marks: string[] }
  | { dataType: DataType; reason: string }
  | undefined;

const CVE = /^CVE-(?:199\d|20\d\d)-\d{4,7}$/i;
const AS = /^ASN?(\d{2,10})$/;
/** The number ranges MITRE has given out so far, with room: technique, tactic, software, group, mitigation, campaign, data source. */
const ATTACK = /^(?:T1(?!000)[0-6]\d\d(?:\.\d{3})?|TA0[01]\d{2}|S[01]\d{3}|G[01]\d{3}|M10[1-6]\d|C00\d{2}|DS00\d{2})$/;
const MAC = /^[0-9a-f]{2}(?:([:-])[0-9a-f]{2})(?:\1[0-9a-f]{2}){4}$/i;
const MAC_DOTTED = /^[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}$/i;
const HEX_WORD = /^[0-9a-fA-F]+$/;

export function readCve(text: string): string | undefined {
  return CVE.test(text) ? text.toUpperCase() : undefined;
}

export function readAutonomousSystem(text: string): string | undefined {
  const number = Number(AS.exec(text)?.[1] ?? Number.NaN);
  return number >= 1 && number < 2 ** 32 ? `AS${number}` : undefined;
}

/** `ASN 64500`, `ASN: 64500`; after a bare `AS` only a number too long for a year or a standard (`AS 9100`). */
const AS_APART = /(?:^|[^\p{L}\p{N}])(ASN(?: |: ?)|AS )$/u;

/** A number behind its letters and a blank (`AS 13335`, `CVE 2021-44228`); `letters` is how many bytes these take. */
export function readApart(
  before: string,
  number: string,
): { dataType: 'autonomous-system' | 'cve'; value: string; letters: number } | undefined {
  if (/(?:^|[^\p{L}\p{N}])CVE $/iu.test(before)) {
    const cve = readCve(`CVE-${number}`);
    return cve === undefined ? undefined : { dataType: 'cve', value: cve, letters: 4 };
  }
  const letters = AS_APART.exec(before)?.[1];
  if (letters === undefined || !/^\d{2,10}$/.test(number) || (letters === 'AS ' && number.length < 5)) return undefined;
  const value = readAutonomousSystem(`AS${number}`);
  return value === undefined ? undefined : { dataType: 'autonomous-system', value, letters: letters.length };
}

export const readAttack = (text: string): string | undefined => (ATTACK.test(text) ? text : undefined);

/** A hardware address in any of its three spellings, as lower-case pairs between colons. */
export function readMac(text: string): string | undefined {
  if (!MAC.test(text) && !(MAC_DOTTED.test(text) && /[a-f]/i.test(text))) return undefined;
  return (
    text
      .toLowerCase()
      .replace(/[^0-9a-f]/g, '')
      .match(/../g) ?? []
  ).join(':');
}

/** What a word without colons, slashes and at signs is: a digest, an address of a coin, a CVE, AS or ATT&CK number, a MAC. */
export function readWord(text: string): WordReading {
  const { length } = text;
  if (length <= 24) {
    const cve = readCve(text);
    if (cve !== undefined) return { dataType: 'cve', value: cve, marks: [] };
    const system = readAutonomousSystem(text);
    if (system !== undefined) return { dataType: 'autonomous-system', value: system, marks: [] };
    const attack = readAttack(text);
    if (attack !== undefined) return { dataType: 'other', value: attack, marks: ['attack'] };
    const mac = readMac(text);
    return mac === undefined ? undefined : { dataType: 'other', value: mac, marks: ['mac'] };
  }
  if (isHashLength(length) && HEX_WORD.test(text)) {
    const hash = checkHash(text);
    return { dataType: 'hash', ...hash };
  }
  if (mayBeCryptoAddress(text)) {
    const address = checkCryptoAddress(text);
    // Base58 letters alone are an everyday shape (tokens, ids): only what announces itself is worth a refusal.
    if ('reason' in address && !/^(?:0x|bc1|ltc1)/.test(text)) return undefined;
    return { dataType: 'crypto_address', ...address };
  }
  return undefined;
}
