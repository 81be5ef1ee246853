import { z } from 'zod';
import { RELATION_KINDS } from '../model/relation-kind.ts';
import { Level } from '../model/report.ts';
import { call } from '../rpc/contract.ts';
import { CASE_STATUSES, DataTypeName, Id } from './entities.ts';

/** More than this on one picture tells nothing. */
export const MAX_GRAPH_NODES = 2_000;

export const GraphNode = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('observable'),
    id: Id,
    /** The same thing in two cases has two ids and one subject. */
    subject: z.string(),
    dataType: DataTypeName,
    value: z.string(),
    verdict: Level.nullable(),
    isIoc: z.boolean(),
    isSighted: z.boolean(),
    /** Other cases of the engagement with the same value; counted up to 50. */
    others: z.number().int(),
    caseId: Id,
  }),
  z.object({
    kind: z.literal('case'),
    id: Id,
    number: z.number().int(),
    title: z.string(),
    status: z.enum(CASE_STATUSES),
    severity: z.number().int(),
  }),
  /** A stored file that is no observable of its case: pasted text, a picture. */
  z.object({ kind: z.literal('evidence'), id: Id, name: z.string(), typeLabel: z.string(), caseId: Id }),
]);
export type GraphNode = z.infer<typeof GraphNode>;

/** `found-in`: stood in that file. `reported`: an analyzer's report on `from` proposed `to`. `held-by`: a case holds the value. */
export const GRAPH_LINKS = ['found-in', 'reported', 'held-by', ...RELATION_KINDS] as const;
export const GraphEdge = z.object({
  id: z.string(),
  from: Id,
  to: Id,
  kind: z.enum(GRAPH_LINKS),
  /** Why: the note of a relation, the analyzer of a report. */
  why: z.string(),
  /** A relation that somebody made; null for what follows from files, reports and other cases. */
  relationId: Id.nullable(),
});
export type GraphEdge = z.infer<typeof GraphEdge>;

export const Graph = z.object({
  nodes: z.array(GraphNode),
  edges: z.array(GraphEdge),
  /** Observables of the case that are not among the nodes. */
  left: z.number().int(),
});
export type Graph = z.infer<typeof Graph>;

const nodes = z.number().int().min(1).max(MAX_GRAPH_NODES);

export const graphContract = {
  /**
   * The links of a case. First what tells most: malicious, suspicious, IOC, linked by hand, seen in other cases, files;
   * then the newest, unless `isLinkedOnly`.
   */
  'graph.ofCase': call(
    z.object({ caseId: Id, limit: nodes.default(500), isLinkedOnly: z.boolean().default(false) }),
    Graph,
    { trusted: true },
  ),
  /** What hangs on one node, whatever it is: the way on from it. Within the engagement. */
  'graph.around': call(
    z.object({ id: Id, kind: z.enum(['observable', 'case', 'evidence']), limit: nodes.default(100) }),
    Graph,
    {
      trusted: true,
    },
  ),
};
