import { hash } from 'node:crypto';
import type { Basis } from '../../shared/model/staleness.ts';
import type { EffectiveConfig } from '../analyzers/effective-config.ts';
import type { LoadedFlavor } from '../analyzers/flavor.ts';

/** A basis with the analyzer it belongs to. */
export interface ReportBasis extends Basis {
  flavorId: string;
  flavorName: string;
}

/** Settings that bound a run or say what it may see; the answer is the same with others. */
const BOUNDS: ReadonlySet<string> = new Set([
  'jobCache',
  'jobTimeout',
  'check_tlp',
  'max_tlp',
  'check_pap',
  'max_pap',
  'proxy',
  'proxy_http',
  'proxy_https',
  'cacerts',
]);

/** Twenty bits: enough to see a change, far too few to try guesses of a password on. */
const MARK_DIGITS = 5;
const SETTINGS_DIGITS = 16;

/** What an answer of this flavor under this configuration rests on. No value of a secret can be told from it. */
export function basisOf(flavor: LoadedFlavor, { config, secrets }: EffectiveConfig): ReportBasis {
  const hidden = new Set(secrets);
  const settings = Object.entries(config)
    .filter(([name]) => !BOUNDS.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify(settings, (_key, value: unknown) =>
    typeof value === 'string' && hidden.has(value) ? '*' : value,
  );
  return {
    flavorId: flavor.id,
    flavorName: flavor.name,
    version: flavor.version,
    file: flavor.sha256,
    settings: hash('sha256', text).slice(0, SETTINGS_DIGITS),
    key: secrets.length === 0 ? '' : hash('sha256', JSON.stringify([...secrets].sort())).slice(0, MARK_DIGITS),
  };
}
