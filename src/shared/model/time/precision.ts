/** How exactly a time is known, the coarsest first. */
export const TIME_PRECISIONS = ['year', 'month', 'day', 'hour', 'minute', 'second', 'millisecond'] as const;
export type TimePrecision = (typeof TIME_PRECISIONS)[number];

export const coarser = (a: TimePrecision, b: TimePrecision): TimePrecision =>
  TIME_PRECISIONS.indexOf(a) <= TIME_PRECISIONS.indexOf(b) ? a : b;
