import { parseMarkup } from '../text/markup.ts';

/** Elements that end a line of text in WordprocessingML, SpreadsheetML, PresentationML and OpenDocument. */
const LINE_ENDS = new Set([
  'w:p',
  'w:br',
  'w:tr',
  'a:p',
  'a:br',
  'si',
  'row',
  'c',
  'text:p',
  'text:h',
  'text:line-break',
  'comment',
  'definedName',
  'p',
]);
const TABS = new Set(['w:tab', 'w:tc', 'text:tab']);
/** Namespaces and schema addresses name the format and are no finding. */
const FORMAT_ADDRESS =
  /^https?:\/\/(?:schemas\.(?:openxmlformats|microsoft)\.(?:org|com)|www\.w3\.org|purl\.(?:org|oclc\.org)|ns\.adobe\.com|docs\.oasis-open\.org|openoffice\.org)(?:\/|$)/i;

/**
 * The text of an XML part of a document, a line per paragraph, so that a value that is split over runs of formatting is
 * whole again; after it the attribute values that hold an address, one a line. Entities beyond the five of XML and
 * numeric ones are not expanded, so nothing is fetched and nothing grows. `complete` is false
 * where elements are nested too deep to be read.
 */
export function xmlText(xml: string): { text: string; complete: boolean } {
  const out: string[] = [];
  const links: string[] = [];
  const complete = parseMarkup(
    xml,
    {
      onopentag(name, attributes) {
        for (const [attribute, value] of Object.entries(attributes)) {
          if (attribute.startsWith('xmlns') || attribute === 'Type' || value.length > 64 * 1024) continue;
          if (isAddress(value) && !FORMAT_ADDRESS.test(value)) links.push(value);
        }
        if (TABS.has(name)) out.push('\t');
      },
      ontext: (text) => void out.push(text),
      onclosetag(name) {
        if (LINE_ENDS.has(name)) out.push('\n');
      },
    },
    { xmlMode: true },
  );
  const lines = out
    .join('')
    .split('\n')
    .map((line) => line.trimEnd());
  // Indented XML and empty cells would fill the text with blank lines.
  return { text: [...lines, ...new Set(links)].filter((line) => line !== '').join('\n'), complete };
}

const isAddress = (value: string): boolean =>
  value.includes('://') || value.startsWith('\\\\') || /^mailto:/i.test(value);

export interface Relationship {
  type: string;
  target: string;
  external: boolean;
}

/** The relationships of an Office part (`_rels/*.rels`). */
export function relationships(xml: string): Relationship[] {
  const found: Relationship[] = [];
  parseMarkup(
    xml,
    {
      onopentag(name, attributes) {
        if (!/(?:^|:)Relationship$/.test(name) || found.length >= 10_000) return;
        const type = attributes['Type'] ?? '';
        found.push({
          type: type.slice(type.lastIndexOf('/') + 1),
          target: attributes['Target'] ?? '',
          external: attributes['TargetMode']?.toLowerCase() === 'external',
        });
      },
    },
    { xmlMode: true },
  );
  return found;
}
