import type { QuotaBudget, WindowView } from '../../../shared/contract/quota.ts';
import { momentText } from '../../../shared/model/quota-sentence.ts';
import { type Clock, count } from '../../ui/format.ts';

export type Outlook = 'fine' | 'waits' | 'blocked' | 'unknown';

export const zoneOf = (clock: Clock): string =>
  clock === 'utc' ? 'UTC' : Intl.DateTimeFormat().resolvedOptions().timeZone;

/** What a budget's row says at its end. Times in the clock that the user reads. */
export function outlookOf(budget: QuotaBudget, now: number, clock: Clock): { outlook: Outlook; words: string } {
  const { forecast, queued, windows, blockedUntil } = budget;
  const when = (at: number): string => momentText(at, now, zoneOf(clock));
  if (blockedUntil !== null) return { outlook: 'blocked', words: `Asked to wait until ${when(blockedUntil)}` };
  if (windows.length === 0) return { outlook: 'unknown', words: 'No limit known' };
  if (queued > 0) {
    const jobs = `${count(queued)} queued`;
    if (forecast.state === 'never') return { outlook: 'blocked', words: `${jobs}: the budget is too small` };
    if (forecast.state === 'enough') return { outlook: 'fine', words: `Lasts for the ${jobs}` };
    return {
      outlook: 'waits',
      words: forecast.doneAt === null ? `${jobs}, not done within two years` : `${jobs}, done ${when(forecast.doneAt)}`,
    };
  }
  const empty = windows.filter((each) => each.left === 0 && each.freeAt !== null);
  const free = Math.max(...empty.map((each) => each.freeAt ?? 0));
  if (empty.length > 0) return { outlook: 'waits', words: `Used up until ${when(free)}` };
  if (windows.some((each) => each.left === 0)) return { outlook: 'blocked', words: 'Set to nothing' };
  if (windows.some((each) => each.origin === 'service'))
    return { outlook: 'fine', words: 'Lasts. Limit learned from a reply' };
  return { outlook: 'fine', words: 'Lasts' };
}

/** `14 s`, `3 min`, `14 h`, `3 d`: how long until then, rounded up. */
export function inText(at: number, now: number): string {
  const seconds = Math.max(1, Math.ceil((at - now) / 1_000));
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 5_400) return `${Math.ceil(seconds / 60)} min`;
  if (seconds < 48 * 3_600) return `${Math.ceil(seconds / 3_600)} h`;
  return `${Math.ceil(seconds / 86_400)} d`;
}

export const WINDOW_WORDS: Readonly<Record<WindowView['window'], string>> = {
  minute: 'Minute',
  hour: 'Hour',
  day: 'Day',
  month: 'Month',
};

export const NOW_WORDS: Readonly<Record<WindowView['window'], string>> = {
  minute: 'this minute',
  hour: 'this hour',
  day: 'today',
  month: 'this month',
};

/** "slides", or where the window begins. */
export function startWords({ window, isCalendar, zone }: Pick<WindowView, 'window' | 'isCalendar' | 'zone'>): string {
  if (!isCalendar) return `in any ${window}`;
  if (window === 'day') return `resets 00:00 ${zone}`;
  if (window === 'month') return `resets on the 1st, ${zone}`;
  return `resets each full ${window}`;
}

export const ORIGIN_WORDS: Readonly<Record<WindowView['origin'], string>> = {
  card: 'as the service publishes it',
  user: 'set by you',
  service: 'learned from a reply',
};
