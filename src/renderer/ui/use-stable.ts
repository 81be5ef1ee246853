import { useCallback, useLayoutEffect, useRef } from 'react';

/** The same function for ever, which calls the latest one: for handlers of memoised rows. Not to be called while rendering. */
export function useStable<A extends unknown[], R>(run: (...args: A) => R): (...args: A) => R {
  const latest = useRef(run);
  useLayoutEffect(() => {
    latest.current = run;
  });
  return useCallback((...args: A) => latest.current(...args), []);
}
