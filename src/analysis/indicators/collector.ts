import type { DataType } from '../../shared/model/data-type.ts';
import { type Finding, MAX_FINDINGS, MAX_PLACES, MAX_REJECTED, type Place, type Rejection } from '../inspection.ts';

/** One sighting: what was found, where, and what is known about it. */
export interface Sighting {
  dataType: DataType;
  value: string;
  place: Place;
  marks: readonly string[];
}

export interface Collected {
  observables: Finding[];
  rejected: Rejection[];
  /** True when a cap was reached and something was left out. */
  overflowed: boolean;
}

export interface Collector {
  add(sighting: Sighting): void;
  reject(rejection: Rejection): void;
  result(): Collected;
}

const MAX_TEXT = 4096;

/** Marks that weaken a value, and no longer do so once it is found somewhere without them. */
const WEAKENING: readonly string[] = ['derived', 'strings'];

function clip(text: string): string {
  if (text.length <= MAX_TEXT) return text;
  // A cut inside a surrogate pair would leave half a character, which some consumers refuse.
  const last = text.charCodeAt(MAX_TEXT - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? MAX_TEXT - 1 : MAX_TEXT);
}

/** The place, copied only where its text is too long: there is one for every sighting. Its length is that of its text. */
function clipped(place: Place): Place {
  if (place.text.length <= MAX_TEXT) return place;
  const text = clip(place.text);
  return { ...place, text, length: Buffer.byteLength(text) };
}

/**
 * Merges sightings of the same (dataType, value) over all parts, in order of first appearance. Values beyond
 * MAX_FINDINGS and places beyond MAX_PLACES are dropped; only the former (and rejections beyond MAX_REJECTED) count as
 * an overflow, because a value with fifty places is known well enough.
 */
export function createCollector(): Collector {
  const findings = new Map<string, Finding>();
  const rejections = new Map<string, Rejection>();
  let overflowed = false;

  return {
    add({ dataType, value, place, marks }) {
      const key = `${dataType}\0${value}`;
      const known = findings.get(key);
      if (known === undefined) {
        if (findings.size >= MAX_FINDINGS) {
          overflowed = true;
          return;
        }
        findings.set(key, {
          dataType,
          value,
          places: [clipped(place)],
          marks: marks.length < 2 ? marks.slice() : [...new Set(marks)],
        });
        return;
      }
      if (known.places.length < MAX_PLACES) {
        const next = clipped(place);
        const first = known.places[0]?.text;
        // Equal texts share one string: fifty long ones of each value would add up.
        known.places.push(next.text === first ? { ...next, text: first } : next);
      }
      for (const mark of marks) {
        if (!known.marks.includes(mark) && known.marks.length < MAX_PLACES && !WEAKENING.includes(mark))
          known.marks.push(mark);
      }
      for (const mark of WEAKENING) {
        const at = known.marks.indexOf(mark);
        if (at >= 0 && !marks.includes(mark)) known.marks.splice(at, 1);
      }
    },
    reject(rejection) {
      const key = `${rejection.part}\0${rejection.text}`;
      if (rejections.has(key)) return;
      if (rejections.size >= MAX_REJECTED) {
        overflowed = true;
        return;
      }
      rejections.set(key, { ...rejection, text: clip(rejection.text) });
    },
    result: () => ({
      observables: [...findings.values()],
      rejected: [...rejections.values()],
      overflowed,
    }),
  };
}
