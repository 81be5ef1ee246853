import type { GivenValue, ImportLine, SettingValue } from '../../shared/contract/config.ts';
import { AppError } from '../../shared/errors.ts';
import type { Catalogue } from './analyzers.service.ts';
import { compareVersions } from './carry-over.ts';
import { checkValue } from './check-value.ts';
import { commonItemsOf, NETWORK_ITEMS } from './common-items.ts';
import type { ConfigService } from './config.service.ts';
import { effectiveConfig } from './effective-config.ts';
import type { ConfigItem, LoadedFlavor } from './flavor.ts';
import { type CortexBase, type CortexWorker, readCortexSettings } from './read-cortex-settings.ts';
import { baseTargetOf } from './stored-settings.ts';

export interface CortexImport {
  isApplied: boolean;
  lines: ImportLine[];
  counts: { workers: number; set: number; adapted: number; left: number; empty: number; secrets: number };
}

/** One setting that would be stored, with the line that tells of it. */
interface Planned {
  flavor: LoadedFlavor;
  scope: 'base' | 'flavor';
  name: string;
  value: SettingValue;
  line: ImportLine;
}

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.every(isEmpty));

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/**
 * Takes the settings of a Cortex organisation over. Every setting in the file is one line of the answer, whatever became
 * of it, and no line holds a value. Without `apply` nothing is stored. `invalid_input` for a file that is something else.
 */
export async function importCortex(
  deps: { catalogue: Catalogue; config: ConfigService },
  json: string,
  apply: boolean,
  isWindow = false,
): Promise<CortexImport> {
  const { catalogue, config } = deps;
  const { workers, bases, unknown } = readCortexSettings(json);
  const flavors = [...catalogue.list(), ...catalogue.responders()];
  const lines: ImportLine[] = unknown.map(({ where, message }) => ({ result: 'left', where, setting: '', message }));
  const planned: Planned[] = [];
  const network: { name: string; value: string; line: ImportLine }[] = [];

  for (const base of bases) {
    if (base.name === 'global') planNetwork(base, network, lines);
    else planBase(base, flavors, planned, lines);
  }
  for (const worker of workers) planWorker(worker, flavors, planned, lines);
  const shared = shareAmongSiblings(planned, flavors);

  if (apply) {
    await store(config, shared, isWindow);
    for (const { name, value, line } of network) {
      const key = name === 'cacerts' ? 'cacerts' : name === 'proxy_http' ? 'proxyHttp' : 'proxyHttps';
      await attempt([line], () => config.setNetwork({ [key]: value }));
    }
  }
  const isSecret = secretsOf(config);
  const counted = (result: ImportLine['result']): number => lines.filter((line) => line.result === result).length;
  return {
    isApplied: apply,
    lines,
    counts: {
      workers: workers.length,
      set: counted('set'),
      adapted: counted('adapted'),
      left: counted('left'),
      empty: counted('empty'),
      secrets: new Set(
        shared
          .filter(({ flavor, name, line }) => line.result !== 'left' && isSecret(flavor, name))
          .map(
            ({ flavor, scope, name }) => `${scope}\0${scope === 'base' ? baseTargetOf(flavor) : flavor.id}\0${name}`,
          ),
      ).size,
    },
  };
}

/** Looked up once a flavor: an organisation has hundreds of settings. */
function secretsOf(config: ConfigService): (flavor: LoadedFlavor, name: string) => boolean {
  const known = new Map<string, ReadonlySet<string>>();
  return (flavor, name) => {
    let names = known.get(flavor.id);
    if (names === undefined) {
      const { fields } = config.get(flavor.id);
      names = new Set(fields.filter((field) => field.isSecret).map((field) => field.name));
      known.set(flavor.id, names);
    }
    return names.has(name);
  };
}

function planNetwork(
  base: CortexBase,
  network: { name: string; value: string; line: ImportLine }[],
  lines: ImportLine[],
): void {
  for (const [name, raw] of Object.entries(base.config)) {
    const line: ImportLine = { result: 'set', where: 'global', setting: name, message: 'For every analyzer.' };
    lines.push(line);
    const item = NETWORK_ITEMS.find((one) => one.name === name);
    if (isEmpty(raw)) leave(line, 'It had no value.', 'empty');
    else if (item === undefined)
      leave(line, 'Osmia has no such setting for all analyzers at once. Set it where you need it.');
    else {
      const checked = checkValue(item, raw);
      if ('problem' in checked) leave(line, checked.problem);
      else network.push({ name, value: String(checked.value), line });
    }
  }
}

function planBase(base: CortexBase, flavors: readonly LoadedFlavor[], planned: Planned[], lines: ImportLine[]): void {
  const members = flavors.filter((flavor) => flavor.baseConfig === base.name);
  for (const [name, raw] of Object.entries(base.config)) {
    const line: ImportLine = { result: 'set', where: base.name, setting: name, message: 'For all that share it.' };
    lines.push(line);
    if (isEmpty(raw)) {
      leave(line, 'It had no value.', 'empty');
      continue;
    }
    if (members.length === 0) {
      leave(line, `No analyzer here has the base configuration ${base.name}. Add its folder first, then import again.`);
      continue;
    }
    // One of each source: another source's settings are its own.
    const targets = new Map<string, LoadedFlavor>();
    for (const flavor of members) {
      if (flavor.items.some((item) => item.name === name)) targets.set(baseTargetOf(flavor), flavor);
    }
    if (targets.size === 0) leave(line, `None of its analyzers has a setting of this name.`);
    for (const flavor of targets.values()) plan(flavor, 'base', name, raw, line, planned);
  }
}

function planWorker(
  worker: CortexWorker,
  flavors: readonly LoadedFlavor[],
  planned: Planned[],
  lines: ImportLine[],
): void {
  const where = worker.label;
  const found = flavorFor(worker.definitionId, flavors);
  if (worker.rate !== '') {
    const message = `Its limit of ${worker.rate} is a budget here: enter it under Quota, where all that use the key share it.`;
    lines.push({ result: 'left', where, setting: 'rate', message });
  }
  for (const [name, raw] of Object.entries(worker.configuration)) {
    const line: ImportLine = { result: 'set', where, setting: name, message: '' };
    lines.push(line);
    if (isEmpty(raw)) leave(line, 'It had no value.', 'empty');
    else if (found === undefined) {
      leave(line, `There is no ${worker.definitionId || where} here. Add its folder first, then import again.`);
    } else {
      line.message = `For ${found.flavor.id}.`;
      if (!found.isExact) {
        line.result = 'adapted';
        line.message = `For ${found.flavor.id}, another version of it.`;
      }
      plan(found.flavor, 'flavor', name, raw, line, planned);
    }
  }
}

/** The flavor of that id, else the newest of that name; another's folder comes before what is ours. */
function flavorFor(
  definitionId: string,
  flavors: readonly LoadedFlavor[],
): { flavor: LoadedFlavor; isExact: boolean } | undefined {
  const exact = flavors.filter((flavor) => flavor.definitionId === definitionId);
  const [first] = [...exact].sort((a, b) => Number(a.source === 'osmia') - Number(b.source === 'osmia'));
  if (first !== undefined) return { flavor: first, isExact: true };
  const [newest] = flavors
    .filter(({ name }) => {
      const stem = `${name.replaceAll('.', '_')}_`;
      return definitionId.startsWith(stem) && /^\d+(_\d+)*$/.test(definitionId.slice(stem.length));
    })
    .sort((a, b) => compareVersions(b.version, a.version));
  return newest === undefined ? undefined : { flavor: newest, isExact: false };
}

function plan(
  flavor: LoadedFlavor,
  scope: Planned['scope'],
  name: string,
  raw: unknown,
  line: ImportLine,
  planned: Planned[],
): void {
  const common = commonItemsOf(flavor).find((item) => item.name === name);
  const item: ConfigItem | undefined = flavor.items.find((one) => one.name === name) ?? common;
  if (item === undefined) return leave(line, `${flavor.name} ${flavor.version} has no such setting.`);
  const checked = checkValue(item, raw);
  if ('problem' in checked) return leave(line, checked.problem);
  if (!same(checked.value, raw)) {
    line.result = 'adapted';
    line.message = `${line.message} It was written in another way there.`.trim();
  }
  if (common !== undefined) {
    const { config } = effectiveConfig(flavor, {});
    if (same(config[name], checked.value)) return leave(line, 'It says what holds without it.', 'empty');
    // Cortex stores its form's own limits with each analyzer, over those of the descriptor (reference: cortex.md 1.4).
    if (isLooser(name, checked.value, config[name])) {
      return leave(line, 'It would let more through than the analyzer itself does. Set it by hand if you mean it.');
    }
  }
  planned.push({ flavor, scope, name, value: checked.value, line });
}

function isLooser(name: string, value: SettingValue, own: unknown): boolean {
  if (name === 'check_tlp' || name === 'check_pap') return value === false && own !== false;
  return (name === 'max_tlp' || name === 'max_pap') && Number(value) > Number(own);
}

/** Cortex copies a base's values into each analyzer: what all siblings say alike is stored once. */
function shareAmongSiblings(planned: readonly Planned[], flavors: readonly LoadedFlavor[]): Planned[] {
  const groups = new Map<string, Planned[]>();
  for (const one of planned) {
    const base = baseTargetOf(one.flavor);
    const isItem = one.flavor.items.some(({ name }) => name === one.name);
    const key = base === '' || !isItem ? `\0${one.flavor.id}\0${one.name}\0${one.scope}` : `${base}\0${one.name}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const ofBase = group.find(({ scope }) => scope === 'base');
    const siblings = flavors.filter((flavor) => baseTargetOf(flavor) === baseTargetOf(first.flavor)).length;
    const isAlike = group.every(({ value }) => same(value, first.value));
    if (ofBase === undefined && (!isAlike || group.length < 2)) return group;
    const shared = ofBase ?? first;
    return group.flatMap((one) => {
      if (!same(one.value, shared.value)) return [one];
      if (one !== shared) one.line.message = `Stored once, for the ${siblings} that share it.`;
      return one === shared ? [{ ...one, scope: 'base' as const }] : [];
    });
  });
}

async function store(config: ConfigService, planned: readonly Planned[], isWindow: boolean): Promise<void> {
  const calls = new Map<string, Planned[]>();
  for (const one of planned) {
    const key = `${one.scope}\0${one.flavor.id}`;
    calls.set(key, [...(calls.get(key) ?? []), one]);
  }
  for (const group of calls.values()) {
    const [first] = group;
    if (first === undefined) continue;
    const values: Record<string, GivenValue> = Object.fromEntries(group.map(({ name, value }) => [name, value]));
    await attempt(
      group.map(({ line }) => line),
      () => config.set({ flavorId: first.flavor.id, scope: first.scope, values, isWindow }),
    );
  }
}

/** What cannot be stored is said in its lines; the rest of the file goes on. */
async function attempt(lines: readonly ImportLine[], work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    for (const line of lines) leave(line, error.message);
  }
}

function leave(line: ImportLine, message: string, result: ImportLine['result'] = 'left'): void {
  line.result = result;
  line.message = message;
}
