import { type OpenFile, type PartReader, Unreadable, type Walk } from '../containers/part-reader.ts';
import { zipEntries, type ZipEntry } from '../containers/zip.ts';
import { CONTAINER_LIMITS } from '../inspection.ts';
import { decodeStated } from '../text/encoding.ts';
import { visible } from '../text/visible.ts';
import { cutWindows } from '../text/windows.ts';
import { relationships, xmlText } from './xml-text.ts';

/** XML above this size is not text somebody wrote. */
const MAX_XML = 64 * 2 ** 20;
/** Most XML parts of a document hold no text and are not listed, but each has to be opened to know. */
const MAX_XML_PARTS = 5000;
const MAIN_TEXT =
  /(?:^|\/)(?:document\d*|sharedStrings|slide\d+|comments\d*|footnotes|endnotes|header\d+|footer\d+|notesSlide\d+|workbook|sheet\d+|connections|externalLink\d+|content)\.xml$/i;

/**
 * Office Open XML and OpenDocument files. The XML parts are sections with their text; what is embedded (pictures, macros,
 * other files) are files and are looked into. What points out of the document is listed and warned about by kind.
 */
export const readOffice: PartReader = async (file, walk) => {
  let count = 0;
  for await (const entry of zipEntries(file.source)) {
    walk.signal.throwIfAborted();
    count += 1;
    if (count > MAX_XML_PARTS) {
      walk.skip(file.part, `more than ${MAX_XML_PARTS} entries; the rest was not read`);
      return;
    }
    const isXml = /\.(?:xml|rels|vml|rdf)$/i.test(entry.name);
    if (isXml) {
      await readXmlPart(file, walk, entry);
      continue;
    }
    if (/vbaProject\.bin$/i.test(entry.name)) walk.warn(file.part, 'contains VBA macros');
    if (/(?:^|\/)(?:embeddings|activeX)\//i.test(entry.name))
      walk.warn(file.part, `contains an embedded object: ${visible(entry.name, 100)}`);
    const goOn = await walk.file(file, {
      name: entry.name,
      folders: true,
      size: entry.size,
      named: false,
      open: () => entry.read(walk.budget, walk.signal),
    });
    if (!goOn) return;
  }
};

async function readXmlPart(file: OpenFile, walk: Walk, entry: ZipEntry): Promise<void> {
  let xml: string;
  try {
    const { bytes, problem } = await entry.read(Math.min(walk.budget, MAX_XML), walk.signal);
    walk.spend(bytes.length);
    if (problem !== undefined) walk.skip(file.part, `${visible(entry.name, 200)}: ${problem}`);
    xml = decodeStated(bytes, undefined).text;
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    walk.skip(file.part, `${visible(entry.name, 200)}: ${error.message}`);
    return;
  }
  if (/<!(?:DOCTYPE|ENTITY)/i.test(xml.slice(0, 4096))) {
    walk.warn(
      file.part,
      `${visible(entry.name, 100)} declares XML entities, which Office never does; they were not expanded`,
    );
  }
  const isLinks = entry.name.endsWith('.rels');
  const { text, complete } = isLinks ? { text: externalTargets(file, walk, xml), complete: true } : xmlText(xml);
  if (!complete) walk.skip(file.part, `${visible(entry.name, 200)}: nested too deep, the innermost text was not read`);
  if (/DDEAUTO|\bDDE\s+["\\a-z]/i.test(text) && MAIN_TEXT.test(entry.name))
    walk.warn(file.part, 'contains a DDE field, which can start a program');
  if (text.trim() === '') return;
  await walk.section(file, {
    name: entry.name,
    mediaType: 'text/plain',
    description: isLinks
      ? 'Targets outside the document'
      : `${MAIN_TEXT.test(entry.name) ? 'Text' : 'Properties and settings'}, taken from XML`,
    format: 'text',
    pieces: cutWindows(text),
  });
}

/** One line a target: `attachedTemplate: http://…`. */
function externalTargets(file: OpenFile, walk: Walk, xml: string): string {
  const outside = relationships(xml).filter((link) => link.external && link.target !== '');
  for (const link of outside) {
    if (/^(?:attachedTemplate|oleObject|frame|subDocument|externalLinkPath|image)$/i.test(link.type)) {
      walk.warn(file.part, `loads something from outside when it is opened (${visible(link.type, 60)})`);
    }
  }
  return outside
    .slice(0, CONTAINER_LIMITS.entries * 20)
    .map((link) => `${link.type}: ${link.target}\n`)
    .join('');
}
