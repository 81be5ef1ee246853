import type { Case } from '../../shared/contract/entities.ts';
import { stricterPap, stricterTlp } from '../../shared/model/marking.ts';
import type { CasesService } from '../cases/cases.service.ts';
import { displayName } from '../display-name.ts';
import type { EventBus } from '../events/bus.ts';
import type { ImportItem, ImportObservables } from '../jobs/reports.service.ts';
import type { AnalysisWorker } from '../ports.ts';
import { type EvidenceDeps, keepEvidence } from './keep-evidence.ts';
import type { NewObservable, ObservablesService } from './observables.service.ts';
import { classify } from './typed-values.ts';

/** Values asked of the worker at once. */
const AT_ONCE = 32;

/**
 * How artifacts of a report become observables of a case: values are checked like typed ones, files become evidence
 * first, and the stricter of the case's marking and the artifact's holds.
 */
export function createArtifactImport(
  deps: EvidenceDeps & {
    analysis: AnalysisWorker;
    cases: CasesService;
    observables: ObservablesService;
    events: EventBus;
  },
): ImportObservables {
  const { analysis, cases, observables, store, events } = deps;
  return async (caseId, items, { actor, reason }) => {
    const caseRow = cases.get(caseId);
    const checked = await checkAll(analysis, caseRow, items);
    const added: string[] = [];
    let alreadyThere = 0;
    const meta = { actor, reason, engagementId: caseRow.engagementId, caseId };
    store.transaction({}, () => {
      for (const { item, observable } of checked.valid) {
        const file = item.file && {
          sha256: item.file.sha256,
          evidenceId: keepEvidence(
            deps,
            caseId,
            {
              blobId: item.file.blobId,
              name: observable.value,
              mediaType: item.file.contentType,
              typeLabel: item.file.contentType,
              intakeId: null,
              sourceJobId: item.sourceJobId,
            },
            meta,
          ),
        };
        const { id, isNew } = observables.addInTransaction(caseRow, file ? { ...observable, file } : observable, meta);
        if (isNew) added.push(id);
        else alreadyThere += 1;
        if (file) events.publish('evidence', file.evidenceId, caseId);
      }
    });
    observables.announce(caseId, added);
    return { added, alreadyThere, refused: checked.refused };
  };
}

async function checkAll(
  analysis: AnalysisWorker,
  caseRow: Case,
  items: ImportItem[],
): Promise<{
  valid: { item: ImportItem; observable: NewObservable }[];
  refused: { index: number; reason: string }[];
}> {
  const valid: { item: ImportItem; observable: NewObservable }[] = [];
  const refused: { index: number; reason: string }[] = [];
  const signal = new AbortController().signal;
  for (let at = 0; at < items.length; at += AT_ONCE) {
    const group = items.slice(at, at + AT_ONCE);
    const answers = await Promise.all(
      group.map(async (item) =>
        item.file
          ? { dataType: 'file' as const, value: displayName(item.value), marks: [] }
          : classify(analysis, { value: item.value, dataType: item.dataType }, signal),
      ),
    );
    for (const [i, answer] of answers.entries()) {
      const item = group[i]!;
      if ('reason' in answer) refused.push({ index: item.index, reason: answer.reason });
      else valid.push({ item, observable: toObservable(caseRow, item, answer) });
    }
  }
  return { valid, refused };
}

const toObservable = (
  caseRow: Case,
  item: ImportItem,
  found: Pick<NewObservable, 'dataType' | 'value' | 'marks'>,
): NewObservable => ({
  ...found,
  tlp: stricterTlp(caseRow.tlp, item.tlp),
  pap: stricterPap(caseRow.pap, item.pap),
  tags: item.tags,
  isIoc: false,
  isSighted: false,
  message: item.message,
  places: [],
  sourceJobId: item.sourceJobId,
});
