import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';

export interface Upload {
  id: string;
  name: string;
  done: number;
  total: number | null;
  error: unknown;
  cancel(): void;
}

/** A long change under way; the strip shows how far it is. */
export interface Work {
  id: string;
  /** "Changing observables". */
  name: string;
  done: number;
  total: number;
  cancel(): void;
}

interface Frame {
  /** The chosen engagement; undefined is the first. */
  engagementId: string | undefined;
  isPaletteOpen: boolean;
  /** What stands in the palette's field. */
  paletteText: string;
  isKeySheetOpen: boolean;
  /** What is being handed to the core right now. */
  uploads: readonly Upload[];
  works: readonly Work[];
  chooseEngagement(id: string): void;
  setPalette(isOpen: boolean): void;
  setPaletteText(text: string): void;
  setKeySheet(isOpen: boolean): void;
  putUpload(upload: Upload): void;
  dropUpload(id: string): void;
  putWork(work: Work): void;
  dropWork(id: string): void;
}

export const frameStore = createStore<Frame>()((set, get) => ({
  engagementId: undefined,
  isPaletteOpen: false,
  paletteText: '',
  isKeySheetOpen: false,
  uploads: [],
  works: [],
  chooseEngagement: (engagementId) => set({ engagementId }),
  setPalette: (isPaletteOpen) => set({ isPaletteOpen }),
  setPaletteText: (paletteText) => set({ paletteText }),
  setKeySheet: (isKeySheetOpen) => set({ isKeySheetOpen }),
  putUpload: (upload) => set({ uploads: [...get().uploads.filter((each) => each.id !== upload.id), upload] }),
  dropUpload: (id) => set({ uploads: get().uploads.filter((each) => each.id !== id) }),
  putWork: (work) => set({ works: [...get().works.filter((each) => each.id !== work.id), work] }),
  dropWork: (id) => set({ works: get().works.filter((each) => each.id !== id) }),
}));

export const useFrame = <T>(select: (frame: Frame) => T): T => useStore(frameStore, select);
