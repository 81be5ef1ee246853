/** UTC milliseconds of the last midnight in a time zone (IANA name), as the people there see it. */
export function startOfDay(now: number, zone: string): number {
  const parts = (at: number): Record<string, number> =>
    Object.fromEntries(
      new Intl.DateTimeFormat('en-GB', {
        timeZone: zone,
        hourCycle: 'h23',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      })
        .formatToParts(at)
        .map(({ type, value }) => [type, Number(value)]),
    );
  const sinceMidnight = (at: number): number => {
    const { hour = 0, minute = 0, second = 0 } = parts(at);
    return ((hour * 60 + minute) * 60 + second) * 1_000 + (((at % 1_000) + 1_000) % 1_000);
  };
  const first = now - sinceMidnight(now);
  // On the day the clocks change the first guess is an hour off, into today or into yesterday.
  if (parts(first)['day'] === parts(now)['day']) return first - sinceMidnight(first);
  return first + 24 * 3_600_000 - sinceMidnight(first);
}
