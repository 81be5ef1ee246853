import type { DocumentInitParameters, PDFDocumentProxy } from 'pdfjs-dist/types/src/display/api.d.ts';
import { type ByteSource, MAX_READ, readRange } from '../byte-source.ts';
import { type OpenFile, type PartReader, Unreadable, type Walk } from '../containers/part-reader.ts';
import { CONTAINER_LIMITS } from '../inspection.ts';
import { visible } from '../text/visible.ts';
import { cutWindows, type TextPiece } from '../text/windows.ts';

const MAX_PAGES = 2000;
const MAX_TEXT = 32 * 2 ** 20;
const MAX_LINKS = 20_000;

/**
 * PDF: the text with its pages, links and actions, document scripts as text, attached files. Where pdf.js cannot open the
 * file (damaged, encrypted), the addresses that stand in it in clear are searched, and the coverage says so.
 */
export const readPdf: PartReader = async (file, walk) => {
  if (file.source.size > CONTAINER_LIMITS.entryBytes) {
    walk.skip(file.part, 'a PDF of more than 100 MiB: only the link targets that stand in it in clear were searched');
    await readRawLinks(file, walk);
    return;
  }
  let document: PDFDocumentProxy;
  try {
    document = await openPdf(await readRange(file.source));
  } catch (error) {
    walk.signal.throwIfAborted();
    const locked = error instanceof Error && error.name === 'PasswordException';
    const reason = locked ? 'the PDF is encrypted: a password is needed' : `the PDF is damaged: ${words(error)}`;
    walk.warn(file.part, reason);
    walk.skip(file.part, `${reason}; only the link targets that stand in it in clear were searched`);
    await readRawLinks(file, walk);
    return;
  }
  try {
    await readDocument(file, walk, document);
  } finally {
    await document.loadingTask.destroy();
  }
};

async function openPdf(bytes: Uint8Array): Promise<PDFDocumentProxy> {
  const { getDocument, VerbosityLevel } = await loadPdfjs();
  // pdf.js takes the buffer for itself, so it gets a copy. It fetches nothing: no fonts, no character
  // maps, no WebAssembly. It evaluates nothing either: since version 5 it has no code that would.
  const options: DocumentInitParameters = {
    data: Uint8Array.from(bytes),
    verbosity: VerbosityLevel.ERRORS,
    disableFontFace: true,
    useSystemFonts: false,
    useWorkerFetch: false,
    useWasm: false,
    enableXfa: false,
    isOffscreenCanvasSupported: false,
    isImageDecoderSupported: false,
    stopAtErrors: false,
  };
  return getDocument(options).promise;
}

type Pdfjs = typeof import('pdfjs-dist');
let pdfjs: Promise<Pdfjs> | undefined;

/** Loaded with the first PDF: it is large, and most files are none. */
function loadPdfjs(): Promise<Pdfjs> {
  pdfjs ??= (async () => {
    const library: Pdfjs = await import('pdfjs-dist/legacy/build/pdf.mjs');
    // Present as a global, its worker code runs in this thread, and no file is looked for at run time.
    // @ts-expect-error the package has no types for its worker
    const worker: unknown = await import('pdfjs-dist/legacy/build/pdf.worker.mjs');
    Object.assign(globalThis, { pdfjsWorker: worker });
    return library;
  })();
  return pdfjs;
}

interface PageLinks {
  found: { page: number; url: string }[];
  pagesRead: number;
}

async function readDocument(file: OpenFile, walk: Walk, document: PDFDocumentProxy): Promise<void> {
  const links: PageLinks = { found: [], pagesRead: 0 };
  const pages = Math.min(document.numPages, MAX_PAGES);
  file.part.description = `${file.part.description}, ${document.numPages} ${document.numPages === 1 ? 'page' : 'pages'}`;
  if (document.numPages > MAX_PAGES) walk.skip(file.part, `more than ${MAX_PAGES} pages; the rest was not read`);
  await walk.section(file, {
    name: 'text',
    mediaType: 'text/plain',
    description: 'Text of the pages',
    format: 'text',
    pieces: pageTexts(file, walk, document, pages, links),
  });
  // Whoever reads one part of a document leaves the text out, and the links come with it.
  if (links.pagesRead === 0) for await (const _ of pageTexts(file, walk, document, pages, links));
  if (links.found.length > 0) {
    await walk.section(file, {
      name: 'links',
      mediaType: 'text/plain',
      description: `${links.found.length} link targets and actions`,
      format: 'text',
      pieces: links.found.map(({ page, url }) => ({ utf8: Buffer.from(`${url}\n`, 'utf8'), page })),
    });
  }
  await readExtras(file, walk, document);
}

async function* pageTexts(
  file: OpenFile,
  walk: Walk,
  document: PDFDocumentProxy,
  pages: number,
  links: PageLinks,
): AsyncGenerator<TextPiece> {
  let total = 0;
  for (let number = 1; number <= pages; number += 1) {
    walk.signal.throwIfAborted();
    let text = '';
    links.pagesRead = number;
    try {
      const page = await document.getPage(number);
      const content = await page.getTextContent();
      text = content.items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join('');
      for (const annotation of (await page.getAnnotations()) as unknown[]) {
        for (const url of targetsOf(annotation))
          if (links.found.length < MAX_LINKS) links.found.push({ page: number, url });
      }
      page.cleanup();
    } catch (error) {
      walk.skip(file.part, `page ${number} could not be read: ${words(error)}`);
    }
    total += text.length;
    if (total > MAX_TEXT) {
      walk.skip(file.part, `more than 32 MiB of text; pages from ${number} on were not read`);
      return;
    }
    yield* cutWindows(`${text}\n`, number);
  }
}

/** What an annotation leads to: an address, a file to start, a script. */
function targetsOf(annotation: unknown): string[] {
  if (typeof annotation !== 'object' || annotation === null) return [];
  const { url, unsafeUrl, actions } = annotation as { url?: unknown; unsafeUrl?: unknown; actions?: unknown };
  const scripts = typeof actions === 'object' && actions !== null ? Object.values(actions).flat() : [];
  const found = [typeof unsafeUrl === 'string' ? unsafeUrl : url, ...scripts].filter(
    (text) => typeof text === 'string',
  );
  return found.filter((text) => text !== '').map((text) => text.slice(0, 64 * 1024));
}

async function readExtras(file: OpenFile, walk: Walk, document: PDFDocumentProxy): Promise<void> {
  const scripts = valuesOf(await quietly(() => document.getJSActions() as Promise<unknown>)).flat();
  const source = scripts.filter((script) => typeof script === 'string').join('\n');
  if (source !== '') {
    walk.warn(file.part, 'contains JavaScript');
    await walk.section(file, {
      name: 'scripts.js',
      mediaType: 'text/javascript',
      description: 'Document scripts',
      format: 'text',
      pieces: cutWindows(source.slice(0, MAX_TEXT)),
    });
  }
  const openAction = await quietly(() => document.getOpenAction() as Promise<{ action?: unknown } | null>);
  if (openAction?.action !== undefined) walk.warn(file.part, 'does something by itself when it is opened');
  const metadata = await quietly(() => document.getMetadata());
  const properties = Object.entries(metadata?.info ?? {})
    .filter((pair): pair is [string, string] => typeof pair[1] === 'string')
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('');
  if (properties !== '') {
    await walk.section(file, {
      name: 'properties',
      mediaType: 'text/plain',
      description: 'Document properties',
      format: 'text',
      pieces: cutWindows(properties.slice(0, MAX_TEXT)),
    });
  }
  const attachments = await quietly(() => document.getAttachments() as Promise<unknown>);
  for (const [id, attached] of attachments instanceof Map ? (attachments as Map<unknown, unknown>) : []) {
    walk.warn(file.part, 'contains an attached file');
    const { filename } = attached as { filename?: unknown };
    const goOn = await walk.file(file, {
      name: typeof filename === 'string' && filename !== '' ? filename : 'attachment',
      size: 0,
      named: true,
      open: () => attachedBytes(document, String(id)),
    });
    if (!goOn) return;
  }
}

async function attachedBytes(document: PDFDocumentProxy, id: string): Promise<{ bytes: Uint8Array }> {
  const bytes = await quietly(() => document.getAttachmentContent(id) as Promise<unknown>);
  if (!(bytes instanceof Uint8Array)) throw new Unreadable('the attached file could not be read');
  return { bytes };
}

const valuesOf = (values: unknown): unknown[] =>
  values instanceof Map ? [...(values as Map<unknown, unknown>).values()] : Object.values(values ?? {});

/** Extras of a damaged document that cannot be read are left out; the text has been searched by then. */
async function quietly<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch {
    return undefined;
  }
}

async function readRawLinks(file: OpenFile, walk: Walk): Promise<void> {
  await walk.section(file, {
    name: 'links',
    mediaType: 'text/plain',
    description: 'Link targets that stand in the file in clear',
    format: 'text',
    pieces: rawLinks(file.source, walk.signal),
  });
}

/** The targets of `/URI (…)` in the bytes of a PDF; one pass, in windows that overlap by the longest target. */
async function* rawLinks(source: ByteSource, signal: AbortSignal): AsyncGenerator<TextPiece> {
  const longest = 4096;
  let found = 0;
  for (let at = 0; at < source.size; at += MAX_READ - longest) {
    signal.throwIfAborted();
    const window = Buffer.from(await source.read(at, Math.min(MAX_READ, source.size - at))).toString('latin1');
    for (const match of window.matchAll(/\/(?:URI|F|UF)[ \t\r\n]{0,16}\(([^()\r\n]{1,2048})\)/g)) {
      const isRepeat = match.index + match[0].length <= longest && at > 0;
      if (isRepeat || (found += 1) > MAX_LINKS) continue;
      yield { utf8: Buffer.from(`${(match[1] ?? '').replace(/\\([()\\])/g, '$1')}\n`, 'utf8') };
    }
  }
}

const words = (error: unknown): string =>
  visible(error instanceof Unreadable || error instanceof Error ? error.message : String(error), 200);
