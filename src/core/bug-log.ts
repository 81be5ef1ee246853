import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import type { Logger } from './ports.ts';

/**
 * Logs what is not an AppError and returns the id that the client is shown (`onBug` of `serve`). Of the error only its
 * class, code and places in our code are kept: its message may hold a value or a path of the evidence.
 */
export function logBug(logger: Logger, error: unknown, name: string): string {
  const id = randomUUID();
  logger.error('bug', { id, call: name, ...describe(error) });
  return id;
}

function describe(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { kind: typeof error };
  const { code } = error as { code?: unknown };
  return {
    kind: error.name,
    ...(typeof code === 'string' ? { code } : {}),
    places: placesOf(error.stack ?? ''),
    ...(error.cause === undefined ? {} : { cause: describe(error.cause) }),
  };
}

function placesOf(stack: string): string[] {
  return [...stack.matchAll(/^\s+at (?:(\S+) )?.*?([^/\\(]+:\d+:\d+)\)?$/gm)]
    .slice(0, 12)
    .map(([, what, where]) => `${what ?? ''} ${basename(where ?? '')}`.trim());
}
