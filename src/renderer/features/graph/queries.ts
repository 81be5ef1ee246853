import { queryOptions, useMutation } from '@tanstack/react-query';
import type { GraphNode } from '../../../shared/contract/graph.ts';
import { relationWords, type RelationKind } from '../../../shared/model/relation-kind.ts';
import { callCore } from '../../api/client.ts';
import { callQuery } from '../../api/query.ts';
import { undoable } from '../../state/undoable.ts';

/** Nodes that are asked for; the picture stays readable and fluid up to them. */
export const NODES = 2_000;

export const graphQuery = (caseId: string, isLinkedOnly: boolean) =>
  callQuery(
    'graph.ofCase',
    { caseId, isLinkedOnly, limit: NODES },
    ['observable', 'case', 'evidence', 'report'],
    caseId,
  );

/** What hangs on the nodes that were expanded, in the order in which they were. */
export const aroundQuery = (nodes: readonly Pick<GraphNode, 'id' | 'kind'>[]) =>
  queryOptions({
    queryKey: ['graph.around', nodes.map(({ id }) => id)] as const,
    queryFn: ({ signal }) =>
      Promise.all(nodes.map(({ id, kind }) => callCore('graph.around', { id, kind, limit: 100 }, signal))),
    enabled: nodes.length > 0,
    meta: { topics: ['observable', 'case', 'evidence'] },
  });

export const useAddRelation = () =>
  useMutation({
    mutationFn: ({ fromId, toId, kind }: { fromId: string; toId: string; kind: RelationKind }) =>
      undoable(`Linked: ${relationWords(kind, 'from')}`, 'relations.add', { fromId, toIds: [toId], kind }),
  });

export const useRemoveRelation = () =>
  useMutation({ mutationFn: (id: string) => undoable('Link removed', 'relations.remove', { ids: [id] }) });
