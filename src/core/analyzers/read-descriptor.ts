import { toDataType } from '../../shared/model/data-type.ts';
import { type ConfigItem, type ConfigItemType, looksSecret } from './flavor.ts';

/** A descriptor's own fields, tidied; what is wrong with them is in `defects`. */
export interface Descriptor {
  name: string;
  version: string;
  definitionId: string;
  description: string;
  author: string;
  url: string;
  license: string;
  dataTypes: string[];
  command: string;
  hasDockerImage: boolean;
  /** Names the settings that it shares with sibling flavors; empty where it shares none. */
  baseConfig: string;
  items: ConfigItem[];
  config: Record<string, unknown>;
  defects: string[];
}

/** Bounds on what a hostile folder may make us keep. */
const MAX_ITEMS = 300;
const MAX_DATA_TYPES = 100;
const MAX_TEXT = 8_192;
const TYPES: ReadonlySet<string> = new Set(['string', 'text', 'number', 'boolean']);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text = (value: unknown): string => (typeof value === 'string' ? value.slice(0, MAX_TEXT) : '');

/** Cortex's id of a definition: name and version, dots as underscores. */
const definitionIdOf = (name: string, version: string): string => `${name}_${version}`.replaceAll('.', '_');

/** An id is the name of both together; calls take one of at most 400 characters, its source included. */
const MAX_NAME = 200;
const MAX_VERSION = 50;

/**
 * Reads one entry of a descriptor file. Whatever can be kept is kept and named as a defect (a wrong item does not take
 * the others with it, as it would in Cortex). Throws an Error in plain words when the entry has no identity.
 */
export function readDescriptor(entry: unknown): Descriptor {
  if (!isObject(entry)) throw new Error('it is not an object');
  const defects: string[] = [];
  const name = text(entry['name']).trim();
  const version = text(entry['version']).trim();
  if (name === '') throw new Error('it has no name');
  if (name.length > MAX_NAME || version.length > MAX_VERSION)
    throw new Error(
      `its name has ${name.length} characters and its version ${version.length}; at most ${MAX_NAME} and ${MAX_VERSION}`,
    );
  if (version === '') throw new Error(`${name} has no version`);
  if (/[\0-\x1f\x7f/\\]/.test(name + version))
    throw new Error('its name or version holds a slash or a control character');
  if (name.endsWith('.json')) defects.push(`its name ends in .json`);
  if (/^\d+(\.\d+){2,}$/.test(version)) defects.push(`its version ${version} has more than two parts`);
  for (const field of ['description', 'author', 'url', 'license']) {
    if (typeof entry[field] !== 'string') defects.push(`it has no ${field}`);
  }
  const dataTypes = readDataTypes(entry['dataTypeList'], defects);
  const items = readItems(entry['configurationItems'], defects);
  let config: Record<string, unknown> = {};
  if (isObject(entry['config'])) config = copyPlain(entry['config']);
  else if (entry['config'] !== undefined) defects.push('its config is not an object and is left out');
  return {
    name,
    version,
    definitionId: definitionIdOf(name, version),
    description: text(entry['description']),
    author: text(entry['author']),
    url: text(entry['url']),
    license: text(entry['license']),
    dataTypes,
    command: text(entry['command']),
    hasDockerImage: typeof entry['dockerImage'] === 'string',
    baseConfig: text(entry['baseConfig']).trim().slice(0, 200),
    items,
    config,
    defects,
  };
}

function readDataTypes(value: unknown, defects: string[]): string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    defects.push('its dataTypeList is not a list');
    return [];
  }
  const types = new Set<string>();
  for (const one of value.slice(0, MAX_DATA_TYPES)) {
    if (typeof one !== 'string' || one === '') defects.push('its dataTypeList holds something that is not a name');
    else {
      const known = toDataType(one);
      if (known !== undefined && known !== one) defects.push(`it says ${one} for what is called ${known} here`);
      types.add(known ?? one.slice(0, 100));
    }
  }
  return [...types];
}

function readItems(value: unknown, defects: string[]): ConfigItem[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    defects.push('its configurationItems is not a list');
    return [];
  }
  const items: ConfigItem[] = [];
  for (const raw of value.slice(0, MAX_ITEMS)) {
    const item = readItem(raw, defects);
    if (item === undefined) continue;
    if (items.some((known) => known.name === item.name)) defects.push(`item ${item.name} stands there twice`);
    else items.push(item);
  }
  return items;
}

function readItem(raw: unknown, defects: string[]): ConfigItem | undefined {
  if (!isObject(raw) || typeof raw['name'] !== 'string' || raw['name'] === '' || raw['name'].startsWith('__')) {
    defects.push('an item has no name and is left out');
    return undefined;
  }
  const name = raw['name'].slice(0, 200);
  let type: ConfigItemType = 'string';
  if (typeof raw['type'] === 'string' && TYPES.has(raw['type'])) type = raw['type'] as ConfigItemType;
  else
    defects.push(
      `item ${name} has the unknown type ${JSON.stringify(raw['type'] ?? null).slice(0, 40)}; taken as string`,
    );
  if (typeof raw['description'] !== 'string') defects.push(`item ${name} has no description`);
  if (name.includes('.'))
    defects.push(`item ${name} has a dot in its name: cortexutils looks for it nested, so it gets both`);
  const isMulti = raw['multi'] === true;
  let defaultValue = raw['defaultValue'];
  for (const wrong of ['default', 'defaultvalue']) {
    if (defaultValue === undefined && raw[wrong] !== undefined) {
      defaultValue = raw[wrong];
      defects.push(`item ${name} spells its default "${wrong}"`);
    }
  }
  if (type === 'number' && typeof defaultValue === 'string' && defaultValue.trim() !== '') {
    const number = Number(defaultValue);
    defects.push(`item ${name} is a number with a text as default`);
    defaultValue = Number.isFinite(number) ? number : undefined;
  }
  return {
    name,
    description: text(raw['description']),
    type,
    isMulti,
    isRequired: raw['required'] === true,
    defaultValue:
      looksSecret(name) && typeof defaultValue === 'string' && defaultValue === '' ? undefined : defaultValue,
  };
}

/** A copy without prototypes' names, so that a setting called __proto__ is only dropped. */
function copyPlain(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).filter(([key]) => key !== '__proto__' && key !== 'constructor' && key !== 'prototype'),
  );
}
