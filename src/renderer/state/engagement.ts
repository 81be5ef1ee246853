import { useMutation, useQuery } from '@tanstack/react-query';
import type { Engagement } from '../../shared/contract/entities.ts';
import { callCore, type Input } from '../api/client.ts';
import { callQuery } from '../api/query.ts';
import { useFrame } from './frame-store.ts';

export const engagementsQuery = callQuery('engagements.list', {}, ['engagement']);

/** The engagement that new things go to: the chosen one, else the first. */
export function useEngagement(): Engagement | undefined {
  const { data } = useQuery(engagementsQuery);
  const chosen = useFrame((frame) => frame.engagementId);
  return data?.find((each) => each.id === chosen) ?? data?.[0];
}

export const useUpdateEngagement = () =>
  useMutation({ mutationFn: (input: Input<'engagements.update'>) => callCore('engagements.update', input) });

export const useCreateEngagement = () =>
  useMutation({ mutationFn: (name: string) => callCore('engagements.create', { name }) });
