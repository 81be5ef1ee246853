import type { DataType } from '../../shared/model/data-type.ts';
import type { Pap, Tlp } from '../../shared/model/marking.ts';

/** A value or file of an alert as a source sent it, checked and normalised. */
export interface IncomingObservable {
  dataType: DataType;
  /** Of a file its name. */
  value: string;
  message: string;
  tlp: Tlp;
  tags: string[];
  marks: string[];
  isIoc: boolean;
  isSighted: boolean;
  ignoreSimilarity: boolean;
  seenAt: number | null;
  file: { bytes: Uint8Array; mediaType: string } | null;
}

/** An alert as a source sent it. The first three name it for ever. */
export interface IncomingAlert {
  type: string;
  source: string;
  sourceRef: string;
  externalLink: string;
  title: string;
  description: string;
  severity: number;
  date: number;
  tlp: Tlp;
  pap: Pap;
  tags: string[];
  caseTemplate: string;
  isFollowed: boolean;
  customFields: { name: string; type: 'string' | 'integer' | 'float' | 'boolean' | 'date' | 'url'; value: unknown }[];
  observables: IncomingObservable[];
}

export interface Received {
  id: string;
  /** `trashed`: it lies in the trash, where updates do not reach it. */
  outcome: 'made' | 'updated' | 'unchanged' | 'trashed';
  /** Observables that the alert did not have. */
  added: number;
  /** What of it could not be kept, in words. */
  problems: { place: string; reason: string }[];
}
