import type { SettingValue } from '../../shared/contract/config.ts';
import { readCertificates } from './certificates.ts';
import type { ConfigItem } from './flavor.ts';

type Checked = { value: SettingValue } | { problem: string };

const MAX_TEXT = 2 ** 20;
const MAX_ELEMENTS = 10_000;

/**
 * A value as an item's type wants it: a number written as text and a single value for a list are taken, anything else
 * that does not fit is a problem in words. Empty elements of a list go.
 */
export function checkValue(item: Pick<ConfigItem, 'name' | 'type' | 'isMulti'>, raw: unknown): Checked {
  if (!item.isMulti) {
    if (Array.isArray(raw)) return { problem: 'It takes one value, not a list.' };
    const checked = checkOne(item.type, raw);
    if ('problem' in checked) return { problem: commonProblem(item.name, Number.NaN) ?? checked.problem };
    const problem = commonProblem(item.name, checked.value);
    return problem === undefined ? checked : { problem };
  }
  const given = Array.isArray(raw) ? raw : [raw];
  if (given.length > MAX_ELEMENTS) return { problem: `It takes at most ${MAX_ELEMENTS} values.` };
  const values: (string | number | boolean)[] = [];
  for (const [index, one] of given.entries()) {
    if (one === '' || one === null) continue;
    const checked = checkOne(item.type, one);
    if ('problem' in checked) return { problem: `Value ${index + 1}: ${checked.problem}` };
    values.push(checked.value as string | number | boolean);
  }
  return { value: values };
}

function checkOne(type: ConfigItem['type'], raw: unknown): Checked {
  switch (type) {
    case 'number': {
      const number = typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : raw;
      if (typeof number !== 'number' || !Number.isFinite(number)) return { problem: 'Type a number, such as 30.' };
      return { value: number };
    }
    case 'boolean':
      if (typeof raw === 'boolean') return { value: raw };
      if (raw === 'true' || raw === 'false') return { value: raw === 'true' };
      return { problem: 'It is either true or false.' };
    case 'string':
    case 'text': {
      if (typeof raw !== 'string' && typeof raw !== 'number') return { problem: 'Type a text.' };
      const text = String(raw);
      if (text.length > MAX_TEXT) return { problem: 'It is longer than a million characters.' };
      if (text.includes('\0')) return { problem: 'It holds a zero character.' };
      if (type === 'string' && /[\r\n]/.test(text.trim())) return { problem: 'It takes one line.' };
      return { value: type === 'string' ? text.trim() : text };
    }
  }
}

const PROXY = new Set(['http:', 'https:', 'socks5:', 'socks5h:']);

/** What the settings that Osmia itself reads must be beside their type. */
function commonProblem(name: string, value: SettingValue): string | undefined {
  switch (name) {
    case 'proxy_http':
    case 'proxy_https':
      if (value === '' || PROXY.has(URL.parse(String(value))?.protocol ?? '')) return undefined;
      return 'Type the whole address of the proxy, such as http://proxy.example:3128.';
    case 'cacerts':
      return value === '' ? undefined : readCertificates(String(value)).problem;
    case 'jobTimeout':
      return Number(value) > 0 && Number(value) <= 1_440 ? undefined : 'Type minutes, more than 0 and at most 1440.';
    case 'jobCache':
      return Number(value) >= 0 && Number(value) <= 525_600 ? undefined : 'Type minutes, from 0 to 525600 (a year).';
    case 'max_tlp':
    case 'max_pap':
      return [0, 1, 2, 3].includes(Number(value)) ? undefined : 'Type 0 (clear), 1 (green), 2 (amber) or 3 (red).';
    default:
      return undefined;
  }
}
