import type { Flavor } from '../../shared/contract/entities.ts';
import { type KnownFlavor, standingReason } from './analyzers.service.ts';
import type { EffectiveConfig } from './effective-config.ts';

/** A flavor as clients see it: no path of this machine, no setting. */
export const asFlavor = (flavor: KnownFlavor, config: EffectiveConfig): Flavor => ({
  id: flavor.id,
  source: flavor.source,
  name: flavor.name,
  version: flavor.version,
  description: flavor.description,
  author: flavor.author,
  url: flavor.url,
  license: flavor.license,
  dataTypes: flavor.dataTypes,
  mediaTypes: flavor.mediaTypes,
  runtime: flavor.runtime,
  isLocal: flavor.isLocal,
  card: flavor.card,
  summary: flavor.summary,
  cardFrom: flavor.cardFrom,
  key: flavor.key,
  docs: flavor.docs,
  environmentId: flavor.requirements?.lines.length ? flavor.requirements.id : null,
  cacheMinutes: flavor.cacheMinutes,
  cannotRun: standingReason(flavor, config),
});
