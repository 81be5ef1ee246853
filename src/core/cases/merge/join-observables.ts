import { stricterPap, stricterTlp } from '../../../shared/model/marking.ts';
import type { SharedPatch, SharedRow } from '../../sync/registry.ts';
import { joined, union } from './copy-rules.ts';

type Row = SharedRow<'observable'>;

/**
 * The same value in two cases as one row: the stricter marking, all tags and messages, IOC and sighted where either says
 * so, the earlier date. Weakening the marking of a merged value would let it leave where one of its cases forbids it.
 */
export function joinObservables(into: Row, other: Row): Row {
  const isSameFile = into.evidenceId === other.evidenceId;
  return {
    ...into,
    tlp: stricterTlp(into.tlp, other.tlp),
    pap: stricterPap(into.pap, other.pap),
    tags: union(into.tags, other.tags),
    marks: union(into.marks, other.marks),
    isIoc: into.isIoc || other.isIoc,
    isSighted: into.isSighted || other.isSighted,
    ignoreSimilarity: into.ignoreSimilarity || other.ignoreSimilarity,
    message: joined(into.message, other.message),
    evidenceId: into.evidenceId ?? other.evidenceId,
    // Places point into the evidence of their row: those of another file would point to the wrong bytes.
    places: isSameFile ? unionOf(into.places, other.places) : into.evidenceId === null ? other.places : into.places,
    sourceJobId: into.sourceJobId ?? other.sourceJobId,
    createdAt: Math.min(into.createdAt, other.createdAt),
  };
}

/** What `join` changes of a row that is there. */
export function joinPatch(into: Row, other: Row): SharedPatch<'observable'> {
  const { id: _, createdAt: _at, ...patch } = joinObservables(into, other);
  return patch;
}

const unionOf = <T>(into: readonly T[], other: readonly T[]): T[] => [
  ...new Map([...into, ...other].map((each) => [JSON.stringify(each), each])).values(),
];
