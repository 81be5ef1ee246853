import { visible } from '../text/visible.ts';

/**
 * Paths of parts.
 *
 * `/` is the dropped file itself. A mail has `/headers`, `/body.txt`, `/body.html` (a second one is `/body.txt~2`) and
 * its attachments as `/<index>/<name>`, counted from 1. The entries of an archive keep their folders: `/folder/a.txt`.
 * A part of a part goes on from its parent's path: `/2/attachment.zip/folder/a.txt`.
 *
 * A path is only a label and is never used on a file system, but it has to be unambiguous. So in a segment `%` and, in
 * names that have no folders, `/` are written `%25` and `%2F`; the segments `.`, `..` and the empty one are `%2E`,
 * `%2E%2E` and `%00`; control, bidi and zero-width characters are shown as `<U+202E>`; and a path that is taken already
 * gets `~2`, `~3` … at its end, in the order of the container.
 */
export interface PartPaths {
  /** Claims the path of a child; `folders` says that slashes in the name part folders. */
  claim(parent: string, name: string, options: { prefix?: string; folders?: boolean }): string;
}

const MAX_SEGMENTS = 32;

export function createPartPaths(): PartPaths {
  const taken = new Set<string>(['/']);
  /** The next number to try for a path, so that 500 entries of the same name are not 500² look-ups. */
  const next = new Map<string, number>();
  return {
    claim(parent, name, options) {
      const segments = options.folders === true ? name.split('/') : [name];
      const shown = segments.length > MAX_SEGMENTS ? [name] : segments;
      const tail = shown.map(escapeSegment).join('/');
      const base = `${parent === '/' ? '' : parent}/${options.prefix === undefined ? '' : `${options.prefix}/`}${tail}`;
      let path = base;
      for (let number = next.get(base) ?? 2; taken.has(path); number += 1) {
        path = `${base}~${number}`;
        next.set(base, number + 1);
      }
      taken.add(path);
      return path;
    },
  };
}

function escapeSegment(segment: string): string {
  if (segment === '') return '%00';
  if (segment === '.' || segment === '..') return segment.replaceAll('.', '%2E');
  return visible(segment.replaceAll('%', '%25').replaceAll('/', '%2F'), 255);
}

/** Whether `path` is `target` or an ancestor of it. */
export const leadsTo = (path: string, target: string): boolean =>
  path === '/' || path === target || target.startsWith(`${path}/`) || target.startsWith(`${path}~`);
