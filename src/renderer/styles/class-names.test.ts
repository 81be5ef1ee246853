import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

/** The classes that a file styles wherever they stand: selectors of nothing but one class. */
function bareClasses(css: string): Set<string> {
  const found = new Set<string>();
  for (const [, selectors = ''] of css.replaceAll(/\/\*[^]*?\*\//g, '').matchAll(/([^{}]+)\{/g)) {
    for (const selector of selectors.split(',')) {
      const name = /^\.([\w-]+)$/.exec(selector.trim())?.[1];
      if (name !== undefined) found.add(name);
    }
  }
  return found;
}

/** Named by a screen and, on purpose, by the frame too: the foot bars share their height, paper has no frame. */
const SHARED = new Set(['app', 'artifacts-foot', 'run-foot']);

// Styles of a screen stay in the page once it was opened: a name that two of them use then bends the other one.
test('no screen styles a class that another screen or the frame styles', () => {
  const owners = new Map<string, Set<string>>();
  for (const path of globSync('{features,styles}/**/*.css', { cwd: ROOT })) {
    const owner = path.startsWith('features') ? path : 'styles';
    for (const name of bareClasses(readFileSync(join(ROOT, path), 'utf8')))
      owners.set(name, (owners.get(name) ?? new Set()).add(owner));
  }
  expect(owners.size).toBeGreaterThan(300);
  const twice = [...owners].filter(([name, by]) => by.size > 1 && !SHARED.has(name));
  expect(twice).toEqual([]);
});
