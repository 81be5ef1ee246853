import type { DataType } from '../shared/model/data-type.ts';

/**
 * A place in the decoded text of a part. `offset` and `length` are UTF-8 bytes; `line` and `page` count from 1. The bytes
 * `offset` to `offset + length` of the text are `text`. What stands in no text (a name in an archive's table) has a place
 * with no length and no text at the part it belongs to.
 */
export interface Place {
  /** Path of the part: `/` is the dropped thing itself, `/2/attachment.zip/a.txt` lies two containers deep. */
  part: string;
  offset: number;
  length: number;
  /** What stood there, as written (defanged, upper case …); the first 4,096 characters of what is longer. */
  text: string;
  line?: number;
  page?: number;
}

/** A value found, refanged and normalised, with every place (at most MAX_PLACES) it was found in. */
export interface Finding {
  dataType: DataType;
  value: string;
  places: Place[];
  /** Short facts: `sha256`, `port:8443`, `cidr`, `private`, `defanged`, `attack`, `mac`, `bitcoin`, `derived`, `strings` (only in the strings of a binary) … */
  marks: string[];
}

/** Something that looked like an observable and is none, kept so that the analyst can overrule. */
export interface Rejection {
  /** As written, from `offset` on. */
  text: string;
  part: string;
  offset: number;
  reason: string;
  /** The type it would have been. */
  dataType?: DataType;
}

/** One node of the tree of contained files. */
export interface Part {
  path: string;
  name: string;
  /** `file` for a real file (attachment, archive entry, the root), `section` for headers, bodies, pages … */
  kind: 'file' | 'section';
  mediaType: string;
  /** One line for people: `HTML, UTF-8, quoted-printable`. */
  description: string;
  size: number;
  md5?: string;
  sha1?: string;
  sha256?: string;
  /** Facts worth a warning triangle, in words. */
  warnings: string[];
  children: Part[];
}

/** What was read and what was not. A part in `skipped` was not, or not fully, looked at. */
export interface Coverage {
  parts: number;
  skipped: { part: string; reason: string }[];
}

/** The beginning of the decoded text of a part, for a search over everything. */
export interface PartText {
  part: string;
  body: string;
}

export interface Inspection {
  tree: Part;
  coverage: Coverage;
  observables: Finding[];
  rejected: Rejection[];
  /** What was read of the texts, each part to MAX_SEARCHED_PART and all to MAX_SEARCHED bytes; strings of binaries are left out. */
  texts: PartText[];
}

export const MAX_PLACES = 50;
export const MAX_FINDINGS = 100_000;
export const MAX_REJECTED = 10_000;
export const MAX_SEARCHED_PART = 32 * 1_024;
export const MAX_SEARCHED = 256 * 1_024;

/** Limits on containers (reference: security.md 2.4, D7). */
export const CONTAINER_LIMITS = {
  depth: 6,
  entries: 500,
  entryBytes: 100 * 2 ** 20,
  totalBytes: 2 ** 30,
  ratio: 200,
} as const;
