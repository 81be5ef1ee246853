/** The image checksum of a PE: the one's complement style sum of all 16-bit words but the field itself, plus the size. */
export class PeChecksum {
  readonly #fieldAt: number;
  #sum = 0;
  #at = 0;

  /** @param fieldAt offset of the four checksum bytes, which count as zero. */
  constructor(fieldAt: number) {
    this.#fieldAt = fieldAt;
  }

  update(bytes: Uint8Array): void {
    let sum = this.#sum;
    const skipFrom = this.#fieldAt - this.#at;
    let high = this.#at % 2 === 1;
    for (let i = 0; i < bytes.length; i++) {
      const byte = i >= skipFrom && i < skipFrom + 4 ? 0 : (bytes[i] ?? 0);
      sum += high ? byte * 256 : byte;
      high = !high;
    }
    // At most 2^20 bytes a piece: the sum stays far below 2^53 before it is folded.
    while (sum > 0xffff) sum = (sum % 0x1_0000) + Math.floor(sum / 0x1_0000);
    this.#sum = sum;
    this.#at += bytes.length;
  }

  value(): number {
    return this.#sum + this.#at;
  }
}
