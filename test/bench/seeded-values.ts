import type { DataType } from '../../src/shared/model/data-type.ts';
import { random } from './timing.ts';

/** The vocabulary of the floor scripts (floors/lib.mjs), so that a word is as common here as it is there. */
const VOCABULARY = (
  'the of and a to in is that for it as was with be by on not he his but at are this have from or had an they which one you were all her she ' +
  'there would their we him been has when who will no more if out so up said what its about than into them can only other time new some could these two may ' +
  'first then do any like my now over such our man me even most made after also did many off before must well back through years where much your way down ' +
  'should because long each just state those people too mr how little good world make very year still see own work men day get here old life both between ' +
  'being under three never know same last another while us might great go come since against right came take used himself few house use during without again ' +
  'alert host user login failed beacon payload dropper campaign phishing macro loader persistence lateral movement exfiltration registry service scheduled task'
).split(' ');
const ENDINGS = ['com', 'net', 'org', 'info', 'ru', 'cn', 'io', 'xyz', 'top', 'co.uk'];

/** A seeded source of everything that is made up. */
export interface Draw {
  next(): number;
  int(below: number): number;
  pick<T>(list: readonly T[]): T;
  hex(digits: number): string;
}

export function drawFrom(seed: number): Draw {
  const next = random(seed);
  const int = (below: number): number => Math.floor(next() * below);
  return {
    next,
    int,
    pick: (list) => list[int(list.length)]!,
    hex(digits) {
      let text = '';
      while (text.length < digits)
        text += Math.floor(next() * 0x1_0000_0000)
          .toString(16)
          .padStart(8, '0');
      return text.slice(0, digits);
    },
  };
}

export function words(draw: Draw, count: number): string {
  let text = '';
  for (let i = 0; i < count; i += 1) text += (i === 0 ? '' : ' ') + draw.pick(VOCABULARY);
  return text;
}

/** In the proportions of the floors: 30 % ip, 25 % names, 20 % url, 15 % hash, 5 % mail, 5 % filename. */
export function observableFrom(draw: Draw): { dataType: DataType; value: string } {
  const host = (): string => `${draw.hex(6)}-${words(draw, 1)}.${draw.hex(5)}${words(draw, 1)}.${draw.pick(ENDINGS)}`;
  const kind = draw.next();
  if (kind < 0.3) {
    const value = `${1 + draw.int(223)}.${draw.int(256)}.${draw.int(256)}.${1 + draw.int(254)}`;
    return { dataType: 'ip', value };
  }
  if (kind < 0.55) return { dataType: 'fqdn', value: host() };
  if (kind < 0.75) {
    return { dataType: 'url', value: `http://${host()}/${words(draw, 1)}/${draw.hex(8)}.php?id=${draw.int(1e6)}` };
  }
  if (kind < 0.85) return { dataType: 'hash', value: draw.hex(64) };
  if (kind < 0.9) return { dataType: 'hash', value: draw.hex(32) };
  if (kind < 0.95) return { dataType: 'mail', value: `${words(draw, 1)}.${draw.hex(4)}@${host()}` };
  return { dataType: 'filename', value: `${words(draw, 1)}_${draw.hex(6)}.exe` };
}
