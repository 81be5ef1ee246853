/** What a forecast says in one line. */
export interface ForecastFacts {
  calls: number;
  state: 'unlimited' | 'enough' | 'waits' | 'blocked' | 'never';
  /** The window that `left` speaks of; null without a limit. */
  window: 'minute' | 'hour' | 'day' | 'month' | null;
  left: number;
  /** UTC milliseconds. */
  doneAt: number | null;
}

const WHEN = { minute: 'this minute', hour: 'this hour', day: 'today', month: 'this month' } as const;
/** `4 a minute`, `60 an hour`. */
export const A_WINDOW = { minute: 'a minute', hour: 'an hour', day: 'a day', month: 'a month' } as const;

const DAY_MS = 86_400_000;

/** "340 calls, 112 left today, done Thursday 09:00", in the reader's zone. */
export function forecastSentence(facts: ForecastFacts, now: number, zone: string): string {
  const { calls, state, window, left, doneAt } = facts;
  const count = calls === 1 ? '1 call' : `${calls.toLocaleString('en')} calls`;
  if (state === 'unlimited') return `${count}, no limit known`;
  const stock = window === null ? '' : `, ${left.toLocaleString('en')} left ${WHEN[window]}`;
  if (state === 'never') return `${count}${stock}, never done: the budget is too small`;
  if (doneAt === null) return `${count}${stock}, not done within two years`;
  if (state === 'enough') return `${count}${stock}, enough`;
  // A midnight that was reckoned a few milliseconds early is still that midnight.
  return `${count}${stock}, done ${momentText(Math.round(doneAt / 1_000) * 1_000, now, zone)}`;
}

/** A moment near enough to be named: the time today, the weekday within six days, else the date. */
export function momentText(at: number, now: number, zone: string): string {
  const time = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' }).format(at);
  const dateOf = (moment: number): string =>
    new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' }).format(moment);
  if (dateOf(at) === dateOf(now)) return `today ${time}`;
  if (at > now && at - now < 6 * DAY_MS) {
    return `${new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'long' }).format(at)} ${time}`;
  }
  const isThisYear = dateOf(at).slice(0, 4) === dateOf(now).slice(0, 4);
  const date = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    day: 'numeric',
    month: 'short',
    ...(isThisYear ? {} : { year: 'numeric' as const }),
  }).format(at);
  return `${date} ${time}`;
}
