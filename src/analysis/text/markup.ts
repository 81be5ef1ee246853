import { type Handler, Parser, type ParserOptions } from 'htmlparser2';

/** Deeper nesting is no document, and the parser's stack makes its cost grow with the square of the depth. */
const MAX_DEPTH = 2000;
/** Fed in pieces, so that the depth is looked at before it costs anything. */
const PIECE = 16 * 1024;

/**
 * Parses HTML or XML in time linear in its length. Below MAX_DEPTH the open elements are forgotten and parsing goes on as
 * if at the top; false is returned then.
 */
export function parseMarkup(markup: string, handler: Partial<Handler>, options: ParserOptions = {}): boolean {
  let depth = 0;
  let shallow = true;
  const parser = new Parser(
    {
      ...handler,
      onopentag(name, attributes, isImplied) {
        depth += 1;
        handler.onopentag?.(name, attributes, isImplied);
      },
      onclosetag(name, isImplied) {
        depth -= 1;
        handler.onclosetag?.(name, isImplied);
      },
    },
    options,
  );
  for (let at = 0; at < markup.length; at += PIECE) {
    parser.write(markup.slice(at, at + PIECE));
    if (depth > MAX_DEPTH) {
      parser.reset();
      [depth, shallow] = [0, false];
    }
  }
  parser.end();
  return shallow;
}
