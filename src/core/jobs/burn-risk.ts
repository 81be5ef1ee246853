import type { DataType } from '../../shared/model/data-type.ts';
import { base64Parts, percentDecoded } from '../policy/readings.ts';

/** A value that gives away more than it has to, and the form of it that does not. */
export interface BurnRisk {
  hint: string;
  lesser: { label: string; dataType: DataType; value: string } | null;
}

const MAIL = /[a-z0-9._+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+/i;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** More parts of one address than this are not looked at. */
const MAX_PARTS = 200;

/**
 * Whether a service that keeps what it is asked would learn who was attacked: an address made for one reader, a person's
 * mail address, a password. Few false alarms matter more than every hit, so only addresses are looked at.
 */
export function burnRisk(dataType: string, value: string): BurnRisk | null {
  if (dataType !== 'url') return null;
  let url: URL;
  try {
    url = new URL(value);
  } catch {
    return null;
  }
  if (url.username !== '' || url.password !== '') {
    return {
      hint: 'A user name or a password is in it.',
      lesser: without(url, 'its user name and password', () => {}),
    };
  }
  const dropQuery = (to: URL): void => {
    to.search = '';
    to.hash = '';
  };
  const after = `${url.search}${url.hash}`;
  if (namesPerson(after)) {
    return { hint: 'It names a person: a mail address is in it.', lesser: without(url, cut(after), dropQuery) };
  }
  const segments = url.pathname.split('/').slice(0, MAX_PARTS);
  const personal = segments.findIndex((each) => namesPerson(each));
  if (personal >= 0) {
    return { hint: 'It names a person: a mail address is in it.', lesser: upTo(url, segments, personal) };
  }
  if (
    after
      .split(/[?&#=;]/)
      .slice(0, MAX_PARTS)
      .some(isToken)
  ) {
    return { hint: 'A part of it looks made for one reader.', lesser: without(url, cut(after), dropQuery) };
  }
  const token = segments.findIndex((each) => isToken(each));
  if (token >= 0) {
    return { hint: 'A part of its path looks made for one reader.', lesser: upTo(url, segments, token) };
  }
  return null;
}

const namesPerson = (text: string): boolean => {
  const read = percentDecoded(text);
  return MAIL.test(read) || base64Parts(read).some((each) => MAIL.test(each));
};

/** A random-looking part: long, of several kinds of characters in no order that words have. */
function isToken(part: string): boolean {
  const text = percentDecoded(part);
  if (UUID.test(text)) return true;
  if (text.length < 20 || text.length > 2_048 || !/^[A-Za-z0-9_\-.~+/=]+$/.test(text)) return false;
  if (/^[0-9a-f]+$/i.test(text)) return text.length >= 24 && /\d/.test(text) && /[a-f]/i.test(text);
  const changes = (text.match(/[a-z](?=[A-Z0-9])|[0-9](?=[A-Za-z])|[A-Z](?=[0-9])/g) ?? []).length;
  return /[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text) && changes >= text.length / 6;
}

const cut = (after: string): string => `“${after.slice(0, 1)}${after.slice(1, 9)}${after.length > 9 ? '…' : ''}”`;

function without(url: URL, what: string, change: (url: URL) => void): BurnRisk['lesser'] {
  const lesser = new URL(url);
  lesser.username = '';
  lesser.password = '';
  change(lesser);
  return { label: `Send without ${what}`, dataType: 'url', value: lesser.href };
}

function upTo(url: URL, segments: readonly string[], index: number): BurnRisk['lesser'] {
  return without(url, 'that part of its path', (lesser) => {
    lesser.pathname = segments.slice(0, index).join('/') || '/';
    lesser.search = '';
    lesser.hash = '';
  });
}
