import type { z } from 'zod';
import type { observablesContract } from '../../shared/contract/observables.ts';
import { AppError } from '../../shared/errors.ts';
import { stricterPap, stricterTlp } from '../../shared/model/marking.ts';
import type { CasesService } from '../cases/cases.service.ts';
import { displayName } from '../display-name.ts';
import type { EventBus } from '../events/bus.ts';
import type { BlobStore, StoredBlob } from '../evidence/blob-store.ts';
import { type EvidenceDeps, keepEvidence } from '../observables/keep-evidence.ts';
import type { ObservablesService } from '../observables/observables.service.ts';
import type { AnalysisWorker, BlobReader } from '../ports.ts';
import type { IntakeRecord, IntakeRepo } from './intake.repo.ts';

type AddArchive = (typeof observablesContract)['observables.addArchive'];
type Input = z.output<AddArchive['input']>;
type Output = z.input<AddArchive['output']>;

/** What malware travels under; '' is an archive that is locked without a password. */
const USUAL_PASSWORDS = ['infected', 'malware', ''];
/** Unpacked bytes of one archive in all. */
const MAX_BYTES = 2 ** 30;

/**
 * Makes every file in an archive that was taken in a file of a case: evidence under its base name, whatever folder or
 * path it claims, and an observable that says where it came from. The archive is unpacked in the worker, one file at a
 * time, and nothing of it touches the disk in the clear.
 */
export function createArchiveImport(
  deps: Omit<EvidenceDeps, 'blobs'> & {
    blobs: Pick<BlobStore, 'share' | 'open' | 'put'>;
    intakes: Pick<IntakeRepo, 'find'>;
    cases: CasesService;
    observables: ObservablesService;
    analysis: AnalysisWorker;
    events: EventBus;
  },
): (actor: string, input: Input, signal: AbortSignal) => Promise<Output> {
  const { blobs, intakes, cases, observables, analysis, store, events } = deps;

  return async (actor, input, signal) => {
    const intake = intakes.find(input.intakeId);
    if (!intake?.blobId) throw new AppError('not_found', 'That archive is not there any more. Drop it again.');
    const caseRow = cases.get(input.caseId);
    if (caseRow.engagementId !== intake.engagementId) {
      throw new AppError('invalid_input', 'That case belongs to another engagement than what was dropped.');
    }
    const reader = await blobs.open(intake.blobId);
    try {
      const passwords = [...new Set([...(input.password === undefined ? [] : [input.password]), ...USUAL_PASSWORDS])];
      const opened = await analysis.openZip(reader, { name: intake.name }, passwords, signal);
      if ('reason' in opened) throw new AppError('invalid_input', `${intake.name}: ${opened.reason}.`);
      if (!opened.isOpen) return { needsPassword: true, tried: passwords };
      const { stored, skipped } = await unpack(reader, intake, opened, signal);
      if (opened.isMore)
        skipped.push({ name: intake.name, reason: 'The archive holds more files; they were not read.' });
      return { needsPassword: false, ...keep(stored), skipped };
    } finally {
      await reader.close();
    }

    /** Everything at once, so that one undo takes all of it back. */
    function keep(
      stored: { path: string; blob: StoredBlob; type: FileType }[],
    ): Pick<Extract<Output, { needsPassword: false }>, 'added' | 'alreadyThere'> {
      const meta = {
        actor,
        reason: `archive ${intake!.name}`,
        engagementId: caseRow.engagementId,
        caseId: caseRow.id,
      };
      const added: { id: string; name: string }[] = [];
      const alreadyThere: { id: string; name: string }[] = [];
      store.transaction({}, () => {
        for (const { path, blob, type } of stored) {
          const name = displayName(path);
          const source = `From ${intake!.name} (SHA-256 ${intake!.sha256})${name === path ? '' : `, ${visiblePath(path)}`}`;
          const evidenceId = keepEvidence(
            deps,
            caseRow.id,
            { blobId: blob.id, name, ...type, intakeId: null, sourceJobId: null },
            meta,
          );
          const { id, isNew } = observables.addInTransaction(
            caseRow,
            {
              dataType: 'file',
              value: name,
              file: { evidenceId, sha256: blob.sha256 },
              tlp: input.tlp === undefined ? caseRow.tlp : stricterTlp(caseRow.tlp, input.tlp),
              pap: input.pap === undefined ? caseRow.pap : stricterPap(caseRow.pap, input.pap),
              tags: input.tags,
              marks: [],
              isIoc: input.isIoc,
              isSighted: input.isSighted,
              message: input.message === '' ? source : `${input.message}\n\n${source}`,
              places: [],
            },
            meta,
          );
          (isNew ? added : alreadyThere).push({ id, name });
          events.publish('evidence', evidenceId, caseRow.id);
        }
      });
      observables.announce(
        caseRow.id,
        added.map(({ id }) => id),
      );
      return { added, alreadyThere };
    }
  };

  async function unpack(
    reader: BlobReader,
    /** Owns what was unpacked until the case does: discarded, it takes with it what nobody kept. */
    { id: intakeId, name: archive }: IntakeRecord,
    { entries, password }: Extract<Awaited<ReturnType<AnalysisWorker['openZip']>>, { isOpen: true }>,
    signal: AbortSignal,
  ): Promise<{
    stored: { path: string; blob: StoredBlob; type: FileType }[];
    skipped: { name: string; reason: string }[];
  }> {
    const stored: { path: string; blob: StoredBlob; type: FileType }[] = [];
    const skipped: { name: string; reason: string }[] = [];
    let total = 0;
    for (const { index, name: path, problem } of entries) {
      signal.throwIfAborted();
      const skip = (reason: string): number => skipped.push({ name: displayName(path), reason });
      if (problem !== null || total >= MAX_BYTES) {
        skip(problem ?? 'All files together would be more than 1 GiB.');
        continue;
      }
      const found = await analysis.zipEntry(reader, { name: archive }, index, password, signal);
      if ('reason' in found) {
        skip(found.reason);
        continue;
      }
      total += found.bytes.length;
      const blob = await blobs.put(found.bytes, { owner: 'intake', id: intakeId });
      stored.push({ path, blob, type: await typeOf(blob, displayName(path), signal) });
    }
    return { stored, skipped };
  }

  async function typeOf(blob: StoredBlob, name: string, signal: AbortSignal): Promise<FileType> {
    const reader = await blobs.open(blob.id);
    try {
      const { tree } = await analysis.inspect(reader, { name }, signal);
      return { mediaType: tree.mediaType, typeLabel: tree.description };
    } finally {
      await reader.close();
    }
  }
}

interface FileType {
  mediaType: string;
  typeLabel: string;
}

/** Every component as people may safely see it. */
const visiblePath = (path: string): string =>
  path
    .split(/[/\\]/)
    .filter((part) => part !== '')
    .map((part) => displayName(part))
    .join('/')
    .slice(0, 1_000);
