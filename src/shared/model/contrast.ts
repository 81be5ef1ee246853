type Rgb = readonly [number, number, number];

/** Relative luminance and contrast as WCAG 2 defines them. Colours are `#rrggbb`. */
export function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(parse(a)), luminance(parse(b))].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/**
 * The colour itself, or the nearest mixture with white or black that stands out from every one of the backgrounds by
 * `ratio` (3 for what is no text). Backgrounds of one theme are near each other, so there always is one.
 */
export function standOut(colour: string, backgrounds: readonly string[], ratio = 3): string {
  const isEnough = (candidate: string): boolean => backgrounds.every((each) => contrast(candidate, each) >= ratio);
  if (isEnough(colour)) return colour;
  const isDark = backgrounds.every((each) => luminance(parse(each)) < 0.18);
  const towards: Rgb = isDark ? [255, 255, 255] : [0, 0, 0];
  const from = parse(colour);
  for (let step = 1; step <= 20; step++) {
    const mixed = format(mix(from, towards, step / 20));
    if (isEnough(mixed)) return mixed;
  }
  return format(towards);
}

const parse = (colour: string): Rgb => {
  const number = Number.parseInt(colour.slice(1), 16);
  return [(number >> 16) & 255, (number >> 8) & 255, number & 255];
};

const format = (rgb: Rgb): string => `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;

const mix = (a: Rgb, b: Rgb, share: number): Rgb => [
  a[0] + (b[0] - a[0]) * share,
  a[1] + (b[1] - a[1]) * share,
  a[2] + (b[2] - a[2]) * share,
];

function luminance([red, green, blue]: Rgb): number {
  const linear = (part: number): number => {
    const share = part / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}
