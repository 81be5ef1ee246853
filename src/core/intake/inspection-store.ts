import { setImmediate as nextTurn } from 'node:timers/promises';
import type { z } from 'zod';
import type { Coverage, PartNode } from '../../shared/contract/intake.ts';
import type { Inspection } from '../ports.ts';
import type { SyncedStore } from '../sync/synced-store.ts';
import { firstDecision } from './candidate-decision.ts';
import type { IntakeTexts } from '../search/intake-text.repo.ts';
import type { CandidatesRepo, StoredCandidate } from './candidates.repo.ts';
import type { IntakeRecord, IntakeRepo } from './intake.repo.ts';

/** Candidates written at once; between two groups other calls have their turn. */
const GROUP = 500;

/**
 * Writes what an inspection found. Candidates go first, in groups; the intake becomes ready with the last one, so that
 * a crash in between only means that it is inspected again.
 */
export async function storeInspection(
  deps: { intakes: IntakeRepo; candidates: CandidatesRepo; store: SyncedStore; intakeTexts: IntakeTexts },
  intake: IntakeRecord,
  inspection: Inspection,
  inspectMs: number,
  signal: AbortSignal,
): Promise<void> {
  const { intakes, candidates, store, intakeTexts } = deps;
  const all = toCandidates(inspection);
  candidates.clear(intake.id);
  for (let at = 0; at < all.length; at += GROUP) {
    signal.throwIfAborted();
    store.transaction({}, () => {
      for (const candidate of all.slice(at, at + GROUP)) candidates.insert(intake.id, candidate);
    });
    await nextTurn();
  }
  signal.throwIfAborted();
  intakeTexts.put(intake.id, inspection.texts);
  const tree = toPartNode(inspection.tree);
  const coverage: z.infer<typeof Coverage> = inspection.coverage;
  if (intake.size === 0 && !tree.warnings.some((warning) => /empty/i.test(warning))) {
    tree.warnings.push('The file is empty.');
  }
  intakes.setReady(intake.id, {
    mediaType: tree.mediaType,
    typeLabel: intake.size === 0 ? 'empty' : tree.description,
    tree,
    coverage,
    inspectMs: Math.round(inspectMs),
  });
}

function toCandidates({ observables, rejected }: Inspection): StoredCandidate[] {
  const found = observables.map((finding, seq) => ({
    seq,
    dataType: finding.dataType,
    value: finding.value,
    places: finding.places,
    marks: finding.marks,
    decision: firstDecision(finding),
    reason: '',
  }));
  const refused = rejected.map(({ text, part, offset, reason, dataType }, i) => ({
    seq: found.length + i,
    dataType: dataType ?? ('other' as const),
    value: text,
    places: [{ part, offset, length: Buffer.byteLength(text), text }],
    marks: [],
    decision: 'rejected' as const,
    reason: reason === '' ? 'no observable' : reason,
  }));
  return [...found, ...refused];
}

const toPartNode = (part: Inspection['tree']): PartNode => ({
  ...part,
  warnings: [...part.warnings],
  children: part.children.map(toPartNode),
});
