import { createHash } from 'node:crypto';
import type { Checked } from './checked.ts';
import { keccak256 } from './keccak.ts';

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
/** XRP Ledger writes the same digits in an order of its own ("Base58 Encodings" in its documentation). */
const BASE58_RIPPLE = 'rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz';
const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';

/** Version bytes of Base58Check payloads of 20 bytes, as each project's chain parameters give them. */
const BASE58_COINS: readonly { coin: string; first: string; version: readonly number[] }[] = [
  { coin: 'bitcoin', first: '1', version: [0x00] },
  { coin: 'bitcoin', first: '3', version: [0x05] },
  { coin: 'litecoin', first: 'L', version: [0x30] },
  { coin: 'litecoin', first: 'M', version: [0x32] },
  { coin: 'dogecoin', first: 'D', version: [0x1e] },
  { coin: 'dash', first: 'X', version: [0x4c] },
  { coin: 'tron', first: 'T', version: [0x41] },
  { coin: 'zcash', first: 't', version: [0x1c, 0xb8] },
  { coin: 'zcash', first: 't', version: [0x1c, 0xbd] },
];
const BECH32_COINS: Readonly<Record<string, string>> = { bc: 'bitcoin', ltc: 'litecoin' };

/** Monero network bytes: standard, integrated, subaddress ("Cryptonote standard 007", base58 in blocks of eight). */
const MONERO_PREFIXES: ReadonlySet<number> = new Set([18, 19, 42]);
const MONERO_BLOCK_BYTES: Readonly<Record<number, number>> = { 11: 8, 10: 7, 9: 6, 7: 5, 6: 4, 5: 3, 3: 2, 2: 1 };

function decodeBase58(text: string, alphabet: string): number[] | undefined {
  const bytes: number[] = [];
  for (const letter of text) {
    let carry = alphabet.indexOf(letter);
    if (carry < 0) return undefined;
    for (let i = 0; i < bytes.length; i++) {
      carry += (bytes[i] as number) * 58;
      bytes[i] = carry & 0xff;
      carry >>= 8;
    }
    for (; carry > 0; carry >>= 8) bytes.push(carry & 0xff);
  }
  for (let i = 0; i < text.length && text[i] === alphabet[0]; i++) bytes.push(0);
  return bytes.reverse();
}

const sha256 = (data: Uint8Array): Buffer => createHash('sha256').update(data).digest();

/** Base58Check (Bitcoin's "Base58Check encoding"): the payload ends in four bytes of its double SHA-256. */
function base58CheckPayload(text: string, alphabet: string): number[] | undefined {
  const bytes = decodeBase58(text, alphabet);
  if (bytes === undefined || bytes.length < 25 || bytes.length > 26) return undefined;
  const payload = Uint8Array.from(bytes.slice(0, -4));
  const sum = sha256(sha256(payload));
  return bytes.slice(-4).every((byte, i) => byte === sum[i]) ? bytes.slice(0, -4) : undefined;
}

function checkBase58(text: string): string | undefined {
  if (text.startsWith('r')) return base58CheckPayload(text, BASE58_RIPPLE)?.[0] === 0 ? 'ripple' : undefined;
  const coins = BASE58_COINS.filter(({ first }) => text.startsWith(first));
  if (coins.length === 0) return undefined;
  const payload = base58CheckPayload(text, BASE58);
  if (payload === undefined) return undefined;
  return coins.find(
    ({ version }) => payload.length === version.length + 20 && version.every((byte, i) => payload[i] === byte),
  )?.coin;
}

/** BIP-173 (bech32, witness version 0) and BIP-350 (bech32m, later versions). */
function checkBech32(text: string): string | undefined {
  const lower = text.toLowerCase();
  if (text !== lower && text !== text.toUpperCase()) return undefined;
  const split = lower.lastIndexOf('1');
  const prefix = lower.slice(0, split);
  const coin = BECH32_COINS[prefix];
  const data = Array.from(lower.slice(split + 1), (letter) => BECH32.indexOf(letter));
  if (coin === undefined || data.length < 8 || data.includes(-1)) return undefined;
  const values = [
    ...Array.from(prefix, (c) => c.charCodeAt(0) >> 5),
    0,
    ...Array.from(prefix, (c) => c.charCodeAt(0) & 31),
  ];
  const generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
  let check = 1;
  for (const value of [...values, ...data]) {
    const top = check >>> 25;
    check = ((check & 0x1ffffff) << 5) ^ value;
    for (let i = 0; i < 5; i++) if (((top >>> i) & 1) !== 0) check ^= generator[i] as number;
  }
  const version = data[0] as number;
  if (version > 16 || check !== (version === 0 ? 1 : 0x2bc830a3)) return undefined;
  const programBits = (data.length - 7) * 5;
  const programBytes = Math.floor(programBits / 8);
  if (programBits - programBytes * 8 > 4) return undefined;
  return version === 0 ? (programBytes === 20 || programBytes === 32 ? coin : undefined) : coin;
}

/** EIP-55: the case of the letters is the checksum; one case throughout carries none and is accepted. */
function isEthereum(text: string): boolean {
  const digits = text.slice(2);
  const lower = digits.toLowerCase();
  if (new Set(lower).size < 5) return false;
  if (digits === lower || digits === digits.toUpperCase()) return true;
  const digest = Buffer.from(keccak256(Buffer.from(lower, 'latin1'))).toString('hex');
  return Array.from(lower).every((letter, i) =>
    Number.parseInt(digest[i] as string, 16) >= 8 ? digits[i] === letter.toUpperCase() : digits[i] === letter,
  );
}

function isMonero(text: string): boolean {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at += 11) {
    const block = text.slice(at, at + 11);
    const size = MONERO_BLOCK_BYTES[block.length];
    if (size === undefined) return false;
    let value = 0n;
    for (const letter of block) value = value * 58n + BigInt(Math.max(0, BASE58.indexOf(letter)));
    if (value >= 1n << BigInt(size * 8)) return false;
    for (let i = size - 1; i >= 0; i--) bytes.push(Number((value >> BigInt(i * 8)) & 0xffn));
  }
  if (!MONERO_PREFIXES.has(bytes[0] as number)) return false;
  const sum = keccak256(Uint8Array.from(bytes.slice(0, -4)));
  return bytes.slice(-4).every((byte, i) => byte === sum[i]);
}

/** A cheap look at the letters, so that the costly checks run on few words. */
export function mayBeCryptoAddress(text: string): boolean {
  const { length } = text;
  if (length < 25 || length > 106) return false;
  if (length === 42 && /^0x[0-9a-fA-F]{40}$/.test(text)) return true;
  if (/^(?:bc|ltc)1[02-9ac-hj-np-z]{8,87}$/i.test(text)) return true;
  if (length <= 36) return /^[13LMDXTtr][1-9A-HJ-NP-Za-km-z]{24,35}$/.test(text);
  return (length === 95 || length === 106) && /^[48][1-9A-HJ-NP-Za-km-z]+$/.test(text);
}

/** An address whose checksum holds; the mark names the coin. */
export function checkCryptoAddress(text: string): Checked {
  const failed: Checked = { reason: 'the checksum of the address does not hold' };
  if (!mayBeCryptoAddress(text)) return { reason: 'not an address of a coin we know' };
  if (text.startsWith('0x')) return isEthereum(text) ? { value: text, marks: ['ethereum'] } : failed;
  if (/^(?:bc|ltc)1/i.test(text)) {
    const coin = checkBech32(text);
    return coin === undefined ? failed : { value: text.toLowerCase(), marks: [coin] };
  }
  if (text.length >= 95) return isMonero(text) ? { value: text, marks: ['monero'] } : failed;
  const coin = checkBase58(text);
  return coin === undefined ? failed : { value: text, marks: [coin] };
}
