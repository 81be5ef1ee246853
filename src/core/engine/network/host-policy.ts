import { canonicalHost, isAddress, type Reach, reachOf } from './address-rules.ts';

/** A host that the user wrote into the settings of an analyzer. */
export interface SettingHost {
  host: string;
  /** Null is every port. */
  port: number | null;
}

/** What one run may reach. */
export interface NetworkRules {
  /** From the data card: exact names, or `*.example.com`. */
  cardHosts: readonly string[];
  /** Nobody knows the hosts, or the value names them: every public host is allowed, and all are recorded. */
  isOpen: boolean;
  /** May lie in the user's own network: that is where a self-hosted service is. */
  settingHosts: readonly SettingHost[];
}

export interface HostPolicy {
  /** Addresses to connect to, in order, or why not. The same for the whole run: a name is resolved once. */
  admit(host: string, port: number): Promise<{ addresses: string[] } | { refused: string }>;
  /** The name rules alone, for a host that somebody else resolves (an upstream proxy). */
  admitName(host: string, port: number): { host: string; isSetting: boolean } | { refused: string };
}

/** Names that one run may look up; each stays in memory, and each asks the user's name server. */
const MAX_NAMES = 2_000;

/** Names that mean this machine or this network, whatever a name server says. */
const LOCAL_NAME = /(^|\.)(localhost|local|internal|home\.arpa|lan|intranet|corp|onion)$/;

const SAID: Readonly<Record<Exclude<Reach, 'public'>, string>> = {
  private: 'an address of a private network',
  loopback: 'this machine itself',
  never: 'an address that nothing on the internet has',
};

/** `lookup` gives all addresses of a name and rejects when there are none. */
export function createHostPolicy(rules: NetworkRules, lookup: (host: string) => Promise<string[]>): HostPolicy {
  const card = rules.cardHosts.flatMap((entry) => {
    const isSuffix = entry.startsWith('*.');
    const host = canonicalHost(isSuffix ? entry.slice(2) : entry.replace(/:\d+$/, ''));
    return host === undefined ? [] : [{ host, isSuffix }];
  });
  const settings = rules.settingHosts.flatMap(({ host, port }) => {
    const name = canonicalHost(host);
    return name === undefined ? [] : [{ host: name, port }];
  });
  const pins = new Map<string, Promise<string[]>>();

  const isOnCard = (host: string): boolean =>
    card.some((entry) => (entry.isSuffix ? host.endsWith(`.${entry.host}`) : host === entry.host));

  const admitName: HostPolicy['admitName'] = (asked, port) => {
    const host = canonicalHost(asked);
    if (host === undefined || !Number.isInteger(port) || port < 1 || port > 65_535)
      return { refused: 'that is no host and port' };
    if (settings.some((one) => one.host === host && (one.port === null || one.port === port)))
      return { host, isSetting: true };
    if (!rules.isOpen && !isOnCard(host)) return { refused: 'it is not on the data card' };
    if (!isAddress(host) && (LOCAL_NAME.test(host) || !host.includes('.')))
      return { refused: 'it is a name of this machine or of a local network' };
    return { host, isSetting: false };
  };

  const resolve = (host: string): Promise<string[]> => {
    if (isAddress(host)) return Promise.resolve([host]);
    let pin = pins.get(host);
    if (pin === undefined) {
      if (pins.size >= MAX_NAMES)
        return Promise.reject(Object.assign(new Error('too many'), { code: 'too many names' }));
      pin = lookup(host);
      pins.set(host, pin);
      // A name that could not be resolved may be asked for again.
      pin.catch(() => pins.delete(host));
    }
    return pin;
  };

  return {
    admitName,
    async admit(asked, port) {
      const name = admitName(asked, port);
      if ('refused' in name) return name;
      let addresses: string[];
      try {
        addresses = await resolve(name.host);
      } catch (error) {
        return { refused: `its name could not be resolved (${(error as NodeJS.ErrnoException).code ?? 'no answer'})` };
      }
      if (addresses.length === 0) return { refused: 'its name has no address' };
      for (const address of addresses) {
        const reach = reachOf(address);
        if (reach === 'public' || (reach === 'private' && name.isSetting)) continue;
        // A public name that points here would open this machine to whoever runs that name server.
        if (reach === 'loopback' && name.isSetting && (isAddress(name.host) || name.host === 'localhost')) continue;
        // One bad address is enough: a name that answers both ways is made to get around exactly this check.
        return { refused: `it leads to ${SAID[reach]}` };
      }
      return { addresses };
    },
  };
}
