import type { Command } from 'commander';
import type { QuotaBudget, QuotaWindow } from '../../shared/contract/quota.ts';
import { A_WINDOW } from '../../shared/model/quota-sentence.ts';
import { AppError } from '../../shared/errors.ts';
import type { Action, CommandContext, Register } from '../context.ts';
import { engagementNamed } from '../engagement-option.ts';
import { EXIT } from '../exit-codes.ts';
import { type CliSession, withSession } from '../session.ts';
import { printable, table } from '../terminal.ts';

interface EngagementOption {
  engagement?: string;
}

interface SetOptions extends Partial<Record<QuotaWindow, string>> {
  sliding?: boolean;
  zone?: string;
  published?: boolean;
}

const WINDOWS: readonly QuotaWindow[] = ['minute', 'hour', 'day', 'month'];
const MAX_LEDGER = 100_000;

export function registerQuota(program: Command, register: Register): void {
  const group = program.command('quota').description('what may still be asked: a budget for each key');
  const engagement = '--engagement <name>';
  const engagementHelp = 'seen from this engagement; default: the first';
  register(
    group
      .command('list', { isDefault: true })
      .description('the budgets that are in use')
      .option('--all', 'those that nothing was counted on, too')
      .option(engagement, engagementHelp),
    list,
  );
  register(
    group
      .command('ledger')
      .description('every unit of one budget, newest first')
      .argument('<key>')
      .option('--limit <n>', 'at most so many entries (100)'),
    ledger,
  );
  register(
    group
      .command('forecast')
      .description('how far a number of calls gets')
      .argument('<key>')
      .argument('<calls>')
      .option(engagement, engagementHelp),
    forecast,
  );
  register(
    group
      .command('set')
      .description('the limits of a budget; windows that are not named have none')
      .argument('<key>')
      .option('--minute <n>', 'calls a minute')
      .option('--hour <n>', 'calls an hour')
      .option('--day <n>', 'calls a day')
      .option('--month <n>', 'calls a month')
      .option('--sliding', 'every window begins with each call, days and months too')
      .option('--zone <name>', 'whose midnight begins days and months (UTC)')
      .option('--published', 'the limits that the service publishes hold again'),
    set,
  );
  register(
    group
      .command('share')
      .description('the share of a budget that an engagement may use')
      .argument('<key>')
      .argument('<percent>', '0 to 100, or “all”')
      .option(engagement, 'whose; default: the first'),
    share,
  );
  register(group.command('check').description('whether the ledger balances'), check);
}

const list: Action<[EngagementOption & { all?: boolean }]> = (context, options) =>
  withSession(context, 'default', async ({ api }) => {
    const all = await api['quota.list'](await engagementOf(api, options), { signal: context.signal });
    const budgets = options.all === true ? all : all.filter(({ isInUse }) => isInUse);
    const { terminal } = context;
    if (terminal.isJson) terminal.json({ budgets });
    else if (budgets.length === 0)
      terminal.line('Nothing was counted yet. “osmia quota list --all” shows every budget.');
    else for (const line of table(budgets.map(budgetRow))) terminal.line(line);
    return EXIT.done;
  });

const ledger: Action<[string, { limit?: string }]> = (context, key, options) =>
  withSession(context, 'default', async ({ api }) => {
    const limit = options.limit === undefined ? 100 : wholeNumber('--limit', options.limit, MAX_LEDGER, 1);
    const entries: Awaited<ReturnType<(typeof api)['quota.ledger']>>['items'] = [];
    let cursor: string | undefined;
    while (entries.length < limit) {
      const page = await api['quota.ledger'](
        { key, limit: Math.min(500, limit - entries.length), ...(cursor === undefined ? {} : { cursor }) },
        { signal: context.signal },
      );
      entries.push(...page.items);
      if (page.next === null) break;
      cursor = page.next;
    }
    const { terminal } = context;
    if (terminal.isJson) terminal.json({ key, entries });
    else if (entries.length === 0) terminal.line(`Nothing was counted on “${printable(key)}”.`);
    else {
      const rows = entries.map((entry) => [
        new Date(entry.at).toISOString(),
        entry.state,
        String(entry.units),
        printable(entry.job === null ? '' : `${entry.job.flavorName} ${entry.job.flavorVersion}`),
        printable(entry.detail || (entry.job?.value ?? '')),
      ]);
      for (const line of table(rows)) terminal.line(line);
    }
    return EXIT.done;
  });

const forecast: Action<[string, string, EngagementOption]> = async (context, key, text, options) => {
  const calls = wholeNumber('CALLS', text, 1_000_000, 1);
  return withSession(context, 'default', async ({ api }) => {
    const found = await api['quota.forecast'](
      { key, calls, ...(await engagementOf(api, options)) },
      { signal: context.signal },
    );
    if (context.terminal.isJson) context.terminal.json({ forecast: found });
    else context.terminal.line(`${found.text}.`);
    return EXIT.done;
  });
};

// What was typed is checked before a workspace is opened for it.
const set: Action<[string, SetOptions]> = async (context, key, options) => {
  const windows = WINDOWS.flatMap((window) => {
    const text = options[window];
    if (text === undefined) return [];
    const isCalendar = options.sliding !== true && (window === 'day' || window === 'month');
    return [
      { window, units: wholeNumber(`--${window}`, text, 1_000_000_000), isCalendar, zone: options.zone ?? 'UTC' },
    ];
  });
  if ((options.published === true) === windows.length > 0) {
    throw new AppError(
      'invalid_input',
      'Name at least one of --minute, --hour, --day and --month, or --published alone.',
    );
  }
  return withSession(context, 'default', async ({ api }) => {
    const { signal } = context;
    await api['quota.setBudget']({ key, windows: options.published === true ? null : windows }, { signal });
    return showOne(context, api, key, {});
  });
};

const share: Action<[string, string, EngagementOption]> = (context, key, percent, options) =>
  withSession(context, 'default', async ({ api }) => {
    const { id: engagementId, name } = await engagementNamed(api, options.engagement);
    const wanted = percent === 'all' ? null : wholeNumber('PERCENT', percent, 100, 0, ', or “all”');
    await api['quota.setShare']({ key, engagementId, percent: wanted }, { signal: context.signal });
    context.terminal.line(
      `${printable(name)} may use ${wanted === null ? 'all' : `${wanted} %`} of each day and month.`,
    );
    return showOne(context, api, key, { engagementId });
  });

const check: Action<[]> = (context) =>
  withSession(context, 'default', async ({ api }) => {
    const found = await api['quota.check']({}, { signal: context.signal });
    const { terminal } = context;
    if (terminal.isJson) terminal.json(found);
    else if (found.problems.length === 0)
      terminal.line(`${found.entries} entries on ${found.keys} budgets: they balance.`);
    else for (const problem of found.problems) terminal.line(printable(problem));
    return found.problems.length === 0 ? EXIT.done : EXIT.failed;
  });

async function showOne(
  { terminal, signal }: CommandContext,
  api: CliSession['api'],
  key: string,
  of: { engagementId?: string },
): Promise<typeof EXIT.done> {
  const budget = (await api['quota.list'](of, { signal })).find((each) => each.key === key);
  if (budget === undefined) throw new AppError('not_found', `There is no budget “${key}”.`);
  if (terminal.isJson) terminal.json({ budget });
  else {
    for (const line of table([budgetRow(budget)])) terminal.line(line);
    if (budget.flavors.length === 0)
      terminal.note('No analyzer here uses this key. “osmia quota list --all” names those that are used.');
  }
  return EXIT.done;
}

async function engagementOf(
  api: CliSession['api'],
  { engagement }: EngagementOption,
): Promise<{ engagementId?: string }> {
  return engagement === undefined ? {} : { engagementId: (await engagementNamed(api, engagement)).id };
}

function budgetRow({ key, windows, queued, blockedReason, forecast: { text } }: QuotaBudget): string[] {
  const limits = windows.map(({ window, spent, held, units }) => `${spent + held} of ${units} ${A_WINDOW[window]}`);
  return [printable(key), limits.join(', ') || 'no limit known', printable(blockedReason || (queued > 0 ? text : ''))];
}

function wholeNumber(name: string, text: string, most: number, least = 0, orElse = ''): number {
  const number = Number(text);
  if (!/^\d{1,12}$/.test(text) || number > most || number < least) {
    throw new AppError(
      'invalid_input',
      `${name} takes a whole number from ${least} to ${most}${orElse}; not “${text}”.`,
    );
  }
  return number;
}
