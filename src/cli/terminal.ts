import { stripVTControlCharacters } from 'node:util';

/** What a command writes to. `isJson` is the whole difference between a script and a person. */
export interface Terminal {
  readonly isJson: boolean;
  readonly isInteractive: boolean;
  /** One JSON object, whole, to standard output. */
  json(value: unknown): void;
  /** A line for a person, to standard output; nothing with `--json`. */
  line(text?: string): void;
  /** A piece of a file, as it is. */
  piece(text: string): void;
  /** A line beside the output, to standard error; it is said with `--json` too. */
  note(text: string): void;
  style(style: Style, text: string): string;
  /** Resolves when everything that was written has been taken. */
  flushed(): Promise<void>;
}

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

const CODES: Readonly<Record<Style, readonly [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
};

export function createTerminal(options: {
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  isJson: boolean;
  env: NodeJS.ProcessEnv;
}): Terminal {
  const { stdout, stderr, env } = options;
  let isGone = false;
  // `osmia … | head`: the reader left, which is no error of ours.
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error;
      isGone = true;
    });
  }
  const write = (stream: NodeJS.WriteStream, text: string): void => {
    if (!isGone && !stream.destroyed) stream.write(text);
  };
  const hasColour = stdout.isTTY && !options.isJson && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  return {
    isJson: options.isJson,
    isInteractive: stderr.isTTY && process.stdin.isTTY,
    piece: (text) => write(stdout, text),
    json: (value) => write(stdout, `${JSON.stringify(value)}\n`),
    line(text = '') {
      if (!options.isJson) write(stdout, `${text}\n`);
    },
    note: (text) => write(stderr, `${text}\n`),
    style(style, text) {
      if (!hasColour) return text;
      const [on, off] = CODES[style];
      return `\u001b[${on}m${text}\u001b[${off}m`;
    },
    flushed: () =>
      new Promise((resolve) => {
        if (isGone || stdout.destroyed || stdout.writableLength === 0) resolve();
        else stdout.write('', () => resolve());
      }),
  };
}

/** Bidi controls reorder what is read, and the other format characters hide in it. */
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu;

/** Hostile text for a terminal: one line, nothing that moves the cursor, reorders or hides. */
export function printable(text: string, longest = 200): string {
  const plain = text.replace(INVISIBLE, (c) => `\\u{${c.codePointAt(0)!.toString(16)}}`);
  return plain.length > longest ? `${plain.slice(0, longest - 1)}…` : plain;
}

/** Columns as wide as their widest cell; the last one is left as it is. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, widthOf(cell));
  }
  return rows.map((row) =>
    row
      .map((cell, i) => (i === row.length - 1 ? cell : cell + ' '.repeat(widths[i]! - widthOf(cell))))
      .join('  ')
      .trimEnd(),
  );
}

const widthOf = (cell: string): number => Array.from(stripVTControlCharacters(cell)).length;
