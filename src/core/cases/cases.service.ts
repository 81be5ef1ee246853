import { v7 } from 'uuid';
import type { Case } from '../../shared/contract/entities.ts';
import { AppError } from '../../shared/errors.ts';
import type { Pap, Tlp } from '../../shared/model/marking.ts';
import { pageOf, parseCursor } from '../db/keyset.ts';
import type { EngagementsService } from '../engagements/engagements.service.ts';
import type { EventBus } from '../events/bus.ts';
import type { BlobStore } from '../evidence/blob-store.ts';
import type { Clock } from '../ports.ts';
import type { SharedPatch } from '../sync/registry.ts';
import type { SyncedStore } from '../sync/synced-store.ts';
import type { CaseFilter, CasesRepo } from './cases.repo.ts';

interface NewCase {
  engagementId?: string | undefined;
  title: string;
  description: string;
  severity: number;
  /** By default the engagement's. */
  tlp?: Tlp | undefined;
  pap?: Pap | undefined;
  tags: string[];
}

type CasePatch = Pick<
  SharedPatch<'case'>,
  'title' | 'description' | 'severity' | 'status' | 'tlp' | 'pap' | 'tags' | 'isFlagged' | 'assignee' | 'startAt'
>;

export interface CasesService {
  /** `not_found` where there is none, or it is in the trash. */
  get(id: string): Case;
  getByNumber(number: number): Case;
  list(filter: CaseFilter & { cursor?: string | undefined; limit: number }): { items: Case[]; next: string | null };
  create(actor: string, input: NewCase): Case;
  /** `reason` stands in the change log. */
  update(actor: string, id: string, patch: CasePatch, reason?: string): Case;
}

const isClosed = (status: Case['status']): boolean => status === 'resolved' || status === 'duplicated';

export function createCasesService(deps: {
  repo: CasesRepo;
  store: SyncedStore;
  engagements: EngagementsService;
  blobs: Pick<BlobStore, 'ensureOwner'>;
  events: EventBus;
  clock: Clock;
}): CasesService {
  const { repo, store, engagements, blobs, events, clock } = deps;

  const get = (id: string): Case => found(repo.find(id));

  return {
    get,
    getByNumber: (number) => found(repo.findByNumber(number)),
    list({ cursor, limit, ...filter }) {
      const rows = repo.list(filter, cursor === undefined ? undefined : parseCursor(cursor), limit + 1);
      const { rows: items, next } = pageOf(rows, limit, (row) => ({ at: row.startAt, id: row.id }));
      return { items, next };
    },
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
            isFlagged: false,
            assignee: actor,
            summary: '',
            resolution: null,
            impact: null,
            startAt: now,
            endAt: null,
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
  };
}

/** Closing sets the end and clears the flag, opening again removes the end (reference: thehive.md 1.2). */
function withStatusRules(before: Case, patch: CasePatch, now: number): SharedPatch<'case'> {
  const changes: SharedPatch<'case'> = { ...patch };
  if (changes.tags) changes.tags = [...new Set(changes.tags)];
  const startAt = changes.startAt ?? before.startAt;
  if (changes.status !== undefined && isClosed(changes.status) !== isClosed(before.status)) {
    if (isClosed(changes.status)) {
      changes.endAt = before.endAt ?? Math.max(now, startAt);
      changes.isFlagged = false;
    } else changes.endAt = null;
  }
  const endAt = changes.endAt === undefined ? before.endAt : changes.endAt;
  if (endAt !== null && startAt > endAt) {
    throw new AppError(
      'invalid_input',
      'A case cannot start after it ended. Choose an earlier start, or open it again.',
    );
  }
  return changes;
}

function found(row: Case | undefined): Case {
  if (!row) throw new AppError('not_found', 'That case is not in this workspace, or is in the trash.');
  return row;
}
