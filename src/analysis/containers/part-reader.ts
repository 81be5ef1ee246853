import type { ByteSource } from '../byte-source.ts';
import type { Part, Place } from '../inspection.ts';
import type { TextFormat } from '../indicators/text-format.ts';
import type { TextPiece } from '../text/windows.ts';

/** Thrown when a part cannot be read; the message is the reason shown to people. */
export class Unreadable extends Error {
  override name = 'Unreadable';
}

/** A file on its way through a reader. */
export interface OpenFile {
  part: Part;
  source: ByteSource;
  /** Containers around it. */
  depth: number;
}

/** A value that is known without a search, and where it stands in the decoded text of a section. */
export interface KnownValue {
  dataType: 'mail_subject' | 'filename';
  value: string;
  place: Pick<Place, 'offset' | 'length' | 'text' | 'line'>;
}

export interface SectionSpec {
  name: string;
  mediaType: string;
  description: string;
  format: TextFormat;
  pieces: AsyncIterable<TextPiece> | Iterable<TextPiece>;
  values?: KnownValue[];
  /** Called when the pieces have been read, for what is only known then. */
  finish?: (part: Part) => void;
}

export interface FileSpec {
  /** As stated by the container; hidden characters are made visible here. */
  name: string;
  /** Put before the name in the path: the index of an attachment. */
  prefix?: string;
  /** Slashes in the name are folders. */
  folders?: boolean;
  /** As stated, for a file that is not opened. */
  size: number;
  /** What it certainly is, where the container knows better than the bytes. */
  mediaType?: string;
  /** Its name was chosen by whoever made the container, and is an observable. */
  named: boolean;
  /** The name has been given as a value of a section, with its place there. */
  nameGiven?: boolean;
  warnings?: string[];
  /**
   * The content. `problem` says in words that it is damaged or cut; it is then searched but not hashed.
   * Throws Unreadable with the reason when nothing of it can be read.
   */
  open(): Promise<{ bytes: Uint8Array; problem?: string }>;
}

/** What the readers report to; also the limits they share. */
export interface Walk {
  readonly signal: AbortSignal;
  /** Bytes that containers may still unpack. */
  readonly budget: number;
  /** Counts bytes that a reader has unpacked by itself, without making a file of them. */
  spend(bytes: number): void;
  /** Text of the file itself. */
  text(file: OpenFile, format: TextFormat, pieces: SectionSpec['pieces']): Promise<void>;
  /** Text that belongs to a file without being a file: headers, bodies, document text. */
  section(parent: OpenFile, section: SectionSpec): Promise<void>;
  /** A file inside; it is looked into in its turn. False when the container must stop: the limit on entries is reached. */
  file(parent: OpenFile, file: FileSpec): Promise<boolean>;
  skip(part: Part, reason: string): void;
  warn(part: Part, warning: string): void;
  /** A value that stands in no text: its place is the part, with no length. */
  value(part: Part, dataType: KnownValue['dataType'], value: string): void;
}

/** Reads one kind of file: gives its text and its parts to the walk. Throws Unreadable for a file it can do nothing with. */
export type PartReader = (file: OpenFile, walk: Walk) => Promise<void>;
