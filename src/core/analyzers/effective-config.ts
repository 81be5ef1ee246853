import { hash } from 'node:crypto';
import type { Ceilings } from '../jobs/gate.ts';
import { MIN_SECRET } from '../secrets/secret-forms.ts';
import { passwordOf } from '../secrets/secret-value.ts';
import { checkValue } from './check-value.ts';
import { type ConfigItem, type LoadedFlavor, looksSecret, type RunLimits } from './flavor.ts';
import type { Overrides } from './stored-settings.ts';

/** What a run of a flavor gets as `config` in its input, and what of it must never come back. */
export interface EffectiveConfig {
  config: Record<string, unknown>;
  /** Values to redact from everything a run returns. */
  secrets: string[];
  /** Required settings without a value, and settings whose secret cannot be read now. */
  missing: string[];
  /** Of those: why a secret cannot be read. */
  unreadable: readonly { name: string; problem: string }[];
  /** Stored values that do not fit what the descriptor declares and are not used. */
  problems: { name: string; problem: string }[];
  ceilings: Ceilings;
  /** For how long an answer is used again; the user's own figure where one is set. */
  cacheMinutes: number;
  /** The flavor's, with the user's own time limit. */
  limits: RunLimits;
  /** SHA-256 over the configuration; another key or limit is another cache entry. */
  configHash: string;
}

/** Keys that are read here and are none of the analyzer's items. */
const CEILING_KEYS = ['check_tlp', 'max_tlp', 'check_pap', 'max_pap'] as const;

/**
 * Fixed settings of the descriptor, then the user's overrides, then the items' defaults for what has no value yet.
 * Unlike Cortex, an empty setting does not wipe out what the descriptor fixes (reference: cortex.md 1.4), so limits
 * written in a descriptor hold. `overrides` may also name the settings that every analyzer has; `more` says which of
 * them are secrets (by default, what their names suggest) and which cannot be read.
 */
export function effectiveConfig(
  flavor: LoadedFlavor,
  overrides: Readonly<Record<string, unknown>>,
  more: Omit<Overrides, 'values'> = {
    isSecret: looksSecret,
    held: new Set(),
    unreadable: [],
  },
): EffectiveConfig {
  const config: Record<string, unknown> = {};
  const missing: string[] = [];
  const problems: EffectiveConfig['problems'] = [];
  const { unreadable } = more;
  for (const item of flavor.items) {
    const value =
      overrideOf(item, overrides, problems) ?? given(own(flavor.config, item.name)) ?? given(item.defaultValue);
    config[item.name] = value ?? (item.isMulti ? [] : null);
    const isEmpty = value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
    const isUnreadable = unreadable.some(({ name }) => name === item.name);
    // A key that cannot be had now is not the same as no key: a run without it would be another question.
    if (isUnreadable || (item.isRequired && isEmpty)) missing.push(item.name);
  }
  for (const { name } of unreadable) if (!missing.includes(name)) missing.push(name);
  for (const [key, value] of Object.entries(flavor.config)) if (!(key in config)) config[key] = value;
  for (const key of ['proxy_http', 'proxy_https', 'cacerts'])
    config[key] = given(own(overrides, key)) ?? given(config[key]) ?? null;
  const { proxy_http: http, proxy_https: https } = config;
  if (typeof http === 'string' || typeof https === 'string') {
    config['proxy'] = {
      ...(typeof http === 'string' ? { http } : {}),
      ...(typeof https === 'string' ? { https } : {}),
    };
  }
  const limits = limitsOf(flavor, given(own(overrides, 'jobTimeout')));
  const cacheMinutes = positive(given(own(overrides, 'jobCache'))) ?? flavor.cacheMinutes;
  config['jobTimeout'] = limits.wallSeconds / 60;
  config['jobCache'] = cacheMinutes;
  // Its extractor is quadratic and finds `setup.exe` as a domain; our own runs on the stored report instead.
  config['auto_extract_artifacts'] =
    given(own(overrides, 'auto_extract_artifacts')) ?? given(config['auto_extract_artifacts']) ?? false;

  const ceilings = readCeilings(flavor, overrides);
  config['check_tlp'] = ceilings.checkTlp;
  config['max_tlp'] = ceilings.maxTlp;
  config['check_pap'] = ceilings.checkPap;
  config['max_pap'] = ceilings.maxPap;

  const secrets = collectSecrets(
    config,
    (name) => more.isSecret(name, flavor.items.find((item) => item.name === name)?.type),
    more.held,
  );
  // How long an answer is kept changes no answer.
  const { jobCache: _jobCache, ...asked } = config;
  return {
    config: withNested(config),
    secrets,
    missing,
    unreadable,
    problems,
    ceilings,
    cacheMinutes,
    limits,
    configHash: hash('sha256', JSON.stringify(sorted(asked))),
  };
}

/** A setting may be called `constructor`. */
const own = (values: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(values, name) ? values[name] : undefined;

function overrideOf(
  item: ConfigItem,
  overrides: Readonly<Record<string, unknown>>,
  problems: EffectiveConfig['problems'],
): unknown {
  const value = given(own(overrides, item.name));
  if (value === undefined) return undefined;
  const checked = checkValue(item, value);
  if ('value' in checked) return checked.value;
  problems.push({ name: item.name, problem: checked.problem });
  return undefined;
}

const positive = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;

/** A longer run may use as much of the processor as it lasts. */
function limitsOf(flavor: LoadedFlavor, minutes: unknown): RunLimits {
  const given = positive(minutes);
  if (given === undefined || given === 0) return flavor.limits;
  const wallSeconds = Math.ceil(given * 60);
  return { ...flavor.limits, wallSeconds, cpuSeconds: Math.max(flavor.limits.cpuSeconds, wallSeconds) };
}

const given = (value: unknown): unknown => (value === null ? undefined : value);

/**
 * The descriptor's limits unless the user set others. Where neither says anything, what stays on this machine is not
 * limited, and what leaves it stops at AMBER, as Cortex's own form proposes.
 */
function readCeilings(flavor: LoadedFlavor, overrides: Readonly<Record<string, unknown>>): Ceilings {
  const pick = (key: (typeof CEILING_KEYS)[number]): unknown =>
    given(own(overrides, key)) ?? given(own(flavor.config, key));
  return {
    checkTlp: asBoolean(pick('check_tlp'), !flavor.isLocal),
    maxTlp: asLevel(pick('max_tlp')),
    checkPap: asBoolean(pick('check_pap'), !flavor.isLocal),
    maxPap: asLevel(pick('max_pap')),
  };
}

const asBoolean = (value: unknown, fallback: boolean): boolean =>
  value === undefined ? fallback : value !== false && value !== 'false';

/** A limit that cannot be read lets nothing through: to guess upwards would be a disclosure. */
function asLevel(value: unknown): number {
  if (value === undefined) return 2;
  const level = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof level !== 'number' || Number.isNaN(level)) return -1;
  return Math.min(3, Math.floor(level));
}

/** cortexutils reads `cache.root` as a path into nested objects, so a dotted name is given in both forms. */
function withNested(config: Record<string, unknown>): Record<string, unknown> {
  const nested: Record<string, unknown> = { ...config };
  for (const [key, value] of Object.entries(config)) {
    const dot = key.indexOf('.');
    if (dot <= 0) continue;
    const outer = key.slice(0, dot);
    const inner = nested[outer];
    if (inner !== undefined && (typeof inner !== 'object' || inner === null || Array.isArray(inner))) continue;
    nested[outer] = { ...(inner as Record<string, unknown> | undefined), [key.slice(dot + 1)]: value };
  }
  return nested;
}

function collectSecrets(
  config: Record<string, unknown>,
  isSecret: (name: string) => boolean,
  held: ReadonlySet<string>,
): string[] {
  const secrets = new Set<string>();
  const take = (value: string): void => {
    if (value.length >= MIN_SECRET) secrets.add(value);
  };
  for (const [key, value] of Object.entries(config)) {
    for (const text of Array.isArray(value) ? value : [value]) {
      if (typeof text !== 'string') continue;
      // Of an address the password: the whole of it would take a proxy's host out of every report.
      const password = passwordOf(text);
      if (isSecret(key) || (held.has(key) && password === undefined)) take(text);
      else if (password !== undefined) take(password);
    }
  }
  return [...secrets];
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
