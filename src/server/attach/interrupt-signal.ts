/** The same Ctrl+C arrives twice where npm stands between: from the terminal and from npm. In milliseconds. */
const SAME_ONE_MS = 1_000;

/** Aborts on Ctrl+C, a closed terminal or a polite kill; a second one, later, ends the process at once with code 130. */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  let firstAt: number | undefined;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      firstAt ??= performance.now();
      if (performance.now() - firstAt > SAME_ONE_MS) process.exit(130);
      controller.abort();
    });
  }
  return controller.signal;
}
