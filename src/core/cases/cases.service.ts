import { v7 } from 'uuid';
import type { CaseFilter, CaseSort, CaseStats } from '../../shared/contract/case-list.ts';
import type { Case } from '../../shared/contract/entities.ts';
import { AppError } from '../../shared/errors.ts';
import type { Pap, Tlp } from '../../shared/model/marking.ts';
import type { EngagementsService } from '../engagements/engagements.service.ts';
import type { EventBus } from '../events/bus.ts';
import type { BlobStore } from '../evidence/blob-store.ts';
import type { Clock } from '../ports.ts';
import type { SyncedStore } from '../sync/synced-store.ts';
import { type Asker, cursorText, orderOf, parseCaseCursor, termsOf } from './case-filter.ts';
import type { CaseIndexRepo } from './case-index.repo.ts';
import type { CasesRepo } from './cases.repo.ts';
import { type CasePatch, withStatusRules } from './status-rules.ts';

interface NewCase {
  engagementId?: string | undefined;
  title: string;
  description: string;
  severity: number;
  /** By default the engagement's. */
  tlp?: Tlp | undefined;
  pap?: Pap | undefined;
  tags: string[];
  summary?: string | undefined;
  isFlagged?: boolean | undefined;
}

export interface CasesService {
  /** `not_found` where there is none, or it is in the trash. */
  get(id: string): Case;
  getByNumber(number: number): Case;
  list(
    actor: string,
    input: {
      engagementId?: string | undefined;
      filter: CaseFilter;
      sort: CaseSort;
      cursor?: string | undefined;
      limit: number;
    },
  ): { items: Case[]; next: string | null };
  /** Every case that a filter finds, in pages, so that nobody waits long for the database. */
  idsOf(actor: string, engagementId: string, filter: CaseFilter): AsyncGenerator<string[]>;
  count(actor: string, engagementId: string | undefined, filter: CaseFilter): { n: number; isMore: boolean };
  stats(actor: string, engagementId: string): CaseStats;
  create(actor: string, input: NewCase): Case;
  /** `reason` stands in the change log. */
  update(actor: string, id: string, patch: CasePatch, reason?: string): Case;
  /** Into the trash; false where it is there already. */
  trash(actor: string, id: string): boolean;
}

/** More cases than this are counted as "and more". */
const MOST_COUNTED = 100_000;
const PAGE = 500;

export function createCasesService(deps: {
  repo: CasesRepo;
  index: CaseIndexRepo;
  store: SyncedStore;
  engagements: EngagementsService;
  blobs: Pick<BlobStore, 'ensureOwner'>;
  events: EventBus;
  clock: Clock;
}): CasesService {
  const { repo, index, store, engagements, blobs, events, clock } = deps;

  const get = (id: string): Case => {
    const row = repo.find(id);
    if (!row) throw missing(repo.findAny({ id }));
    return row;
  };

  const askerOf = (actor: string): Asker => {
    const now = clock.now();
    return { actor, now, dayStart: new Date(now).setHours(0, 0, 0, 0) };
  };

  return {
    get,
    getByNumber(number) {
      const row = repo.findByNumber(number);
      if (!row) throw missing(repo.findAny({ number }));
      return row;
    },
    list(actor, { engagementId, filter, sort, cursor, limit }) {
      const order = orderOf(sort);
      const after = cursor === undefined ? undefined : parseCaseCursor(cursor, order);
      const rows = repo.list({ engagementId, terms: termsOf(filter, askerOf(actor)) }, order, after, limit + 1);
      const last = rows.length > limit ? rows[limit - 1] : undefined;
      return {
        items: rows.slice(0, limit),
        next: last === undefined ? null : cursorText(repo.cursorAfter(last, order)),
      };
    },
    async *idsOf(actor, engagementId, filter) {
      // By number, which no change of a case moves.
      const order = orderOf('number');
      // Stars come first in every order, and a change may take them off: each half by itself.
      for (const isFlagged of filter.isFlagged === undefined ? [true, false] : [filter.isFlagged]) {
        const asked = { engagementId, terms: termsOf({ ...filter, isFlagged }, askerOf(actor)) };
        let rows = repo.list(asked, order, undefined, PAGE);
        while (rows.length > 0) {
          yield rows.map(({ id }) => id);
          const last = rows.at(-1)!;
          rows = rows.length < PAGE ? [] : repo.list(asked, order, repo.cursorAfter(last, order), PAGE);
        }
      }
    },
    count(actor, engagementId, filter) {
      const n = repo.count({ engagementId, terms: termsOf(filter, askerOf(actor)) }, MOST_COUNTED);
      return { n, isMore: n >= MOST_COUNTED };
    },
    stats: (actor, engagementId) => index.stats(engagements.resolve(engagementId).id, actor),
    create(actor, input) {
      const engagement = engagements.resolve(input.engagementId);
      const id = v7();
      const now = clock.now();
      store.transaction({}, () => {
        blobs.ensureOwner({ owner: 'case', id });
        store.insert(
          'case',
          {
            id,
            number: repo.nextNumber(),
            engagementId: engagement.id,
            title: input.title,
            description: input.description,
            severity: input.severity,
            status: 'open',
            tlp: input.tlp ?? engagement.tlp,
            pap: input.pap ?? engagement.pap,
            tags: [...new Set(input.tags)],
            isFlagged: input.isFlagged ?? false,
            assignee: actor,
            summary: input.summary ?? '',
            resolution: null,
            impact: null,
            startAt: now,
            endAt: null,
            mergedInto: null,
            mergedFrom: [],
            createdAt: now,
            updatedAt: now,
            deletedAt: null,
          },
          { actor, engagementId: engagement.id, caseId: id },
        );
      });
      events.publish('case', id, id);
      return get(id);
    },
    update(actor, id, patch, reason = '') {
      const before = get(id);
      const changes = withStatusRules(before, patch, clock.now());
      if (store.update('case', id, changes, { actor, reason, engagementId: before.engagementId, caseId: id })) {
        events.publish('case', id, id);
      }
      return get(id);
    },
    trash(actor, id) {
      const { engagementId } = get(id);
      const isDone = store.update('case', id, { deletedAt: clock.now() }, { actor, engagementId, caseId: id });
      if (isDone) events.publish('case', id, id);
      return isDone;
    },
  };
}

/** What is in the trash is named, so that it can be brought back from where it was looked for. */
function missing(row: { id: string; number: number } | undefined): AppError {
  if (row === undefined) return new AppError('not_found', 'There is no such case in this workspace.');
  return new AppError('not_found', `Case #${row.number} is in the trash.`, { details: { trashedCaseId: row.id } });
}
