import { indexOfText } from './bytes.ts';

/** Marks of a second format, and the media types in which they are at home. */
const MARKS: readonly [mark: string, words: string, home: RegExp][] = [
  ['%PDF-', 'a PDF header', /pdf|text|html|rfc822|xml|json|zip|officedocument|postscript|illustrator|mbox/],
  [
    'PK\x03\x04',
    'a ZIP entry',
    /zip|officedocument|opendocument|java|android|macro|vnd\.|app|x-msi|x-cfb|octet|executable|x-elf|x-mach|crx|extension/,
  ],
  [
    '<script',
    'a script',
    /html|xml|hta|asp|php|text|rfc822|mbox|json|javascript|octet|executable|x-elf|x-mach|pdf|zip|vnd\.|class/,
  ],
  ['<?php', 'PHP code', /php|text|html|rfc822|xml|json|octet|executable|x-elf|x-mach|pdf|zip|vnd\.|class/],
  [
    'MZ\x90\0\x03',
    'the start of a Windows program',
    /executable|dosexec|octet|cfb|msi|vnd\.|zip|rar|7z|cab|x-elf|x-mach/,
  ],
  ['7z\xbc\xaf\x27\x1c', 'a 7-Zip archive', /7z|executable|octet|x-elf|x-mach|zip|iso/],
];

/**
 * Signs that a file can also be opened as something else: words for people, empty where there are none. A sign is a
 * reason to look, no proof. `tail` is the end of the file, where a ZIP keeps its directory.
 */
export function polyglotHints(head: Uint8Array, tail: Uint8Array, mediaType: string): string[] {
  const hints: string[] = [];
  for (const [mark, words, home] of MARKS) {
    if (home.test(mediaType)) continue;
    const at = indexOfText(head, mark);
    if (at > 0) hints.push(`${words} at byte ${at}`);
  }
  const zipLike =
    /zip|officedocument|opendocument|java|android|macroenabled|vnd\.ms-visio|appx|vsix|nuget|ios-app|3mf|xpinstall|kmz|extension/;
  if (!zipLike.test(mediaType) && indexOfText(tail, 'PK\x05\x06') >= 0) hints.push('a ZIP directory at the end');
  return hints;
}
