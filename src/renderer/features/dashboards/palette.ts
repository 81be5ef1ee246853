import { PALETTE, type PaletteColor } from '../../../shared/contract/dashboards.ts';

export const COLOR_WORDS: Readonly<Record<PaletteColor, string>> = {
  c1: 'Blue',
  c2: 'Grey',
  c3: 'Teal',
  c4: 'Pink',
  c5: 'Yellow',
  c6: 'Violet',
  c7: 'Brown',
  c8: 'Light grey',
  malicious: 'Malicious',
  suspicious: 'Suspicious',
  safe: 'Safe',
  info: 'Info',
};

const TOKENS: Readonly<Record<PaletteColor, string>> = {
  c1: '--o-chart-1',
  c2: '--o-chart-2',
  c3: '--o-chart-3',
  c4: '--o-chart-4',
  c5: '--o-chart-5',
  c6: '--o-chart-6',
  c7: '--o-chart-7',
  c8: '--o-chart-8',
  malicious: '--o-mal-mark',
  suspicious: '--o-susp-mark',
  safe: '--o-safe-mark',
  info: '--o-info-mark',
};

export interface ChartTheme {
  colors: Readonly<Record<PaletteColor, string>>;
  surface: string;
  overlay: string;
  hover: string;
  line: string;
  text: string;
  quiet: string;
  font: string;
}

/** A canvas reads no variables: their values in the scheme of this moment. */
export function readChartTheme(): ChartTheme {
  const style = getComputedStyle(document.documentElement);
  const of = (token: string): string => style.getPropertyValue(token).trim();
  return {
    colors: Object.fromEntries(PALETTE.map((color) => [color, of(TOKENS[color])])) as Record<PaletteColor, string>,
    surface: of('--o-s1'),
    overlay: of('--o-overlay'),
    hover: of('--o-s3'),
    line: of('--o-line'),
    text: of('--o-t1'),
    quiet: of('--o-t3'),
    font: of('--o-font') || 'sans-serif',
  };
}
