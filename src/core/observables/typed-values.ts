import type { z } from 'zod';
import type { observablesContract } from '../../shared/contract/observables.ts';
import type { Case } from '../../shared/contract/entities.ts';
import { isDataType } from '../../shared/model/data-type.ts';
import type { AnalysisWorker } from '../ports.ts';
import { appended } from './patch-row.ts';
import type { NewObservable, ObservablesService } from './observables.service.ts';

type AddInput = z.output<(typeof observablesContract)['observables.add']['input']>;
type AddOutput = z.input<(typeof observablesContract)['observables.add']['output']>;

/** Values asked of the worker at once, and characters: enough to keep it busy, few enough to stay fair. */
const AT_ONCE = 500;
const MAX_CHARS = 1 << 20;

/**
 * Adds what somebody typed: each value is refanged, normalised and given a type by the analysis worker; what is none
 * is refused with the reason while the others are saved.
 */
export async function addTypedValues(
  deps: { analysis: AnalysisWorker; observables: ObservablesService },
  caseRow: Case,
  items: AddInput['items'],
  actor: string,
  signal: AbortSignal,
): Promise<AddOutput> {
  const output: AddOutput = { added: [], alreadyThere: [], refused: [] };
  const valid: { index: number; item: NewObservable }[] = [];
  const answers = await classifyAll(deps.analysis, items, signal);
  for (const [index, item] of items.entries()) {
    const answer = answers[index] ?? { reason: NO_ANSWER };
    const found = 'reason' in answer && item.isKept ? keptAs(item) : answer;
    if ('reason' in found) output.refused.push({ index, reason: found.reason });
    else valid.push({ index, item: toNew(caseRow, item, found) });
  }
  if (valid.length === 0) return output;
  const { results } = await deps.observables.add(
    caseRow,
    valid.map(({ item }) => item),
    { actor },
  );
  for (const [i, { id, isNew, isMerged }] of results.entries()) {
    if (isNew) output.added.push(id);
    else output.alreadyThere.push({ index: valid[i]!.index, id, merged: isMerged });
  }
  return output;
}

type Classified = { dataType: NewObservable['dataType']; value: string; marks: string[] } | { reason: string };

/** As it was typed, although it was refused; what a person overruled can be told apart for ever. */
const keptAs = ({ value, dataType }: AddInput['items'][number]): Classified =>
  dataType === 'file'
    ? { reason: IS_FILE }
    : { dataType: dataType ?? 'other', value: value.trim(), marks: ['overruled'] };

const IS_FILE = 'A file is added by dropping it, or as a filename.';

const NO_ANSWER = 'The worker gave no answer.';

interface Typed {
  value: string;
  dataType?: string | undefined;
}

/** What the worker takes a value for. A file is refused: it comes in by its bytes, not by its name. */
export async function classify(analysis: AnalysisWorker, item: Typed, signal: AbortSignal): Promise<Classified> {
  const [answer] = await classifyAll(analysis, [item], signal);
  return answer ?? { reason: NO_ANSWER };
}

/** The same of many, in order. */
export async function classifyAll(
  analysis: AnalysisWorker,
  items: readonly Typed[],
  signal: AbortSignal,
): Promise<Classified[]> {
  const answers: Classified[] = [];
  for (let at = 0; at < items.length; ) {
    signal.throwIfAborted();
    const group: Typed[] = [];
    let chars = 0;
    while (at + group.length < items.length && group.length < AT_ONCE && (group.length === 0 || chars < MAX_CHARS)) {
      const item = items[at + group.length]!;
      chars += item.value.length;
      group.push(item);
    }
    at += group.length;
    const found = await analysis.classifyAll(
      group.map(({ value, dataType }) => ({ text: value, dataType })),
      signal,
    );
    answers.push(...group.map((item, i) => checked(item, found[i] ?? { reason: NO_ANSWER })));
  }
  return answers;
}

function checked(item: Typed, answer: Awaited<ReturnType<AnalysisWorker['classify']>>): Classified {
  if (item.dataType === 'file') return { reason: IS_FILE };
  if ('reason' in answer) return answer;
  return isDataType(answer.dataType)
    ? { dataType: answer.dataType, value: answer.value, marks: answer.marks }
    : { reason: `The worker answered with an unknown type, ${answer.dataType}.` };
}

function toNew(
  caseRow: Case,
  item: AddInput['items'][number],
  found: Exclude<Classified, { reason: string }>,
): NewObservable {
  const typed = item.value.trim();
  return {
    ...found,
    tlp: item.tlp ?? caseRow.tlp,
    pap: item.pap ?? caseRow.pap,
    tags: item.tags,
    isIoc: item.isIoc,
    isSighted: item.isSighted,
    // What was typed is kept where normalising changed it.
    message: typed === found.value ? item.message : appended(item.message, `Typed as ${typed}`),
    places: [],
  };
}
