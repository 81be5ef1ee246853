import type { AssetKind, AssetState, Identifier } from '../../shared/contract/assets.ts';
import type { EventSource } from '../../shared/contract/timeline.ts';
import type { EventKind } from '../../shared/model/event-kind.ts';
import type { TimePrecision } from '../../shared/model/time/precision.ts';
import { boolean, json, list, maybeText, maybeTime, plain, text, time } from './field.ts';

const stored = { createdAt: time('created_at'), updatedAt: time('updated_at'), deletedAt: maybeTime('deleted_at') };

/** The shared tables of the incident timeline; part of the registry. */
export const TIMELINE_ENTITIES = {
  timelineEvent: {
    table: 'timeline_event',
    topic: 'timeline',
    fields: {
      caseId: text('case_id'),
      engagementId: text('engagement_id'),
      title: text('title'),
      description: text('description'),
      at: time('at'),
      endAt: maybeTime('end_at'),
      zone: text('zone'),
      precision: plain<TimePrecision>('precision'),
      given: text('given'),
      kind: plain<EventKind>('kind'),
      source: plain<EventSource>('source'),
      sourceId: maybeText('source_id'),
      sourceRef: text('source_ref'),
      sourceKey: text('source_key'),
      notes: list('time_notes'),
      assetIds: list('asset_ids'),
      observableIds: list('observable_ids'),
      techniques: list('techniques'),
      isStarred: boolean('is_starred'),
      tags: list('tags'),
      ...stored,
    },
  },
  asset: {
    table: 'asset',
    topic: 'asset',
    fields: {
      engagementId: text('engagement_id'),
      name: text('name'),
      kind: plain<AssetKind>('kind'),
      identifiers: json<Identifier[]>('identifiers'),
      criticality: plain<number>('criticality'),
      owner: text('owner'),
      note: text('note'),
      ...stored,
    },
  },
  caseAsset: {
    table: 'case_asset',
    topic: 'asset',
    fields: {
      caseId: text('case_id'),
      assetId: text('asset_id'),
      state: plain<AssetState>('state'),
      stateAt: maybeTime('state_at'),
      ...stored,
    },
  },
  caseTechnique: {
    table: 'case_technique',
    topic: 'attack',
    fields: {
      caseId: text('case_id'),
      engagementId: text('engagement_id'),
      technique: text('technique'),
      tactic: text('tactic'),
      occurredAt: maybeTime('occurred_at'),
      description: text('description'),
      observableIds: list('observable_ids'),
      ...stored,
    },
  },
} as const;
