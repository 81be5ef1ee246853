import type { Graph, GraphEdge, GraphNode } from '../../shared/contract/graph.ts';
import type { CasesService } from '../cases/cases.service.ts';
import {
  type CaseNode,
  type Choice,
  CHOICES,
  type EvidenceNode,
  type GraphRepo,
  type ObservableNode,
} from './graph.repo.ts';

export interface GraphService {
  ofCase(input: { caseId: string; limit: number; isLinkedOnly: boolean }): Graph;
  around(input: { id: string; kind: GraphNode['kind']; limit: number }): Graph;
}

/** Nodes whose other cases are looked for, and cases of each: beyond them a picture is a knot. */
const HOLDERS_ASKED = 300;
const HOLDERS_OF_ONE = 20;
/** What is linked with something, and what another case is known by. */
const LINKED = CHOICES.filter((choice) => choice !== 'newest');
const TELLING: readonly Choice[] = ['malicious', 'suspicious', 'ioc', 'elsewhere'];

/**
 * Cases, observables and files with what links them. Files that are observables are one node; what stood in them, what
 * reports proposed and which other cases hold a value is computed from the rows, never stored.
 */
export function createGraphService(deps: { repo: GraphRepo; cases: Pick<CasesService, 'get'> }): GraphService {
  const { repo, cases } = deps;

  /** The links among some observables, and the files and cases that they lead to. */
  const link = (
    observables: readonly ObservableNode[],
  ): { edges: GraphEdge[]; others: (CaseNode | EvidenceNode)[] } => {
    const there = new Set(observables.map(({ id }) => id));
    const edges: GraphEdge[] = repo
      .relationsAmong([...there])
      .map(({ id, from, to, kind, note }) => ({ id, from, to, kind, why: note, relationId: id }));
    const { edges: found, evidence } = linkToFiles(observables, there);
    const { edges: held, ids } = linkToCases(observables);
    return {
      edges: [...edges, ...found, ...linkReports(observables, there), ...held],
      others: [...repo.evidence(evidence), ...repo.cases(ids)],
    };
  };

  const linkToFiles = (
    observables: readonly ObservableNode[],
    there: ReadonlySet<string>,
  ): { edges: GraphEdge[]; evidence: string[] } => {
    const holders = [...new Set(observables.flatMap(({ evidenceId }) => evidenceId ?? []))];
    const fileOf = new Map(repo.filesOf(holders).map((file) => [file.evidenceId, file.observableId]));
    const edges: GraphEdge[] = [];
    const evidence = new Set<string>();
    for (const { id, evidenceId } of observables) {
      if (evidenceId === null) continue;
      const file = fileOf.get(evidenceId);
      if (file === id || (file !== undefined && !there.has(file))) continue;
      if (file === undefined) evidence.add(evidenceId);
      edges.push(computed('found-in', id, file ?? evidenceId, ''));
    }
    return { edges, evidence: [...evidence] };
  };

  const linkReports = (observables: readonly ObservableNode[], there: ReadonlySet<string>): GraphEdge[] => {
    const jobs = [...new Set(observables.flatMap(({ sourceJobId }) => sourceJobId ?? []))];
    const subjects = new Map(repo.subjectsOf(jobs).map((subject) => [subject.jobId, subject]));
    return observables.flatMap(({ id, sourceJobId }) => {
      const subject = sourceJobId === null ? undefined : subjects.get(sourceJobId);
      const isHere = subject !== undefined && subject.observableId !== id && there.has(subject.observableId);
      return isHere ? [computed('reported', subject.observableId, id, subject.flavor)] : [];
    });
  };

  const linkToCases = (observables: readonly ObservableNode[]): { edges: GraphEdge[]; ids: string[] } => {
    const edges: GraphEdge[] = [];
    const ids = new Set<string>();
    const seen = observables.filter(({ others }) => others > 0).toSorted((a, b) => b.others - a.others);
    for (const node of seen.slice(0, HOLDERS_ASKED)) {
      for (const { caseId } of repo.holders(node, HOLDERS_OF_ONE)) {
        ids.add(caseId);
        edges.push(computed('held-by', node.id, caseId, ''));
      }
    }
    return { edges, ids: [...ids] };
  };

  const choose = (caseId: string, choices: readonly Choice[], limit: number): string[] => {
    const ids = new Set<string>();
    for (const choice of choices) {
      if (ids.size >= limit) break;
      for (const id of repo.choose(caseId, choice, limit)) if (ids.size < limit) ids.add(id);
    }
    return [...ids];
  };

  const graphOf = (observables: ObservableNode[], more: GraphNode[], known: GraphEdge[], left: number): Graph => {
    const { edges, others } = link(observables);
    const nodes = new Map<string, GraphNode>();
    for (const node of [...observables.map(shown), ...others, ...more]) nodes.set(node.id, node);
    return {
      nodes: [...nodes.values()],
      edges: [...new Map([...edges, ...known].map((edge) => [edge.id, edge])).values()].filter(
        ({ from, to }) => nodes.has(from) && nodes.has(to),
      ),
      left,
    };
  };

  return {
    ofCase({ caseId, limit, isLinkedOnly }) {
      const { counts } = cases.get(caseId);
      const ids = choose(caseId, isLinkedOnly ? LINKED : CHOICES, limit);
      return graphOf(repo.observables(ids), [], [], Math.max(0, counts.observables - ids.length));
    },
    around({ id, kind, limit }) {
      if (kind === 'case') {
        const ids = choose(cases.get(id).id, TELLING, limit);
        const holds = ids.map((each) => computed('held-by', each, id, ''));
        return graphOf(repo.observables(ids), repo.cases([id]), holds, 0);
      }
      if (kind === 'evidence') return graphOf(repo.observables(repo.foundIn(id, limit)), repo.evidence([id]), [], 0);
      const [self] = repo.observables([id]);
      if (!self) return { nodes: [], edges: [], left: 0 };
      const ids = new Set([id, ...repo.relatedTo(id, limit), ...repo.reportedFrom(id, limit)]);
      if (self.evidenceId !== null) {
        const file = repo.filesOf([self.evidenceId])[0]?.observableId;
        if (file !== undefined) ids.add(file);
        if (file === id) for (const found of repo.foundIn(self.evidenceId, limit)) ids.add(found);
      }
      const source = self.sourceJobId === null ? undefined : repo.subjectsOf([self.sourceJobId])[0];
      if (source) ids.add(source.observableId);
      return graphOf(repo.observables([...ids].slice(0, limit + 1)), [], [], Math.max(0, ids.size - limit - 1));
    },
  };
}

/** The same two things are linked in one way once. */
const computed = (kind: 'found-in' | 'reported' | 'held-by', from: string, to: string, why: string): GraphEdge => ({
  id: `${kind}:${from}:${to}`,
  from,
  to,
  kind,
  why,
  relationId: null,
});

const shown = ({ engagementId: _e, evidenceId: _v, sourceJobId: _j, ...node }: ObservableNode): GraphNode => node;
