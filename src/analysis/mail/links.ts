import { parse } from 'tldts';
import { siteOf } from '../indicators/host-name.ts';
import { parseMarkup } from '../text/markup.ts';

/** A link of an HTML body. */
export interface MailLink {
  /** As written, entities decoded. */
  href: string;
  /** The text a reader sees, on one line, clipped. */
  text: string;
  /** Host the link leads to (behind a known rewriting service, the one behind it); empty for other schemes. */
  host: string;
  /** Host that the visible text shows, where it shows one of another registrable domain. */
  shownHost?: string;
}

const MAX_LINKS = 5000;
const MAX_HTML = 16 * 2 ** 20;
const MAX_TEXT = 300;
/** Extensions that are top-level domains too: `report.zip` as the text of a link is a file name. */
const FILE_NAMES = /\.(?:zip|mov|sh|py|pl|rs|ps|md|app|doc|docs|exe|pdf|com)$/i;

/** The links of an HTML body, in order; at most MAX_LINKS, from the first 16 MiB. Linear. */
export function readLinks(html: string): MailLink[] {
  const links: MailLink[] = [];
  let open: { href: string; text: string[]; length: number } | undefined;
  const close = (): void => {
    if (open !== undefined && links.length < MAX_LINKS) links.push(toLink(open.href, open.text.join('')));
    open = undefined;
  };
  parseMarkup(html.slice(0, MAX_HTML), {
    onopentag(name, attributes) {
      const href = attributes['href'];
      if ((name !== 'a' && name !== 'area') || href === undefined) return;
      close();
      open = { href: href.slice(0, 16 * 1024), text: [], length: 0 };
    },
    ontext(text) {
      if (open === undefined || open.length > 10 * MAX_TEXT) return;
      open.text.push(text);
      open.length += text.length;
    },
    onclosetag(name) {
      if (name === 'a' || name === 'area') close();
    },
  });
  close();
  return links;
}

function toLink(href: string, shown: string): MailLink {
  const text = shown.replace(/\s+/g, ' ').trim().slice(0, MAX_TEXT);
  const host = hostOf(unwrap(href));
  const link: MailLink = { href, text, host };
  const shownHost = host === '' ? '' : hostShown(text);
  if (shownHost !== '' && siteOf(shownHost) !== siteOf(host)) link.shownHost = shownHost;
  return link;
}

function hostOf(href: string): string {
  try {
    const url = new URL(href.trim());
    return /^(?:https?|ftp):$/.test(url.protocol) ? url.hostname.toLowerCase() : '';
  } catch {
    return '';
  }
}

/** Security products rewrite links; what the reader was meant to reach stands inside. */
function unwrap(href: string): string {
  try {
    const url = new URL(href.trim());
    if (/(?:^|\.)safelinks\.protection\.outlook\.com$/.test(url.hostname)) return url.searchParams.get('url') ?? href;
    if (url.hostname === 'urldefense.com') return /__(https?:.+?)__;/.exec(href)?.[1] ?? href;
    return href;
  } catch {
    return href;
  }
}

/** The host a link text shows: an address with its scheme anywhere in it, or a bare host name as its first word. */
function hostShown(text: string): string {
  const full = /\bhttps?:\/\/([^\s/?#"'<>]{1,255})/i.exec(text);
  if (full !== null) return hostOf(full[0]);
  const word = /^(?:www\.)?[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}(?=[/:?#\s]|$)/u.exec(text)?.[0];
  if (word === undefined || text.includes('@')) return '';
  if (!/^www\./i.test(word) && FILE_NAMES.test(word)) return '';
  const { isIcann, domain } = parse(word);
  return isIcann === true && domain !== null ? word.toLowerCase() : '';
}
