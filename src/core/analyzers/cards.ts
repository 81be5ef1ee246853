import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CardKey, CardQuota, NOTHING_LEAVES, type OsmiaFacts } from './read-osmia-json.ts';

/** Host names, or `*.name` for what has a name of its own a customer; never an address with a path. */
const Host = z.string().regex(/^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+$/);
const Words = z.string().min(3).max(400);

const Facts = z.strictObject({
  isLocal: z.boolean().optional(),
  leaves: Words.optional(),
  hosts: z.array(Host).max(40).optional(),
  /** `*`: wherever the value itself points. */
  anyHost: z.boolean().optional(),
  hostsFrom: z.array(z.string().min(1)).max(10).optional(),
  /** Speaks DNS, whois or the like itself: no web proxy carries that. */
  needsRoute: z.boolean().optional(),
  /** Settings that name files or folders of the user which it has to read, such as lists and rules. */
  readableFrom: z.array(z.string().min(1)).max(10).optional(),
  seenBy: Words.optional(),
  keeps: Words.optional(),
  key: CardKey.optional(),
  docs: z.url().max(500).optional(),
  quota: CardQuota.optional(),
});

/** One service: what is said of all its flavors, and what is said of some. */
const CardFile = Facts.extend({
  service: z.string().min(2).max(80),
  flavors: z
    .array(Facts.extend({ names: z.array(z.string().regex(/^[^*]{2,100}\*?$/)).min(1) }))
    .min(1)
    .max(60),
});

/** What Osmia knows of a foreign flavor, from its name. */
export type CardFacts = Pick<
  OsmiaFacts,
  'isLocal' | 'needsRoute' | 'card' | 'cardFrom' | 'hostsFrom' | 'readableFrom' | 'key' | 'docs' | 'quota'
>;

export interface Cards {
  /** By the name in the descriptor, whatever its version; undefined where Osmia does not know the service. */
  find(flavorName: string): CardFacts | undefined;
  /** Every name pattern, for the test and the guide. */
  names(): string[];
}

/**
 * Reads the cards that come with Osmia. They say what a well-known analyzer sends, and to whom, where its own folder
 * says nothing. Throws where a card is not well formed: they are ours, so that is a bug.
 */
export function readCards(folder: string): Cards {
  // Nothing known is safe: the worst is assumed of everything.
  if (!existsSync(folder)) return NO_CARDS;
  const exact = new Map<string, CardFacts>();
  const families: { prefix: string; facts: CardFacts }[] = [];
  const names: string[] = [];
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith('.json')) continue;
    const parsed = CardFile.safeParse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
    if (!parsed.success) throw new Error(`card ${file}: ${z.prettifyError(parsed.error)}`);
    const { service, flavors, ...common } = parsed.data;
    for (const { names: patterns, ...own } of flavors) {
      const facts = toFacts(`${file} (${service})`, { ...common, ...own });
      for (const pattern of patterns) {
        if (names.includes(pattern)) throw new Error(`card ${file}: ${pattern} has a card already`);
        names.push(pattern);
        if (pattern.endsWith('*')) families.push({ prefix: pattern.slice(0, -1), facts });
        else exact.set(pattern, facts);
      }
    }
  }
  // The longest family that fits is the one that was meant.
  families.sort((a, b) => b.prefix.length - a.prefix.length);
  return {
    find: (name) => exact.get(name) ?? families.find(({ prefix }) => name.startsWith(prefix))?.facts,
    names: () => names,
  };
}

function toFacts(where: string, facts: z.infer<typeof Facts>): CardFacts {
  const {
    isLocal = false,
    leaves,
    seenBy,
    keeps,
    hosts = [],
    anyHost = false,
    hostsFrom = [],
    readableFrom = [],
  } = facts;
  const common = {
    cardFrom: 'osmia' as const,
    needsRoute: facts.needsRoute ?? false,
    hostsFrom,
    readableFrom,
    docs: facts.docs ?? '',
    quota: facts.quota ?? null,
  };
  if (isLocal) {
    if (hosts.length > 0 || anyHost || facts.needsRoute === true || hostsFrom.length > 0 || leaves !== undefined)
      throw new Error(`card ${where}: what stays here goes to no host`);
    return { ...common, isLocal, card: NOTHING_LEAVES, key: facts.key ?? 'none' };
  }
  if (leaves === undefined || seenBy === undefined || keeps === undefined || facts.key === undefined)
    throw new Error(
      `card ${where}: it does not say what leaves, who sees it, who keeps it and whether a key is needed`,
    );
  if (hosts.length === 0 && !anyHost && hostsFrom.length === 0) throw new Error(`card ${where}: it names no host`);
  return {
    ...common,
    isLocal,
    card: { leaves, hosts: anyHost ? [...hosts, '*'] : hosts, seenBy, keeps },
    key: facts.key,
  };
}

/** For sources without cards, such as responders. */
export const NO_CARDS: Cards = { find: () => undefined, names: () => [] };
