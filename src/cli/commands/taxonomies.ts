import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Command } from 'commander';
import { MAX_TAXONOMY_BYTES, type Taxonomy } from '../../shared/contract/tags.ts';
import { AppError } from '../../shared/errors.ts';
import type { Action, CommandContext, Register } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { readTextFile } from '../read-text-file.ts';
import { withSession } from '../session.ts';
import { printable, table } from '../terminal.ts';

/** The MISP project publishes some 160. */
const MAX_FILES = 2_000;

export function registerTaxonomies(program: Command, register: Register): void {
  const group = program.command('taxonomies').description('MISP taxonomies, which tags are offered from');
  register(group.command('list', { isDefault: true }).description('those of the workspace'), list);
  register(
    group.command('import').description('a file, or every .json of a folder and its folders').argument('<path>'),
    importPath,
  );
  register(group.command('on').description('offer its tags').argument('<namespace>'), (context, namespace: string) =>
    switchOne(context, namespace, true),
  );
  register(
    group.command('off').description('offer its tags no longer').argument('<namespace>'),
    (context, namespace: string) => switchOne(context, namespace, false),
  );
}

const list: Action<[]> = (context) =>
  withSession(context, 'default', async ({ api }) => {
    show(context, await api['taxonomies.list']({}, { signal: context.signal }));
    return EXIT.done;
  });

const importPath: Action<[string]> = (context, path) => {
  const files = filesOf(path);
  return withSession(context, 'default', async ({ api }) => {
    const taxonomies: (Taxonomy & { isNew: boolean })[] = [];
    const failed: { file: string; message: string }[] = [];
    for (const file of files) {
      // The files of MISP are all called machinetag.json: their folder says which one it is.
      const fileName = `${basename(dirname(file))}/${basename(file)}`;
      try {
        const text = readTextFile(file, MAX_TAXONOMY_BYTES);
        const { taxonomy, isNew } = await api['taxonomies.import']({ fileName, text }, { signal: context.signal });
        taxonomies.push({ ...taxonomy, isNew });
      } catch (error) {
        if (!(error instanceof AppError) || context.signal.aborted || files.length === 1) throw error;
        failed.push({ file, message: error.message });
      }
    }
    const { terminal } = context;
    if (terminal.isJson) terminal.json({ taxonomies, failed });
    else for (const { namespace, tags } of taxonomies) terminal.line(`${printable(namespace)}: ${tags} tags`);
    for (const { message } of terminal.isJson ? [] : failed) terminal.note(printable(message));
    return failed.length > 0 ? EXIT.failed : EXIT.done;
  });
};

const switchOne = (context: CommandContext, namespace: string, isEnabled: boolean) =>
  withSession(context, 'default', async ({ api }) => {
    const found = (await api['taxonomies.list']({})).find((each) => each.namespace === namespace);
    if (found === undefined) throw new AppError('not_found', `There is no taxonomy ${printable(namespace)} here.`);
    const changed = await api['taxonomies.update']({ id: found.id, patch: { isEnabled } }, { signal: context.signal });
    show(context, [changed]);
    return EXIT.done;
  });

function show({ terminal }: CommandContext, taxonomies: Taxonomy[]): void {
  if (terminal.isJson) terminal.json({ taxonomies });
  else if (taxonomies.length === 0) terminal.line('No taxonomies. Import some: osmia taxonomies import PATH');
  else {
    const rows = taxonomies.map(({ namespace, isEnabled, tags, version, description }) => [
      printable(namespace),
      isEnabled ? 'on' : 'off',
      `${tags} tags`,
      `version ${version}`,
      printable(description, 80),
    ]);
    for (const line of table(rows)) terminal.line(line);
  }
}

/** A folder yields the taxonomy files in it and one level below; other files of JSON there are not taxonomies. */
function filesOf(path: string): string[] {
  let isFolder: boolean;
  try {
    isFolder = statSync(path).isDirectory();
  } catch (cause) {
    throw new AppError('file.not_found', `There is no file or folder ${printable(path)}.`, { cause });
  }
  if (!isFolder) return [path];
  const found: string[] = [];
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isFile() && isTaxonomy(entry.name)) found.push(join(path, entry.name));
    if (!entry.isDirectory() || entry.name.startsWith('.')) continue;
    for (const inner of readdirSync(join(path, entry.name), { withFileTypes: true })) {
      if (inner.isFile() && isTaxonomy(inner.name)) found.push(join(path, entry.name, inner.name));
    }
  }
  if (found.length === 0) throw new AppError('invalid_input', `There is no taxonomy in ${printable(path)}.`);
  if (found.length > MAX_FILES)
    throw new AppError('too_large', `${printable(path)} holds more than ${MAX_FILES} files.`);
  return found.sort();
}

/** MISP's folder also holds an index and schemas. */
const isTaxonomy = (name: string): boolean =>
  /\.json$/i.test(name) && !/^(MANIFEST|schema.*|package.*)\.json$/i.test(name);
