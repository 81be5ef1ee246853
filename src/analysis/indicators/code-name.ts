import { isTopLevel } from './host-name.ts';

/** First words of member access in scripts; with a member-like suffix the whole is code, not a host. */
const OBJECTS: ReadonlySet<string> = new Set(
  (
    'this self super document window console math json object array string number date process module event evt ev e os sys path obj item node elem element el jquery req res request response params args ctx context ' +
    'err error data user file input output app config settings client server session socket system global globalthis navigator location history screen form field row col list map set key value val result results tmp temp ' +
    'msg message body header headers cookie xhr http https fs util utils logger log db conn connection cursor cls klass base parent child root target source package com org java javax android'
  ).split(' '),
);

/** Top-level domains that are also everyday members, methods or file-system words. */
const MEMBERS: ReadonlySet<string> = new Set(
  'name id is in to at it my no so do as be by id call open click read run target map link top style select date page menu now info host import sort search save show play watch help support live work works data post email media store space zone network next new start stop cloud group work id prof pro mobi int domains download locker save exchange cash bar box button codes dev id parts properties report review security services shell show software systems tools stream style support watch watches website plus'.split(
    ' ',
  ),
);

/** Suffixes that stand in upper or mixed case in prose (`Evil.COM`) without being a class name. */
const SHOUTED: ReadonlySet<string> = new Set(['com', 'org', 'info', 'biz']);

/**
 * Why a dotted word that ends in a real top-level domain is code or a slip of the keyboard rather than a host;
 * undefined when it is not. `next` is the character after it. Rules, in order:
 * a suffix with a capital where the rest is not all capitals (`System.IO`, `done.In`); a call (`elem.click(`);
 * a member of a well-known object (`this.name`, `file.read`).
 */
export function codeReading(text: string, next: number): string | undefined {
  const labels = text.split('.');
  const suffix = labels[labels.length - 1] as string;
  const lower = suffix.toLowerCase();
  if (suffix !== lower && text !== text.toUpperCase() && !(SHOUTED.has(lower) && labels[0] !== 'System')) {
    return 'written like a class or a sentence end, not like a host';
  }
  const member = MEMBERS.has(lower);
  if (next === 0x28 /* ( */ && member) return 'followed by a bracket like a call';
  const first = (labels[0] as string).toLowerCase();
  if (member && (OBJECTS.has(first) || (first.length === 1 && labels.length === 2)))
    return 'reads like a member of an object in code';
  // Reverse-DNS package names: com.example.app, org.apache.commons.io
  if (
    labels.length >= 3 &&
    (first === 'com' || first === 'org' || first === 'net' || first === 'io') &&
    text === text.toLowerCase()
  ) {
    if (!isTopLevel(lower) || member || lower === 'app' || lower === 'io') return 'reads like a package name';
  }
  return undefined;
}
