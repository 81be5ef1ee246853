import { AppError } from '../../../shared/errors.ts';
import { canonicalHost } from './address-rules.ts';

/** The proxy of the user's own network, through which everything goes. */
export interface Upstream {
  host: string;
  port: number;
  /** Value of Proxy-Authorization; undefined when it wants none. */
  authorization: string | undefined;
}

/**
 * The proxy that the settings name, or undefined when they name none. Throws an AppError `invalid_input` for one that
 * cannot be used: to go around it in silence would show the user's own address.
 */
export function readUpstream(config: Readonly<Record<string, unknown>>): Upstream | undefined {
  const value = [config['proxy_https'], config['proxy_http']].find((one) => typeof one === 'string' && one !== '');
  if (typeof value !== 'string') return undefined;
  let url: URL;
  try {
    url = new URL(value.includes('://') ? value : `http://${value}`);
  } catch {
    throw new AppError(
      'invalid_input',
      'The proxy in the settings is not an address such as http://proxy.example:3128.',
    );
  }
  const host = canonicalHost(url.hostname);
  if (url.protocol !== 'http:' || host === undefined)
    throw new AppError(
      'invalid_input',
      `The proxy in the settings has to begin with http://; ${url.protocol}// is not supported.`,
    );
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return {
    host,
    port: url.port === '' ? 80 : Number(url.port),
    authorization: credentials === ':' ? undefined : `Basic ${Buffer.from(credentials, 'utf8').toString('base64')}`,
  };
}
