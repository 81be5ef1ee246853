import { canonicalHost } from './address-rules.ts';
import type { SettingHost } from './host-policy.ts';

/** Items whose bare value is a host, not a text that happens to look like one. */
const HOST_ITEM = /host|url|uri|server|endpoint|domain|instance|address|site|service|api_?base/i;
const MAX_HOSTS = 200;

/**
 * Hosts in the settings that the user gave a value. Only those: a default comes from the analyzer's author, who must
 * not be able to open the user's own network by writing an address into a descriptor.
 */
export function settingHosts(given: Readonly<Record<string, unknown>>): SettingHost[] {
  const found = new Map<string, SettingHost>();
  const take = (name: string, value: unknown): void => {
    if (Array.isArray(value)) for (const one of value.slice(0, MAX_HOSTS)) take(name, one);
    if (typeof value !== 'string' || value.length > 2_048 || found.size >= MAX_HOSTS) return;
    for (const host of hostsIn(value.trim(), HOST_ITEM.test(name))) found.set(`${host.host} ${host.port}`, host);
  };
  for (const [name, value] of Object.entries(given)) {
    // The user's own proxy is ours to use, not the analyzer's.
    if (!name.startsWith('proxy')) take(name, value);
  }
  return [...found.values()];
}

function hostsIn(value: string, mayBeBare: boolean): SettingHost[] {
  const url = /^([a-z][a-z0-9+.-]*):\/\/(?:[^/?#]*@)?([^/?#@]*)/i.exec(value);
  if (url === null && !mayBeBare) return [];
  const authority = /^(\[[0-9a-f:.]+\]|[^:\s/]+)(?::(\d{1,5}))?$/i.exec(url?.[2] ?? value);
  const host = authority?.[1] === undefined ? undefined : canonicalHost(authority[1]);
  if (host === undefined) return [];
  if (authority?.[2] !== undefined) return [{ host, port: Number(authority[2]) }];
  // A server that is written as http usually sends its visitors on to https.
  const ports = url === null ? [null] : (PORTS[url[1]?.toLowerCase() ?? ''] ?? [null]);
  return ports.map((port) => ({ host, port }));
}

const PORTS: Readonly<Record<string, number[]>> = { http: [80, 443], https: [443], ldap: [389], ldaps: [636] };
