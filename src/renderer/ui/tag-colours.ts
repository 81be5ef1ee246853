import { create } from 'zustand';
import { standOut } from '../../shared/model/contrast.ts';

/** The surfaces of tokens.css that a chip can lie on; a test holds them to the file. */
export const SURFACES = {
  dark: ['#0c0e11', '#121519', '#181b20', '#20242a', '#1b1f25', '#1a2242'],
  light: ['#f1f2f5', '#ffffff', '#f7f8fa', '#eceef2', '#e9edff'],
} as const;

export interface Shades {
  dark: string;
  light: string;
}

interface Colours {
  shades: Readonly<Record<string, Shades>>;
  put(colours: Readonly<Record<string, string>>): void;
}

export const shadesOf = (colour: string): Shades => ({
  dark: standOut(colour, SURFACES.dark),
  light: standOut(colour, SURFACES.light),
});

/** What the chips of tags read; filled from the core (state/tag-colours.ts), so that a chip asks for nothing itself. */
export const tagColours = create<Colours>()((set) => ({
  shades: {},
  put: (colours) =>
    set({ shades: Object.fromEntries(Object.entries(colours).map(([tag, colour]) => [tag, shadesOf(colour)])) }),
}));

export const useTagShades = (tag: string): Shades | undefined =>
  tagColours(({ shades }) => (Object.hasOwn(shades, tag) ? shades[tag] : undefined));
