import { PDFDocument, PDFName, PDFString } from 'pdf-lib';
import { buildCompoundFile } from './build-msg.ts';
import { buildZip, type ZipInput } from './build-zip.ts';

const CONTENT_TYPES = `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`;

export interface DocxInput {
  /** Each paragraph as its runs: a value may be split over several. */
  paragraphs: string[][];
  /** Type and target of relationships that lead out of the document. */
  external?: [type: string, target: string][];
  extra?: ZipInput[];
}

export function buildDocx(input: DocxInput): Uint8Array {
  const body = input.paragraphs
    .map((runs) => `<w:p>${runs.map((run) => `<w:r><w:rPr><w:b/></w:rPr><w:t>${run}</w:t></w:r>`).join('')}</w:p>`)
    .join('');
  const links = (input.external ?? []).map(
    ([type, target], index) =>
      `<Relationship Id="r${index}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${type}" Target="${target}" TargetMode="External"/>`,
  );
  return buildZip([
    { name: '[Content_Types].xml', data: CONTENT_TYPES },
    {
      name: 'word/document.xml',
      data: `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`,
    },
    {
      name: 'word/_rels/settings.xml.rels',
      data: `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${links.join('')}</Relationships>`,
    },
    {
      name: 'docProps/core.xml',
      data: '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>Eve</dc:creator></cp:coreProperties>',
    },
    ...(input.extra ?? []),
  ]);
}

/** A PDF with one line of text a page, and a link annotation on the first. */
export async function buildPdf(pages: string[], link?: string): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  for (const [index, text] of pages.entries()) {
    const page = document.addPage([800, 200]);
    page.drawText(text, { size: 10, x: 10, y: 100 });
    if (index > 0 || link === undefined) continue;
    const action = { Type: 'Action', S: 'URI', URI: PDFString.of(link) };
    const annotation = document.context.obj({ Type: 'Annot', Subtype: 'Link', Rect: [0, 0, 9, 9], A: action });
    page.node.set(PDFName.of('Annots'), document.context.obj([document.context.register(annotation)]));
  }
  return document.save({ useObjectStreams: false });
}

/** A VBA project whose only module has the given source, stored as the literal tokens of MS-OVBA. */
export function buildVbaProject(moduleName: string, source: string): Uint8Array {
  const text = Buffer.from(`Attribute VB_Name = "${moduleName}"\r\n${source}`, 'latin1').subarray(0, 3000);
  const tokens: Buffer[] = [];
  for (let at = 0; at < text.length; at += 8) tokens.push(Buffer.from([0]), text.subarray(at, at + 8));
  const packed = Buffer.concat(tokens);
  const header = Buffer.alloc(3);
  header[0] = 1;
  header.writeUInt16LE(0xb000 | (packed.length - 1), 1);
  const stream = Buffer.concat([Buffer.from('compiled code\0\0'), header, packed]);
  return buildCompoundFile([
    {
      name: 'VBA',
      children: [
        { name: 'dir', bytes: Buffer.from([1]) },
        { name: '_VBA_PROJECT', bytes: Buffer.from([0xcc, 0x61]) },
        { name: moduleName, bytes: stream },
      ],
    },
    { name: 'PROJECT', bytes: Buffer.from('ID="{0}"') },
  ]);
}
