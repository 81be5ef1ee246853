import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { ObjectRef } from '../../shared/contract/responders.ts';

/** What a responder is to run on. */
export interface RespondRequest {
  objects: readonly ObjectRef[];
  /** "case #142", "6 observables". */
  about: string;
  /** The case whose files can go along, where there is one. */
  caseId: string | undefined;
}

interface State {
  request: RespondRequest | undefined;
  open(request: RespondRequest): void;
  close(): void;
}

export const respondStore = createStore<State>()((set) => ({
  request: undefined,
  open: (request) => set({ request }),
  close: () => set({ request: undefined }),
}));

export const useRespondRequest = (): RespondRequest | undefined => useStore(respondStore, (state) => state.request);
