import { parseJsonText } from './json-text.ts';
import { formatTag, MAX_TAG, normaliseTag, readColour } from './tag.ts';

/** One tag that a taxonomy knows. */
export interface TaxonomyEntry {
  tag: string;
  colour: string | null;
  /** What the tag means, in a few words. */
  label: string;
}

export interface TaxonomyFile {
  namespace: string;
  description: string;
  version: number;
  entries: TaxonomyEntry[];
}

const MAX_ENTRIES = 20_000;
const MAX_LABEL = 300;

/**
 * A MISP taxonomy (`machinetag.json`: namespace, predicates, values) as the tags it allows. Throws an Error whose message
 * says what is wrong and where.
 */
export function readTaxonomy(text: string): TaxonomyFile {
  const file = asObject(parseJsonText(text), 'the file');
  const namespace = asName(file['namespace'], 'namespace');
  const predicates = asList(file['predicates'], 'predicates');
  const entries: TaxonomyEntry[] = [];
  const add = (entry: TaxonomyEntry, where: string): void => {
    if (entry.tag.length >= MAX_TAG) throw new Error(`${where}: the tag is longer than ${MAX_TAG} characters.`);
    if (entries.push(entry) > MAX_ENTRIES) throw new Error(`It holds more than ${MAX_ENTRIES} tags; no taxonomy does.`);
  };
  const known = new Map<string, { colour: string | null; label: string }>();
  predicates.forEach((raw, index) => {
    const where = `predicates[${index}]`;
    const predicate = asObject(raw, where);
    known.set(asName(predicate['value'], `${where}.value`), looks(predicate));
  });
  const withValues = new Set<string>();
  (file['values'] === undefined ? [] : asList(file['values'], 'values')).forEach((raw, index) => {
    const where = `values[${index}]`;
    const group = asObject(raw, where);
    const predicate = asName(group['predicate'], `${where}.predicate`);
    const parent = known.get(predicate);
    if (parent === undefined) throw new Error(`${where}.predicate: “${predicate}” is not among the predicates.`);
    withValues.add(predicate);
    asList(group['entry'], `${where}.entry`).forEach((rawEntry, position) => {
      const at = `${where}.entry[${position}]`;
      const entry = asObject(rawEntry, at);
      const { colour, label } = looks(entry);
      const value = asName(entry['value'], `${at}.value`);
      add(
        { tag: normaliseTag(formatTag({ namespace, predicate, value })), colour: colour ?? parent.colour, label },
        at,
      );
    });
  });
  for (const [predicate, look] of known) {
    // A predicate that has values is not a tag by itself.
    if (!withValues.has(predicate)) {
      add({ tag: normaliseTag(formatTag({ namespace, predicate, value: null })), ...look }, `predicate “${predicate}”`);
    }
  }
  if (entries.length === 0) throw new Error('It names no predicate, so there is no tag in it.');
  const { description, version } = file;
  return {
    namespace,
    description: typeof description === 'string' ? description.slice(0, 2_000) : '',
    version: typeof version === 'number' && Number.isSafeInteger(version) ? version : 0,
    entries,
  };
}

function looks(item: Record<string, unknown>): { colour: string | null; label: string } {
  const { expanded, description, colour } = item;
  const label = typeof expanded === 'string' && expanded !== '' ? expanded : description;
  return { colour: readColour(colour) ?? null, label: typeof label === 'string' ? label.slice(0, MAX_LABEL) : '' };
}

function asObject(value: unknown, where: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`${where} is not an object.`);
  return value as Record<string, unknown>;
}

function asList(value: unknown, where: string): unknown[] {
  if (!Array.isArray(value)) throw new Error(`${where} is missing, or is not a list.`);
  return value;
}

function asName(value: unknown, where: string): string {
  if (typeof value !== 'string' || value.trim() === '') throw new Error(`${where} is missing, or is not a text.`);
  return value.trim();
}
