import { age, dateTime } from './format.ts';
import { usePrefs } from './prefs.ts';
import { useNow } from './use-now.ts';

/** "4 min" with the whole date as its title. */
export function Age({ at }: { at: number }) {
  const clock = usePrefs((prefs) => prefs.clock);
  return <time title={dateTime(at, clock)}>{age(at, Math.max(useNow(), at), clock)}</time>;
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
