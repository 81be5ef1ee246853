import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';
import type { Input } from '../api/client.ts';

/** What the run sheet was opened for; the sheet itself is planned by the core. */
export type RunRequest = {
  /** "6 observables, case #142". */
  about: string;
  /** Earlier answers are known and not wanted: rows that one would answer are ticked and ask again. */
  isRefresh?: boolean;
  /** Where Esc and the finished run lead back to. */
  backTo: string;
} & (
  | { plan: Input<'jobs.plan'> }
  /** The flush: what waits is looked at again, and released. */
  | { waiting: Input<'jobs.planWaiting'> }
  /** Jobs to be asked again. */
  | { retry: Input<'jobs.planRetry'> }
);

interface RunRequestState {
  request: RunRequest | undefined;
  open(request: RunRequest): void;
}

export const runRequestStore = createStore<RunRequestState>()((set) => ({
  request: undefined,
  open: (request) => set({ request }),
}));

export const useRunRequest = (): RunRequest | undefined => useStore(runRequestStore, (state) => state.request);
