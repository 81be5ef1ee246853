// What a user gets of other people's work: the packages that the program runs with, those that the window is built of, our
// Node, Electron, and data inside them. From package-lock.json and the packages' own files; no network, same answer always.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const readJson = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));

/** Data that packages carry under a licence of its own. */
const DATA = [
  { name: 'Public Suffix List', carriedBy: 'tldts-core', licence: 'MPL-2.0', url: 'https://publicsuffix.org/list/' },
];

/** Packages that source files of the window import by name. */
function windowImports() {
  const names = new Set();
  for (const entry of readdirSync(join(root, 'src/renderer'), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(tsx?|css)$/.test(entry.name) || /\.test\.|vite\.config/.test(entry.name)) continue;
    const text = readFileSync(join(entry.parentPath, entry.name), 'utf8');
    for (const [, name] of text.matchAll(
      /(?:from|import|@import)\s*\(?\s*'((?:@[\w.-]+\/)?[\w-][\w.-]*)(?:\/[^']*)?'/g,
    ))
      names.add(name);
  }
  return names;
}

/** Where Node would find a package from another: nearest first. Undefined where it was not installed for any platform. */
function find(packages, from, name) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
    const path = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
    if (path in packages) return path;
    if (at === '') return undefined;
  }
}

/**
 * Sorted by name and version. `part` is `core`, `window` or `desktop`; `needs` are keys (`name@version`) of others;
 * `isOptional` is for some platforms only. Throws where a package says no licence.
 */
export function shippedPackages() {
  const { packages } = readJson('package-lock.json');
  const { dependencies = {}, optionalDependencies = {}, devDependencies = {} } = packages[''];
  const shipped = new Map();
  const needsOf = (path) => {
    const { dependencies: hard = {}, optionalDependencies: soft = {}, peerDependencies: peers = {} } = packages[path];
    const given = { ...hard, ...soft, ...peers };
    return Object.keys(given).flatMap((name) => find(packages, path, name) ?? []);
  };
  const take = (part, path) => {
    const waiting = [path];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      // A type package comes along for compiling only.
      if (shipped.has(next) || next.includes('node_modules/@types/')) continue;
      shipped.set(next, part);
      waiting.push(...needsOf(next));
    }
  };
  const takeAll = (part, names) => {
    for (const path of names.map((name) => find(packages, '', name))) if (path !== undefined) take(part, path);
  };
  takeAll('core', Object.keys({ ...dependencies, ...optionalDependencies }));
  takeAll(
    'window',
    [...windowImports()].filter((name) => name in devDependencies),
  );
  if ('node_modules/electron' in packages) shipped.set('node_modules/electron', 'desktop');

  const nameOf = (path) => packages[path].name ?? path.slice(path.lastIndexOf('node_modules/') + 13);
  const keyOf = (path) => `${nameOf(path)}@${packages[path].version}`;
  const list = [...shipped].map(([path, part]) => {
    const { version, integrity, optional, license } = packages[path];
    const licence = license ?? readJson(`${path}/package.json`).license;
    if (typeof licence !== 'string') throw new Error(`${path} says no licence; find out and add it`);
    const needs = part === 'desktop' ? [] : needsOf(path).filter((need) => shipped.has(need));
    const key = keyOf(path);
    return {
      key,
      name: nameOf(path),
      version,
      licence,
      integrity,
      part,
      isOptional: optional === true,
      needs: needs.map(keyOf).sort(),
    };
  }); // prettier-ignore
  // The same package at the same version may lie in two places.
  const unique = [...new Map(list.map((one) => [one.key, one])).values()];
  return unique.sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Data inside shipped packages, with the version of the package that carries it. */
export const shippedData = (shipped) =>
  DATA.flatMap((data) => {
    const carrier = shipped.find((one) => one.name === data.carriedBy);
    return carrier === undefined ? [] : [{ ...data, version: carrier.version, carrier: carrier.key }];
  });
