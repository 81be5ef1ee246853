/** What an answer rests on: another of these would have been another question. */
export interface Basis {
  version: string;
  /** SHA-256 of the analyzer's file. */
  file: string;
  /** Mark of its settings, secrets and limits left out. */
  settings: string;
  /** Mark of its keys; '' where it has none. */
  key: string;
}

/** An analyzer as it is now. */
export interface CurrentBasis extends Basis {
  name: string;
  /** How long an answer is good for; 0 where the cache is off. */
  cacheMinutes: number;
}

export interface Stale {
  code: 'gone' | 'version' | 'file' | 'key' | 'settings' | 'age';
  /** One sentence, without what to do about it. */
  message: string;
}

const DEFAULT_MINUTES = 10;

/** `10 minutes`, `2 hours`, `1 day`. */
export function minutesWords(minutes: number): string {
  const [n, word] =
    minutes >= 1_440 && minutes % 1_440 === 0
      ? [minutes / 1_440, 'day']
      : minutes >= 60 && minutes % 60 === 0
        ? [minutes / 60, 'hour']
        : minutes > 0 && minutes < 1
          ? [Math.ceil(minutes * 60), 'second']
          : [minutes, 'minute'];
  return `${n} ${word}${n === 1 ? '' : 's'}`;
}

/**
 * Why a verdict should be asked for again, or null while it is good. `basis` is undefined for a report of before bases
 * were kept: then only its age counts. A changed analyzer comes before age, because waiting does not cure it.
 */
export function staleness(
  report: { at: number; basis: Basis | undefined },
  current: CurrentBasis | undefined,
  now: number,
): Stale | null {
  if (current === undefined) return { code: 'gone', message: 'This analyzer is no longer here.' };
  const { basis } = report;
  const { name } = current;
  if (basis !== undefined) {
    if (basis.version !== current.version) {
      return { code: 'version', message: `${name} was ${basis.version} then and is ${current.version} now.` };
    }
    if (basis.file !== current.file) return { code: 'file', message: `${name}’s program changed since.` };
    if (basis.key !== current.key) return { code: 'key', message: `${name} has another key since.` };
    if (basis.settings !== current.settings) return { code: 'settings', message: `${name}’s settings changed since.` };
  }
  // Without a cache a verdict is still no older the moment it comes.
  const limit = current.cacheMinutes > 0 ? current.cacheMinutes : DEFAULT_MINUTES;
  // A report from the future is one from before the clock jumped back; its age is unknown.
  if (report.at > now || now - report.at > limit * 60_000) {
    return { code: 'age', message: `Older than ${minutesWords(limit)}, the limit of ${name}.` };
  }
  return null;
}
