/*
 * Keccak-256 as Ethereum and Monero use it: the sponge before NIST changed the padding for SHA-3 (FIPS 202), so
 * node:crypto's sha3-256 gives other digests. Lanes are pairs of 32-bit halves, low first.
 * Specification: The Keccak reference 3.0, section 1.
 */

const ROUNDS = 24;
const RATE = 136;

/** Round constants from the 8-bit LFSR of the specification (x^8 + x^6 + x^5 + x^4 + 1). */
const ROUND_CONSTANTS = (() => {
  const constants = new Int32Array(ROUNDS * 2);
  let state = 1;
  for (let round = 0; round < ROUNDS; round++) {
    for (let j = 0; j < 7; j++) {
      if ((state & 1) !== 0) {
        const bit = (1 << j) - 1;
        const at = round * 2 + (bit >= 32 ? 1 : 0);
        constants[at] = (constants[at] ?? 0) ^ (1 << (bit & 31));
      }
      state = (state & 0x80) !== 0 ? ((state << 1) ^ 0x171) & 0xff : state << 1;
    }
  }
  return constants;
})();

/** Where each lane goes in the pi step and how far it turns in rho, following the walk of the specification. */
const [PI_TARGET, RHO_TURN] = (() => {
  const target = new Uint8Array(25);
  const turn = new Uint8Array(25);
  let x = 1;
  let y = 0;
  for (let t = 0; t < 24; t++) {
    turn[x + 5 * y] = (((t + 1) * (t + 2)) / 2) % 64;
    [x, y] = [y, (2 * x + 3 * y) % 5];
  }
  for (let i = 0; i < 25; i++) {
    const fromX = i % 5;
    const fromY = (i - fromX) / 5;
    target[i] = fromY + 5 * ((2 * fromX + 3 * fromY) % 5);
  }
  return [target, turn];
})();

function permute(a: Int32Array, b: Int32Array, c: Int32Array): void {
  const at = (words: Int32Array, i: number): number => words[i] as number;
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < 10; i++) c[i] = at(a, i) ^ at(a, i + 10) ^ at(a, i + 20) ^ at(a, i + 30) ^ at(a, i + 40);
    for (let x = 0; x < 5; x++) {
      const left = ((x + 4) % 5) * 2;
      const right = ((x + 1) % 5) * 2;
      const low = at(c, left) ^ ((at(c, right) << 1) | (at(c, right + 1) >>> 31));
      const high = at(c, left + 1) ^ ((at(c, right + 1) << 1) | (at(c, right) >>> 31));
      for (let y = 0; y < 50; y += 10) {
        a[y + x * 2] = at(a, y + x * 2) ^ low;
        a[y + x * 2 + 1] = at(a, y + x * 2 + 1) ^ high;
      }
    }
    for (let i = 0; i < 25; i++) {
      const turn = RHO_TURN[i] as number;
      const to = (PI_TARGET[i] as number) * 2;
      const swap = turn >= 32;
      const low = at(a, i * 2 + (swap ? 1 : 0));
      const high = at(a, i * 2 + (swap ? 0 : 1));
      const bits = turn & 31;
      b[to] = bits === 0 ? low : (low << bits) | (high >>> (32 - bits));
      b[to + 1] = bits === 0 ? high : (high << bits) | (low >>> (32 - bits));
    }
    for (let y = 0; y < 50; y += 10) {
      for (let x = 0; x < 10; x++) a[y + x] = at(b, y + x) ^ (~at(b, y + ((x + 2) % 10)) & at(b, y + ((x + 4) % 10)));
    }
    a[0] = at(a, 0) ^ at(ROUND_CONSTANTS, round * 2);
    a[1] = at(a, 1) ^ at(ROUND_CONSTANTS, round * 2 + 1);
  }
}

/** The 32-byte Keccak-256 digest. */
export function keccak256(data: Uint8Array): Uint8Array {
  const lanes = new Int32Array(50);
  const spare = new Int32Array(50);
  const columns = new Int32Array(10);
  const padded = new Uint8Array((Math.floor(data.length / RATE) + 1) * RATE);
  padded.set(data);
  padded[data.length] = 0x01;
  padded[padded.length - 1] = (padded[padded.length - 1] ?? 0) | 0x80;
  const view = new DataView(padded.buffer);
  for (let block = 0; block < padded.length; block += RATE) {
    for (let i = 0; i < RATE / 4; i++) lanes[i] = (lanes[i] ?? 0) ^ view.getInt32(block + i * 4, true);
    permute(lanes, spare, columns);
  }
  const digest = new Uint8Array(32);
  const out = new DataView(digest.buffer);
  for (let i = 0; i < 8; i++) out.setInt32(i * 4, lanes[i] ?? 0, true);
  return digest;
}
