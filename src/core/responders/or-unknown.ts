import type { Finished } from '../engine/runner.ts';

/** Ends that say nothing of how far the program had come. */
const CUT_SHORT: ReadonlySet<string> = new Set(['cancelled', 'timeout', 'crashed', 'output_too_large', 'unsure']);

/**
 * How a responder's run ended. What was cut short may have acted: that is `unknown`, and no reason to try again. What
 * never started, or said itself that it failed, has failed.
 */
export function orUnknown(finished: Finished): Finished {
  const { end } = finished;
  if (end.status === 'done' || !CUT_SHORT.has(end.reason?.code ?? '')) return { ...finished, retry: false };
  return {
    ...finished,
    end: {
      ...end,
      status: 'unknown',
      reason: {
        code: 'may_have_acted',
        message: `${end.reason?.message ?? 'It was ended.'} It may have acted already; look there before you run it again.`,
      },
    },
    retry: false,
  };
}
