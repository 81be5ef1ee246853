import { v7 } from 'uuid';
import type { z } from 'zod';
import type { CaseCounters } from '../cases/case-counters.repo.ts';
import { notAnalysed } from '../cases/case-counters.repo.ts';
import type { CasesService } from '../cases/cases.service.ts';
import type { EngagementsService } from '../engagements/engagements.service.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../ports.ts';
import type { ChangeMeta, SyncedStore } from '../sync/synced-store.ts';
import type { Case, Evidence, Observable } from '../../shared/contract/entities.ts';
import type { Place } from '../../shared/contract/intake.ts';
import { type ObservablePatch, type ObservableSort, type ObservableTarget } from '../../shared/contract/observables.ts';
import { AppError } from '../../shared/errors.ts';
import type { DataType } from '../../shared/model/data-type.ts';
import type { Pap, Tlp } from '../../shared/model/marking.ts';
import { LEVELS, type Level, type Taxonomy, worstLevel } from '../../shared/model/report.ts';
import type { ElsewhereRepo } from './elsewhere.repo.ts';
import type { EvidenceRepo } from './evidence.repo.ts';
import { inGroups } from './in-groups.ts';
import { keepObservableLinks } from './keep-observable-links.ts';
import { keepObservableCounts } from './observable-counts.ts';
import { type ObservableFilter, type ObservableScope, totalFromFacets } from './observable-filter.ts';
import type { ObservableLists } from './observable-lists.repo.ts';
import type { ObservableTags } from './observable-tags.repo.ts';
import type { ObservableState, ObservablesRepo } from './observables.repo.ts';
import { appended, patchRow } from './patch-row.ts';
import { subjectHash } from './subject-hash.ts';

/** A value that is known to be one (classified, or from a parser), ready to become an observable. */
export interface NewObservable {
  dataType: DataType;
  /** Normalised; for a file its name. */
  value: string;
  /** For a file: its evidence and the SHA-256 of its bytes. */
  file?: { evidenceId: string; sha256: string };
  /** For a value: the evidence it was found in, which `places` point into. */
  sourceEvidenceId?: string | null;
  tlp: Tlp;
  pap: Pap;
  tags: string[];
  marks: string[];
  isIoc: boolean;
  isSighted: boolean;
  message: string;
  places: z.infer<typeof Place>[];
  sourceJobId?: string | null;
}

/** `isNew` also where one came back from the trash; `isMerged` where one that was there got what it did not have. */
interface Added {
  id: string;
  isNew: boolean;
  isMerged: boolean;
}

interface AddResult {
  /** One for each input, in order. */
  results: Added[];
}

interface Facets {
  dataTypes: Record<string, number>;
  /** The four levels and `notAnalysed`. */
  verdicts: Record<string, number>;
  ioc: number;
  sighted: number;
  elsewhere: number;
  ignored: number;
  tags: { tag: string; n: number }[];
}

interface Scoped {
  caseId?: string | undefined;
  engagementId?: string | undefined;
}

/** How far a long change is; `signal` stops it. */
interface Bulk {
  signal?: AbortSignal;
  onProgress?(done: number, total: number): void;
}

export interface ObservablesService {
  /** `not_found` where there is none, or it is in the trash. */
  get(id: string): Observable;
  evidenceOf(observable: Observable): Evidence | null;
  places(id: string): z.infer<typeof Place>[];
  list(input: ObservableFilter & Scoped & { sort?: ObservableSort; cursor?: string | undefined; limit: number }): {
    items: Observable[];
    next: string | null;
    total: number;
    facets: Facets;
  };
  /** The numbers of all rows of a list in order, at most MAX_ROWS; `all` of the scope, before the filter. */
  index(input: ObservableFilter & Scoped & { sort: ObservableSort }): {
    nums: number[];
    isMore: boolean;
    facets: Facets;
    all: number;
  };
  rows(nums: readonly number[]): Observable[];
  /** Ids of what is meant, in the order of the list where it is a filter. */
  targetIds(target: ObservableTarget): string[];
  /** Adds to a case, in groups that leave room for readers when there are many. */
  add(caseRow: Case, items: NewObservable[], meta: ChangeMeta): Promise<AddResult>;
  /** One, inside the caller's transaction; the caller announces it with `announce`. */
  addInTransaction(caseRow: Case, item: NewObservable, meta: ChangeMeta): Added;
  announce(caseId: string, ids: readonly string[]): void;
  update(actor: string, ids: string[], patch: ObservablePatch, bulk?: Bulk): Promise<number>;
  remove(actor: string, ids: string[]): Promise<number>;
  restore(actor: string, ids: string[]): Promise<number>;
  /** What a finished job says of an observable; inside the transaction that finishes the job. */
  recordReport(report: {
    /** Null for a job that was not on an observable when it began. */
    observableId: string | null;
    flavorId: string;
    jobId: string;
    taxonomies: Taxonomy[];
    reportedAt: number;
  }): void;
  /** Numbers of the cases of an engagement that hold a value. */
  casesWith(engagementId: string, dataType: DataType, value: string, exceptCaseId?: string): number[];
  evidence(caseId: string): Evidence[];
}

const TAGS_SHOWN = 20;
/** More than this and listeners are told of the case, not of each row. */
const MAX_ROW_EVENTS = 200;

export function createObservablesService(deps: {
  repo: ObservablesRepo;
  lists: ObservableLists;
  tags: ObservableTags;
  elsewhere: ElsewhereRepo;
  evidenceRepo: EvidenceRepo;
  counters: CaseCounters;
  store: SyncedStore;
  cases: CasesService;
  engagements: EngagementsService;
  events: EventBus;
  clock: Clock;
}): ObservablesService {
  const { repo, lists, tags, elsewhere, evidenceRepo, counters, store, cases, engagements, events, clock } = deps;

  keepObservableCounts({ store, repo, counters });
  keepObservableLinks({ store, tags, elsewhere, counters });

  const announce = (caseId: string, ids: readonly string[]): void => {
    if (ids.length === 0) return;
    if (ids.length > MAX_ROW_EVENTS) events.publish('observable', caseId, caseId);
    else for (const id of ids) events.publish('observable', id, caseId);
    events.publish('case', caseId, caseId);
  };

  const insert = (caseRow: Case, item: NewObservable, hash: string, meta: ChangeMeta): string => {
    const id = v7();
    const now = clock.now();
    store.insert(
      'observable',
      {
        id,
        caseId: caseRow.id,
        engagementId: caseRow.engagementId,
        dataType: item.dataType,
        value: item.value,
        subjectHash: hash,
        evidenceId: item.file?.evidenceId ?? item.sourceEvidenceId ?? null,
        tlp: item.tlp,
        pap: item.pap,
        tags: unique(item.tags),
        marks: item.marks,
        isIoc: item.isIoc,
        isSighted: item.isSighted,
        sightedAt: item.isSighted ? now : null,
        ignoreSimilarity: false,
        message: item.message,
        places: item.places,
        sourceJobId: item.sourceJobId ?? null,
        createdAt: now,
        updatedAt: now,
        deletedAt: null,
      },
      meta,
    );
    return id;
  };

  /** Out of the trash, with what was said of it now. */
  const revive = (id: string, item: NewObservable, meta: ChangeMeta): void => {
    store.update(
      'observable',
      id,
      {
        deletedAt: null,
        evidenceId: item.file?.evidenceId ?? item.sourceEvidenceId ?? undefined,
        tlp: item.tlp,
        pap: item.pap,
        tags: unique(item.tags),
        isIoc: item.isIoc,
        isSighted: item.isSighted,
        sightedAt: item.isSighted ? clock.now() : null,
        message: item.message,
        places: item.places,
      },
      meta,
    );
  };

  /** What was said of it now is added to what is there: tags, flags and words, never a marking. */
  const merge = (id: string, item: NewObservable, meta: ChangeMeta): boolean => {
    const row = repo.findState(id)!;
    const patch = patchRow(
      row,
      { addTags: item.tags, ...(item.isIoc ? { isIoc: true } : {}), ...(item.isSighted ? { isSighted: true } : {}) },
      clock.now(),
    );
    const message = row.message.includes(item.message) ? row.message : appended(row.message, item.message);
    return store.update('observable', id, { ...patch, message }, meta);
  };

  const addInTransaction: ObservablesService['addInTransaction'] = (caseRow, item, meta) => {
    const hash = subjectHash(item.file ? { sha256: item.file.sha256 } : { dataType: item.dataType, value: item.value });
    const existing = repo.findSubject(caseRow.id, item.dataType, hash);
    const where = { ...meta, engagementId: caseRow.engagementId, caseId: caseRow.id };
    if (!existing) return { id: insert(caseRow, item, hash, where), isNew: true, isMerged: false };
    const { id } = existing;
    if (existing.deletedAt === null) return { id, isNew: false, isMerged: merge(id, item, where) };
    revive(id, item, where);
    return { id, isNew: true, isMerged: false };
  };

  const metaOf = (actor: string, row: ObservableState): ChangeMeta => ({
    actor,
    engagementId: row.engagementId,
    caseId: row.caseId,
  });

  /** Changes each row that is there; `change` says whether it did. Returns how many it did. */
  const changeEach = async (
    ids: string[],
    change: (row: ObservableState) => boolean,
    bulk: Bulk = {},
  ): Promise<number> => {
    const changed = new Map<string, string[]>();
    let total = 0;
    try {
      const wanted = unique(ids);
      const step = (id: string): void => {
        const row = repo.findState(id);
        if (!row || !change(row)) return;
        total += 1;
        const list = changed.get(row.caseId);
        if (list) list.push(id);
        else changed.set(row.caseId, [id]);
      };
      await inGroups(store, wanted, step, {
        ...(bulk.signal ? { signal: bulk.signal } : {}),
        onProgress: (done) => bulk.onProgress?.(done, wanted.length),
      });
    } finally {
      for (const [caseId, list] of changed) announce(caseId, list);
    }
    return total;
  };

  const scopeOf = ({ caseId, engagementId }: Scoped): ObservableScope =>
    caseId === undefined ? { engagementId: engagements.resolve(engagementId).id } : { caseId: cases.get(caseId).id };

  const facetsOf = (scope: ObservableScope): Facets & { all: number } => {
    const counts = 'caseId' in scope ? counters.ofCase(scope.caseId) : counters.ofEngagement(scope.engagementId);
    const dataTypes: Record<string, number> = {};
    for (const [name, value] of Object.entries(counts)) {
      if (name.startsWith('type:') && value > 0) dataTypes[name.slice('type:'.length)] = value;
    }
    const verdicts: Record<string, number> = { notAnalysed: notAnalysed(counts) };
    for (const level of LEVELS) verdicts[level] = counts[level] ?? 0;
    return {
      all: counts.observables ?? 0,
      dataTypes,
      verdicts,
      ioc: counts.ioc ?? 0,
      sighted: counts.sighted ?? 0,
      elsewhere: counts.elsewhere ?? 0,
      ignored: counts.ignored ?? 0,
      tags: tags.top('caseId' in scope ? scope.caseId : scope.engagementId, TAGS_SHOWN),
    };
  };

  const get = (id: string): Observable => {
    const row = repo.find(id);
    if (!row) throw new AppError('not_found', 'That observable is not in this workspace, or is in the trash.');
    return row;
  };

  return {
    get,
    evidenceOf: ({ evidenceId }) => (evidenceId === null ? null : (evidenceRepo.find(evidenceId) ?? null)),
    places: (id) => repo.places(id),
    list({ caseId, engagementId, sort = 'newest', cursor, limit, ...filter }) {
      const scope = scopeOf({ caseId, engagementId });
      const { all, ...facets } = facetsOf(scope);
      const { nums, next } = lists.page({ scope, filter, sort }, cursor, limit);
      return {
        items: repo.rows(nums),
        next,
        total: totalFromFacets(filter, { all, ...facets }) ?? lists.count(scope, filter),
        facets,
      };
    },
    index({ caseId, engagementId, sort, ...filter }) {
      const scope = scopeOf({ caseId, engagementId });
      const { all, ...facets } = facetsOf(scope);
      return { ...lists.index({ scope, filter, sort }), facets, all };
    },
    rows: (nums) => repo.rows(nums),
    targetIds(target) {
      if ('ids' in target) return target.ids;
      if ('nums' in target) return repo.idsOf(target.nums);
      const { caseId, engagementId, ...filter } = target.matching;
      const { nums } = lists.index({ scope: scopeOf({ caseId, engagementId }), filter, sort: 'newest' });
      const without = new Set(target.except);
      return repo.idsOf(without.size === 0 ? nums : nums.filter((num) => !without.has(num)));
    },
    async add(caseRow, items, meta) {
      const results: AddResult['results'] = [];
      try {
        const step = (item: NewObservable): void => {
          results.push(addInTransaction(caseRow, item, meta));
        };
        await inGroups(store, items, step, meta.txnId === undefined ? {} : { txnId: meta.txnId });
      } finally {
        announce(
          caseRow.id,
          results.filter(({ isNew, isMerged }) => isNew || isMerged).map(({ id }) => id),
        );
      }
      return { results };
    },
    addInTransaction,
    announce,
    update: (actor, ids, patch, bulk) =>
      changeEach(
        ids,
        (row) => {
          // What lies in the trash is only ever taken out of it.
          if (row.deletedAt !== null && patch.isInTrash !== false) return false;
          return store.update('observable', row.id, patchRow(row, patch, clock.now()), metaOf(actor, row));
        },
        bulk,
      ),
    remove: (actor, ids) =>
      changeEach(ids, (row) => {
        if (row.deletedAt !== null) return false;
        return store.update('observable', row.id, { deletedAt: clock.now() }, metaOf(actor, row));
      }),
    restore: (actor, ids) =>
      changeEach(ids, (row) => {
        if (row.deletedAt === null) return false;
        return store.update('observable', row.id, { deletedAt: null }, metaOf(actor, row));
      }),
    recordReport({ observableId: knownId, flavorId, jobId, taxonomies, reportedAt }) {
      const observableId = knownId ?? repo.observableOfJob(jobId);
      const row = observableId === null ? undefined : repo.findState(observableId);
      if (!row || observableId === null) return;
      const level = worstLevel(taxonomies.map((taxonomy) => taxonomy.level)) ?? null;
      const report = { observableId, flavorId, jobId, level, taxonomies: JSON.stringify(taxonomies), reportedAt };
      if (!repo.putReport(report)) return;
      const worst: Level | null = worstLevel(repo.levelsOf(observableId)) ?? null;
      repo.putVerdict(row, worst, reportedAt);
      // Told at the end of the tick: by then the job's transaction is committed.
      announce(row.caseId, [observableId]);
      if (worst === row.level || row.deletedAt !== null) return;
      if (row.level !== null) counters.add(row.caseId, row.level, -1);
      if (worst !== null) counters.add(row.caseId, worst, 1);
    },
    casesWith: (engagementId, dataType, value, exceptCaseId) =>
      repo.casesWith(engagementId, dataType, value, exceptCaseId),
    evidence: (caseId) => evidenceRepo.list(cases.get(caseId).id),
  };
}

const unique = <T>(list: readonly T[]): T[] => [...new Set(list)];
