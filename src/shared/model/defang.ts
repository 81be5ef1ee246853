import type { DataType } from './data-type.ts';

/** A value cut for a grid that dims all but the host. `scheme + host + rest` is the value again, unchanged. */
export interface DisplayParts {
  /** With its separator: `https://`, or for a mail address the local part with its `@`. */
  scheme: string;
  host: string;
  rest: string;
}

/** Scheme, then user information up to the last at sign before the path, then host; all of it may be missing. */
const URL_PARTS = /^([a-z][a-z0-9+.-]{0,30}:\/\/)([^/?#]*@)?(\[[^\]/?#]*\]|[^/?#:]*)/i;

/** Where the host lies in a value of this type; types without a host are all `rest`. */
export function splitForDisplay(dataType: DataType, value: string): DisplayParts {
  switch (dataType) {
    case 'url': {
      const match = URL_PARTS.exec(value);
      if (match === null) return { scheme: '', host: '', rest: value };
      const scheme = `${match[1] ?? ''}${match[2] ?? ''}`;
      const host = match[3] ?? '';
      return { scheme, host, rest: value.slice(scheme.length + host.length) };
    }
    case 'mail': {
      const at = value.lastIndexOf('@');
      return { scheme: value.slice(0, at + 1), host: value.slice(at + 1), rest: '' };
    }
    case 'ip':
    case 'domain':
    case 'fqdn':
      return { scheme: '', host: value, rest: '' };
    default:
      return { scheme: '', host: '', rest: value };
  }
}

const defangScheme = (scheme: string): string => scheme.replace(/^http/i, 'hxxp').replace(/^(s?)ftp/i, '$1fxp');

/** Every dot of a host; an IPv6 address has none, so its colons are bracketed and the URL brackets stay. */
/** Dots only: no program makes a link of the colons of an IPv6 address. */
const defangHost = (host: string): string => host.replaceAll('.', '[.]');

/**
 * The value written so that no program makes a link of it or resolves it: `hxxp` and `fxp` schemes, `[.]` in the host
 * only. Paths, local parts, file names and all other types stay as they are.
 */
export function defang(dataType: DataType, value: string): string {
  const { scheme, host, rest } = splitForDisplay(dataType, value);
  switch (dataType) {
    case 'url':
      return `${defangScheme(scheme)}${defangHost(host)}${rest}`;
    case 'mail':
      return `${scheme}${defangHost(host)}`;
    case 'ip':
    case 'domain':
    case 'fqdn':
      return defangHost(host);
    default:
      return value;
  }
}
