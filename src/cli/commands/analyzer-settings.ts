import { readFileSync, statSync } from 'node:fs';
import type { Command } from 'commander';
import type { FlavorConfig, GivenValue, SettingField } from '../../shared/contract/config.ts';
import type { SecretFacts } from '../../shared/contract/secrets.ts';
import { AppError } from '../../shared/errors.ts';
import type { Action, CommandContext, Register } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { promptHidden } from '../passphrase.ts';
import { readFileArgument } from '../read-input.ts';
import { withSession } from '../session.ts';
import { printable, table } from '../terminal.ts';

interface SetOptions {
  shared?: boolean;
  unset?: boolean;
}

const MAX_SECRET_BYTES = 65_536;
/** Controls, and what stands for bytes that are no UTF-8: the wrong file, and a value that was changed by reading it. */
const NOT_A_SECRET = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffd]/u;
const MAX_IMPORT_BYTES = 16 * 2 ** 20;

/** What belongs to `osmia analyzers` and changes or shows settings. */
export function registerAnalyzerSettings(group: Command, register: Register): void {
  register(group.command('settings').description('the settings of one analyzer or responder').argument('<id>'), show);
  register(
    group
      .command('set')
      .description('change a setting; a secret is read from standard input, never from the command line')
      .argument('<id>')
      .argument('<setting>')
      .argument('[value...]', 'several for a setting that takes a list')
      .option('--shared', 'for all that share its base configuration')
      .option('--unset', 'take the value away'),
    set,
  );
  register(
    group
      .command('import-cortex')
      .description('take over the settings of a Cortex organisation; only shows what it would do without --apply')
      .argument('<file>', 'JSON of its analyzers and base configurations, or - for standard input')
      .option('--apply', 'store them'),
    importCortex,
  );
}

const secretOf = (field: SettingField): SecretFacts | undefined => field.held.at(-1)?.secret ?? undefined;

/** For scripts: a secret is told of, never told. */
const asJson = (config: FlavorConfig) => ({
  id: config.flavorId,
  base: config.base?.name ?? null,
  settings: config.fields.map((field) => {
    const secret = secretOf(field);
    return {
      name: field.name,
      type: field.type,
      isMulti: field.isMulti,
      isRequired: field.isRequired,
      isSecret: field.isSecret || secret !== undefined,
      value: field.effective,
      from: field.from,
      ...(secret && { secret: { place: secret.place, lastFour: secret.lastFour, isReadable: secret.isReadable } }),
    };
  }),
  missing: config.missing,
});

function print(context: CommandContext, config: FlavorConfig): void {
  const { terminal } = context;
  if (terminal.isJson) {
    terminal.json({ analyzer: asJson(config) });
    return;
  }
  const rows = config.fields.map((field) => [
    field.name,
    shown(field),
    terminal.style(
      'dim',
      config.missing.includes(field.name) ? 'not set, and needed' : field.from === 'none' ? '' : field.from,
    ),
  ]);
  for (const line of table(
    rows.map(([name = '', value = '', from = '']) => [printable(name), printable(value, 80), from]),
  )) {
    terminal.line(line);
  }
}

function shown(field: SettingField): string {
  const secret = secretOf(field);
  if (secret) return secret.isReadable ? `secret, ends in ${secret.lastFour ?? '…'}, ${secret.place}` : secret.problem;
  const value = field.effective;
  return value === null ? '' : Array.isArray(value) ? value.join(', ') : String(value);
}

const show: Action<[string]> = (context, id) =>
  withSession(context, 'default-if-there', async ({ api }) => {
    print(context, await api['config.get']({ flavorId: id }, { signal: context.signal }));
    return EXIT.done;
  });

const set: Action<[string, string, string[], SetOptions]> = (context, id, setting, values, options) =>
  withSession(context, 'default', async ({ api }) => {
    const before = await api['config.get']({ flavorId: id }, { signal: context.signal });
    const field = before.fields.find(({ name }) => name === setting);
    if (field === undefined && options.unset !== true) {
      const known = before.fields.map(({ name }) => name).join(', ');
      throw new AppError(
        'invalid_input',
        `${printable(before.name)} has no setting ${printable(setting)}. It has: ${known}.`,
      );
    }
    if (options.unset === true && values.length > 0) {
      throw new AppError('invalid_input', 'Name a value or --unset, not both.');
    }
    const value = options.unset === true ? null : await valueFor(field, values);
    const after = await api['config.set'](
      { flavorId: id, scope: options.shared === true ? 'base' : 'flavor', values: { [setting]: value } },
      { signal: context.signal },
    );
    print(context, after);
    return EXIT.done;
  });

async function valueFor(field: SettingField | undefined, values: readonly string[]): Promise<GivenValue> {
  if (field?.isSecret === true) {
    if (values.length > 0) {
      throw new AppError(
        'invalid_input',
        `${field.name} is a secret: others can read a command line, and the shell keeps it. Give it on standard input.`,
      );
    }
    const text = process.stdin.isTTY ? await promptHidden(`${field.name}: `) : await readStdin(MAX_SECRET_BYTES);
    const secret = text.replace(/\r?\n$/, '');
    if (NOT_A_SECRET.test(secret)) {
      throw new AppError(
        'invalid_input',
        `What came on standard input for ${field.name} is no text: it holds bytes that no key or password has.`,
      );
    }
    if (secret === '') throw new AppError('invalid_input', `Nothing came on standard input for ${field.name}.`);
    return field.isMulti ? secret.split(/\r?\n/) : secret;
  }
  if (values.length === 0) throw new AppError('invalid_input', 'Name a value, or --unset.');
  if (field?.isMulti === true) return [...values];
  if (values.length > 1)
    throw new AppError('invalid_input', `${field?.name ?? 'It'} takes one value. Put it in quotes.`);
  return values[0] ?? null;
}

const importCortex: Action<[string, { apply?: boolean }]> = (context, file, options) =>
  withSession(context, 'default', async ({ api }) => {
    const input = readFileArgument(file);
    const json = input.kind === 'stdin' ? await readStdin(MAX_IMPORT_BYTES) : readImport(input.path);
    const done = await api['config.importCortex']({ json, apply: options.apply === true }, { signal: context.signal });
    const { terminal } = context;
    if (terminal.isJson) {
      terminal.json({ applied: done.isApplied, lines: done.lines, counts: done.counts });
      return EXIT.done;
    }
    const rows = done.lines
      .filter(({ result }) => result !== 'empty')
      .map(({ result, where, setting, message }) => [
        result === 'left' ? terminal.style('yellow', result) : terminal.style('green', result),
        printable(where),
        printable(setting),
        printable(message),
      ]);
    for (const line of table(rows)) terminal.line(line);
    const { set: taken, adapted, left, empty, secrets } = done.counts;
    terminal.line(
      `${taken + adapted} settings ${done.isApplied ? '' : 'would be '}taken over (${secrets} of them secret), ${left} not, ${empty} had no value of their own.`,
    );
    if (!done.isApplied) terminal.note('Nothing was stored. Add --apply to store them.');
    return EXIT.done;
  });

function readImport(path: string): string {
  if (statSync(path).size > MAX_IMPORT_BYTES) {
    throw new AppError('too_large', `${printable(path)} is larger than ${MAX_IMPORT_BYTES / 2 ** 20} MiB.`);
  }
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new AppError('file.unreadable', `${printable(path)} cannot be read.`, { cause });
  }
}

async function readStdin(limit: number): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of process.stdin as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > limit) throw new AppError('too_large', `Standard input holds more than ${limit} bytes.`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
