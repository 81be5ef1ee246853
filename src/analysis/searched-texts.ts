import { MAX_SEARCHED, MAX_SEARCHED_PART, type PartText } from './inspection.ts';

/** Parts whose beginning is kept; a mail with thousands of attachments fills them with the first. */
const MAX_PARTS = 200;

/** Gathers the beginning of each part's text while it is read: bounded, and no byte is decoded that is not kept. */
export function createSearchedTexts(): { add(part: string, utf8: Uint8Array): void; result(): PartText[] } {
  const parts = new Map<string, { pieces: Uint8Array[]; bytes: number }>();
  let total = 0;
  return {
    add(part, utf8) {
      let kept = parts.get(part);
      if (kept === undefined) {
        if (parts.size >= MAX_PARTS || total >= MAX_SEARCHED) return;
        kept = { pieces: [], bytes: 0 };
        parts.set(part, kept);
      }
      const room = Math.min(MAX_SEARCHED_PART - kept.bytes, MAX_SEARCHED - total);
      if (room <= 0) return;
      // A copy: the reader uses its buffer again.
      const piece = utf8.slice(0, room);
      kept.pieces.push(piece);
      kept.bytes += piece.length;
      total += piece.length;
    },
    result() {
      const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
      return [...parts].flatMap(([part, { pieces }]) => {
        // `stream` leaves out half a character at the end; the second call forgets it.
        const body = decoder.decode(Buffer.concat(pieces), { stream: true });
        decoder.decode();
        return body.trim() === '' ? [] : [{ part, body }];
      });
    },
  };
}
