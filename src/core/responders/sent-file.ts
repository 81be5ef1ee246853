import type { Evidence } from '../../shared/contract/entities.ts';

/** What a mail program or a browser at the other end shows, but does not run. */
const HARMLESS: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'text/plain', 'text/csv']);

/**
 * What a file of the case is called, and as what it goes. Anything that could run or open where it arrives loses its
 * ending and its type: evidence is often what one must not click.
 */
export function sentAs({ name, mediaType }: Pick<Evidence, 'name' | 'mediaType'>): {
  name: string;
  contentType: string;
} {
  return HARMLESS.has(mediaType)
    ? { name, contentType: mediaType }
    : { name: `${name}.bin`, contentType: 'application/octet-stream' };
}
