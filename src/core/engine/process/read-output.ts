import { LEVELS, type Level, type ReportBody, type Taxonomy } from '../../../shared/model/report.ts';
import { parseFirstJson } from './first-json.ts';
import { createRedactor } from './redact.ts';

/** A file artifact as the analyzer names it; the bytes are fetched by name from output/, or came beside the result. */
export interface ProposedFile {
  dataType: 'file';
  /** Name inside output/; never a path. */
  file?: string;
  /** Position among the bytes that a worker sent. */
  attachment?: number;
  filename: string;
  contentType?: string;
  tags: string[];
  message?: string;
  tlp?: number;
}

export type ProposedArtifact = ReportBody['artifacts'][number] | ProposedFile;

export type Output =
  | { isSuccess: true; body: Omit<ReportBody, 'artifacts'>; artifacts: ProposedArtifact[]; repairs: string[] }
  /** `isUnsure`: a responder that cannot tell whether it acted. */
  | { isSuccess: false; message: string; isUnsure: boolean };

/** Bounds on what is kept of a report. */
const MAX_DEPTH = 200;
const MAX_NODES = 2_000_000;
const MAX_TAXONOMIES = 200;
const MAX_ARTIFACTS = 100_000;
const MAX_OPERATIONS = 1_000;
const MAX_VALUE = 65_536;

const KNOWN_LEVELS: ReadonlySet<string> = new Set(LEVELS);

export const isFileArtifact = (artifact: ProposedArtifact): artifact is ProposedFile =>
  artifact.dataType === 'file' && 'filename' in artifact && ('file' in artifact || 'attachment' in artifact);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Parses the bytes of output.json. Throws SyntaxError in plain words when it is no report. */
export function parseOutput(bytes: Uint8Array, secrets: readonly string[]): Output {
  // UTF-8 is repaired, not refused: a report with one bad byte is still a report.
  const text = new TextDecoder('utf-8').decode(bytes);
  return tidyOutput(parseFirstJson(text, MAX_DEPTH), secrets);
}

/**
 * Makes a report in our shape from what an analyzer returned, repairing what live analyzers do (reference: cortex.md
 * 2.3) instead of throwing the whole away as Cortex does.
 */
export function tidyOutput(raw: unknown, secrets: readonly string[]): Output {
  if (!isObject(raw)) throw new SyntaxError('it is not an object');
  const clean = createCleaner(secrets);
  if (raw['success'] === false) {
    const said = raw['errorMessage'];
    const message = typeof said === 'string' ? said : said === undefined ? '' : JSON.stringify(said);
    return {
      isSuccess: false,
      message: clean.text(message, 4_000).trim() || 'The analyzer failed and did not say why.',
      isUnsure: raw['mayHaveActed'] === true,
    };
  }
  const repairs: string[] = [];
  if (raw['success'] !== true) repairs.push('It did not say success.');
  const summary = isObject(raw['summary']) ? raw['summary'] : {};
  const taxonomies = asList(summary['taxonomies'], MAX_TAXONOMIES).flatMap((one) => tidyTaxonomy(one, clean));
  const artifacts = asList(raw['artifacts'], MAX_ARTIFACTS).flatMap((one) => tidyArtifact(one, clean));
  const operations = asList(raw['operations'], MAX_OPERATIONS)
    .filter(isObject)
    .map((one) => clean.value(one) as Record<string, unknown>);
  let full: Record<string, unknown>;
  if (isObject(raw['full'])) full = clean.value(raw['full']) as Record<string, unknown>;
  else if (raw['full'] === undefined || raw['full'] === null) full = {};
  else {
    repairs.push('Its full report was not an object; it is shown under "report".');
    full = { report: clean.value(raw['full']) };
  }
  if (clean.isCut()) repairs.push(`It was too large to keep whole: what is beyond ${MAX_NODES} values is left out.`);
  return { isSuccess: true, body: { summary: { taxonomies }, full, operations }, artifacts, repairs };
}

const asList = (value: unknown, max: number): unknown[] => (Array.isArray(value) ? value.slice(0, max) : []);

function tidyTaxonomy(raw: unknown, clean: Cleaner): Taxonomy[] {
  if (!isObject(raw)) return [];
  const said = typeof raw['level'] === 'string' ? raw['level'].toLowerCase() : '';
  const level: Level = KNOWN_LEVELS.has(said) ? (said as Level) : 'info';
  const { value } = raw;
  return [
    {
      level,
      namespace: clean.text(asText(raw['namespace']), 200),
      predicate: clean.text(asText(raw['predicate']), 200),
      value:
        typeof value === 'number' || typeof value === 'boolean' || value === null
          ? value
          : clean.text(asText(value), 500),
    },
  ];
}

function tidyArtifact(raw: unknown, clean: Cleaner): ProposedArtifact[] {
  if (!isObject(raw) || typeof raw['dataType'] !== 'string') return [];
  const dataType = clean.text(raw['dataType'], 100);
  const { tlp } = raw;
  const common = {
    tags: asList(raw['tags'], 100).flatMap((tag) => (typeof tag === 'string' ? [clean.text(tag, 200)] : [])),
    ...(typeof raw['message'] === 'string' ? { message: clean.text(raw['message'], 2_000) } : {}),
    ...(typeof tlp === 'number' && Number.isInteger(tlp) && tlp >= 0 && tlp <= 4 ? { tlp: Math.min(3, tlp) } : {}),
  };
  if (dataType === 'file' && raw['data'] === undefined) {
    const file = raw['file'];
    const attachment = raw['attachment'];
    const name = clean.text(asText(raw['filename']) || 'unnamed', 255);
    const type = raw['contentType'];
    const facts = {
      ...common,
      dataType: 'file' as const,
      filename: name,
      ...(typeof type === 'string' ? { contentType: clean.text(type, 200) } : {}),
    };
    if (typeof attachment === 'number') return [{ ...facts, attachment }];
    return typeof file === 'string' ? [{ ...facts, file }] : [];
  }
  // Live parsers return values that end in NUL; inside a value it stays visible.
  const data = clean.text(
    asText(raw['data'])
      .slice(0, MAX_VALUE)
      .replace(/^[\0-\x20]+/, '')
      .replace(/[\0-\x20]{1,1000}$/, ''),
    MAX_VALUE,
  );
  return data === '' ? [] : [{ ...common, dataType, data }];
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : JSON.stringify(value);
}

interface Cleaner {
  text(value: string, max: number): string;
  value(value: unknown): unknown;
  isCut(): boolean;
}

/**
 * Copies hostile JSON: secrets out, NUL and control characters replaced (line breaks and tabs stay), prototypes' names
 * dropped, bounded in the number of values.
 */
function createCleaner(secrets: readonly string[]): Cleaner {
  const redact = createRedactor(secrets);
  let nodes = 0;
  const text = (value: string): string => {
    const out = redact(value);
    return /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(out) ? out.replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/g, '\uFFFD') : out;
  };
  const copy = (value: unknown): unknown => {
    nodes += 1;
    if (nodes > MAX_NODES) return null;
    if (typeof value === 'string') return text(value);
    if (Array.isArray(value)) return value.slice(0, MAX_NODES).map(copy);
    if (!isObject(value)) return value ?? null;
    const out: Record<string, unknown> = {};
    for (const [key, inner] of Object.entries(value)) {
      if (key !== '__proto__' && key !== 'constructor' && key !== 'prototype') out[text(key)] = copy(inner);
    }
    return out;
  };
  return {
    text: (value, max) =>
      text(value)
        .slice(0, max)
        .replace(/[\uD800-\uDBFF]$/, ''),
    value: copy,
    isCut: () => nodes > MAX_NODES,
  };
}
