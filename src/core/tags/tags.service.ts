import { setImmediate as nextTurn } from 'node:timers/promises';
import { v7 } from 'uuid';
import type { TagInfo, TagSuggestion } from '../../shared/contract/tags.ts';
import type { Topic } from '../../shared/contract/jobs.ts';
import { AppError } from '../../shared/errors.ts';
import { foldTag, normaliseTags } from '../../shared/model/tag.ts';
import type { EngagementsService } from '../engagements/engagements.service.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../ports.ts';
import type { SyncedStore } from '../sync/synced-store.ts';
import type { TagCarrier } from './keep-tags.ts';
import type { TagIndexRepo, TagUse } from './tag-index.repo.ts';
import type { TagsRepo } from './tags.repo.ts';
import type { TaxonomiesRepo } from './taxonomies.repo.ts';

export interface TagsService {
  list(input: { text: string; cursor?: string | undefined; limit: number }): { items: TagInfo[]; next: string | null };
  suggest(input: { engagementId?: string | undefined; text: string; limit: number }): TagSuggestion[];
  colours(): Record<string, string>;
  setColour(actor: string, names: readonly string[], colour: string | null): number;
  /** Changes every row that carries one of them, in groups that leave room for others. Returns how many it changed. */
  replaceEverywhere(actor: string, names: readonly string[], to: string | null): Promise<number>;
}

const CARRIERS: readonly TagCarrier[] = ['case', 'observable', 'alert'];
/** Rows of one transaction. */
const CHUNK = 100;
/** Rows told one by one; beyond it listeners hear of the case. */
const MAX_EVENTS = 200;
/** Of the most used tags, how many are looked at for a text in their middle. */
const OFTEN = 2_000;
const STARTING = 200;

export function createTagsService(deps: {
  repo: TagsRepo;
  index: TagIndexRepo;
  taxonomies: TaxonomiesRepo;
  store: SyncedStore;
  engagements: Pick<EngagementsService, 'resolve'>;
  /** Templates carry tags too; returns how many changed. */
  renameInTemplates(actor: string, names: ReadonlySet<string>, to: string | null): number;
  events: EventBus;
  clock: Clock;
}): TagsService {
  const { repo, index, taxonomies, store, events, clock } = deps;

  const info = (use: TagUse): TagInfo => {
    const own = repo.find(use.tag);
    const known = taxonomies.known(foldTag(use.tag));
    return {
      name: use.tag,
      colour: own?.colour ?? known?.colour ?? null,
      isOwnColour: own !== undefined,
      taxonomy: known?.namespace ?? null,
      cases: use.cases,
      observables: use.observables,
      alerts: use.alerts,
    };
  };

  /** Used tags that fit a text: those that start with it, then frequent ones that hold it; most used first. */
  const matching = (engagementId: string, folded: string, limit: number): TagUse[] => {
    if (folded === '') return index.often(engagementId, undefined, limit);
    const found = new Map<string, TagUse>();
    for (const use of index.startingWith(engagementId, folded, STARTING)) found.set(use.tag, use);
    for (const use of index.often(engagementId, undefined, OFTEN)) {
      if (foldTag(use.tag).includes(folded)) found.set(use.tag, use);
    }
    const starts = (use: TagUse): number => Number(foldTag(use.tag).startsWith(folded));
    return [...found.values()]
      .sort((a, b) => starts(b) - starts(a) || b.uses - a.uses || (a.tag < b.tag ? -1 : 1))
      .slice(0, limit);
  };

  const setColour: TagsService['setColour'] = (actor, names, colour) => {
    const now = clock.now();
    let changed = 0;
    store.transaction({}, () => {
      for (const name of new Set(names)) {
        const known = repo.find(name);
        if (known !== undefined) {
          const patch = colour === null ? { deletedAt: now } : { colour };
          if (store.update('tag', known.id, patch, { actor })) changed += 1;
        } else if (colour !== null) {
          const times = { createdAt: now, updatedAt: now, deletedAt: null };
          store.insert('tag', { id: v7(), name, colour, ...times }, { actor });
          changed += 1;
        }
      }
    });
    if (changed > 0) events.publish('tag', '');
    return changed;
  };

  /** The colour goes along, unless the new name has one. */
  const moveColours = (actor: string, names: ReadonlySet<string>, to: string | null): void => {
    const kept = to === null ? undefined : repo.find(to);
    let colour = kept?.colour;
    for (const name of names) {
      const own = repo.find(name);
      if (own === undefined) continue;
      store.update('tag', own.id, { deletedAt: clock.now() }, { actor });
      if (to === null || colour !== undefined) continue;
      colour = own.colour;
      setColour(actor, [to], colour);
    }
  };

  const change = (actor: string, entity: TagCarrier, id: string, names: ReadonlySet<string>, to: string | null) => {
    const row = repo.tagsOf(entity, id);
    if (row === undefined) return undefined;
    const tags = normaliseTags(row.tags.flatMap((tag) => (names.has(tag) ? (to === null ? [] : [to]) : [tag])));
    const { engagementId, caseId } = row;
    return store.update(entity, id, { tags }, { actor, engagementId, caseId }) ? row : undefined;
  };

  return {
    list({ text, cursor, limit }) {
      const folded = foldTag(text.trim());
      // What fits a text is a bounded list without a next page: nobody reads on, one types on.
      if (folded !== '') return { items: matching('', folded, limit).map(info), next: null };
      const uses = index.often('', cursor === undefined ? undefined : readCursor(cursor), limit + 1);
      const items = uses.slice(0, limit);
      const last = items.at(-1);
      const hasMore = uses.length > limit && last !== undefined;
      const shown = items.map(info);
      // Coloured beforehand, used nowhere yet: at the end, where they can be found and changed.
      const unused = hasMore ? [] : repo.all().filter(({ name }) => index.find('', name) === undefined);
      for (const { name } of unused) shown.push(info({ tag: name, cases: 0, observables: 0, alerts: 0, uses: 0 }));
      return { items: shown, next: hasMore ? `${last.uses}.${last.tag}` : null };
    },
    suggest({ engagementId, text, limit }) {
      const folded = foldTag(text.trim());
      const found = new Map<string, TagSuggestion>();
      for (const use of matching(deps.engagements.resolve(engagementId).id, folded, limit)) {
        const known = taxonomies.known(foldTag(use.tag));
        const colour = repo.find(use.tag)?.colour ?? known?.colour ?? null;
        found.set(foldTag(use.tag), { tag: use.tag, colour, uses: use.uses, label: known?.label ?? '' });
      }
      for (const { tag, colour, label } of folded === '' ? [] : taxonomies.startingWith(folded, limit * 4)) {
        if (found.size >= limit) break;
        const own = repo.find(tag)?.colour;
        if (!found.has(foldTag(tag))) found.set(foldTag(tag), { tag, colour: own ?? colour, uses: 0, label });
      }
      return [...found.values()];
    },
    colours() {
      const colours: Record<string, string> = {};
      for (const { tag } of index.often('', undefined, OFTEN)) {
        const colour = taxonomies.known(foldTag(tag))?.colour;
        if (colour) colours[tag] = colour;
      }
      for (const { name, colour } of repo.all()) colours[name] = colour;
      return colours;
    },
    setColour,
    async replaceEverywhere(actor, names, to) {
      const gone = new Set(names);
      if (to !== null && gone.has(to)) gone.delete(to);
      if (gone.size === 0) throw new AppError('invalid_input', 'That is its name already. Type another one.');
      let changed = 0;
      store.transaction({}, () => {
        moveColours(actor, gone, to);
        changed += deps.renameInTemplates(actor, gone, to);
      });
      let told = 0;
      try {
        for (const name of gone) {
          for (const entity of CARRIERS) {
            let after = '';
            for (;;) {
              const ids = index.carriers(name, entity, after, CHUNK);
              store.transaction({}, () => {
                for (const id of ids) {
                  const row = change(actor, entity, id, gone, to);
                  if (row === undefined) continue;
                  changed += 1;
                  if (told++ < MAX_EVENTS) events.publish(entity satisfies Topic, id, row.caseId);
                }
              });
              after = ids.at(-1) ?? '';
              if (ids.length < CHUNK) break;
              await nextTurn();
            }
          }
        }
      } finally {
        if (told > MAX_EVENTS) for (const topic of CARRIERS) events.publish(topic, '');
        events.publish('tag', '');
      }
      return changed;
    },
  };
}

function readCursor(cursor: string): { uses: number; tag: string } {
  const match = /^(\d{1,15})\.(.+)$/su.exec(cursor);
  if (!match?.[1] || !match[2]) throw new AppError('invalid_input', 'That page no longer exists. Read the list again.');
  return { uses: Number(match[1]), tag: match[2] };
}
