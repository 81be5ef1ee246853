/** One analyzer in all its versions: `<source>/<Name>`. Two sources may each have a FileInfo; those are two analyzers. */
export const lineageOf = (flavorId: string, name: string): string => `${sourceOf(flavorId)}/${name}`;

/** The source of a full flavor id. */
export const sourceOf = (flavorId: string): string => flavorId.slice(0, Math.max(0, flavorId.indexOf('/')));

const byParts = new Intl.Collator('en', { numeric: true });

/** The flavors that are here by lineage, of each the newest version. */
export function newestByLineage<T extends { id: string; name: string; version: string }>(
  flavors: readonly T[],
): Map<string, T> {
  const newest = new Map<string, T>();
  for (const flavor of flavors) {
    const lineage = lineageOf(flavor.id, flavor.name);
    const known = newest.get(lineage);
    if (known === undefined || byParts.compare(flavor.version, known.version) > 0) newest.set(lineage, flavor);
  }
  return newest;
}
