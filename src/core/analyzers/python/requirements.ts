import { createHash } from 'node:crypto';

/** What a requirements.txt asks for, as far as Osmia passes it on. */
export interface Requirements {
  /** The same for every file that asks for the same: 32 hex digits. */
  id: string;
  /** One requirement each, tidied, in a fixed order. */
  lines: string[];
  /** What was left out, and why, in words. */
  ignored: string[];
  /** Hosts that a line names itself, besides the package index. */
  hosts: string[];
}

const MAX_LINES = 300;
const MAX_LINE = 500;

/** A name with extras, versions and a marker (PEP 508), without an address. */
const NAMED = /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(\[[A-Za-z0-9._,\s-]*\])?\s*([^;@]*?)\s*(;.*)?$/;
const VERSIONS = /^\(?\s*(?:(?:===?|~=|!=|<=?|>=?)\s*[A-Za-z0-9._*+!-]+\s*,?\s*)*\)?$/;
/** `name @ address` and bare `git+https://…`; other schemes and local paths are not passed on. */
const ADDRESS = /^(?:[A-Za-z0-9._-]+(?:\[[A-Za-z0-9._,\s-]*\])?\s*@\s*)?((?:git\+)?https:\/\/[^\s;]+)(?:\s*;.*)?$/;

/**
 * Reads a requirements.txt. Options are left out: one that names another index would decide where the packages of
 * everybody come from. Never throws.
 */
export function readRequirements(text: string): Requirements {
  const lines = new Map<string, string>();
  const ignored: string[] = [];
  const hosts = new Set<string>();
  const raw = text
    .replace(/^\uFEFF/, '')
    .replace(/\\\r?\n/g, ' ')
    .split(/\r?\n/);
  if (raw.length > MAX_LINES) ignored.push(`everything after line ${MAX_LINES}`);
  for (const one of raw.slice(0, MAX_LINES)) {
    const line = one.replace(/(?:^|\s)#.*$/, '').trim();
    if (line === '') continue;
    const leave = (why: string): void => void ignored.push(`"${line.slice(0, 100)}": ${why}`);
    if (line.length > MAX_LINE || /[\0-\x08\x0e-\x1f\x7f]/.test(line)) leave('it is not a requirement');
    else if (line.startsWith('-')) leave('options are not taken over');
    else {
      const address = ADDRESS.exec(line)?.[1];
      if (address !== undefined) {
        const host = hostOf(address);
        if (host === undefined) leave('its address is not one');
        else {
          hosts.add(host);
          lines.set(line, line);
        }
        continue;
      }
      const [, name = '', extras = '', versions = '', marker = ''] = NAMED.exec(line) ?? [];
      if (name === '' || !VERSIONS.test(versions)) leave('it is not a name with versions, or points into the disk');
      else {
        const tidy = `${name.toLowerCase().replace(/[-_.]+/g, '-')}${extras.replace(/\s/g, '')}${versions.replace(/[\s()]/g, '')}`;
        lines.set(tidy + marker.replace(/\s+/g, ' '), marker === '' ? tidy : `${tidy} ${marker.replace(/\s+/g, ' ')}`);
      }
    }
  }
  const sorted = [...lines.values()].sort();
  return {
    id: createHash('sha256').update(sorted.join('\n')).digest('hex').slice(0, 32),
    lines: sorted,
    ignored: ignored.slice(0, 20),
    hosts: [...hosts].sort(),
  };
}

function hostOf(address: string): string | undefined {
  try {
    const url = new URL(address.replace(/^git\+/, ''));
    return url.username === '' && url.password === '' ? url.host : undefined;
  } catch {
    return undefined;
  }
}
