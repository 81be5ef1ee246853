import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Action, Register } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { engagementNamed } from '../engagement-option.ts';
import { withSession } from '../session.ts';
import { printable, table } from '../terminal.ts';

export function registerAttack(program: Command, register: Register): void {
  const group = program.command('attack').description('ATT&CK: the imported data, and the cases that have a technique');
  register(
    group
      .command('import')
      .description('MITRE’s STIX bundle (enterprise-attack.json); replaces what was there')
      .argument('<file>'),
    load,
  );
  register(group.command('show', { isDefault: true }).description('what is imported, and under which terms'), show);
  register(
    group
      .command('cases')
      .description('cases of an engagement with a technique, or with a sub-technique of it')
      .argument('<technique>', 'T1566 or T1566.001')
      .option('--engagement <name>', 'the engagement, by its name; the first one where none is named'),
    cases,
  );
}

const load: Action<[string]> = (context, file) =>
  withSession(context, 'default', async ({ api }) => {
    const pack = await api['attack.import']({ path: resolve(file) }, { signal: context.signal });
    const { terminal } = context;
    if (terminal.isJson) terminal.json({ pack });
    else {
      terminal.line(
        `${printable(`${pack.name} ${pack.version}`)}: ${pack.techniques} techniques, ${pack.tactics} tactics.`,
      );
      for (const line of pack.notice.split('\n')) terminal.line(printable(line, 2_000));
    }
    return EXIT.done;
  });

const show: Action<[]> = (context) =>
  withSession(context, 'default', async ({ api }) => {
    const pack = await api['attack.pack']({}, { signal: context.signal });
    const { terminal } = context;
    if (terminal.isJson) terminal.json({ pack });
    else if (pack === null) {
      terminal.line(
        'No ATT&CK data is imported. “osmia attack import enterprise-attack.json” does, from MITRE’s STIX file.',
      );
    } else {
      terminal.line(
        `${printable(`${pack.name} ${pack.version}`)}: ${pack.techniques} techniques, ${pack.tactics} tactics.`,
      );
      terminal.line(
        `Imported ${new Date(pack.importedAt).toISOString().slice(0, 16).replace('T', ' ')} UTC from ${printable(pack.fileName)}.`,
      );
      terminal.line(`SHA-256 ${pack.sha256}`);
      for (const line of pack.notice.split('\n')) terminal.line(printable(line, 2_000));
    }
    return EXIT.done;
  });

const cases: Action<[string, { engagement?: string }]> = (context, technique, options) =>
  withSession(context, 'default', async ({ api }) => {
    const engagementId = (await engagementNamed(api, options.engagement)).id;
    const found: { id: string; number: number; title: string; techniques: string[] }[] = [];
    for (let cursor: string | undefined; ; ) {
      // oxlint-disable-next-line no-await-in-loop -- page by page
      const page = await api['techniques.cases'](
        { technique, engagementId, limit: 200, ...(cursor !== undefined && { cursor }) },
        { signal: context.signal },
      );
      found.push(...page.items);
      if (page.next === null) break;
      cursor = page.next;
    }
    const { terminal } = context;
    if (terminal.isJson) terminal.json({ cases: found });
    else if (found.length === 0) terminal.line('No case of this engagement has it.');
    else
      for (const line of table(
        found.map((each) => [`#${each.number}`, each.techniques.join(' '), printable(each.title, 80)]),
      ))
        terminal.line(line);
    return EXIT.done;
  });
