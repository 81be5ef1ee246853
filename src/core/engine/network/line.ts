/** Makes calls of `work` wait for each other, so that at most `width` are under way. Those that wait come in order. */
export function createLine<A, T>(width: number, work: (input: A) => Promise<T>): (input: A) => Promise<T> {
  const waiting: (() => void)[] = [];
  let underWay = 0;
  return async (input) => {
    if (underWay >= width) await new Promise<void>((resolve) => waiting.push(resolve));
    else underWay += 1;
    try {
      return await work(input);
    } finally {
      // The place goes to the next one, or is free.
      const next = waiting.shift();
      if (next === undefined) underWay -= 1;
      else next();
    }
  };
}
