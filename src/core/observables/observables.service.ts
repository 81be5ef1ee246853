import { setImmediate as nextTurn } from 'node:timers/promises';
import { v7 } from 'uuid';
import type { z } from 'zod';
import type { CaseCounters } from '../cases/case-counters.repo.ts';
import { notAnalysed } from '../cases/case-counters.repo.ts';
import type { CasesService } from '../cases/cases.service.ts';
import { pageOf, parseCursor } from '../db/keyset.ts';
import type { EngagementsService } from '../engagements/engagements.service.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../ports.ts';
import type { SharedPatch } from '../sync/registry.ts';
import { currentCallGroup } from '../sync/call-group.ts';
import type { ChangeMeta, SyncedStore } from '../sync/synced-store.ts';
import type { Case, Evidence, Observable } from '../../shared/contract/entities.ts';
import type { Place } from '../../shared/contract/intake.ts';
import { AppError } from '../../shared/errors.ts';
import type { DataType } from '../../shared/model/data-type.ts';
import type { Pap, Tlp } from '../../shared/model/marking.ts';
import { LEVELS, type Level, type Taxonomy, worstLevel } from '../../shared/model/report.ts';
import type { EvidenceRepo } from './evidence.repo.ts';
import { keepObservableCounts } from './observable-counts.ts';
import { type ObservableFilter, totalFromFacets } from './observable-filter.ts';
import type { ObservableState, ObservablesRepo } from './observables.repo.ts';
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

interface AddResult {
  /** One for each input, in order. `isNew` also where one came back from the trash. */
  results: { id: string; isNew: boolean }[];
}

type ObservablePatch = Pick<SharedPatch<'observable'>, 'tlp' | 'pap' | 'tags' | 'isIoc' | 'isSighted' | 'message'>;

interface Facets {
  dataTypes: Record<string, number>;
  /** The four levels and `notAnalysed`. */
  verdicts: Record<string, number>;
  ioc: number;
  sighted: number;
}

export interface ObservablesService {
  /** `not_found` where there is none, or it is in the trash. */
  get(id: string): Observable;
  evidenceOf(observable: Observable): Evidence | null;
  places(id: string): z.infer<typeof Place>[];
  list(
    input: ObservableFilter & {
      caseId?: string | undefined;
      engagementId?: string | undefined;
      cursor?: string | undefined;
      limit: number;
    },
  ): { items: Observable[]; next: string | null; total: number; facets: Facets };
  /** Adds to a case, in groups that leave room for readers when there are many. */
  add(caseRow: Case, items: NewObservable[], meta: ChangeMeta): Promise<AddResult>;
  /** One, inside the caller's transaction; the caller announces it with `announce`. */
  addInTransaction(caseRow: Case, item: NewObservable, meta: ChangeMeta): { id: string; isNew: boolean };
  announce(caseId: string, ids: readonly string[]): void;
  update(actor: string, ids: string[], patch: ObservablePatch): Promise<number>;
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

/** Above this a change is cut into transactions of CHUNK rows, so that nobody waits long for the database. */
const ONE_TRANSACTION = 1_000;
const CHUNK = 100;
/** More than this and listeners are told of the case, not of each row. */
const MAX_ROW_EVENTS = 200;

export function createObservablesService(deps: {
  repo: ObservablesRepo;
  evidenceRepo: EvidenceRepo;
  counters: CaseCounters;
  store: SyncedStore;
  cases: CasesService;
  engagements: EngagementsService;
  events: EventBus;
  clock: Clock;
}): ObservablesService {
  const { repo, evidenceRepo, counters, store, cases, engagements, events, clock } = deps;

  keepObservableCounts({ store, repo, counters });

  const announce = (caseId: string, ids: readonly string[]): void => {
    if (ids.length === 0) return;
    if (ids.length > MAX_ROW_EVENTS) events.publish('observable', caseId, caseId);
    else for (const id of ids) events.publish('observable', id, caseId);
    events.publish('case', caseId, caseId);
  };

  /** Runs `step` on every item: one transaction, or many small ones with a turn of the event loop between them. */
  const inGroups = async <T>(
    items: readonly T[],
    meta: Pick<ChangeMeta, 'txnId'>,
    step: (item: T) => void,
  ): Promise<void> => {
    const size = items.length > ONE_TRANSACTION ? CHUNK : items.length;
    const txnId = meta.txnId ?? currentCallGroup()?.id ?? v7();
    for (let at = 0; at < items.length; at += size) {
      if (at > 0) await nextTurn();
      store.transaction({ txnId }, () => {
        for (const item of items.slice(at, at + size)) step(item);
      });
    }
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
        message: item.message,
        places: item.places,
      },
      meta,
    );
  };

  const addInTransaction: ObservablesService['addInTransaction'] = (caseRow, item, meta) => {
    const hash = subjectHash(item.file ? { sha256: item.file.sha256 } : { dataType: item.dataType, value: item.value });
    const existing = repo.findSubject(caseRow.id, item.dataType, hash);
    const where = { ...meta, engagementId: caseRow.engagementId, caseId: caseRow.id };
    if (!existing) return { id: insert(caseRow, item, hash, where), isNew: true };
    if (existing.deletedAt === null) return { id: existing.id, isNew: false };
    revive(existing.id, item, where);
    return { id: existing.id, isNew: true };
  };

  const metaOf = (actor: string, row: ObservableState): ChangeMeta => ({
    actor,
    engagementId: row.engagementId,
    caseId: row.caseId,
  });

  /** Changes each row that is there; `change` says whether it did. Returns how many it did. */
  const changeEach = async (ids: string[], change: (row: ObservableState) => boolean): Promise<number> => {
    const changed = new Map<string, string[]>();
    let total = 0;
    try {
      await inGroups(unique(ids), {}, (id) => {
        const row = repo.findState(id);
        if (!row || !change(row)) return;
        total += 1;
        const list = changed.get(row.caseId);
        if (list) list.push(id);
        else changed.set(row.caseId, [id]);
      });
    } finally {
      for (const [caseId, list] of changed) announce(caseId, list);
    }
    return total;
  };

  const facetsOf = (scope: { caseId: string } | { engagementId: string }): Facets & { all: number } => {
    const counts = 'caseId' in scope ? counters.ofCase(scope.caseId) : counters.ofEngagement(scope.engagementId);
    const dataTypes: Record<string, number> = {};
    for (const [name, value] of Object.entries(counts)) {
      if (name.startsWith('type:') && value > 0) dataTypes[name.slice('type:'.length)] = value;
    }
    const verdicts: Record<string, number> = { notAnalysed: notAnalysed(counts) };
    for (const level of LEVELS) verdicts[level] = counts[level] ?? 0;
    return { all: counts.observables ?? 0, dataTypes, verdicts, ioc: counts.ioc ?? 0, sighted: counts.sighted ?? 0 };
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
    list({ caseId, engagementId, cursor, limit, ...filter }) {
      const scope =
        caseId === undefined
          ? { engagementId: engagements.resolve(engagementId).id }
          : { caseId: cases.get(caseId).id };
      const after = cursor === undefined ? undefined : parseCursor(cursor);
      const { all, ...facets } = facetsOf(scope);
      const { rows, next } = pageOf(repo.list(scope, filter, after, limit + 1), limit, (row) => ({
        at: row.createdAt,
        id: row.id,
      }));
      return {
        items: rows,
        next,
        total: totalFromFacets(filter, { all, ...facets }) ?? repo.count(scope, filter),
        facets,
      };
    },
    async add(caseRow, items, meta) {
      const results: AddResult['results'] = [];
      try {
        await inGroups(items, meta, (item) => {
          results.push(addInTransaction(caseRow, item, meta));
        });
      } finally {
        announce(
          caseRow.id,
          results.filter(({ isNew }) => isNew).map(({ id }) => id),
        );
      }
      return { results };
    },
    addInTransaction,
    announce,
    update: (actor, ids, patch) =>
      changeEach(ids, (row) => {
        if (row.deletedAt !== null) return false;
        const changes = patch.tags === undefined ? patch : { ...patch, tags: unique(patch.tags) };
        return store.update('observable', row.id, changes, metaOf(actor, row));
      }),
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
      repo.putVerdict(observableId, row.caseId, worst, reportedAt);
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
