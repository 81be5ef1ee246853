/**
 * Context-triggered piecewise hashing as the `ssdeep` program computes it (Kornblum, "Identifying almost identical files
 * using context triggered piecewise hashing", 2006): a rolling hash over seven bytes decides where pieces end; each
 * piece leaves one base64 character; the block size that yields a signature of 32 to 64 characters is chosen.
 *
 * All candidate block sizes are followed at once, so one pass is enough. Two facts keep that cheap: a piece that ends at
 * one block size also ends at every smaller one, and only the low six bits of the piece hash are ever used.
 */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const MIN_BLOCK = 3;
const MAX_LEVELS = 31;
const SIGNATURE = 64;
const WINDOW = 7;
/** The low six bits of FNV's offset and prime as spamsum has them (0x28021967, 0x01000193). */
const PIECE_START = 0x27;
const PIECE_PRIME = 0x13;

/** One block size being followed: `MIN_BLOCK << level` bytes a piece on average. */
interface Level {
  /** Hash of the current piece. */
  piece: number;
  /** The same for the short signature, which stops starting new pieces after 31 characters. */
  half: number;
  /** Characters of the finished pieces, at most SIGNATURE - 1. */
  pieces: string;
  /** The character of everything after those, once there were more piece ends than places. */
  last: string;
  halfLast: string;
}

const blockSize = (level: number): number => MIN_BLOCK * 2 ** level;
const letter = (hash: number): string => ALPHABET.charAt(hash & 63);

/**
 * Continues up to four piece hashes over `bytes[from, to)`, in place. Four at once, because one alone waits for its own
 * multiplication at every byte. Overflow is harmless: the low bits that count stay exact.
 */
function followFour(hashes: Int32Array, at: number, bytes: Uint8Array, from: number, to: number): void {
  let a = hashes[at] ?? 0;
  let b = hashes[at + 1] ?? 0;
  let c = hashes[at + 2] ?? 0;
  let d = hashes[at + 3] ?? 0;
  for (let i = from; i < to; i++) {
    const byte = bytes[i] ?? 0;
    a = Math.imul(a, PIECE_PRIME) ^ byte;
    b = Math.imul(b, PIECE_PRIME) ^ byte;
    c = Math.imul(c, PIECE_PRIME) ^ byte;
    d = Math.imul(d, PIECE_PRIME) ^ byte;
  }
  hashes[at] = a;
  hashes[at + 1] = b;
  hashes[at + 2] = c;
  hashes[at + 3] = d;
}

/** Feed it the content in order with `update`, then ask for the `digest`. Memory does not grow with the content. */
export class Ssdeep {
  readonly #size: number;
  /** The last WINDOW bytes of the pieces before, oldest first. */
  readonly #before = new Uint8Array(WINDOW);
  readonly #levels: Level[] = [{ piece: PIECE_START, half: PIECE_START, pieces: '', last: '', halfLast: '' }];
  /** Levels below this one can no longer be the answer. */
  #lowest = 0;
  /** No level above this one can be needed: the final size is known. */
  readonly #highest: number;
  /** Room for both hashes of every level, rounded up to whole groups of four. */
  readonly #scratch = new Int32Array(MAX_LEVELS * 2 + 4);
  #sum = 0;
  #weighted = 0;
  #shifted = 0;

  /** @param size how many bytes will come in all. */
  constructor(size: number) {
    this.#size = size;
    this.#highest = Math.min(this.#bestLevel() + 1, MAX_LEVELS - 1);
  }

  update(bytes: Uint8Array): void {
    const before = this.#before;
    let sum = this.#sum;
    let weighted = this.#weighted;
    let shifted = this.#shifted;
    let from = 0;
    let mask = 2 ** this.#lowest - 1;
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i] ?? 0;
      const gone = (i < WINDOW ? before[i] : bytes[i - WINDOW]) ?? 0;
      weighted = (weighted - sum + Math.imul(WINDOW, byte)) | 0;
      sum = (sum + byte - gone) | 0;
      shifted = (shifted << 5) ^ byte;
      // A piece ends where the rolling hash is blockSize - 1 modulo blockSize, so where the hash plus one divides by
      // 3 * 2^level: the cheap test on the low bits settles nearly every byte.
      const next = (sum + weighted + shifted + 1) | 0;
      if ((next & mask) === 0 && next !== 0 && (next >>> 0) % MIN_BLOCK === 0) {
        this.#advance(bytes, from, i + 1);
        from = i + 1;
        this.#endPieces(next >>> 0);
        mask = 2 ** this.#lowest - 1;
      }
    }
    this.#advance(bytes, from, bytes.length);
    this.#sum = sum;
    this.#weighted = weighted;
    this.#shifted = shifted;
    if (bytes.length < WINDOW) before.copyWithin(0, bytes.length);
    const kept = bytes.subarray(-WINDOW);
    before.set(kept, WINDOW - kept.length);
  }

  digest(): string {
    const rolling = (this.#sum + this.#weighted + this.#shifted) | 0;
    let level = Math.min(Math.max(this.#bestLevel(), this.#lowest), this.#levels.length - 1);
    while (level > this.#lowest && this.#at(level).pieces.length < SIGNATURE / 2) level--;
    const chosen = this.#at(level);
    const full = chosen.pieces + (rolling === 0 ? chosen.last : letter(chosen.piece));
    let short = '';
    if (level + 1 < this.#levels.length) {
      const double = this.#at(level + 1);
      short = double.pieces.slice(0, SIGNATURE / 2 - 1) + (rolling === 0 ? double.halfLast : letter(double.half));
    } else if (rolling !== 0) {
      short = letter(chosen.piece);
    }
    return `${blockSize(level)}:${full}:${short}`;
  }

  #at(level: number): Level {
    const found = this.#levels[level];
    if (found === undefined) throw new Error(`no ssdeep level ${level}`);
    return found;
  }

  /** The smallest block size that needs no more than SIGNATURE pieces for the whole content. */
  #bestLevel(): number {
    let level = 0;
    while (level < MAX_LEVELS - 1 && blockSize(level) * SIGNATURE < this.#size) level++;
    return level;
  }

  #advance(bytes: Uint8Array, from: number, to: number): void {
    const hashes = this.#scratch;
    // One hash is enough where both are equal, and the lowest level, which never gives the short signature, needs no other.
    const single = (level: Level, index: number): boolean => index === this.#lowest || level.half === level.piece;
    let used = 0;
    for (let index = this.#lowest; index < this.#levels.length; index++) {
      const level = this.#at(index);
      hashes[used++] = level.piece;
      if (!single(level, index)) hashes[used++] = level.half;
    }
    for (let at = 0; at < used; at += 4) followFour(hashes, at, bytes, from, to);
    used = 0;
    for (let index = this.#lowest; index < this.#levels.length; index++) {
      const level = this.#at(index);
      const together = single(level, index);
      level.piece = (hashes[used++] ?? 0) & 63;
      level.half = together ? level.piece : (hashes[used++] ?? 0) & 63;
    }
  }

  /** @param next the rolling hash plus one, a multiple of the smallest block size still followed. */
  #endPieces(next: number): void {
    for (let index = this.#lowest; index < this.#levels.length && next % blockSize(index) === 0; index++) {
      const level = this.#at(index);
      if (level.pieces === '' && level.last === '' && index === this.#levels.length - 1 && index < this.#highest) {
        // Up to here the next block size has seen no piece end, so it has the same running hashes.
        this.#levels.push({ piece: level.piece, half: level.half, pieces: '', last: '', halfLast: '' });
      }
      level.halfLast = letter(level.half);
      if (level.pieces.length < SIGNATURE - 1) {
        level.pieces += letter(level.piece);
        level.piece = PIECE_START;
        if (level.pieces.length < SIGNATURE / 2) {
          level.half = PIECE_START;
          level.halfLast = '';
        }
      } else {
        level.last = letter(level.piece);
      }
    }
    this.#dropUseless();
  }

  /** A level is of no use once the next one alone fills half a signature and this one is too fine for the size. */
  #dropUseless(): void {
    while (
      this.#lowest + 1 < this.#levels.length &&
      blockSize(this.#lowest) * SIGNATURE < this.#size &&
      this.#at(this.#lowest + 1).pieces.length >= SIGNATURE / 2
    ) {
      this.#lowest++;
    }
  }
}
