import { QueryClient, queryOptions } from '@tanstack/react-query';
import type { Topic } from '../../shared/contract/jobs.ts';
import { AppError } from '../../shared/errors.ts';
import { type CallName, callCore, type Input, type Output } from './client.ts';

declare module '@tanstack/react-query' {
  interface Register {
    queryMeta: { topics: readonly Topic[]; caseId?: string | undefined };
  }
}

/** Core data never grows stale by itself: events say when (see live.ts). */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: Number.POSITIVE_INFINITY,
        gcTime: 300_000,
        refetchOnWindowFocus: false,
        // A lost connection is retried by the link, which then invalidates everything.
        retry: (failures, error) => failures < 1 && error instanceof AppError && error.code === 'internal',
      },
      mutations: { retry: false },
    },
  });
}

/**
 * A call as query options. `topics` are the events that make it stale; with `caseId` only events of that case (or of
 * none) do.
 */
export function callQuery<K extends CallName>(name: K, input: Input<K>, topics: readonly Topic[], caseId?: string) {
  return queryOptions({
    queryKey: [name, input] as const,
    queryFn: ({ signal }): Promise<Output<K>> => callCore(name, input, signal),
    meta: { topics, caseId },
  });
}
