/** What a file is by its content. */
export interface DetectedType {
  mediaType: string;
  /** One line for people: `Windows program (PE32+)`. */
  label: string;
  /** The usual extension without the dot; empty where there is none (Unix programs, unknown data). */
  extension: string;
}

export function detected(mediaType: string, label: string, extension: string): DetectedType {
  return { mediaType, label, extension };
}
