import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Command } from 'commander';
import { MAX_TEMPLATE_BYTES } from '../../shared/contract/case-templates.ts';
import { AppError } from '../../shared/errors.ts';
import type { Action, Register } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { oneOf } from '../read-options.ts';
import { readTextFile } from '../read-text-file.ts';
import { withSession } from '../session.ts';
import { templateNamed } from '../template-named.ts';
import { printable, table } from '../terminal.ts';

export function registerTemplates(program: Command, register: Register): void {
  const group = program.command('templates').description('case templates');
  register(group.command('list', { isDefault: true }).description('all of them, by name'), list);
  register(
    group
      .command('import')
      .description('from a file of Osmia, TheHive 4 or TheHive 3')
      .argument('<file>')
      .option('--taken <how>', 'a name that is taken: refuse, replace or keepBoth', 'refuse'),
    importFile,
  );
  register(
    group
      .command('export')
      .description('as Case-Template__NAME.json')
      .argument('<name>')
      .argument('[folder]')
      .option('--thehive3', 'as TheHive 3 reads it'),
    exportFile,
  );
}

const list: Action<[]> = (context) =>
  withSession(context, 'default', async ({ api }) => {
    const templates = await api['caseTemplates.list']({}, { signal: context.signal });
    const { terminal } = context;
    if (terminal.isJson) terminal.json({ templates });
    else if (templates.length === 0) terminal.line('No case templates.');
    else {
      const rows = templates.map(({ name, tasks, fields, displayName }) => [
        printable(name),
        `${tasks.length} tasks`,
        `${fields.length} fields`,
        printable(displayName),
      ]);
      for (const line of table(rows)) terminal.line(line);
    }
    return EXIT.done;
  });

const importFile: Action<[string, { taken: string }]> = (context, path, options) => {
  const taken = oneOf('--taken', options.taken, ['refuse', 'replace', 'keepBoth'] as const);
  const text = readTextFile(path, MAX_TEMPLATE_BYTES);
  return withSession(context, 'default', async ({ api }) => {
    const input = { fileName: basename(path), text, taken };
    const made = await api['caseTemplates.import'](input, { signal: context.signal });
    const { terminal } = context;
    if (terminal.isJson) terminal.json(made);
    else {
      for (const { name } of made.templates) terminal.line(`Template ${printable(name)}`);
      if (made.madeFields.length > 0)
        terminal.line(`Custom fields made: ${made.madeFields.map((name) => printable(name)).join(', ')}`);
      for (const note of made.notes) terminal.note(printable(note));
    }
    return EXIT.done;
  });
};

const exportFile: Action<[string, string | undefined, { thehive3?: boolean }]> = (context, name, folder, options) =>
  withSession(context, 'default', async ({ api }) => {
    const { id } = await templateNamed(api, name);
    const shape = options.thehive3 === true ? 'thehive3' : 'thehive4';
    const { fileName, text, lost } = await api['caseTemplates.export']({ id, shape }, { signal: context.signal });
    const path = join(folder ?? '.', fileName);
    try {
      if (folder !== undefined) mkdirSync(folder, { recursive: true });
      writeFileSync(path, text, { flag: 'wx' });
    } catch (cause) {
      const isThere = (cause as NodeJS.ErrnoException).code === 'EEXIST';
      throw new AppError(
        isThere ? 'conflict' : 'file.unreadable',
        isThere ? `${printable(path)} is there already.` : `${printable(path)} cannot be written.`,
        { cause },
      );
    }
    const { terminal } = context;
    if (terminal.isJson) terminal.json({ file: path, lost });
    else terminal.line(printable(path));
    if (lost.length > 0) terminal.note(`TheHive 3 has no place for: ${lost.join(', ')}.`);
    return EXIT.done;
  });
