import { create } from 'zustand';

export const NOTE_VIEWS = ['write', 'both', 'read'] as const;
export type NoteView = (typeof NOTE_VIEWS)[number];
type Editing = Exclude<NoteView, 'read'>;

const KEY = 'osmia-note-view';

/** How this device likes to write: the text alone, or with what becomes of it beside. Holds nothing of a case. */
export const useEditingView = create<{ editing: Editing; setEditing(view: Editing): void }>()((set) => ({
  editing: localStorage.getItem(KEY) === 'both' ? 'both' : 'write',
  setEditing(editing) {
    localStorage.setItem(KEY, editing);
    set({ editing });
  },
}));
