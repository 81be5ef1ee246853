import type { WindowName } from './windows.ts';

/** What one service said about its limits in one answer. */
export interface RateHints {
  /** It refused for want of quota: status 429, or the words for it. */
  isRefused: boolean;
  /** Do not ask before: milliseconds from the answer. */
  retryAfterMs: number | null;
  limits: readonly RateHint[];
}

export interface RateHint {
  /** Where the service names the window, or its length tells. */
  window: WindowName | null;
  /** Units in a window, where it said. */
  limit: number | null;
  /** Units left, where it said. */
  remaining: number | null;
  /** Milliseconds from the answer until the window is new, where it said. */
  resetMs: number | null;
}

/** Where an analyzer may repeat what the service answered. */
export interface HintSources {
  /** Why the run failed, in the analyzer's words. */
  message?: string;
  stderr?: string;
  /** The report's `full`: some analyzers put the service's headers or error into it. */
  report?: unknown;
}

/** The end of a text is where errors stand. */
const MAX_TEXT = 64 * 1024;
const MAX_FIELDS = 500;
const MAX_LINES = 2_000;
const MAX_LINE = 1_000;

const SECOND = 1_000;
const DAY = 86_400_000;

/** `name: value`, also as Python and JSON print headers: `'X-RateLimit-Remaining': '0'`. */
const HEADER = /(retry-after|(?:x-)?rate-?limit[a-z-]{0,40})['"]?\s{0,3}[:=]\s{0,3}['"]?([^'"\r\n{}]{1,200})/gi;
const REFUSAL =
  /\b429\b|too many requests|rate.?limit(?:ed)? (?:exceeded|reached|hit)|quota.{0,20}(?:exceeded|exhausted|reached)|exceeded.{0,30}quota/i;
/** A bare 429 in a text may be a size or a count; these words around it make it a status. */
const STATUS_429 =
  /(?:http|status|error|code|response)[^0-9\r\n]{0,20}429\b|\b429\b[^0-9\r\n]{0,5}(?:client error|too many)/i;

/**
 * Reads what a run said about limits, or undefined when it said nothing. Everything here is hostile text: it is cut to
 * a size first, and each pattern takes time linear in it.
 */
export function readRateHints(sources: HintSources, now: number): RateHints | undefined {
  const headers = new Map<string, string>();
  let isRefused = false;
  for (const text of [sources.message, sources.stderr]) {
    if (text === undefined || text === '') continue;
    const tail = text.slice(-MAX_TEXT);
    for (const line of tail.split('\n').slice(-MAX_LINES)) {
      const part = line.slice(0, MAX_LINE);
      for (const [, name = '', value = ''] of part.matchAll(HEADER)) {
        headers.set(name.toLowerCase(), value.trim());
      }
      isRefused ||= saysRefused(part);
    }
  }
  if (readReport(sources.report, headers)) isRefused = true;
  const retryAfterMs = retryAfter(headers.get('retry-after'), now);
  const limits = [...namedLimits(headers, now), ...draftLimits(headers)];
  if (!isRefused && retryAfterMs === null && limits.length === 0) return undefined;
  return { isRefused: isRefused || retryAfterMs !== null, retryAfterMs, limits };
}

const saysRefused = (text: string): boolean => {
  const match = REFUSAL.exec(text);
  if (match === null) return false;
  return match[0] === '429' ? STATUS_429.test(text) : true;
};

/** Where a report repeats the service's own answer. Deeper down stands what was found out, such as a hostile site's headers. */
const CONTAINERS = /^(headers|response-?headers|response|error|meta|rate-?limits?|quota)$/;

/** Collects headers and status fields from the top of a report. Returns whether it holds a refusal. */
function readReport(report: unknown, headers: Map<string, string>): boolean {
  let isRefused = false;
  const read = (value: unknown, isTop: boolean): void => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    let fields = 0;
    for (const name in value) {
      fields += 1;
      if (fields > MAX_FIELDS) return;
      const inner: unknown = (value as Record<string, unknown>)[name];
      const key = name.slice(0, 60).toLowerCase().replaceAll('_', '-');
      if (typeof inner === 'string' || typeof inner === 'number') {
        if (/^(retry-after|(x-)?rate-?limit)/.test(key)) headers.set(key, String(inner).slice(0, 200));
        if (/^(http-?)?(status|status-code|code|response-code|error-code)$/.test(key))
          isRefused ||= Number(inner) === 429;
        if (/^(error|errors|message|error-message|verbose-msg|detail|reason)$/.test(key)) {
          isRefused ||= saysRefused(String(inner).slice(0, MAX_LINE));
        }
      } else if (isTop && CONTAINERS.test(key)) read(inner, false);
    }
  };
  read(report, true);
  return isRefused;
}

/** Seconds, or an HTTP date. */
function retryAfter(value: string | undefined, now: number): number | null {
  if (value === undefined) return null;
  const seconds = plainNumber(value);
  if (seconds !== null) return seconds * SECOND;
  // The list that a text holds goes on after the date.
  const date = /^[a-z]{3}, \d{1,2} [a-z]{3} \d{4} \d{2}:\d{2}:\d{2} GMT/i.exec(value);
  if (date === null) return null;
  const at = Date.parse(date[0]);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

/** X-RateLimit-Limit/-Remaining/-Reset (and RateLimit-…), with or without the window's name in front or behind. */
function namedLimits(headers: ReadonlyMap<string, string>, now: number): RateHint[] {
  const hints = new Map<string, RateHint>();
  for (const [name, value] of headers) {
    const match = /^(?:x-)?rate-?limit-([a-z-]{1,40})$/.exec(name);
    if (match?.[1] === undefined) continue;
    const words = match[1].split('-');
    const what = words.find(
      (word) => word === 'limit' || word === 'remaining' || word === 'reset' || word === 'available',
    );
    if (what === undefined) continue;
    const number = plainNumber(value);
    if (number === null) continue;
    const window = words.map(windowOf).find((found) => found !== undefined) ?? null;
    const group = words.filter((word) => word !== what).join('-');
    const hint = hints.get(group) ?? { window, limit: null, remaining: null, resetMs: null };
    if (what === 'limit') hint.limit = number;
    else if (what === 'reset') hint.resetMs = resetIn(number, now);
    else hint.remaining = number;
    hints.set(group, hint);
  }
  return [...hints.values()];
}

/** The IETF draft: `RateLimit-Policy: "day";q=500;w=86400` with `RateLimit: "day";r=87;t=51480`. */
function draftLimits(headers: ReadonlyMap<string, string>): RateHint[] {
  const hints = new Map<string, RateHint>();
  for (const header of ['ratelimit-policy', 'ratelimit'] as const) {
    for (const item of (headers.get(header) ?? '').split(',').slice(0, 10)) {
      const [name = '', ...fields] = item.trim().split(';').slice(0, 10);
      const hint = hints.get(name) ?? { window: null, limit: null, remaining: null, resetMs: null };
      for (const field of fields) {
        const [key = '', raw = ''] = field.trim().split('=');
        const number = plainNumber(raw);
        if (number === null) continue;
        if (key === 'q') hint.limit = number;
        if (key === 'r') hint.remaining = number;
        if (key === 't') hint.resetMs = number * SECOND;
        if (key === 'w') hint.window = windowOfLength(number);
      }
      if (hint.limit !== null || hint.remaining !== null) hints.set(name, hint);
    }
  }
  return [...hints.values()];
}

const windowOf = (word: string): WindowName | undefined =>
  word === 'minute' || word === 'minutely'
    ? 'minute'
    : word === 'hour' || word === 'hourly'
      ? 'hour'
      : word === 'day' || word === 'daily'
        ? 'day'
        : word === 'month' || word === 'monthly'
          ? 'month'
          : undefined;

/** A window of another length is not one of ours. */
const windowOfLength = (seconds: number): WindowName | null =>
  seconds === 60
    ? 'minute'
    : seconds === 3_600
      ? 'hour'
      : seconds === 86_400
        ? 'day'
        : isMonth(seconds)
          ? 'month'
          : null;
const isMonth = (seconds: number): boolean => seconds >= 28 * 86_400 && seconds <= 31 * 86_400;

/** Services mean seconds from now, or a moment in seconds or milliseconds since 1970. */
function resetIn(value: number, now: number): number | null {
  if (value > 1e12) return Math.max(0, value - now);
  if (value > 1e9) return Math.max(0, value * SECOND - now);
  return value * SECOND <= 400 * DAY ? value * SECOND : null;
}

/** The first number of a text such as `500`, `500, 500;w=86400` or `12.5`. */
function plainNumber(text: string): number | null {
  const match = /^\s{0,5}(\d{1,16}(?:\.\d{1,6})?)(?![\w.-])/.exec(text);
  return match?.[1] === undefined ? null : Number(match[1]);
}
