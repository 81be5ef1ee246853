/** More than this is pasted as plain text: nobody reads a longer page in a note. */
const MOST_HTML = 2_000_000;
const MOST_NODES = 50_000;
const MOST_DEPTH = 200;

const DROPPED = new Set(['SCRIPT', 'STYLE', 'HEAD', 'TITLE', 'TEMPLATE', 'NOSCRIPT', 'SVG', 'OBJECT', 'IFRAME', 'svg']);
const BLOCKS = new Set([
  'P',
  'DIV',
  'SECTION',
  'ARTICLE',
  'MAIN',
  'HEADER',
  'FOOTER',
  'ASIDE',
  'FIGURE',
  'FIGCAPTION',
  'DL',
  'DT',
  'DD',
  'FORM',
  'ADDRESS',
  'BODY',
  'HTML',
  'CENTER',
]);

/**
 * What was copied from a page, as Markdown: headings, lists, tables, code, emphasis and addresses, and no HTML.
 * Undefined where it says nothing more than its plain text would, or is too much.
 */
export function htmlToMarkdown(html: string): string | undefined {
  if (html.length > MOST_HTML) return undefined;
  // A document of its own: nothing in it runs and nothing is fetched.
  const page = new DOMParser().parseFromString(html, 'text/html');
  const writer = createWriter();
  try {
    const text = tidy(writer.block(page.body, 0));
    return text === '' || !writer.hasForm() ? undefined : text;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const tidy = (text: string): string =>
  text
    .replaceAll(/[ \t]+\n/g, '\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .replace(/^\n+/, '')
    .trimEnd();

function createWriter(): { block(node: Node, depth: number): string; hasForm(): boolean } {
  let nodes = 0;
  let hasForm = false;
  const formed = (text: string): string => {
    hasForm = true;
    return text;
  };
  const count = (depth: number): void => {
    nodes += 1;
    if (nodes > MOST_NODES || depth > MOST_DEPTH) throw new RangeError('too much to convert');
  };

  const children = (node: Node, depth: number): string =>
    [...node.childNodes].map((child) => block(child, depth + 1)).join('');

  const mark = (node: Node, depth: number, sign: string): string => {
    const inner = children(node, depth).trim();
    return inner === '' || inner.includes('\n') ? inner : formed(`${sign}${inner}${sign}`);
  };

  const list = (node: Element, depth: number): string => {
    const isOrdered = node.tagName === 'OL';
    const items = [...node.children].filter((child) => child.tagName === 'LI');
    const lines = items.map((item, index) => {
      const lead = isOrdered ? `${index + 1}. ` : '- ';
      const inner = tidy(children(item, depth + 1)).replaceAll('\n\n', '\n');
      return lead + inner.replaceAll('\n', `\n${' '.repeat(lead.length)}`);
    });
    return formed(`\n\n${lines.join('\n')}\n\n`);
  };

  const table = (node: Element, depth: number): string => {
    const rows = [...node.querySelectorAll('tr')].slice(0, 2_000).map((row) =>
      [...row.children].slice(0, 50).map((cell) =>
        tidy(children(cell, depth + 1))
          .replaceAll(/\s*\n\s*/g, ' ')
          .replaceAll('|', '\\|'),
      ),
    );
    const width = Math.max(0, ...rows.map((row) => row.length));
    const [head, ...body] = rows;
    if (!head || width === 0) return '';
    const line = (cells: readonly string[]): string =>
      `| ${Array.from({ length: width }, (_, index) => cells[index] ?? '').join(' | ')} |`;
    return formed(`\n\n${[line(head), `|${' --- |'.repeat(width)}`, ...body.map(line)].join('\n')}\n\n`);
  };

  const link = (node: Element, depth: number): string => {
    const text = children(node, depth).trim();
    const href = node.getAttribute('href') ?? '';
    if (!/^(?:https?|mailto):/i.test(href) || /[\s<>()]/.test(href)) return text;
    if (text === '' || text === href || `mailto:${text}` === href) return text === '' ? href : text;
    return formed(`[${text.replaceAll(/[[\]]/g, '')}](${href})`);
  };

  const block = (node: Node, depth: number): string => {
    count(depth);
    if (node.nodeType === Node.TEXT_NODE) return (node.nodeValue ?? '').replaceAll(/\s+/g, ' ');
    if (!(node instanceof Element) && node.nodeType !== Node.ELEMENT_NODE) return '';
    const element = node as Element;
    const name = element.tagName;
    if (DROPPED.has(name)) return '';
    if (/^H[1-6]$/.test(name)) return formed(`\n\n${'#'.repeat(Number(name[1]))} ${children(node, depth).trim()}\n\n`);
    if (BLOCKS.has(name)) return `\n\n${children(node, depth)}\n\n`;
    switch (name) {
      case 'BR':
        return '\n';
      case 'HR':
        return formed('\n\n---\n\n');
      case 'STRONG':
      case 'B':
        return mark(node, depth, '**');
      case 'EM':
      case 'I':
        return mark(node, depth, '_');
      case 'CODE':
      case 'KBD':
      case 'SAMP':
        return mark(node, depth, '`');
      case 'PRE':
        return formed(
          `\n\n\`\`\`\n${(element.textContent ?? '').replace(/\n$/, '').replaceAll('```', "'''")}\n\`\`\`\n\n`,
        );
      case 'BLOCKQUOTE':
        return formed(`\n\n${tidy(children(node, depth)).replaceAll(/^/gm, '> ')}\n\n`);
      case 'UL':
      case 'OL':
        return list(element, depth);
      case 'TABLE':
        return table(element, depth);
      case 'A':
        return link(element, depth);
      case 'IMG':
        return element.getAttribute('alt')?.trim() ?? '';
      default:
        return children(node, depth);
    }
  };
  return { block, hasForm: () => hasForm };
}
