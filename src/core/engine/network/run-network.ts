import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import type { LoadedFlavor } from '../../analyzers/flavor.ts';
import type { Contact } from './contact.ts';
import { type FilteringProxy, openProxy } from './filtering-proxy.ts';
import type { NetworkRules } from './host-policy.ts';
import { FORWARDER_PORT } from './proxy-place.ts';
import { settingHosts } from './setting-hosts.ts';
import { readUpstream } from './upstream.ts';

/** The network that a flavor gets: none, the filtering proxy, or the network of this machine as it is. */
export type NetworkKind = 'none' | 'proxy' | 'direct';

type Asked = Pick<LoadedFlavor, 'isLocal' | 'needsRoute' | 'card' | 'items' | 'config'>;

/** `direct` is a grant: Osmia's own card says that what it speaks goes through no proxy. */
export const networkKindOf = (flavor: Pick<LoadedFlavor, 'isLocal' | 'needsRoute'>): NetworkKind =>
  flavor.isLocal ? 'none' : flavor.needsRoute ? 'direct' : 'proxy';

/** What a run of this flavor may reach, with these settings. */
export function networkRules(flavor: Asked, config: Readonly<Record<string, unknown>>): NetworkRules {
  const given: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(config)) {
    // What stands in the descriptor is its author's word, not the user's.
    const authors = [flavor.config[name], flavor.items.find((item) => item.name === name)?.defaultValue];
    const text = JSON.stringify(value);
    if (!authors.some((one) => JSON.stringify(one) === text)) given[name] = value;
  }
  const { hosts } = flavor.card;
  return {
    // `*` on a card: wherever the value itself points.
    cardHosts: hosts.includes('*') ? [] : hosts,
    settingHosts: settingHosts(given),
    isOpen: hosts.includes('*') || hosts.length === 0,
  };
}

/** The way out of one run, open until `close`. */
export interface RunNetwork {
  /** The socket to bind into the namespace; undefined where the proxy listens on the loopback interface. */
  readonly socketPath: string | undefined;
  /** Of the proxy on the loopback interface; 0 where it listens on the socket. */
  readonly port: number;
  readonly env: Record<string, string>;
  /** The settings, with the proxy where cortexutils looks for it. */
  readonly config: Record<string, unknown>;
  contacts(): Contact[];
  close(): Promise<Contact[]>;
}

/** A Unix socket's path may have 107 bytes. */
const MAX_SOCKET_PATH = 100;

/**
 * Opens the proxy of a run. `socketFolder` is private; undefined where the program shares the network of this machine,
 * where it is told of the proxy and nothing makes it use it. Rejects with an AppError for a proxy setting that
 * cannot be used.
 */
export async function openRunNetwork(
  flavor: Asked,
  config: Readonly<Record<string, unknown>>,
  socketFolder: string | undefined,
  lookup?: (host: string) => Promise<string[]>,
): Promise<RunNetwork> {
  const name = randomBytes(12).toString('hex');
  const socketPath = socketFolder === undefined ? undefined : join(socketFolder, `${name}.sock`);
  if (socketPath !== undefined && Buffer.byteLength(socketPath) > MAX_SOCKET_PATH)
    throw new AppError('unavailable', 'The folder for running jobs has too long a path for a socket.');
  const proxy: FilteringProxy = await openProxy({
    rules: networkRules(flavor, config),
    upstream: readUpstream(config),
    listen: socketPath === undefined ? { password: name } : { path: socketPath },
    ...(lookup === undefined ? {} : { lookup }),
  });
  const url =
    socketPath === undefined ? `http://job:${name}@127.0.0.1:${proxy.port}` : `http://127.0.0.1:${FORWARDER_PORT}`;
  return {
    socketPath,
    port: proxy.port,
    env: {
      HTTP_PROXY: url,
      HTTPS_PROXY: url,
      ALL_PROXY: url,
      http_proxy: url,
      https_proxy: url,
      all_proxy: url,
      // Nothing goes around it, this machine included: inside, the loopback interface is empty.
      NO_PROXY: '',
      no_proxy: '',
      NODE_USE_ENV_PROXY: '1',
    },
    config: { ...config, proxy_http: url, proxy_https: url, proxy: { http: url, https: url } },
    contacts: proxy.contacts,
    close: proxy.close,
  };
}

/** What a run contacted, in words for the job. */
export function contactNotes(contacts: readonly Contact[]): string[] {
  const some = <T>(list: readonly T[], word: (one: T) => string): string =>
    list.slice(0, SHOWN).map(word).join(', ') + (list.length > SHOWN ? ` and ${list.length - SHOWN} more` : '');
  const reached = contacts.filter((one) => one.allowed > 0);
  const refused = contacts.filter((one) => one.refused > 0);
  return [
    reached.length === 0
      ? 'It contacted no host.'
      : `It contacted ${some(reached, (one) => `${one.host} (${size(one.bytesSent)} out, ${size(one.bytesReceived)} in)`)}.`,
    ...(refused.length === 0
      ? []
      : [`Osmia refused it ${some(refused, (one) => `${one.host}:${one.port} (${one.reason})`)}.`]),
  ];
}

const SHOWN = 8;

const size = (bytes: number): string =>
  bytes < 1_000
    ? `${bytes} B`
    : bytes < 1_000_000
      ? `${Math.round(bytes / 1_000)} kB`
      : `${Math.round(bytes / 100_000) / 10} MB`;
