/** A stretch of a file, in bytes. */
export interface Range {
  offset: number;
  size: number;
}

/** Shannon entropy of a byte histogram in bits a byte, 0 to 8, rounded to three places; 0 for no bytes. */
function entropyOf(counts: Float64Array): number {
  let total = 0;
  for (const count of counts) total += count;
  if (total === 0) return 0;
  let bits = 0;
  for (const count of counts) {
    if (count > 0) bits -= (count / total) * Math.log2(count / total);
  }
  return Math.abs(Math.round(bits * 1000) / 1000);
}

/**
 * Counts bytes in one pass and answers for the whole and for any of the given ranges, overlapping or not: the counts so
 * far are remembered wherever a range begins or ends, and a range is the difference of two of those. Hostile headers
 * that claim a hundred sections over the same gigabyte so cost nothing.
 */
export class EntropyCounter {
  readonly #counts = new Float64Array(256);
  readonly #marks: number[];
  readonly #kept = new Map<number, Float64Array>();
  #at = 0;
  #nextMark = 0;

  /** @param ranges at most a few hundred: each keeps 4 KiB. */
  constructor(ranges: readonly Range[]) {
    const places = new Set(ranges.flatMap(({ offset, size }) => [offset, offset + size]));
    this.#marks = [...places].sort((a, b) => a - b);
    this.#keepReached();
  }

  update(bytes: Uint8Array): void {
    let from = 0;
    while (from < bytes.length) {
      const mark = this.#marks[this.#nextMark];
      const to = mark === undefined ? bytes.length : Math.min(bytes.length, from + (mark - this.#at));
      const counts = this.#counts;
      for (let i = from; i < to; i++) {
        const byte = bytes[i] ?? 0;
        counts[byte] = (counts[byte] ?? 0) + 1;
      }
      this.#at += to - from;
      from = to;
      this.#keepReached();
    }
  }

  whole(): number {
    return entropyOf(this.#counts);
  }

  /** Entropy of a range given to the constructor, as far as it lies inside the content. */
  of({ offset, size }: Range): number {
    const start = this.#kept.get(offset);
    if (start === undefined) return 0;
    const end = this.#kept.get(offset + size) ?? this.#counts;
    return entropyOf(end.map((count, byte) => count - (start[byte] ?? 0)));
  }

  #keepReached(): void {
    for (let mark = this.#marks[this.#nextMark]; mark !== undefined && mark <= this.#at; ) {
      this.#kept.set(mark, this.#counts.slice());
      mark = this.#marks[++this.#nextMark];
    }
  }
}
