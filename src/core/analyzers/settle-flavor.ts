import { isAbsolute } from 'node:path';
import type { KnownFlavor } from './analyzers.service.ts';

/**
 * A flavor as its settings make it: the servers that they name are hosts of its card, the files that they name may be
 * read, and what was local stays so only while it is given no host.
 */
export function settle(flavor: KnownFlavor, config: Readonly<Record<string, unknown>>): KnownFlavor {
  const hosts = [...new Set([...flavor.card.hosts, ...flavor.hostsFrom.flatMap((from) => hostsOf(from, config))])];
  return {
    ...flavor,
    isLocal: flavor.isLocal && hosts.length === 0,
    card: { ...flavor.card, hosts },
    readable: flavor.readableFrom.flatMap((from) => textsOf(config[from])).filter((path) => isAbsolute(path)),
  };
}

/** `item`, or `item:port_item` where the port is a setting of its own. */
function hostsOf(from: string, config: Readonly<Record<string, unknown>>): string[] {
  const [item = '', portItem] = from.split(':');
  const port = portItem === undefined ? undefined : config[portItem];
  const suffix = typeof port === 'number' || typeof port === 'string' ? `:${port}` : '';
  return textsOf(config[item]).flatMap((text) => {
    const host = hostIn(text.trim());
    return host === '' ? [] : [`${host}${suffix}`];
  });
}

/** The host in an address, with its port where it names one; a bare host is itself. */
function hostIn(text: string): string {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? URL.parse(text)?.host : undefined;
  return (address ?? text.replace(/\/.*$/, '').replace(/^[^@]*@/, '')).toLowerCase().slice(0, 255);
}

const textsOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string' && one !== '');
