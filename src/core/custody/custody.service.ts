import { setImmediate as nextTurn } from 'node:timers/promises';
import type { z } from 'zod';
import type { CasesService } from '../cases/cases.service.ts';
import type { Clock } from '../ports.ts';
import type { SyncedStore } from '../sync/synced-store.ts';
import type { CustodyEntry, CustodyEvent, custodyContract } from '../../shared/contract/custody.ts';
import { chainHash, CUSTODY_FORMAT, entryText } from './custody-chain.ts';
import type { CustodyRepo, Held } from './custody.repo.ts';

/** A run that reads the bytes of a file, at the moment in which it is let in. */
export interface RunOnFile {
  id: string;
  flavor_id: string;
  case_id: string | null;
  blob_id: string | null;
  analyzer_sha256: string;
}

export interface CustodyService {
  /** In the claiming transaction. `sent` is undefined for what stays on this machine. */
  recordRun(job: RunOnFile, sent: { destination: string; what: string } | undefined): void;
  /** The bytes leave the workspace by somebody's hand; `detail` says as what and to where. In the caller's transaction. */
  recordExport(evidenceId: string, actor: string, detail: Record<string, string>): void;
  list(input: { caseId: string; evidenceId?: string | undefined; cursor?: string | undefined; limit: number }): {
    items: CustodyEntry[];
    next: string | null;
  };
  verify(caseId: string): Promise<z.output<(typeof custodyContract)['custody.verify']['output']>>;
  export(caseId: string, cursor: string | undefined): { text: string; next: string | null };
}

/** Who did what nobody did by hand. */
const ENGINE = 'Osmia';
const PAGE = 500;

/**
 * The custody log. It is written by the transaction that does the thing: a projection of the evidence table sees every
 * way in, into the trash and back (undo and merge too), the engine tells of runs, exports tell of themselves.
 */
export function createCustodyService(deps: {
  repo: CustodyRepo;
  store: SyncedStore;
  cases: Pick<CasesService, 'get'>;
  clock: Clock;
  osmiaVersion: string;
}): CustodyService {
  const { repo, store, cases, clock, osmiaVersion } = deps;

  const append = (
    file: Pick<Held, 'caseId' | 'evidenceId' | 'sha256' | 'name'>,
    event: CustodyEvent,
    by: { actor: string; at?: number; zone?: string; detail?: Record<string, string> },
  ): void => {
    const before = repo.last(file.caseId);
    const entry = {
      position: before.position + 1,
      evidenceId: file.evidenceId,
      sha256: file.sha256,
      event,
      name: file.name,
      at: by.at ?? clock.now(),
      zone: by.zone ?? clock.zone(),
      actor: by.actor,
      osmiaVersion,
      detail: by.detail ?? {},
    };
    repo.append(file.caseId, { ...entry, hash: chainHash(before.hash, entryText(file.caseId, entry)) });
  };

  /** How a file came into its case: dropped, then what ran on it there, then accepted; or taken out of another by a run. */
  const recordArrival = (file: Held, actor: string, reason: string): void => {
    const intake = file.intakeId === null ? undefined : repo.intake(file.intakeId);
    if (intake && file.intakeId !== null) {
      const { name, origin, receivedAt, zone } = intake;
      append({ ...file, name }, 'received', { actor, at: receivedAt, zone, detail: { origin } });
      for (const run of repo.runsOfIntake(file.intakeId)) {
        append(file, run.service === '' ? 'analysed' : 'sent', { actor: ENGINE, at: run.at, detail: runDetail(run) });
      }
    }
    if (file.sourceJobId !== null) {
      const by = repo.flavorOfJob(file.sourceJobId) ?? '';
      append(file, 'extracted', { actor, at: file.addedAt, zone: file.zone, detail: { by, job: file.sourceJobId } });
      return;
    }
    append(file, 'accepted', { actor, at: file.addedAt, zone: file.zone, detail: reason === '' ? {} : { reason } });
  };

  /** What is in a workspace of before there was this log has its arrival written when something is first done with it. */
  const ensureArrival = (file: Held): void => {
    if (!repo.knows(file.evidenceId)) recordArrival(file, ENGINE, 'from before this log was kept');
  };

  store.project('evidence', ({ id, before, after, meta }) => {
    const file = repo.held(id);
    if (!file) return;
    if (before === undefined) return recordArrival(file, meta.actor, meta.reason ?? '');
    if ((before.deletedAt === null) === (after.deletedAt === null)) return undefined;
    ensureArrival(file);
    const detail = meta.reason === undefined || meta.reason === '' ? {} : { reason: meta.reason };
    append(file, after.deletedAt === null ? 'restored' : 'trashed', { actor: meta.actor, detail });
    return undefined;
  });

  return {
    recordRun(job, sent) {
      if (job.case_id === null || job.blob_id === null) return;
      for (const file of repo.heldByBlob(job.case_id, job.blob_id)) {
        ensureArrival(file);
        const run = {
          flavor: job.flavor_id,
          job: job.id,
          program: job.analyzer_sha256,
          service: sent?.destination ?? '',
        };
        const detail = { ...runDetail(run), ...(sent && { what: sent.what }) };
        append(file, sent === undefined ? 'analysed' : 'sent', { actor: ENGINE, detail });
      }
    },
    recordExport(evidenceId, actor, detail) {
      const file = repo.held(evidenceId);
      if (!file) return;
      ensureArrival(file);
      append(file, 'exported', { actor, detail });
    },
    list({ caseId, evidenceId, cursor, limit }) {
      const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(cursor);
      const rows =
        evidenceId === undefined
          ? repo.newest(cases.get(caseId).id, before, limit + 1)
          : repo.newestOf(evidenceId, before, limit + 1);
      const items = rows.slice(0, limit);
      return { items, next: rows.length > limit ? String(items.at(-1)!.position) : null };
    },
    async verify(caseId) {
      const found = { entries: 0, head: '', purged: 0, brokenAt: null as number | null };
      for (;;) {
        const rows = repo.oldest(caseId, found.entries, PAGE);
        for (const row of rows) {
          const isPurged = row.name === '' && Object.keys(row.detail).length === 0;
          const fits = row.position === found.entries + 1 && chainHash(found.head, entryText(caseId, row)) === row.hash;
          if (!fits && !isPurged) return { ...found, brokenAt: row.position };
          if (!fits) found.purged += 1;
          found.entries = row.position;
          found.head = row.hash;
        }
        if (rows.length < PAGE) return found;
        await nextTurn();
      }
    },
    export(caseId, cursor) {
      const after = cursor === undefined ? 0 : Number(cursor);
      const rows = repo.oldest(caseId, after, PAGE + 1);
      const shown = rows.slice(0, PAGE);
      const lines = shown.map((row) => JSON.stringify({ entry: entryText(caseId, row), hash: row.hash }));
      if (cursor === undefined) {
        const { number } = cases.get(caseId);
        const { position, hash } = repo.last(caseId);
        const exportedAt = new Date(clock.now()).toISOString();
        const head = { format: CUSTODY_FORMAT, case: number, entries: position, head: hash, exportedAt, osmiaVersion };
        lines.unshift(JSON.stringify(head));
      }
      return {
        text: lines.map((line) => `${line}\n`).join(''),
        next: rows.length > PAGE ? String(shown.at(-1)!.position) : null,
      };
    },
  };
}

const runDetail = (run: { flavor: string; job: string; program: string; service: string }): Record<string, string> => ({
  by: run.flavor,
  job: run.job,
  // What ran, so that the same can be run again.
  program: run.program,
  ...(run.service === '' ? {} : { to: run.service }),
});
