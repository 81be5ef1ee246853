import type { tagsContract, taxonomiesContract } from '../../shared/contract/tags.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { CallContext } from '../ports.ts';
import type { TagsService } from './tags.service.ts';
import type { TaxonomiesService } from './taxonomies.service.ts';

export const createTagsApi = (
  tags: TagsService,
  taxonomies: TaxonomiesService,
): Handlers<typeof tagsContract & typeof taxonomiesContract, CallContext> => ({
  'tags.list': (_ctx, input) => tags.list(input),
  'tags.suggest': (_ctx, input) => tags.suggest(input),
  'tags.colours': () => tags.colours(),
  'tags.colour': ({ actor }, { names, colour }) => ({ changed: tags.setColour(actor, names, colour) }),
  'tags.rename': async ({ actor }, { names, to }) => ({ changed: await tags.replaceEverywhere(actor, names, to) }),
  'tags.remove': async ({ actor }, { names }) => ({ changed: await tags.replaceEverywhere(actor, names, null) }),
  'taxonomies.list': () => taxonomies.list(),
  'taxonomies.import': ({ actor }, { fileName, text }) => taxonomies.import(actor, fileName, text),
  'taxonomies.update': ({ actor }, { id, patch }) => taxonomies.setEnabled(actor, id, patch.isEnabled),
  'taxonomies.remove': ({ actor }, { id }) => {
    taxonomies.remove(actor, id);
    return {};
  },
});
