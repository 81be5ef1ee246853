import type { DataType } from '../../shared/model/data-type.ts';
import type { Pap, Tlp } from '../../shared/model/marking.ts';

/** A value or file of an alert, as its file states it. Every text is hostile. */
export interface ParsedObservable {
  dataType: DataType;
  /** Normalised where it fits its type; of a file its name. */
  value: string;
  message: string;
  /** Null: the alert's, then the source's. */
  tlp: Tlp | null;
  tags: string[];
  /** `misp.type=…`, `port:443` … : what the way back needs. */
  marks: string[];
  isIoc: boolean;
  isSighted: boolean;
  ignoreSimilarity: boolean;
  seenAt: number | null;
  /** Of a file: which of the byte arrays beside the JSON it is. */
  attachment: number | null;
  mediaType: string;
}

export interface ParsedAlert {
  type: string;
  /** '' where the file does not say: then the name of the source that it was read from. */
  source: string;
  sourceRef: string;
  externalLink: string;
  title: string;
  description: string;
  severity: number;
  /** Null where the file does not say. */
  date: number | null;
  tlp: Tlp | null;
  pap: Pap | null;
  tags: string[];
  caseTemplate: string;
  isFollowed: boolean;
  customFields: { name: string; type: 'string' | 'integer' | 'float' | 'boolean' | 'date' | 'url'; value: unknown }[];
  observables: ParsedObservable[];
}

/** What one file holds, and what of it could not be taken: where in it, and why. */
export interface ParsedAlerts {
  alerts: ParsedAlert[];
  problems: { place: string; reason: string }[];
}

export type AlertSink = {
  alerts: ParsedAlert[];
  problem(place: string, reason: string): void;
  /** Keeps bytes and returns their number, or null where they are too many (then it is a problem). */
  keep(bytes: Uint8Array, place: string): number | null;
  /** Whether this much more text may still be kept; says so once when it may not. */
  afford(characters: number): boolean;
};

export const ALERT_LIMITS = {
  fileBytes: 128 * 2 ** 20,
  alerts: 10_000,
  observables: 100_000,
  observablesOfAlert: 50_000,
  /** Characters of everything kept: the worker's answer has a limit. */
  text: 24 * 2 ** 20,
  description: 200_000,
  message: 4_000,
  value: 8_000,
  problems: 1_000,
  files: 500,
  oneFile: 64 * 2 ** 20,
  allFiles: 256 * 2 ** 20,
  tags: 100,
} as const;
