import { age, dateTime, day, timeOfDay } from './format.ts';
import { usePrefs } from './prefs.ts';
import { useNow } from './use-now.ts';

/** "4 min" with the whole date as its title. */
export function Age({ at }: { at: number }) {
  const clock = usePrefs((prefs) => prefs.clock);
  return <time title={dateTime(at, clock)}>{age(at, Math.max(useNow(), at), clock)}</time>;
}

/** In a sentence: "just now", "4 min ago", "on 18 Nov". */
export function When({ at }: { at: number }) {
  const clock = usePrefs((prefs) => prefs.clock);
  const words = age(at, Math.max(useNow(), at), clock);
  const said = words === 'now' ? 'just now' : /(s|min|h)$/.test(words) ? `${words} ago` : `on ${words}`;
  return <time title={dateTime(at, clock)}>{said}</time>;
}

/** `18 Nov, 16:02`, the year where it is another one. */
export function ShortTime({ at }: { at: number }) {
  const clock = usePrefs((prefs) => prefs.clock);
  return (
    <time title={dateTime(at, clock)}>
      {day(at, useNow(), clock)}, {timeOfDay(at, clock)}
    </time>
  );
}

export function DateTime({ at }: { at: number }) {
  return (
    <time>
      {dateTime(
        at,
        usePrefs((prefs) => prefs.clock),
      )}
    </time>
  );
}
