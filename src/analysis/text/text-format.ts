/** How a text is written, for the extractor. */
export type TextFormat = 'text' | 'html' | 'xml' | 'json' | 'csv' | 'headers';
