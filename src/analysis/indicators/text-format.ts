/** How a text is written, which decides what escapes mean in it. */
export type TextFormat = 'text' | 'html' | 'json' | 'csv';
