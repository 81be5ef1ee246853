import type { z } from 'zod';
import type { CASE_STATUSES } from '../../shared/contract/entities.ts';
import type { Place } from '../../shared/contract/intake.ts';
import type { Topic } from '../../shared/contract/jobs.ts';
import type { PolicyRuleBody } from '../../shared/contract/policy.ts';
import type { AlertArtifact, CustomFieldType } from '../../shared/contract/responders.ts';
import type { TaskStatus } from '../../shared/contract/tasks.ts';
import type { DataType } from '../../shared/model/data-type.ts';
import type { Pap, Tlp } from '../../shared/model/marking.ts';

/**
 * The shared tables and the only fields that may be written, or will ever be taken from another device. A name that is
 * not here never reaches SQL. `topic` is what listeners are told of when undo or sync changes a row.
 */
type FieldKind = 'plain' | 'boolean' | 'json';

export interface Field<T> {
  readonly column: string;
  readonly kind: FieldKind;
  /** Never set: carries the type. */
  readonly type?: T;
}

const plain = <T extends string | number | null>(column: string): Field<T> => ({ column, kind: 'plain' });
const boolean = (column: string): Field<boolean> => ({ column, kind: 'boolean' });
const json = <T>(column: string): Field<T> => ({ column, kind: 'json' });

const text = plain<string>;
const list = json<string[]>;
const time = plain<number>;
const maybeTime = plain<number | null>;
const maybeText = plain<string | null>;

export const SHARED_ENTITIES = {
  engagement: {
    table: 'engagement',
    topic: 'engagement',
    fields: {
      name: text('name'),
      tlp: plain<Tlp>('tlp'),
      pap: plain<Pap>('pap'),
      isOffline: boolean('is_offline'),
      createdAt: time('created_at'),
      updatedAt: time('updated_at'),
      deletedAt: maybeTime('deleted_at'),
    },
  },
  case: {
    table: 'case_record',
    topic: 'case',
    fields: {
      number: plain<number>('number'),
      engagementId: text('engagement_id'),
      title: text('title'),
      description: text('description'),
      severity: plain<number>('severity'),
      status: plain<(typeof CASE_STATUSES)[number]>('status'),
      tlp: plain<Tlp>('tlp'),
      pap: plain<Pap>('pap'),
      tags: list('tags'),
      isFlagged: boolean('is_flagged'),
      assignee: text('assignee'),
      summary: text('summary'),
      resolution: maybeText('resolution'),
      impact: maybeText('impact'),
      startAt: time('start_at'),
      endAt: maybeTime('end_at'),
      createdAt: time('created_at'),
      updatedAt: time('updated_at'),
      deletedAt: maybeTime('deleted_at'),
    },
  },
  observable: {
    table: 'observable',
    topic: 'observable',
    fields: {
      caseId: text('case_id'),
      engagementId: text('engagement_id'),
      dataType: plain<DataType>('data_type'),
      value: text('value'),
      subjectHash: text('subject_hash'),
      evidenceId: maybeText('evidence_id'),
      tlp: plain<Tlp>('tlp'),
      pap: plain<Pap>('pap'),
      tags: list('tags'),
      marks: list('marks'),
      isIoc: boolean('is_ioc'),
      isSighted: boolean('is_sighted'),
      ignoreSimilarity: boolean('ignore_similarity'),
      message: text('message'),
      places: json<z.infer<typeof Place>[]>('places'),
      sourceJobId: maybeText('source_job_id'),
      createdAt: time('created_at'),
      updatedAt: time('updated_at'),
      deletedAt: maybeTime('deleted_at'),
    },
  },
  analyzerSet: {
    table: 'analyzer_set',
    topic: 'analyzers',
    fields: {
      name: text('name'),
      description: text('description'),
      members: json<{ flavorId: string; dataTypes: string[] }[]>('members'),
      createdAt: time('created_at'),
      updatedAt: time('updated_at'),
      deletedAt: maybeTime('deleted_at'),
    },
  },
  evidence: {
    table: 'evidence',
    topic: 'evidence',
    fields: {
      caseId: text('case_id'),
      blobId: text('blob_id'),
      name: text('name'),
      mediaType: text('media_type'),
      typeLabel: text('type_label'),
      addedAt: time('added_at'),
      zone: text('zone'),
      osmiaVersion: text('osmia_version'),
      intakeId: maybeText('intake_id'),
      sourceJobId: maybeText('source_job_id'),
      deletedAt: maybeTime('deleted_at'),
    },
  },
  task: {
    table: 'task',
    topic: 'task',
    fields: {
      caseId: text('case_id'),
      title: text('title'),
      description: text('description'),
      group: text('task_group'),
      status: plain<TaskStatus>('status'),
      assignee: text('assignee'),
      position: plain<number>('position'),
      isMandatory: boolean('is_mandatory'),
      startAt: maybeTime('start_at'),
      endAt: maybeTime('end_at'),
      dueAt: maybeTime('due_at'),
      createdAt: time('created_at'),
      updatedAt: time('updated_at'),
      deletedAt: maybeTime('deleted_at'),
    },
  },
  note: {
    table: 'note',
    topic: 'note',
    fields: {
      caseId: text('case_id'),
      taskId: maybeText('task_id'),
      title: text('title'),
      body: text('body'),
      createdAt: time('created_at'),
      updatedAt: time('updated_at'),
      deletedAt: maybeTime('deleted_at'),
    },
  },
  noteImage: {
    table: 'note_image',
    topic: 'note',
    fields: {
      caseId: text('case_id'),
      blobId: text('blob_id'),
      name: text('name'),
      mediaType: text('media_type'),
      createdAt: time('created_at'),
      deletedAt: maybeTime('deleted_at'),
    },
  },
  alert: {
    table: 'alert',
    topic: 'alert',
    fields: {
      engagementId: text('engagement_id'),
      type: text('type'),
      source: text('source'),
      sourceRef: text('source_ref'),
      title: text('title'),
      description: text('description'),
      severity: plain<number>('severity'),
      date: time('date'),
      tlp: plain<Tlp>('tlp'),
      pap: plain<Pap>('pap'),
      tags: list('tags'),
      isRead: boolean('is_read'),
      isUpdated: boolean('is_updated'),
      caseId: maybeText('case_id'),
      artifacts: json<AlertArtifact[]>('artifacts'),
      createdAt: time('created_at'),
      updatedAt: time('updated_at'),
      deletedAt: maybeTime('deleted_at'),
    },
  },
  customField: {
    table: 'custom_field',
    topic: 'case',
    fields: {
      name: text('name'),
      displayName: text('display_name'),
      description: text('description'),
      type: plain<CustomFieldType>('type'),
      options: list('options'),
      isMandatory: boolean('is_mandatory'),
      createdAt: time('created_at'),
      updatedAt: time('updated_at'),
      deletedAt: maybeTime('deleted_at'),
    },
  },
  customFieldValue: {
    table: 'custom_field_value',
    topic: 'case',
    fields: {
      ownerType: plain<'case' | 'alert'>('owner_type'),
      ownerId: text('owner_id'),
      fieldId: text('field_id'),
      value: json<string | number | boolean>('value'),
      position: plain<number>('position'),
      createdAt: time('created_at'),
      updatedAt: time('updated_at'),
      deletedAt: maybeTime('deleted_at'),
    },
  },
  policyRule: {
    table: 'policy_rule',
    topic: 'policy',
    fields: {
      engagementId: maybeText('engagement_id'),
      kind: plain<PolicyRuleBody['kind']>('kind'),
      target: text('target'),
      variant: text('variant'),
      maxTlp: plain<Tlp | null>('max_tlp'),
      maxPap: plain<Pap | null>('max_pap'),
      note: text('note'),
      createdAt: time('created_at'),
      updatedAt: time('updated_at'),
      deletedAt: maybeTime('deleted_at'),
    },
  },
} as const satisfies Record<string, { table: string; topic: Topic; fields: Record<string, Field<unknown>> }>;

export type SharedEntity = keyof typeof SHARED_ENTITIES;

type FieldsOf<E extends SharedEntity> = (typeof SHARED_ENTITIES)[E]['fields'];
type ValueOf<F> = F extends Field<infer T> ? T : never;

/** Every field of an entity, as TypeScript knows it; `SharedRow` adds the id. */
type SharedFields<E extends SharedEntity> = { -readonly [K in keyof FieldsOf<E>]: ValueOf<FieldsOf<E>[K]> };
export type SharedRow<E extends SharedEntity> = { id: string } & SharedFields<E>;
/** Some fields; `undefined` leaves one as it is. */
export type SharedPatch<E extends SharedEntity> = { [K in keyof SharedFields<E>]?: SharedFields<E>[K] | undefined };
