import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

type Rgb = readonly [number, number, number];

const css = (name: string): string => readFileSync(`src/renderer/styles/${name}`, 'utf8');

function colors(text: string, scheme: string, token: RegExp): Rgb[] {
  const block = text.slice(text.indexOf(`"${scheme}"`)).split('}')[0] ?? '';
  return [...block.matchAll(token)].map(([, hex]) => {
    const n = Number.parseInt(hex ?? '', 16);
    return [n >> 16, (n >> 8) & 255, n & 255];
  });
}

const linear = (value: number): number =>
  value <= 10.31475 ? value / 3_294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4;
const light = ([r, g, b]: Rgb): number => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
const contrast = (a: Rgb, b: Rgb): number => {
  const [high, low] = [light(a), light(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
};

/** What is seen without one kind of cone (Viénot, Brettel, Mollon 1999), in linear light. */
const SEEN: Readonly<Record<string, readonly (readonly [number, number, number])[]>> = {
  'all cones': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.11238, 0.88762, 0],
    [0.11238, 0.88762, 0],
    [0.00401, -0.00401, 1],
  ],
  deuteranopia: [
    [0.29275, 0.70725, 0],
    [0.29275, 0.70725, 0],
    [-0.02234, 0.02234, 1],
  ],
};

/** Distance in OKLab. */
function lab([r, g, b]: readonly [number, number, number]): readonly [number, number, number] {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}
const distance = (a: Rgb, b: Rgb, seen: readonly (readonly [number, number, number])[]): number => {
  const at = (color: Rgb): readonly [number, number, number] => {
    const [r, g, bl] = color.map(linear) as [number, number, number];
    return lab(seen.map(([x, y, z]) => Math.max(0, x * r + y * g + z * bl)) as [number, number, number]);
  };
  const [p, q] = [at(a), at(b)];
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
};

for (const scheme of ['dark', 'light']) {
  const series = colors(css('charts.css'), scheme, /--o-chart-\d: #([0-9a-f]{6})/gi);
  const [surface] = colors(css('tokens.css'), scheme, /--o-s1: #([0-9a-f]{6})/gi);

  test(`${scheme}: every series stands out from the surface`, () => {
    expect(series).toHaveLength(8);
    for (const color of series) expect(contrast(color, surface!)).toBeGreaterThanOrEqual(3);
  });

  test.each(Object.keys(SEEN))(`${scheme}: the first six are told apart with %s`, (kind) => {
    const six = series.slice(0, 6);
    for (const [i, a] of six.entries()) {
      for (const b of six.slice(i + 1))
        expect(distance(a, b, SEEN[kind]!), `${a.join()} and ${b.join()}`).toBeGreaterThan(0.07);
    }
  });
}
