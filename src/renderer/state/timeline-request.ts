import { create } from 'zustand';

/** A time that was chosen in a text, on its way to the line for a new event. */
export interface TimelineRequest {
  caseId: string;
  /** The note that it was chosen in. */
  noteId: string;
  /** The time as it is written. */
  given: string;
  title: string;
}

/** Asked for on one screen, taken by the timeline when it opens. */
export const timelineRequest = create<{
  request: TimelineRequest | undefined;
  ask(request: TimelineRequest): void;
  take(): void;
}>()((set) => ({
  request: undefined,
  ask: (request) => set({ request }),
  take: () => set({ request: undefined }),
}));
