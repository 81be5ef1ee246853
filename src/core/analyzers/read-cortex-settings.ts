import { AppError } from '../../shared/errors.ts';

/** An enabled analyzer or responder of a Cortex organisation, as far as it can be understood. */
export interface CortexWorker {
  /** How it is called in the file. */
  label: string;
  /** `<Name>_<version>` with underscores; empty where the file does not say. */
  definitionId: string;
  configuration: Record<string, unknown>;
  rate: string;
}

export interface CortexBase {
  name: string;
  config: Record<string, unknown>;
}

export interface CortexSettings {
  workers: CortexWorker[];
  bases: CortexBase[];
  /** What was found in the file and is neither, in words. */
  unknown: { where: string; message: string }[];
}

const MAX_ENTRIES = 5_000;
const MAX_DEPTH = 3;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 300) : '');

/**
 * Reads what Cortex's interface gives to an administrator (`GET /api/analyzer`, `/api/responder`, `/api/analyzerconfig`,
 * `/api/responderconfig`), one answer or several put together in lists or an object of lists. `invalid_input` where it
 * is no JSON or holds nothing of the kind.
 */
export function readCortexSettings(json: string): CortexSettings {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new AppError('invalid_input', 'This is not JSON. Export the analyzers of the organisation as JSON.', {
      cause,
    });
  }
  const found: CortexSettings = { workers: [], bases: [], unknown: [] };
  walk(parsed, 'the file', 0, found);
  if (found.workers.length + found.bases.length === 0) {
    throw new AppError(
      'invalid_input',
      'There is no analyzer, responder or base configuration of Cortex in it. It wants the answers of /api/analyzer, /api/responder and /api/analyzerconfig.',
    );
  }
  return found;
}

function walk(value: unknown, where: string, depth: number, found: CortexSettings): void {
  if (Array.isArray(value)) {
    for (const [index, one] of value.entries()) {
      if (index === MAX_ENTRIES) {
        found.unknown.push({ where, message: `It has more than ${MAX_ENTRIES} entries; the rest was not read.` });
        return;
      }
      if (isObject(one) || Array.isArray(one)) walk(one, `${where}, entry ${index + 1}`, depth + 1, found);
      else found.unknown.push({ where: `${where}, entry ${index + 1}`, message: 'It is no object.' });
    }
    return;
  }
  if (!isObject(value)) {
    found.unknown.push({ where, message: 'It is neither a list nor an object.' });
    return;
  }
  if (isWorker(value)) found.workers.push(toWorker(value, where, found));
  else if (isBase(value)) found.bases.push({ name: text(value['name']), config: objectOf(value['config']) ?? {} });
  else if (depth < MAX_DEPTH && Object.values(value).some((inner) => Array.isArray(inner) || isObject(inner))) {
    for (const [key, inner] of Object.entries(value)) walk(inner, key.slice(0, 100), depth + 1, found);
  } else found.unknown.push({ where, message: 'It is neither an analyzer or responder nor a base configuration.' });
}

const isWorker = (value: Record<string, unknown>): boolean =>
  objectOf(value['configuration']) !== undefined || definitionIdOf(value) !== '';

const isBase = (value: Record<string, unknown>): boolean =>
  text(value['name']) !== '' && objectOf(value['config']) !== undefined;

const definitionIdOf = (value: Record<string, unknown>): string =>
  text(value['workerDefinitionId']) || text(value['analyzerDefinitionId']) || text(value['responderDefinitionId']);

/** The database of Cortex holds settings as JSON inside a text. */
function objectOf(value: unknown): Record<string, unknown> | undefined {
  if (isObject(value)) return value;
  if (typeof value !== 'string' || !value.startsWith('{')) return undefined;
  try {
    const parsed: unknown = JSON.parse(value);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function toWorker(value: Record<string, unknown>, where: string, found: CortexSettings): CortexWorker {
  const name = text(value['name']);
  const label = name || definitionIdOf(value) || where;
  const configuration = objectOf(value['configuration']);
  if (configuration === undefined) {
    found.unknown.push({
      where: label,
      message: 'It holds no settings: Cortex gives them only to an administrator of the organisation (orgadmin).',
    });
  }
  const { rate, rateUnit, jobCache, jobTimeout } = value;
  return {
    label,
    definitionId: definitionIdOf(value) || name,
    configuration: {
      ...configuration,
      // Attributes of the worker win over what its settings say of the same.
      ...(jobCache === undefined || jobCache === null ? {} : { jobCache }),
      ...(jobTimeout === undefined || jobTimeout === null ? {} : { jobTimeout }),
    },
    rate:
      typeof rate === 'number' || typeof rate === 'string'
        ? `${String(rate).slice(0, 20)} per ${text(rateUnit) || 'unit'}`
        : '',
  };
}
