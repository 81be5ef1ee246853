import type { CSSProperties } from 'react';
import { type Shades, shadesOf } from './tag-colours.ts';

/** A small square; the shade of each theme can be seen on every surface of it. */
export const Swatch = ({ shades }: { shades: Shades }) => (
  <i className="tag-swatch" style={{ '--tag-dark': shades.dark, '--tag-light': shades.light } as CSSProperties} />
);

export const TagSwatch = ({ colour }: { colour: string | null }) =>
  colour === null ? <i className="tag-swatch none" /> : <Swatch shades={shadesOf(colour)} />;
