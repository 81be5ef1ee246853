import { basename } from 'node:path';
import type { LoadedFlavor } from './flavor.ts';

const PREFIX = 'thehive:';

/** Whether a descriptor names objects of a case tool instead of observables. */
export const takesObjects = (flavor: Pick<LoadedFlavor, 'dataTypes'>): boolean =>
  flavor.dataTypes.some((type) => type.startsWith(PREFIX));

/** Whether a folder is one of responders: by its name, or because most of what it holds are such. */
export const looksLikeResponders = (path: string, flavors: readonly LoadedFlavor[]): boolean =>
  /^responders$/i.test(basename(path)) || flavors.filter(takesObjects).length * 2 > flavors.length;

/** A responder that names plain data types means observables of those types. Responders are never cached. */
export function asResponder(flavor: LoadedFlavor): LoadedFlavor {
  const dataTypes = takesObjects(flavor) ? flavor.dataTypes : [...flavor.dataTypes, `${PREFIX}case_artifact`];
  return { ...flavor, dataTypes, cacheMinutes: 0 };
}
