import { AppError } from '../../shared/errors.ts';
import type { DataType } from '../../shared/model/data-type.ts';
import type { AnalysisWorker } from '../ports.ts';
import type { SyncedStore } from '../sync/synced-store.ts';
import { inGroups } from './in-groups.ts';
import type { ObservableState, ObservablesRepo } from './observables.repo.ts';
import type { ObservablesService } from './observables.service.ts';
import { subjectHash } from './subject-hash.ts';
import { classifyAll } from './typed-values.ts';

/** Values asked of the worker at once. */
const AT_ONCE = 500;
/** Refusals that are listed; beyond them only the count of what was changed tells. */
const MAX_REFUSED = 1_000;

interface Refusal {
  id: string;
  value: string;
  reason: string;
}

interface Retyping {
  dataType: DataType;
  isKept: boolean;
  actor: string;
  signal: AbortSignal;
  onProgress(done: number, total: number): void;
}

/**
 * Gives observables another type. Each value is read again as that type and normalised as it asks; what is none is
 * refused with the reason, or kept as it stands (`isKept`). Stopped in between, nothing has been changed.
 */
export async function retypeObservables(
  deps: {
    repo: Pick<ObservablesRepo, 'findState' | 'findSubject'>;
    store: SyncedStore;
    analysis: AnalysisWorker;
    observables: Pick<ObservablesService, 'announce'>;
  },
  ids: readonly string[],
  { dataType, isKept, actor, signal, onProgress }: Retyping,
): Promise<{ changed: number; refused: Refusal[] }> {
  const { repo, store, analysis } = deps;
  if (dataType === 'file') throw new AppError('invalid_input', 'A value cannot become a file: a file is its bytes.');
  const refused: Refusal[] = [];
  const refuse = (row: ObservableState, reason: string): void => {
    if (refused.length < MAX_REFUSED) refused.push({ id: row.id, value: row.value, reason });
  };
  const read: { row: ObservableState; value: string; marks: string[] }[] = [];
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    signal.throwIfAborted();
    const rows = ids
      .slice(at, at + AT_ONCE)
      .flatMap((id) => repo.findState(id) ?? [])
      .filter((row) => row.deletedAt === null && row.dataType !== dataType);
    const answers = await classifyAll(
      analysis,
      rows.map(({ value }) => ({ value, dataType })),
      signal,
    );
    for (const [i, answer] of answers.entries()) {
      const row = rows[i]!;
      if (row.dataType === 'file') refuse(row, 'A file stays a file.');
      else if (!('reason' in answer)) read.push({ row, value: answer.value, marks: answer.marks });
      else if (isKept) read.push({ row, value: row.value, marks: ['overruled'] });
      else refuse(row, answer.reason);
    }
    onProgress(Math.min(ids.length, at + AT_ONCE), ids.length * 2);
  }
  const changed = new Map<string, string[]>();
  await inGroups(
    store,
    read,
    ({ row, value, marks }) => {
      const hash = subjectHash({ dataType, value });
      const known = repo.findSubject(row.caseId, dataType, hash);
      if (known && known.id !== row.id) {
        const where = known.deletedAt === null ? 'in this case' : 'in the trash of this case';
        return refuse(row, `${value.slice(0, 200)} is ${where} already, as ${dataType}.`);
      }
      const meta = { actor, engagementId: row.engagementId, caseId: row.caseId };
      store.update('observable', row.id, { dataType, value, subjectHash: hash, marks }, meta);
      const list = changed.get(row.caseId);
      if (list) list.push(row.id);
      else changed.set(row.caseId, [row.id]);
      return undefined;
    },
    { signal, onProgress: (done) => onProgress(ids.length + done, ids.length + read.length) },
  );
  let total = 0;
  for (const [caseId, list] of changed) {
    deps.observables.announce(caseId, list);
    total += list.length;
  }
  return { changed: total, refused };
}
