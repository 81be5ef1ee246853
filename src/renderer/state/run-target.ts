import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';

/** What the screen would run analyzers on now: the selection, or the row under the cursor. */
export interface RunTarget {
  /** "6 observables". */
  about: string;
  /** Opens the run sheet of a set of analyzers for it. */
  runSet(setId: string): void;
}

interface RunTargetState {
  target: RunTarget | undefined;
}

/** Said by the screen that is shown, read by the palette. */
export const runTargetStore = createStore<RunTargetState>()(() => ({ target: undefined }));

export const useRunTarget = (): RunTarget | undefined => useStore(runTargetStore, (state) => state.target);
