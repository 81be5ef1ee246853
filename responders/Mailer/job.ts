import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type Json = Record<string, unknown>;

/** What Cortex's job folder gives a responder, as far as this one reads it. */
export interface Job {
  /** The object it was triggered on. */
  data: Json;
  /** 0–3. */
  tlp: number;
  pap: number;
  parameters: Json;
  config: Json;
  /** Files beside it: `file` is a name inside the folder `input`. */
  attachments: { file: string; filename: string; contentType: string; size: number }[];
}

export const asObject = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};

/** A text that says something, or undefined; null means "not set" in Cortex's files. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** Throws an Error in words when the folder holds no job. */
export function readJob(folder: string): Job {
  const raw = asObject(JSON.parse(readFileSync(join(folder, 'input', 'input.json'), 'utf8')));
  const files = Array.isArray(raw['attachments']) ? raw['attachments'].map(asObject) : [];
  return {
    data: asObject(raw['data']),
    tlp: typeof raw['tlp'] === 'number' ? raw['tlp'] : 2,
    pap: typeof raw['pap'] === 'number' ? raw['pap'] : 2,
    parameters: asObject(raw['parameters']),
    config: asObject(raw['config']),
    attachments: files.map((file) => ({
      file: String(file['file']),
      filename: String(file['filename']),
      contentType: String(file['contentType']),
      size: Number(file['size']),
    })),
  };
}

export const writeReport = (folder: string, report: Json): void =>
  writeFileSync(join(folder, 'output', 'output.json'), JSON.stringify(report));
