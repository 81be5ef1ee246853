import { setImmediate as nextTurn } from 'node:timers/promises';
import { v7 } from 'uuid';
import type { CaseRef, MergePlan } from '../../../shared/contract/case-merge.ts';
import type { Case } from '../../../shared/contract/entities.ts';
import { AppError } from '../../../shared/errors.ts';
import type { BlobStore } from '../../evidence/blob-store.ts';
import type { EventBus } from '../../events/bus.ts';
import { currentCallGroup } from '../../sync/call-group.ts';
import type { ChangeMeta } from '../../sync/synced-store.ts';
import type { CaseCounters } from '../case-counters.repo.ts';
import type { CasesRepo } from '../cases.repo.ts';
import type { CasesService } from '../cases.service.ts';
import { type CopyDeps, type CopyPlan, copyRows, pairKeeper, planCopy } from './copy-case.ts';
import { CASE_ENTITIES, COPY_RULES } from './copy-rules.ts';
import { joinCases } from './joined-case.ts';
import type { FieldValueOfCase } from './merge.repo.ts';
import type { MergeSource } from './merge-record.ts';

export interface MergeDeps extends CopyDeps {
  cases: CasesService;
  casesRepo: Pick<CasesRepo, 'nextNumber'>;
  counters: CaseCounters;
  blobs: Pick<BlobStore, 'share' | 'ensureOwner'>;
  events: EventBus;
}

export interface MergeChoices {
  title?: string | undefined;
  assignee?: string | undefined;
  fields: readonly { fieldId: string; fromCaseId: string }[];
}

export interface MergeService {
  /** Cases that a text names, each with what stands in the way. */
  findTarget(actor: string, id: string, text: string): { case: CaseRef; problem: string }[];
  plan(ids: readonly string[]): MergePlan;
  /** Errors: `not_found`, `invalid_input` (two engagements, the same case twice), `conflict` (merged already; changed meanwhile). */
  merge(actor: string, ids: readonly string[], choices: MergeChoices): Promise<{ id: string; number: number }>;
  links(id: string): { into: CaseRef | null; from: CaseRef[] };
  /** Of any case, in the trash or not. */
  ref(id: string): CaseRef | undefined;
}

/** Above this the rows are written in turns; the merged case is in the trash until it is whole. */
const ONE_TRANSACTION = 2_000;
const MOST_TARGETS = 20;

export function createMergeService(deps: MergeDeps): MergeService {
  const { cases, casesRepo, counters, repo, store, blobs, events, clock } = deps;

  const ref = (id: string): CaseRef | undefined => {
    const row = store.find('case', id);
    if (!row) return undefined;
    const { number, title, status, resolution, startAt, deletedAt } = row;
    return { id, number, title, status, resolution, startAt, isInTrash: deletedAt !== null };
  };

  /** The living case that holds what this one held, if there is one. */
  const heir = ({ mergedInto }: Case): CaseRef | undefined => {
    const into = mergedInto === null ? undefined : ref(mergedInto);
    return into?.isInTrash === false ? into : undefined;
  };

  const sourcesOf = (ids: readonly string[]): Case[] => {
    if (new Set(ids).size !== ids.length) throw new AppError('invalid_input', 'A case cannot be merged with itself.');
    const sources = ids.map((id) => cases.get(id));
    if (new Set(sources.map(({ engagementId }) => engagementId)).size > 1) {
      throw new AppError(
        'invalid_input',
        'Cases of different engagements cannot be merged: they belong to different clients.',
      );
    }
    for (const source of sources) {
      const into = heir(source);
      if (into) {
        throw new AppError(
          'conflict',
          `#${source.number} was merged into #${into.number} already. Merge #${into.number} instead, or take that merge apart.`,
        );
      }
    }
    return sources;
  };

  /** Values by field; the first source that has one comes first. */
  const fieldsOf = (ids: readonly string[]): Map<string, FieldValueOfCase[]> =>
    Map.groupBy(
      ids.flatMap((id) => repo.fieldValues(id)),
      ({ fieldId }) => fieldId,
    );

  const alertsOf = (ids: readonly string[]): string[] => ids.flatMap((id) => repo.idsOf('alert', id));

  const problemWith = (self: Case, other: Case): string => {
    if (other.id === self.id) return 'This is the case itself.';
    if (other.engagementId !== self.engagementId) return 'It belongs to another engagement.';
    const into = heir(other);
    return into === undefined ? '' : `It was merged into #${into.number} already.`;
  };

  const insertResult = (actor: string, sources: readonly Case[], choices: MergeChoices): string => {
    const id = v7();
    const now = clock.now();
    const { engagementId } = sources[0]!;
    const like = joinCases(sources);
    blobs.ensureOwner({ owner: 'case', id });
    store.insert(
      'case',
      {
        ...like,
        id,
        number: casesRepo.nextNumber(),
        engagementId,
        title: choices.title ?? like.title,
        assignee: choices.assignee ?? actor,
        mergedInto: null,
        mergedFrom: sources.map((source) => source.id),
        createdAt: now,
        updatedAt: now,
        // In the trash until everything is there: a merge that is interrupted leaves the sources as they were.
        deletedAt: now,
      },
      { actor, engagementId, caseId: id },
    );
    return id;
  };

  const copyFields = (sources: readonly Case[], caseId: string, choices: MergeChoices, meta: ChangeMeta): void => {
    const now = clock.now();
    let position = 0;
    for (const [fieldId, values] of fieldsOf(sources.map(({ id }) => id))) {
      const wanted = choices.fields.find((choice) => choice.fieldId === fieldId)?.fromCaseId;
      const chosen = values.find((value) => value.caseId === wanted) ?? values[0]!;
      const row = { ownerType: 'case' as const, ownerId: caseId, fieldId, value: JSON.parse(chosen.value), position };
      store.insert('customFieldValue', { id: v7(), ...row, createdAt: now, updatedAt: now, deletedAt: null }, meta);
      position += 1;
    }
  };

  /** What is outside the rows: fields, alerts, jobs, the sources themselves; then the case comes to light. */
  const finish = (
    actor: string,
    sources: readonly Case[],
    into: { caseId: string; mergeId: string },
    choices: MergeChoices,
  ): void => {
    const { engagementId } = sources[0]!;
    const meta = { actor, engagementId, caseId: into.caseId };
    copyFields(sources, into.caseId, choices, meta);
    const keep = pairKeeper(deps, into, meta);
    for (const source of sources) {
      keep('case', [source.id, into.caseId]);
      for (const blobId of repo.reportBlobs(source.id)) blobs.share(blobId, { owner: 'case', id: into.caseId });
      for (const alertId of repo.idsOf('alert', source.id)) {
        keep('alert', [source.id, alertId]);
        store.update('alert', alertId, { caseId: into.caseId }, meta);
      }
      const end = source.endAt ?? Math.max(clock.now(), source.startAt);
      const closed = { status: 'duplicated', resolution: 'duplicated', impact: 'not_applicable' } as const;
      store.update(
        'case',
        source.id,
        { ...closed, endAt: end, isFlagged: false, mergedInto: into.caseId },
        { actor, engagementId, caseId: source.id },
      );
    }
    keep.flush();
    counters.add(
      into.caseId,
      'jobs',
      sources.reduce((sum, { id }) => sum + repo.jobsCount(id), 0),
    );
    store.update('case', into.caseId, { deletedAt: null }, meta);
  };

  const begin = (
    actor: string,
    sources: readonly Case[],
    choices: MergeChoices,
  ): { caseId: string; mergeId: string } => {
    const caseId = insertResult(actor, sources, choices);
    const mergeId = v7();
    const now = clock.now();
    const { engagementId } = sources[0]!;
    store.insert(
      'caseMerge',
      {
        id: mergeId,
        caseId,
        engagementId,
        sources: sources.map(asBefore),
        undoneAt: null,
        createdAt: now,
        updatedAt: now,
        deletedAt: null,
      },
      { actor, engagementId, caseId },
    );
    return { caseId, mergeId };
  };

  const mergeInTurns = async (
    actor: string,
    sources: readonly Case[],
    plan: CopyPlan,
    choices: MergeChoices,
  ): Promise<string> => {
    const txnId = currentCallGroup()?.id ?? v7();
    const step = <T>(fn: () => T): T => store.transaction({ txnId }, fn);
    const since = repo.lastChange();
    const sourceIds = sources.map(({ id }) => id);
    const into = step(() => begin(actor, sources, choices));
    const meta = { actor, engagementId: sources[0]!.engagementId, caseId: into.caseId };
    const steps = copyRows(deps, plan, into, meta);
    for (;;) {
      await nextTurn();
      if (step(() => steps.next()).done === true) break;
    }
    step(() => {
      if (repo.changedAfter(sourceIds, since)) {
        throw new AppError(
          'conflict',
          'Somebody changed one of the cases while they were merged. They are as they were; merge them again.',
        );
      }
      finish(actor, sources, into, choices);
    });
    return into.caseId;
  };

  return {
    ref,
    findTarget(actor, id, text) {
      const self = cases.get(id);
      const isNumber = /^\s*#?\d+\s*$/.test(text);
      const { items } = cases.list(actor, {
        ...(isNumber ? {} : { engagementId: self.engagementId }),
        filter: { text },
        sort: '-updated',
        limit: MOST_TARGETS,
      });
      const number = Number(text.replace('#', ''));
      return items
        .filter((found) => !isNumber || found.number === number)
        .map((found) => ({ case: ref(found.id)!, problem: problemWith(self, found) }));
    },
    plan(ids) {
      const sources = sourcesOf(ids);
      const { groups } = planCopy(deps, ids);
      const { status: _, impact: _impact, endAt: _end, ...like } = joinCases(sources);
      return {
        ...like,
        sources: sources.map((source) => ref(source.id)!),
        fields: [...fieldsOf(ids)]
          .filter(([, values]) => new Set(values.map(({ value }) => value)).size > 1)
          .map(([fieldId, values]) => ({
            fieldId,
            name: values[0]!.name,
            values: values.map(({ caseId, value }) => ({ caseId, value: asText(value) })),
          })),
        rows: CASE_ENTITIES.flatMap((entity) => {
          const rule = COPY_RULES[entity];
          const some = groups.get(entity) ?? [];
          const n = some.reduce((sum, group) => sum + group.origins.length, 0);
          return rule.how === 'copy' && n > 0 ? [{ kind: rule.words, n, same: n - some.length }] : [];
        }),
        alerts: alertsOf(ids).length,
      };
    },
    async merge(actor, ids, choices) {
      const sources = sourcesOf(ids);
      const plan = planCopy(deps, ids);
      const id =
        plan.rows > ONE_TRANSACTION
          ? await mergeInTurns(actor, sources, plan, choices)
          : store.transaction({}, () => {
              const into = begin(actor, sources, choices);
              const meta = { actor, engagementId: sources[0]!.engagementId, caseId: into.caseId };
              for (const _ of copyRows(deps, plan, into, meta));
              finish(actor, sources, into, choices);
              return into.caseId;
            });
      for (const caseId of [...ids, id]) events.publish('case', caseId, caseId);
      events.publish('observable', id, id);
      return { id, number: cases.get(id).number };
    },
    links(id) {
      const row = store.find('case', id);
      if (!row) throw new AppError('not_found', 'There is no such case in this workspace.');
      return {
        into: row.mergedInto === null ? null : (ref(row.mergedInto) ?? null),
        from: row.mergedFrom.flatMap((from) => ref(from) ?? []),
      };
    },
  };
}

const asBefore = ({ id, status, resolution, impact, endAt, isFlagged, mergedInto }: Case): MergeSource => ({
  caseId: id,
  before: { status, resolution, impact, endAt, isFlagged, mergedInto },
});

/** A field's stored value for a person. */
function asText(json: string): string {
  const value: unknown = JSON.parse(json);
  return typeof value === 'string' ? value : json;
}
