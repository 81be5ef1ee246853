import { extensionMismatch, extensionOf } from '../../src/analysis/fileinfo/name-checks.ts';
import { siteOf } from '../../src/analysis/indicators/host-name.ts';
import type { Part } from '../../src/analysis/inspection.ts';
import type { MailMessage } from '../../src/analysis/mail-message.ts';
import { type Authentication, statedResult } from '../../src/analysis/mail/authentication.ts';
import type { MailLink } from '../../src/analysis/mail/links.ts';
import type { Hop } from '../../src/analysis/mail/received-path.ts';
import { visible } from '../../src/analysis/text/visible.ts';
import type { Level } from '../../src/shared/model/report.ts';

/** One thing worth knowing about a mail. Nothing is called malicious: every one of them has innocent cases. */
export interface Finding {
  level: Level;
  /** The taxonomy's predicate. */
  about: string;
  /** The taxonomy's value: short. */
  value: string;
  message: string;
}

export interface Examined {
  mail: MailMessage;
  authentication: Authentication;
  links: MailLink[];
  path: Hop[];
  tree: Part;
}

export function findings(examined: Examined): Finding[] {
  return [
    ...authenticationFindings(examined.authentication),
    ...senderFindings(examined.mail),
    ...linkFindings(examined.links),
    ...attachmentFindings(examined.tree),
    ...noteFindings(examined.mail),
    ...pathFindings(examined.path),
  ];
}

const BAD_RESULTS: ReadonlySet<string> = new Set(['fail', 'softfail', 'hardfail', 'permerror', 'reject', 'quarantine']);

function authenticationFindings(authentication: Authentication): Finding[] {
  return (['spf', 'dkim', 'dmarc', 'arc'] as const).flatMap((method) => {
    const stated = statedResult(authentication, method);
    if (stated === undefined) return [];
    const about = method.toUpperCase();
    return [
      {
        level: BAD_RESULTS.has(stated.result) ? 'suspicious' : 'info',
        about,
        value: stated.result,
        message: `${about} ${stated.result}, as stated by ${visible(stated.by, 120)} (not verified here)`,
      },
    ];
  });
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase();
const senderSite = (address: string): string => siteOf(domainOf(address));

function senderFindings(mail: MailMessage): Finding[] {
  const found: Finding[] = [];
  const from = mail.from[0];
  if (from === undefined || from.address === '') {
    return [{ level: 'suspicious', about: 'From', value: 'missing', message: 'The mail has no sender address' }];
  }
  if (mail.from.length > 1) {
    found.push({
      level: 'suspicious',
      about: 'From',
      value: `${mail.from.length} addresses`,
      message: 'More than one sender address; programs differ in which one they show',
    });
  }
  const replyTo = mail.replyTo.find(
    (other) => other.address !== '' && senderSite(other.address) !== senderSite(from.address),
  );
  if (replyTo !== undefined) {
    found.push({
      level: 'suspicious',
      about: 'ReplyTo',
      value: 'differs',
      message: `Answers go to ${visible(replyTo.address, 120)}, not to the domain of ${visible(from.address, 120)}`,
    });
  }
  const shown = /[\w.+-]{1,64}@([\w-]{1,63}(?:\.[\w-]{1,63}){1,8})/.exec(from.name)?.[1];
  if (shown !== undefined && siteOf(shown) !== senderSite(from.address)) {
    found.push({
      level: 'suspicious',
      about: 'DisplayName',
      value: 'spoof',
      message: `The sender's name shows an address at ${visible(shown, 120)}; the mail is from ${visible(from.address, 120)}`,
    });
  }
  if (/(?:^|[@.])xn--/i.test(from.address) || /[^\u0000-\u007f]/.test(domainOf(from.address))) {
    found.push({
      level: 'suspicious',
      about: 'From',
      value: 'IDN',
      message: `The sender's domain has letters beyond ASCII: ${visible(from.address, 120)}`,
    });
  }
  const returnPath = mail.returnPath[0];
  if (
    returnPath !== undefined &&
    returnPath.address !== '' &&
    senderSite(returnPath.address) !== senderSite(from.address)
  ) {
    found.push({
      level: 'info',
      about: 'ReturnPath',
      value: 'differs',
      message: `Bounces go to ${visible(returnPath.address, 120)}; common with mailing services`,
    });
  }
  return found;
}

function linkFindings(links: readonly MailLink[]): Finding[] {
  const lying = links.filter((link) => link.shownHost !== undefined);
  if (lying.length === 0) return [];
  const examples = lying
    .slice(0, 3)
    .map((link) => `shows ${visible(link.shownHost ?? '', 100)}, opens ${visible(link.host, 100)}`);
  return [
    {
      level: 'suspicious',
      about: 'Links',
      value: `${lying.length} mismatched`,
      message: `${lying.length} of ${links.length} links show one address and open another: ${examples.join('; ')}`,
    },
  ];
}

/** Names that Windows, macOS or a script host runs at a double click, and containers used to get past a mail filter. */
const RUNS = new Set(
  'exe scr com pif cpl msi msix appx bat cmd ps1 vbs vbe js jse wsf wsh hta lnk url jar reg chm application scf inf dll xll ppam iso img vhd vhdx one app command pkg dmg sh run apk'.split(
    ' ',
  ),
);
const PROGRAMS =
  /^application\/(?:x-dosexec|vnd\.microsoft\.portable-executable|x-elf|x-mach-binary|x-msi|hta|x-ms-shortcut|java-archive|vnd\.android\.package-archive)$|^text\/(?:x-msdos-batch|x-powershell|vbscript|x-script-encoded|x-wsf)$/;
const MAX_FINDINGS = 50;

function attachmentFindings(tree: Part): Finding[] {
  const found: Finding[] = [];
  const work = [...tree.children];
  for (let part = work.shift(); part !== undefined && found.length < MAX_FINDINGS; part = work.shift()) {
    work.push(...part.children);
    if (part.kind !== 'file') continue;
    const name = visible(part.name, 120);
    const mismatch = extensionMismatch(part.name, part.mediaType);
    if (RUNS.has(extensionOf(part.name)) || PROGRAMS.test(part.mediaType)) {
      found.push({
        level: 'suspicious',
        about: 'Attachment',
        value: 'can run',
        message: `"${name}" can run a program when it is opened (${part.description})`,
      });
    } else if (mismatch !== undefined) {
      found.push({ level: 'suspicious', about: 'Attachment', value: 'wrong type', message: `"${name}": ${mismatch}` });
    }
    for (const warning of part.warnings) {
      const value = worth(warning);
      if (value !== undefined)
        found.push({ level: 'suspicious', about: 'Attachment', value, message: `"${name}": ${warning}` });
    }
  }
  return found;
}

/** The chip for a warning of the inspection, for those that say something about intent. */
function worth(warning: string): string | undefined {
  if (warning.startsWith('double extension')) return 'double extension';
  if (/VBA macros/.test(warning)) return 'macros';
  if (/loads something from outside/.test(warning)) return 'remote content';
  if (warning.startsWith('encrypted')) return 'encrypted';
  if (/decompression bomb/.test(warning)) return 'bomb';
  if (/direction/.test(warning)) return 'hidden characters';
  if (/contains JavaScript|DDE field/.test(warning)) return 'active content';
  return undefined;
}

/** Hidden characters in attachment names are visible in the tree; that they were hidden is a note of the parser. */
const noteFindings = (mail: MailMessage): Finding[] =>
  mail.notes
    .filter((note) => note.startsWith('the attachment ') && /direction|invisible/.test(note))
    .slice(0, 5)
    .map((message) => ({ level: 'suspicious', about: 'Attachment', value: 'hidden characters', message }));

function pathFindings(path: readonly Hop[]): Finding[] {
  const backwards = path.find((hop) => (hop.delaySeconds ?? 0) < -300);
  if (backwards === undefined) return [];
  return [
    {
      level: 'info',
      about: 'Path',
      value: 'clock',
      message: `The hop by ${visible(backwards.by, 120)} is ${Math.round(-(backwards.delaySeconds ?? 0) / 60)} minutes before the one it follows: a wrong clock, or a header that was made up`,
    },
  ];
}
